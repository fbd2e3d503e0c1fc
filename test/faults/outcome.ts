/** A target of the hello pack as it is on the disk: to be compared with another. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathsOf } from '../../src/pack/paths.ts';
import { currentOf, generationsIn, inspect } from '../../src/pack/store/generation.ts';
import { readLock } from '../../src/pack/store/lockfile.ts';
import { readOwned } from '../../src/pack/store/owned.ts';
import { readReceipt } from '../../src/pack/store/receipt.ts';

export type Outcome = ReturnType<typeof outcome>;

/** What must be the same, however often a change was killed before it succeeded. */
export function outcome(target: string) {
  const paths = pathsOf(target);
  const pack = paths.pack('hello');
  const { status, problems } = inspect(pack);
  return {
    status,
    problems,
    current: currentOf(pack),
    generations: generationsIn(pack.home).map((name) => receiptIn(pack.generation(name))),
    config: filesIn(paths.forPack('hello').config),
    data: filesIn(paths.forPack('hello').data),
    lock: readLock(paths.lockFile).get('hello'),
    owned: readOwned(paths.owned('hello')),
    remains: remainsIn(target),
  };
}

/** When and by whom is left out. */
function receiptIn(root: string): object {
  const { installedAt: _, hostVersion: __, ...rest } = readReceipt(root);
  return rest;
}

function filesIn(folder: string): Readonly<Record<string, string>> {
  if (!existsSync(folder)) return {};
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Object.fromEntries(
    files.map((file) => [relative(folder, file), readFileSync(file, 'utf8')]),
  );
}

const HALF_MADE = /^\.(staging|current|removed)-|\.brctl-tmp$|^journal\.json$/;

/** Nothing half-made, wherever it may lie. */
export function remainsIn(target: string): string[] {
  if (!existsSync(target)) return [];
  return readdirSync(target, { recursive: true, encoding: 'utf8' }).filter((path) =>
    HALF_MADE.test(path.split('/').at(-1) ?? ''),
  );
}
