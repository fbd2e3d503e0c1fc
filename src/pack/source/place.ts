/**
 * Where a pack came from, so that it can be asked again: as the lock file keeps it, for every
 * working directory and every checkout, and as a person types it after `pack install`.
 */
import { isAbsolute, parse, relative, resolve, sep } from 'node:path';
import type { LockEntry } from '../store/lockfile.ts';
import type { Receipt } from '../store/receipt.ts';
import type { Source } from './source.ts';

/**
 * A folder or file goes by its way from the target, which is what is committed; where the two have
 * nothing but the root of the disk in common, by its whole path. All else goes as it was typed.
 */
export function keptSpec(
  { kind, spec, resolved }: Pick<Source, 'kind' | 'spec' | 'resolved'>,
  target: string,
): string {
  if (!isPlace(kind)) return spec;
  const way = relative(target, resolved);
  const up = relative(target, parse(target).root);
  if (isAbsolute(way) || way === up || way.startsWith(`${up}${sep}`)) return resolved;
  const below = way.split(sep).join('/');
  return /^\.\.(\/|$)/.test(below) ? below : `./${below}`;
}

/** What an entry of the lock file says, as `pack install` takes it from any working directory. */
export function specIn({ source }: Pick<LockEntry, 'source'>, target: string): string {
  return isPlace(source.kind) ? resolve(target, source.spec) : source.spec;
}

function isPlace(kind: Source['kind']): boolean {
  return kind === 'directory' || kind === 'archive';
}

/**
 * Where to ask for the next version. The bytes that are installed may have been installed again
 * from elsewhere since: then the lock file says from where.
 */
export function placeOf(
  receipt: Receipt,
  locked: LockEntry | undefined,
  target: string,
): Receipt['source'] {
  const { source, version, tree } = receipt;
  const isAbout = locked?.version === version && locked.tree === tree && source.kind !== 'link';
  if (!isAbout) return source;
  const isHere = isPlace(locked.source.kind);
  return { ...locked.source, resolved: isHere ? specIn(locked, target) : source.resolved };
}

export type Known = Readonly<{
  name: string;
  receipt?: Receipt | undefined;
  locked?: LockEntry | undefined;
  target: string;
}>;

/** The words behind `brctl pack install` that put a pack there again. */
export function installWords({ name, receipt, locked, target }: Known): string {
  const place = receipt && placeOf(receipt, locked, target);
  const lockedSpec = locked && locked.source.kind !== 'catalog' ? specIn(locked, target) : name;
  if (place === undefined) return quoted(lockedSpec);
  switch (place.kind) {
    case 'catalog':
      return name;
    case 'link':
      return `${quoted(place.resolved)} --link`;
    case 'directory':
    case 'archive':
      return quoted(place.resolved);
    default:
      return quoted(place.spec);
  }
}

/** For a shell, where a path needs it. */
function quoted(text: string): string {
  return /^[\w@%+=:,./#-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
