/** Folders of the form `key=value`, as every engine that reads Parquet knows them. */
import { readdir } from 'node:fs/promises';

/** The values, sorted; folders that are not ours are left alone. */
export async function partitions(folder: string, key: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  const prefix = `${key}=`;
  return names
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .sort();
}
