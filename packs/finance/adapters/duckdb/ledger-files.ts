/**
 * The ledger as files: `charges/source=<source>/period=<YYYY-MM>/charges.parquet`. A file appears
 * and disappears only by rename, after its bytes are on the disk.
 */
import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { partitions } from './partitions.ts';

export type LedgerFiles = Readonly<{
  /** Holds `charges/` and the scratch of imports. */
  root: string;
  file(source: string, period: string): string;
  /** Scratch of one import; same file system, so that a rename can commit. */
  scratch(id: string): string;
  relative(path: string): string;
}>;

const SCRATCH = '.staging';

export function ledgerFiles(root: string): LedgerFiles {
  return {
    root,
    file: (source, period) =>
      join(root, 'charges', `source=${source}`, `period=${period}`, 'charges.parquet'),
    scratch: (id) => join(root, SCRATCH, id),
    relative: (path) => relative(root, path),
  };
}

export type LedgerFile = Readonly<{ source: string; period: string; path: string }>;

/** All files of the ledger, sorted; folders that are not ours are left alone. */
export async function listLedger(files: LedgerFiles): Promise<LedgerFile[]> {
  const charges = join(files.root, 'charges');
  const found: LedgerFile[] = [];
  for (const source of await partitions(charges, 'source')) {
    for (const period of await partitions(join(charges, `source=${source}`), 'period')) {
      const path = files.file(source, period);
      if (existsSync(path)) found.push({ source, period, path });
    }
  }
  return found;
}

/** Renames a staged file into place; false where there is none. */
export async function moveIntoPlace(staged: string, place: string): Promise<boolean> {
  if (!existsSync(staged)) return false;
  await sync(staged);
  const created = await mkdir(dirname(place), { recursive: true });
  await rename(staged, place);
  await sync(dirname(place));
  for (let folder = dirname(place); created !== undefined; folder = dirname(folder)) {
    await sync(dirname(folder));
    if (folder === created) break;
  }
  return true;
}

/** Bytes of a file, or names of a folder, reach the disk before this returns. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function dropScratch(files: LedgerFiles, id: string | 'all'): Promise<void> {
  const folder = id === 'all' ? join(files.root, SCRATCH) : files.scratch(id);
  await rm(folder, { recursive: true, force: true });
}
