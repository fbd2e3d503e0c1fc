/** The ReportStore port over a folder: drafts are written beside the report and renamed over it. */
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Context, operationalError } from 'brctl/sdk';
import type { ReportStore } from '../../ports/report-store.ts';

export type ReportFolderOptions = Readonly<{
  context: Pick<Context, 'uniqueId'>;
  folder: string;
}>;

export function reportFolder({ context, folder }: ReportFolderOptions): ReportStore {
  return {
    save: async (name, text) => {
      const path = join(folder, name);
      const draft = `${path}.${context.uniqueId()}.tmp`;
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeDurably(draft, text);
        await rename(draft, path);
        return path;
      } catch (cause) {
        await rm(draft, { force: true }).catch(() => undefined);
        throw operationalError(
          'report-unwritable',
          `cannot write ${path}: ${(cause as Error).message}`,
          '--dry-run prints the report without writing it',
        );
      }
    },
  };
}

async function writeDurably(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
