/** What the commands about usage readings ask of the world; `wire.ts` opens it. */
import type { PackContext } from 'brctl/sdk';
import type { AlertSettings } from '../ports/settings.ts';
import type { UsageStore } from '../ports/usage.ts';
import type { UsageFiles } from '../ports/usage-files.ts';

export type UsagePorts = Readonly<{
  store: UsageStore;
  files: UsageFiles;
  /** Only to say which readings no alert follows. */
  settings: Pick<AlertSettings, 'alerts'>;
  /** Also lets go of the lock. */
  close(): Promise<void>;
}>;

/** `isWriting`: holds the lock of readings until `close`. */
export type OpenUsage = (
  context: PackContext,
  options: Readonly<{ isWriting: boolean }>,
) => Promise<UsagePorts>;
