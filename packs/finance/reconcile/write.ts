/** The tracker written with what its columns can hold: a person need not keep both of them. */
import { isBrctlError } from 'brctl/sdk';
import type { TrackerChange, TrackerChanges, TrackerContent } from '../core/reconcile/tracker.ts';
import type { ReconcileFiles } from '../ports/reconcile-files.ts';

type Column = keyof TrackerChange;

export type WrittenTracker = Readonly<{
  path: string;
  isChanged: boolean;
  /** Columns that the tracker does not have. */
  lacking: readonly Column[];
}>;

/** As `ReconcileFiles.writeTracker`; a column that is not there is left out. */
export async function writeWhatFits(
  files: Pick<ReconcileFiles, 'writeTracker'>,
  tracker: TrackerContent,
  changes: TrackerChanges,
  to?: string | undefined,
): Promise<WrittenTracker> {
  const lacking: Column[] = [];
  for (;;) {
    try {
      const done = await files.writeTracker(tracker, without(changes, lacking), to);
      return { ...done, lacking };
    } catch (error) {
      const column = lackingColumn(error);
      if (column === undefined || lacking.includes(column)) throw error;
      lacking.push(column);
    }
  }
}

function without(changes: TrackerChanges, lacking: readonly Column[]): TrackerChanges {
  if (lacking.length === 0) return changes;
  const gone = Object.fromEntries(lacking.map((column) => [column, undefined]));
  return new Map([...changes].map(([row, change]) => [row, { ...change, ...gone }]));
}

function lackingColumn(error: unknown): Column | undefined {
  if (!isBrctlError(error) || error.code !== 'tracker-unwritable') return undefined;
  const [, column] = /has no column for (reconciled|notes)$/.exec(error.message) ?? [];
  return column as Column | undefined;
}
