/**
 * Config files that a pack puts before the operator. Once a file is there it is the operator's:
 * install creates what is missing and never touches what exists.
 */
import { linkSync, lstatSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { flushFolder, writeNew } from '../disk.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { ConfigReceipt } from '../store/receipt.ts';
import { sha256 } from '../store/tree.ts';

export type ConfigOptions = Readonly<{
  manifest: Manifest;
  /** The pack, for the shipped content. */
  root: string;
  /** `config/<pack>` of the target. */
  folder: string;
}>;

export function planConfig({ manifest, root, folder }: ConfigOptions): ConfigReceipt[] {
  return (manifest.config ?? []).map(({ path, from }) => ({
    path,
    from,
    sha256: sha256(readFileSync(join(root, from))),
    decision: isTaken(join(folder, path)) ? 'kept' : 'created',
  }));
}

/** A dangling link is the operator's too. */
function isTaken(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

/**
 * Writes beside the file and links it into place, which fails where replacing would not: a file
 * that the operator saved in this very moment survives.
 */
export function createConfig(file: string, content: Uint8Array): void {
  const draft = join(dirname(file), `.${basename(file)}.brctl-tmp`);
  mkdirSync(dirname(file), { recursive: true });
  rmSync(draft, { force: true });
  writeNew(draft, content, 0o644);
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  flushFolder(dirname(file));
}
