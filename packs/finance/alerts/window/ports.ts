/** What the commands about maintenance windows ask of the world; `wire.ts` opens it. */
import type { PackContext } from 'brctl/sdk';
import type { AlertStore } from '../../ports/alert-state.ts';
import type { AlertSettings } from '../../ports/settings.ts';

export type WindowPorts = Readonly<{
  settings: Pick<AlertSettings, 'alerts'>;
  store: Pick<AlertStore, 'windows' | 'openWindow' | 'closeWindow'>;
  close(): Promise<void>;
}>;

export type OpenWindows = (
  context: PackContext,
  options: Readonly<{ isWriting: boolean }>,
) => Promise<WindowPorts>;
