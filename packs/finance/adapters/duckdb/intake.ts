/** The Intake port over DuckDB and the ledger's folder. */
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Context } from 'brctl/sdk';
import type { Intake } from '../../ports/intake.ts';
import { holdSameRows } from './fingerprint.ts';
import { dropScratch, ledgerFiles, moveIntoPlace } from './ledger-files.ts';
import { openSession } from './session.ts';
import { stage } from './staging/stage.ts';

export type IntakeOptions = Readonly<{
  context: Pick<Context, 'duckdb' | 'signal'>;
  /** The pack's data folder. */
  root: string;
}>;

export type OpenIntake = Intake & Readonly<{ close(): void }>;

export async function openIntake({ context, root }: IntakeOptions): Promise<OpenIntake> {
  const files = ledgerFiles(root);
  const session = await openSession(context, { scratch: files.scratch('engine') });
  return {
    stage: (request) => stage(session, files, request),
    isUnchanged: (source, staged) =>
      holdSameRows(session, files.file(source, staged.period), join(root, staged.file)),
    commit: (source, period, file) => moveIntoPlace(join(root, file), files.file(source, period)),
    keepRejects: async (file, name) => {
      const kept = join(root, 'reports', name);
      await mkdir(dirname(kept), { recursive: true });
      await copyFile(file, kept);
      return kept;
    },
    discard: (id) => dropScratch(files, id),
    progress: session.progress,
    close: () => session.close(),
  };
}
