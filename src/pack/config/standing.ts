/** Where each config file of an installed pack stands, against what its generation ships. */
import { lstatSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { suggest, usageError } from '../../sdk/index.ts';
import { pathsOf } from '../paths.ts';
import { readOwned } from '../store/owned.ts';
import { type PackStatus, packStatuses } from '../store/status.ts';
import { codecFor } from './config-text.ts';
import { NEW_SUFFIX } from './outcome.ts';

export type Standing = Readonly<{
  pack: string;
  /** Below `config/<pack>`. */
  path: string;
  /** Absolute. */
  file: string;
  /**
   * `conflict`: an upgrade shipped what could not be merged, and `.brctl-new` waits beside it.
   * `deleted`: the operator took it away, and it stays so. `obsolete`: an earlier version shipped
   * it, and this one does not. `unreadable`: it is no file, or a link into nowhere. `unknown`: what
   * is shipped cannot be read, because the pack is damaged or the linked folder is gone.
   */
  status: 'as-shipped' | 'edited' | 'deleted' | 'conflict' | 'obsolete' | 'unreadable' | 'unknown';
  shipped: string | undefined;
  mine: string | undefined;
  /** The text of `.brctl-new`, where there is one. */
  offered: string | undefined;
}>;

export function standingsOf(target: string, pack: string | undefined): Standing[] {
  const statuses = packStatuses(target);
  const packs = statuses.map(({ name }) => name);
  if (pack !== undefined && !packs.includes(pack)) {
    const meant = suggest(pack, packs);
    throw usageError(
      'pack-not-installed',
      `${pack} is not installed in ${target}`,
      meant && `did you mean "${meant}"?`,
    );
  }
  return (
    statuses
      .filter(({ name }) => pack === undefined || name === pack)
      // Of a broken pack nothing says what it ships; the host warns of it.
      .flatMap((each) => (each.receipt === undefined ? [] : standingsIn(target, each)))
  );
}

function standingsIn(target: string, { name, receipt, root = '' }: PackStatus): Standing[] {
  const paths = pathsOf(target);
  const folder = paths.forPack(name).config;
  const standing = (path: string, shippedAt: string | undefined): Standing => {
    const file = join(folder, path);
    const bytes = {
      shipped: shippedAt === undefined ? undefined : bytesOf(shippedAt),
      mine: bytesOf(file),
      offered: bytesOf(`${file}${NEW_SUFFIX}`),
    };
    const { decode } = codecFor(Object.values(bytes));
    const text = (each: Uint8Array | undefined) => each && decode(each);
    const texts = {
      shipped: text(bytes.shipped),
      mine: text(bytes.mine),
      offered: text(bytes.offered),
    };
    const status = statusOf({
      ...texts,
      isThere: isThere(file),
      isShipped: shippedAt !== undefined,
    });
    return { pack: name, path, file, status, ...texts };
  };
  const config = receipt?.config ?? [];
  const known = new Set(config.map(({ path }) => path));
  const owned = readOwned(paths.owned(name))?.config ?? [];
  return [
    ...config.map(({ path, from }) => standing(path, join(root, from))),
    ...owned
      .map(({ path }) => path)
      .filter((path) => !known.has(path))
      .filter((path) => isThere(join(folder, path)) || isThere(join(folder, path + NEW_SUFFIX)))
      .map((path) => standing(path, undefined)),
  ];
}

type Look = Pick<Standing, 'shipped' | 'mine' | 'offered'> &
  Readonly<{ isThere: boolean; isShipped: boolean }>;

function statusOf({ shipped, mine, offered, isThere: there, isShipped }: Look): Standing['status'] {
  if (offered !== undefined) return 'conflict';
  if (!there) return 'deleted';
  if (mine === undefined) return 'unreadable';
  if (!isShipped) return 'obsolete';
  if (shipped === undefined) return 'unknown';
  return mine === shipped ? 'as-shipped' : 'edited';
}

function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

/** Whatever cannot be read is told as that, and keeps no other file from being told. */
function bytesOf(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return undefined;
  }
}

/** `finance/budgets.yaml`, as it is shown with `config/` in front, or a path to the file itself. */
export function standingNamed(target: string, named: string, cwd: string): Standing {
  const all = standingsOf(target, undefined);
  const plain = named.replace(/^(\.\/)?config\//, '');
  const found = all.find(
    ({ pack, path, file }) => `${pack}/${path}` === plain || file === resolve(cwd, named),
  );
  if (found !== undefined) return found;
  const meant = suggest(
    plain,
    all.map(({ pack, path }) => `${pack}/${path}`),
  );
  throw usageError(
    'config-unknown',
    `no installed pack has a config file "${named}"`,
    meant === undefined ? 'brctl config explain lists them' : `did you mean "${meant}"?`,
  );
}
