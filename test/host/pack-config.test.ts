/** What commands would refuse in config files is found by `pack validate` and `doctor`. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Deployed, installed } from '../support/deployed.ts';
import {
  buildHello,
  copyHello,
  HELLO_SOURCE,
  ROOT,
  run,
  temporaryFolder,
} from '../support/host.ts';
import { workspace } from '../support/workspace.ts';

let place: Deployed;
beforeAll(async () => {
  place = await installed();
});
afterAll(() => place.remove());

const GOOD = `currency: USD
lines:
  - name: Cloud
    amount: 37.50
    per: week
  - name: Reserve
    amount: 12.50
    per: week
services:
  - name: Mail
  - name: Disk
`;

/** Keeps to the schema; the line and column of what the report would refuse. */
const REFUSED: readonly [string, string, string, string][] = [
  [
    'a line named twice',
    'Reserve',
    'cloud',
    '6:5: error: lines[1]: the name "cloud" is given twice',
  ],
  ['a service named twice', 'Disk', 'Mail', '11:5: error: services[1]: the name "Mail" is given'],
  ['an exponent', '37.50', '1e3', '4:13: error: lines[0].amount: "1e3" is not a plain decimal'],
  ['a hexadecimal', '37.50', '0x10', '4:13: error: lines[0].amount: "0x10" is not a plain'],
  [
    'a month on a weekly line',
    '37.50\n    per: week',
    '1\n    per: week\n    amounts: { 2026-02: 5 }',
    '6:16: error: lines[0].amounts: "2026-02" is a month, and this amount is per week',
  ],
  [
    'a week that no calendar has',
    '37.50\n    per: week',
    '1\n    per: week\n    amounts: { 2025-W53: 5 }',
    '6:16: error: lines[0].amounts: "2025-W53" is no week of the calendar',
  ],
  ['a currency that is none', 'USD', 'QQQ', '1:11: error: currency: "QQQ" is no currency'],
];

test.each(REFUSED)('%s', async (_, from, to, expected) => {
  const file = join(place.root, 'config/finance/budgets.yaml');
  expect(GOOD).toContain(from);
  writeFileSync(file, GOOD.replace(from, to));
  const named = await place.brctl(['pack', 'validate', 'config/finance/budgets.yaml']);
  expect([named.code, named.out]).toEqual([
    1,
    expect.stringContaining(`config/finance/budgets.yaml:${expected}`),
  ]);
  const all = await place.brctl(['pack', 'validate']);
  expect(all.out).toContain(`config/finance/budgets.yaml:${expected}`);
  const doctor = await place.brctl(['doctor']);
  expect(doctor.code).toBe(1);
  expect(doctor.out).toContain(`config/finance/budgets.yaml:${expected.replace(' error:', '')}`);
});

test('a config file with which all is well is one file, and doctor says so', async () => {
  writeFileSync(join(place.root, 'config/finance/budgets.yaml'), GOOD);
  const named = await place.brctl(['pack', 'validate', 'config/finance/budgets.yaml']);
  expect(named).toEqual({ code: 0, out: '1 file, no problems\n', err: '' });
  expect((await place.brctl(['doctor'])).out).toContain(
    'ok    config   config/finance/budgets.yaml',
  );
});

test('what the schema and what the commands refuse is told in one run', async () => {
  const text = GOOD.replace('Reserve', 'cloud').replace('Disk', 'Mail');
  const config = 'config/finance/budgets.yaml';
  writeFileSync(join(place.root, config), text.replace('currency: USD', 'currency: USD\nodd: 1'));
  const { code, out } = await place.brctl(['pack', 'validate', config]);
  expect(code).toBe(1);
  const lines = out.split('\n').filter((line) => line.includes(': error: '));
  expect(lines.map((line) => /budgets\.yaml:(\d+):/.exec(line)?.[1])).toEqual(['2', '7', '12']);
});

test('a target is checked from inside it, by --target, and by its path', async () => {
  writeFileSync(join(place.root, 'config/finance/budgets.yaml'), GOOD.replace('USD', 'QQQ'));
  const inside = await place.brctl(['pack', 'validate']);
  expect(inside.out).toMatch(/\n?1 error in \d+ files\n$/);
  for (const words of [[`--target=${place.root}`], [place.root]]) {
    // A workspace is where we stand, and a target is what was asked about.
    const { code, out } = await run(['pack', 'validate', ...words], { cwd: ROOT });
    expect([code, out]).toEqual([1, expect.stringContaining('"QQQ" is no currency')]);
  }
  const empty = temporaryFolder();
  expect(await run(['pack', 'validate', '--target=.'], { cwd: empty })).toEqual({
    code: 2,
    out: '',
    err: `brctl: ${empty} holds no .brctl\n`,
  });
});

const CHECKING = readFileSync(join(HELLO_SOURCE, 'index.ts'), 'utf8').replace(
  'definePack({ commands: [greet] })',
  `definePack({
  commands: [greet],
  checkConfig: ({ path, text }) =>
    text.includes('bad')
      ? [{ severity: 'error', code: 'bad', message: path, file: '', line: 1, column: 2 }]
      : [],
})`,
);

test('the defaults that a built pack ships are checked by its code', async () => {
  const built = await buildHello(copyHello({ 'index.ts': CHECKING }));
  writeFileSync(join(built, 'config/footer.yaml'), 'bad: yes\n');
  const { code, out } = await run(['pack', 'validate', built], { cwd: built });
  expect([code, out]).toEqual([
    1,
    expect.stringMatching(/^config\/footer.yaml:1:2: error: texts\/footer.yaml/),
  ]);
  const mute = await buildHello(copyHello());
  rmSync(join(mute, 'index.mjs'));
  expect((await run(['pack', 'validate', mute], { cwd: mute })).out).toContain(
    'config/footer.yaml: error: could not be checked by its pack: ',
  );
});

test('the defaults of a source are checked by what its workspace has built of it', async () => {
  const root = workspace();
  writeFileSync(join(root, 'packs/hello/index.ts'), CHECKING);
  writeFileSync(join(root, 'packs/hello/config/footer.yaml'), 'bad: yes\n');
  expect((await run(['pack', 'validate'], { cwd: root })).code).toBe(0);
  await buildHello(copyHello({ 'index.ts': CHECKING }), join(root, 'dist/packs'));
  const { code, out } = await run(['pack', 'validate'], { cwd: root });
  expect([code, out]).toEqual([
    1,
    expect.stringContaining('packs/hello/config/footer.yaml:1:2: error: texts/footer.yaml [bad]'),
  ]);
});

test('doctor on a config file that cannot be read is a failed check', async () => {
  const file = join(place.root, 'config/finance/budgets.yaml');
  rmSync(file);
  mkdirSync(file);
  const { code, out, err } = await place.brctl(['doctor']);
  expect([code, err]).toEqual([1, '']);
  expect(out).toContain('fail  config   config/finance/budgets.yaml is not a file\n');
  const all = await place.brctl(['pack', 'validate']);
  expect([all.code, all.out]).toEqual([
    1,
    expect.stringContaining('config/finance/budgets.yaml: error: cannot be read: '),
  ]);
});
