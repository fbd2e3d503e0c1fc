/**
 * What a target has from a pack: which shipped text each config file last came together with, and
 * what can read the data. Generations come and go, and a rollback or an uninstall makes none; this
 * is written with every change, and only a purge takes it away.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import ownedSchema from '../../../schemas/owned.schema.json' with { type: 'json' };
import { BrctlError, place } from '../../sdk/index.ts';
import { replaceFile, textIfThere } from '../disk.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { ownSchema } from '../schema/json-schema.ts';
import { parseJson } from '../schema/yaml-document.ts';
import type { Receipt } from './receipt.ts';

/** Bytes in base64, so that every one survives. */
export type OwnedFile = Readonly<{
  /** Below `config/<pack>`. */
  path: string;
  /** What the operator's file last came together with; null where it never did. */
  base: string | null;
  /** What was offered last. */
  offered: string;
  renamedFrom: string | null;
}>;

/** Data that only readers from a format on understand, and the version that may have written it. */
export type OwnedData = Readonly<{ version: string; schemaVersion: number; minReader: number }>;

export type Owned = Readonly<{
  /** Sorted by path. One that is here and not on the disk was deleted by the operator. */
  config: readonly OwnedFile[];
  data: OwnedData | null;
}>;

export const NOTHING_OWNED: Owned = { config: [], data: null };

/**
 * Undefined where there is no such file.
 *
 * @throws BrctlError (integrity) for anything that `writeOwned` did not write.
 */
export function readOwned(file: string): Owned | undefined {
  const text = textIfThere(file);
  if (text === undefined) return undefined;
  const document = parseJson(text, file);
  const [problem] = [...document.problems, ...ownSchema(ownedSchema).check(document)];
  if (problem === undefined) {
    const { config, data } = document.value as Owned;
    return { config, data };
  }
  throw new BrctlError('integrity', {
    code: 'owned-invalid',
    message: `${place(problem)}: ${problem.message}`,
    hint: 'it tells edits from what was shipped; without the file, what is current is taken for it',
  });
}

/** Written only where it says something else; nothing takes it away. */
export function writeOwned(file: string, pack: string, owned: Owned): void {
  if (owned.config.length === 0 && owned.data === null) {
    rmSync(file, { force: true });
    return;
  }
  const text = `${JSON.stringify({ schemaVersion: 1, pack, ...owned }, null, 2)}\n`;
  if (textIfThere(file) !== text) replaceFile(file, text);
}

/** Of a target where nobody wrote it down: as if all of the current generation had been taken. */
export function ownedBy(receipt: Receipt | undefined, root: string | undefined): Owned {
  if (receipt === undefined || root === undefined) return NOTHING_OWNED;
  const config = receipt.config.flatMap(({ path, from }): OwnedFile[] => {
    try {
      const base = readFileSync(join(root, from)).toString('base64');
      return [{ path, base, offered: base, renamedFrom: null }];
    } catch {
      // Of a damaged generation: then this file is somebody else's, and stays.
      return [];
    }
  });
  return { config, data: dataAfter(null, receipt) };
}

/** What only the newest reader of all that ran here understands. */
export function dataAfter(
  before: OwnedData | null,
  { version, data }: Pick<Manifest, 'version'> & Readonly<{ data?: Receipt['data'] | undefined }>,
): OwnedData | null {
  if (!data || (before !== null && before.minReader > data.minReader)) return before;
  const { schemaVersion, minReader } = data;
  return { version, schemaVersion, minReader };
}
