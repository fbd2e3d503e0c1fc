/** What the alert commands ask of the world; `wire.ts` opens it. */
import type { PackContext } from 'brctl/sdk';
import type { AlertSettings } from '../ports/settings.ts';

export type AlertCheckPorts = Readonly<{ settings: Pick<AlertSettings, 'checkAlerts'> }>;

export type OpenAlertCheck = (context: PackContext) => Promise<AlertCheckPorts>;
