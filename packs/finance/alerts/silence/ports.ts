/** What the commands about silences ask of the world; `wire.ts` opens it. */
import type { PackContext } from 'brctl/sdk';
import type { AlertStore } from '../../ports/alert-state.ts';

export type SilencePorts = Readonly<{
  store: Pick<AlertStore, 'peek' | 'silences' | 'addSilence' | 'expireSilence'>;
  close(): Promise<void>;
}>;

/** `isWriting`: false also where there is no state yet, and none is made. */
export type OpenSilences = (
  context: PackContext,
  options: Readonly<{ isWriting: boolean }>,
) => Promise<SilencePorts>;
