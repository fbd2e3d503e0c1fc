/** What a test of a channel asks of the world; `wire.ts` opens it. No state is among it. */
import type { PackContext } from 'brctl/sdk';
import type { AlertSettings } from '../../ports/settings.ts';
import type { ChannelPorts } from '../send/ports.ts';

export type NotifyPorts = ChannelPorts & Readonly<{ settings: Pick<AlertSettings, 'alerts'> }>;

export type OpenNotify = (context: PackContext) => Promise<NotifyPorts>;
