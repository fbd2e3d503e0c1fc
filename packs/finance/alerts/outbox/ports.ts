/** What the commands about the outbox ask of the world; `wire.ts` opens it. */
import type { PackContext } from 'brctl/sdk';
import type { AlertStore } from '../../ports/alert-state.ts';
import type { AlertSettings } from '../../ports/settings.ts';
import type { SendPorts } from '../send/ports.ts';

export type OutboxPorts = Omit<SendPorts, 'store'> &
  Readonly<{
    settings: Pick<AlertSettings, 'alerts'>;
    store: AlertStore;
    close(): Promise<void>;
  }>;

/** `isWriting`: false also where there is no state yet, and none is made. */
export type OpenOutbox = (
  context: PackContext,
  options: Readonly<{ isWriting: boolean }>,
) => Promise<OutboxPorts>;
