/**
 * Same ledger, same clock: same bytes, on stdout and on the disk. Through `main` and the built
 * pack, twice in one deployment and once in another that was filled in the opposite order.
 */
import { readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployed, installed } from '../../support/deployed.ts';
import { bytesBelow } from '../../support/finance.ts';
import { ROOT } from '../../support/host.ts';

/** A price card, a purchase that is accrued, JSONL, and a month in one row. */
const FILES = [
  'charges/domain.csv',
  'charges/ollama.csv',
  'charges/vercel.jsonl',
  'charges-monthly/subscription.csv',
];

async function filled(files: readonly string[]): Promise<Deployed> {
  const here = await installed();
  for (const file of files) {
    const source = basename(file).split('.')[0]!;
    const words = ['finance', 'import', `fixtures/${file}`, '--source', source];
    const { code, err } = await here.brctl(words);
    expect([code, err]).toEqual([0, '']);
  }
  return here;
}

/** What a report prints and saves, with the place of the deployment left out of what it says. */
async function report(here: Deployed, words: readonly string[]) {
  const reports = join(here.root, 'data/finance/reports');
  rmSync(reports, { recursive: true, force: true });
  const { out, err, code } = await here.brctl(['finance', 'report', ...words]);
  return { out, code, err: err.replaceAll(here.root, ''), saved: bytesBelow(reports) };
}

let here: Deployed;
let there: Deployed;

beforeAll(async () => {
  here = await filled(FILES);
  there = await filled(FILES.toReversed());
});

afterAll(() => {
  here.remove();
  there.remove();
});

describe('the same bytes come from', () => {
  it.each([
    '--week 52 --format table',
    '--week 52 --format csv',
    '--week 52 --format json',
    '--week 52 --format md',
    '--week 52 --format csv --layout sections',
    '--week 52 --format json --basis billed',
    '--from 2025-12-01 --to 2025-12-28 --format json',
  ])('report %s', async (line) => {
    const words = line.split(' ');
    const first = await report(here, words);
    expect(first.out).not.toBe('');
    expect(Object.keys(first.saved)).toHaveLength(1);
    expect(await report(here, words)).toEqual(first);
    expect(await report(there, words)).toEqual(first);
  });

  it('every format and layout that there are', () => {
    const index = readFileSync(join(ROOT, 'dist/packs/finance/commands.json'), 'utf8');
    const { commands } = JSON.parse(index);
    const spec = commands.find(({ path }: { path: string[] }) => path.join(' ') === 'report');
    expect(spec.formats).toEqual(['table', 'csv', 'json', 'md']);
    expect(spec.flags.layout.choices).toEqual(['tidy', 'sections']);
  });
});
