/**
 * Is what is installed what was installed? Every file against the receipt, the receipt against the
 * lock file, the signature against the keys that are trusted now. Also what `doctor` asks.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isBrctlError } from '../../sdk/index.ts';
import { pathsOf, SIGNATURE } from '../paths.ts';
import { installWords } from '../source/place.ts';
import { trustOf } from '../trust/keys.ts';
import { isAtLeast, type Level } from '../trust/level.ts';
import { describePermissions, isNothing, widened } from '../trust/permissions.ts';
import { permissionsAsked } from '../trust/shipped-names.ts';
import { type Verified as VerifiedSignature, verifySignature } from '../trust/signature.ts';
import { type LockEntry, readLock } from './lockfile.ts';
import type { Receipt } from './receipt.ts';
import { manifestIn, type PackStatus, packStatuses } from './status.ts';

export type Verified = Readonly<{
  name: string;
  version: string | undefined;
  generation: string | undefined;
  level: Level | undefined;
  key: string | null;
  files: number;
  /** Words behind `brctl pack install` that put it there again. */
  again: string;
  /** Files differ, or are gone; else only lock file or trust do. */
  isDamaged: boolean;
  problems: readonly string[];
}>;

/** All installed packs and, of the lock file, those that are not installed. */
export function verifyTarget(target: string): readonly Verified[] {
  const lock = readLock(pathsOf(target).lockFile);
  const installed = packStatuses(target);
  const names = new Set(installed.map(({ name }) => name));
  const missing = [...lock.keys()].filter((name) => !names.has(name));
  return [
    ...installed.map((status) => verifyPack(status, target, lock.get(status.name))),
    ...missing.map((name) => absent(name, lock.get(name)!, target)),
  ].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** By the keys that are trusted now; undefined where nothing says what is there. */
export function levelOf({ receipt, root }: PackStatus, target: string): Level | undefined {
  if (receipt === undefined || root === undefined) return undefined;
  return originOf(receipt, receipt.source.kind === 'link' ? undefined : root, target).level;
}

function absent(name: string, locked: LockEntry, target: string): Verified {
  const { version } = locked;
  const problems = [`the lock file has ${name} ${version}, and it is not installed`];
  const nothing = { generation: undefined, level: undefined, key: null, files: 0 };
  const again = installWords({ name, locked, target });
  return { name, version, ...nothing, again, problems, isDamaged: true };
}

function verifyPack(
  { name, version, generation, receipt, problems, root }: PackStatus,
  target: string,
  locked: LockEntry | undefined,
): Verified {
  const again = installWords({ name, receipt, locked, target });
  const isDamaged = problems.length > 0;
  const files = receipt?.files.length ?? 0;
  const base = { name, version, generation, files, again, isDamaged };
  if (receipt === undefined || root === undefined) {
    return { ...base, level: undefined, key: null, problems };
  }
  if (receipt.source.kind === 'link') {
    const origin = originOf(receipt, undefined, target);
    const said = [...problems, ...unconsented(receipt, root), ...origin.problems];
    return { ...base, level: 'dev', key: null, problems: said };
  }
  const origin = originOf(receipt, root, target);
  return {
    ...base,
    level: origin.level,
    key: origin.key,
    problems: [...problems, ...againstLock(receipt, locked), ...origin.problems],
  };
}

/** A folder under development may ask for more by now: then it does not run. */
function unconsented({ permissions }: Receipt, root: string): string[] {
  const manifest = manifestIn(root);
  if (manifest === undefined) return [];
  const added = widened(permissions.granted, permissionsAsked(manifest, root));
  if (isNothing(added)) return [];
  return [`now asks to ${describePermissions(added).join('; ')}, and nobody has consented to that`];
}

function againstLock(receipt: Receipt, locked: LockEntry | undefined): string[] {
  if (locked === undefined) return ['the lock file does not know it'];
  const { version, tree, archive } = receipt;
  if (locked.version !== version) return [`the lock file has version ${locked.version}`];
  if (locked.tree !== tree) return ['the lock file has other bytes of this version'];
  const isOther = archive !== null && locked.integrity !== null && archive !== locked.integrity;
  return isOther ? ['the lock file has another archive of this version'] : [];
}

type Origin = Readonly<{ level: Level; key: string | null; problems: readonly string[] }>;

/** Trust may have been withdrawn since: what counts is what is trusted now. A link has no root. */
function originOf(receipt: Receipt, root: string | undefined, target: string): Origin {
  const { name, version, tree } = receipt;
  try {
    const { keys, minLevel } = trustOf(target);
    const file = join(root ?? '', SIGNATURE);
    const bytes = root !== undefined && existsSync(file) ? readFileSync(file) : undefined;
    const statement = { name, version, tree };
    const found = verifySignature({ bytes, file, statement, keys });
    const level = root === undefined ? 'dev' : found.level;
    const isEnough = minLevel === undefined || isAtLeast(level, minLevel);
    const low = isEnough ? [] : [`has trust level ${level}, and ${minLevel} is required here`];
    const key = found.level === 'signed' ? found.key : null;
    return { level, key, problems: [...lostTrust(receipt, found), ...low] };
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return { level: 'integrity', key: null, problems: [error.message] };
  }
}

function lostTrust({ signature }: Receipt, { level, note }: VerifiedSignature): string[] {
  if (signature.level !== 'signed' || level === 'signed') return [];
  return [note ?? `its signature by key ${signature.key} is gone`];
}
