/**
 * What packs cost: an install against unpacking the same archive, which checks and keeps nothing,
 * and an installed command against the same code called by hand.
 */
import { cpSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FINANCE_CONSENT, HELLO_CONSENT } from '../support/consent.ts';
import { type Command, measurePair, runOnce } from './measure.ts';
import { both, type Line, mebibytes, milliseconds } from './table.ts';

const ROOT = join(import.meta.dirname, '../..');
const BRCTL = join(ROOT, 'bin/brctl.js');
const DIRECT = join(import.meta.dirname, 'direct.js');
const MOUNTING_MS = 25;

const brctl = (...words: readonly string[]): Command => ({ arguments: [BRCTL, ...words] });

export async function packLines(scratch: string, runs: number): Promise<Line[]> {
  return [...(await installLines(scratch, runs)), ...(await mountLines(scratch, runs))];
}

async function installLines(scratch: string, runs: number): Promise<Line[]> {
  const archive = join(scratch, 'finance.tgz');
  await runOnce(brctl('pack', 'build', join(ROOT, 'packs/finance'), '--into', archive));
  const [target, folder] = [join(scratch, 'installed'), join(scratch, 'unpacked')];
  const emptied = (path: string) => (): void => {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path);
  };
  const { a, b } = await measurePair({
    a: {
      ...brctl('pack', 'install', archive, FINANCE_CONSENT, '--target', target),
      prepare: emptied(target),
    },
    b: { program: 'tar', arguments: ['-xzf', archive, '-C', folder], prepare: emptied(folder) },
    runs,
  });
  const again = await measurePair({
    a: brctl('pack', 'install', archive, FINANCE_CONSENT, '--target', target),
    b: brctl('--help', '--target', target),
    runs,
  });
  const size = statSync(archive).size / 2 ** 20;
  return [
    {
      what: `install of the finance pack (.tgz, ${mebibytes(size, 2)}) / tar -xzf`,
      ...both(a, b),
      result: `+${milliseconds(a.medianMs - b.medianMs)}`,
      goal: '',
      met: undefined,
    },
    {
      what: 'the same when it is installed already / brctl --help',
      ...both(again.a, again.b),
      result: `+${milliseconds(again.a.medianMs - again.b.medianMs)}`,
      goal: '',
      met: undefined,
    },
  ];
}

async function mountLines(scratch: string, runs: number): Promise<Line[]> {
  const source = join(scratch, 'hello');
  cpSync(join(ROOT, 'fixtures/packs/hello'), source, { recursive: true });
  await runOnce(brctl('pack', 'build', source));
  const built = join(source, 'dist/hello');
  const target = join(scratch, 'mounted');
  await runOnce(brctl('pack', 'install', built, HELLO_CONSENT, '--target', target));
  const { a, b } = await measurePair({
    a: brctl('hello', 'greet', 'world', '--target', target),
    b: { arguments: [DIRECT, built, 'greet', 'world'] },
    runs,
  });
  const more = a.medianMs - b.medianMs;
  return [
    {
      what: 'brctl hello greet world / the same code called by hand',
      ...both(a, b),
      result: `+${milliseconds(more)}`,
      goal: `≤ +${milliseconds(MOUNTING_MS)}`,
      met: more <= MOUNTING_MS,
    },
  ];
}
