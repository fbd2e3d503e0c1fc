/**
 * `packs.lock.yaml`: what is installed in a target, by its hashes. Whoever commits it can install
 * the same bytes elsewhere (`--frozen`), and bytes that change under a version are found out.
 * It is derived: what is current is said by the generations, and a lost lock file is written anew.
 */
import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import lockSchema from '../../../schemas/lock.schema.json' with { type: 'json' };
import { BrctlError, place } from '../../sdk/index.ts';
import { replaceFile } from '../disk.ts';
import { API_VERSION, newerFormat, ownProblems } from '../manifest/manifest.ts';
import { parseYamlBytes } from '../schema/yaml-document.ts';

export type LockEntry = Readonly<{
  version: string;
  source: Readonly<{
    kind: 'catalog' | 'directory' | 'archive' | 'url' | 'git';
    spec: string;
    commit?: string;
  }>;
  /** Of the archive: `sha512-…`; null for a folder. */
  integrity: string | null;
  /** Of the files: `sha256:…`. */
  tree: string;
  level: 'integrity' | 'signed';
  key: string | null;
  /** Versions that were rolled away from. */
  hold: readonly string[];
}>;

export type Lock = ReadonlyMap<string, LockEntry>;

const HEADER =
  '# Written by brctl, to be committed: `brctl pack install --frozen` installs exactly this.\n';

/** Empty where there is none. */
export function readLock(file: string): Lock {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return new Map();
    throw error;
  }
  const document = parseYamlBytes(bytes, file);
  const newer = newerFormat(document);
  const [first] = ownProblems(document, lockSchema);
  if (first !== undefined) {
    throw new BrctlError(newer === undefined ? 'integrity' : 'incompatible', {
      code: 'lock-invalid',
      message: `${place(first)}: ${first.message}`,
      hint: newer?.hint ?? 'restore it from version control, or remove it: brctl writes it anew',
    });
  }
  return new Map(Object.entries((document.value as { packs: Record<string, LockEntry> }).packs));
}

/** Entries by name, keys in a fixed order: the same packs, the same bytes. */
export function writeLock(file: string, lock: Lock): void {
  const packs = Object.fromEntries(
    [...lock].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, entry]) => [name, ordered(entry)]),
  );
  const text =
    HEADER + stringify({ apiVersion: API_VERSION, kind: 'Lock', packs }, { lineWidth: 0 });
  replaceFile(file, text);
}

function ordered({ version, source, integrity, tree, level, key, hold }: LockEntry): LockEntry {
  const { kind, spec, commit } = source;
  const origin = commit === undefined ? { kind, spec } : { kind, spec, commit };
  return { version, source: origin, integrity, tree, level, key, hold: [...hold] };
}
