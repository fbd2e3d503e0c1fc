/**
 * Usage readings as files: `usage/source=<source>/period=<YYYY-MM>/readings.parquet`. A file
 * appears only by rename, after its bytes are on the disk. Scratch has a folder of its own: an
 * import into the ledger sweeps the ledger's at any time.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { partitions } from '../partitions.ts';

export type UsageFile = Readonly<{ source: string; month: string; path: string }>;

export type UsageFiles = Readonly<{
  file(source: string, month: string): string;
  scratch: string;
}>;

export function usageFiles(root: string): UsageFiles {
  return {
    file: (source, month) =>
      join(root, 'usage', `source=${source}`, `period=${month}`, 'readings.parquet'),
    scratch: join(root, '.usage-staging'),
  };
}

/** Sorted; folders that are not ours are left alone. */
export async function listUsage(root: string): Promise<readonly UsageFile[]> {
  const files = usageFiles(root);
  const usage = join(root, 'usage');
  const found: UsageFile[] = [];
  for (const source of await partitions(usage, 'source')) {
    for (const month of await partitions(join(usage, `source=${source}`), 'period')) {
      const path = files.file(source, month);
      if (existsSync(path)) found.push({ source, month, path });
    }
  }
  return found;
}

/** What an earlier writer left, too: only while holding the lock of readings. */
export async function dropUsageScratch({ scratch }: UsageFiles): Promise<void> {
  await rm(scratch, { recursive: true, force: true });
}
