/** Where each config file of an installed pack stands, against what its generation ships. */
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { operationalError, suggest, usageError } from '../../sdk/index.ts';
import { pathsOf } from '../paths.ts';
import { inspect } from '../store/generation.ts';
import { packStatuses } from '../store/status.ts';

export type Standing = Readonly<{
  pack: string;
  /** Below `config/<pack>`. */
  path: string;
  /** Absolute. */
  file: string;
  /**
   * `conflict`: an upgrade shipped what could not be merged, and `.brctl-new` waits beside it.
   * `deleted`: the operator took it away, and it stays so.
   */
  status: 'as-shipped' | 'edited' | 'deleted' | 'conflict' | 'unreadable';
  shipped: string;
  mine: string | undefined;
  /** The text of `.brctl-new`, where there is one. */
  offered: string | undefined;
}>;

export function standingsOf(target: string, pack: string | undefined): Standing[] {
  const packs = packStatuses(target).map(({ name }) => name);
  if (pack !== undefined && !packs.includes(pack)) {
    const meant = suggest(pack, packs);
    throw usageError(
      'pack-not-installed',
      `${pack} is not installed in ${target}`,
      meant && `did you mean "${meant}"?`,
    );
  }
  return packs
    .filter((name) => pack === undefined || name === pack)
    .flatMap((name) => standingsIn(target, name));
}

function standingsIn(target: string, name: string): Standing[] {
  const paths = pathsOf(target);
  const pack = paths.pack(name);
  const { receipt } = inspect(pack);
  if (receipt === undefined) return [];
  const root =
    receipt.source.kind === 'link' ? receipt.source.resolved : pack.generation(receipt.generation);
  return receipt.config.map(({ path, from }) => {
    const file = join(paths.forPack(name).config, path);
    const shipped = readFileSync(join(root, from), 'utf8');
    const offered = existsSync(`${file}.brctl-new`)
      ? readFileSync(`${file}.brctl-new`, 'utf8')
      : undefined;
    const { mine, status } = lookAt(file, shipped, offered);
    return { pack: name, path, file, status, shipped, mine, offered };
  });
}

function lookAt(
  file: string,
  shipped: string,
  offered: string | undefined,
): Pick<Standing, 'mine' | 'status'> {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) {
    return { mine: undefined, status: offered === undefined ? 'deleted' : 'conflict' };
  }
  try {
    const mine = readFileSync(file, 'utf8');
    const status = offered !== undefined ? 'conflict' : mine === shipped ? 'as-shipped' : 'edited';
    return { mine, status };
  } catch {
    return { mine: undefined, status: 'unreadable' };
  }
}

/** `finance/budgets.yaml`, or a path to the file itself. */
export function standingNamed(target: string, named: string, cwd: string): Standing {
  const all = standingsOf(target, undefined);
  const found = all.find(
    ({ pack, path, file }) =>
      `${pack}/${path}` === named || file === join(cwd, named) || file === named,
  );
  if (found !== undefined) return found;
  const names = all.map(({ pack, path }) => `${pack}/${path}`);
  const meant = suggest(named, names);
  throw meant === undefined
    ? operationalError('config-unknown', `no installed pack has a config file "${named}"`)
    : usageError('config-unknown', `no pack has "${named}"`, `did you mean "${meant}"?`);
}
