/** `--frozen` by name: the lock file says where each pack comes from. */
import { existsSync } from 'node:fs';
import semver from 'semver';
import { BrctlError, operationalError } from '../../sdk/index.ts';
import type { Lock, LockEntry } from '../store/lockfile.ts';
import { specIn } from './place.ts';
import { parseSpec } from './spec.ts';

export type FrozenSpec = Readonly<{
  spec: string;
  /** The pack that it must hold; undefined where a place was named and not a pack. */
  pack: string | undefined;
}>;

/** A name goes to the place that the lock file has for it; what names a place stays as it is. */
export function frozenSpec(spec: string, lock: Lock, target: string): FrozenSpec {
  const parsed = parseSpec(spec);
  if (parsed.kind !== 'catalog') return { spec, pack: undefined };
  const { name, range } = parsed;
  const locked = lock.get(name);
  if (locked === undefined) throw lockMissing(name);
  lockedVersion(name, range, locked);
  if (locked.source.kind === 'catalog') return { spec, pack: name };
  return { spec: placed(name, locked, target), pack: name };
}

/** The version that the lock file names; a range beside it may not say otherwise. */
export function lockedVersion(
  name: string,
  range: string | undefined,
  locked: LockEntry | undefined,
): string {
  if (locked === undefined) throw lockMissing(name);
  const { version } = locked;
  if (range === undefined || semver.satisfies(version, range)) return version;
  throw new BrctlError('integrity', {
    code: 'lock-differs',
    message: `the lock file has ${name} ${version}, which is not in ${range}`,
    hint: 'install without --frozen to move the lock, and commit it',
  });
}

function lockMissing(name: string): BrctlError {
  return new BrctlError('integrity', {
    code: 'lock-missing',
    message: `the lock file does not know ${name}`,
    hint: 'install without --frozen once, and commit packs.lock.yaml',
  });
}

function placed(name: string, locked: LockEntry, target: string): string {
  const spec = specIn(locked, target);
  const { kind } = locked.source;
  const hint = `name where it is now: brctl pack install PLACE --frozen --target=${target}`;
  if ((kind === 'directory' || kind === 'archive') && !existsSync(spec)) {
    const message = `the lock file has ${name} from ${spec}, and nothing is there`;
    throw operationalError('pack-missing', message, `put it there, or ${hint}`);
  }
  if (spec.includes('?…')) {
    const message = `the lock file keeps the address of ${name} without what was behind its "?"`;
    throw operationalError('address-cut', `${message}: ${spec}`, hint);
  }
  return spec;
}
