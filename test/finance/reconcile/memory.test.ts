/** What people say of matches, what is logged, and months that are closed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { yamlReconcile } from '../../../packs/finance/adapters/yaml-config/reconcile.ts';
import { DEFAULT_OPTIONS } from '../../../packs/finance/core/reconcile/options.ts';
import { type Deployment, deployment } from '../../support/finance.ts';
import { chargeMarch } from '../../support/march-charges.ts';
import {
  BANK_MAPPING,
  bankText,
  configFile,
  run,
  runJson,
} from '../../support/reconcile-command.ts';
import { trackerText } from '../../support/tracker.ts';

function validator(name: string) {
  const url = new URL(`../../../schemas/finance/${name}.schema.json`, import.meta.url);
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  formats.default(ajv);
  return ajv.compile(JSON.parse(readFileSync(url, 'utf8')));
}

const isResult = validator('reconciliation');
const isConfig = validator('reconcile');

function isValid(text: string): boolean {
  return isConfig(parse(text));
}

const LINES = [
  'b1 2026-03-05 ACME HOSTING 10.00 USD',
  'b2 2026-03-09 BLUEBIRD 3.00 USD',
  'b3 2026-03-10 QUARTZITE PAYMENTS 3.50 USD',
];

let target: Deployment;
let asked: [string, { flags: Record<string, string | readonly string[]> }];
let tracker: string;

beforeEach(() => {
  target = deployment();
  const date = { date: '2026-03-02', due: '2026-03-31' };
  tracker = target.file(
    'tracker.csv',
    trackerText([
      { id: 'A-1', ...date },
      { id: 'A-2', ...date, date: '2026-03-03' },
      { id: 'B-1', ...date, vendor: 'Bluebird Mail', amount: '3.00' },
      { id: 'C-1', ...date, vendor: 'Cirrus Data', amount: '3.50' },
    ]),
  );
  const bank = target.file('bank.csv', bankText(LINES));
  const mapping = target.file('bank.yaml', BANK_MAPPING);
  asked = [tracker, { flags: { bank: [bank], mapping: [mapping], 'as-of': '2026-03-20' } }];
});

// biome-ignore lint/suspicious/noExplicitAny: the JSON of the command.
async function rows(): Promise<Record<string, any>> {
  const json = await runJson(target, 'reconcile', [tracker], asked[1]);
  isResult(json);
  expect(isResult.errors).toBeNull();
  // biome-ignore lint/suspicious/noExplicitAny: the JSON of the command.
  return Object.fromEntries(json.rows.map((row: any) => [row.id, row]));
}

const banked = (row: { matches: readonly { with: string; pass: string; ids: string[] }[] }) =>
  row.matches.filter((each) => each.with === 'bank').map(({ pass, ids }) => [pass, ...ids]);

describe('a match', () => {
  it('that a person confirms is taken from then on, and its name is learned', async () => {
    const before = await rows();
    expect(before['A-1'].suggestions).toMatchObject([{ match: 'A-1=b1' }]);
    expect(before['A-2'].suggestions).toMatchObject([{ match: 'A-2=b1' }]);
    const { text } = await run(target, 'confirm', ['A-1=b1'], { flags: { alias: true } });
    const path = configFile(target);
    expect(text).toBe(`confirmed A-1=b1 (${path})\n"ACME HOSTING" is Acme Hosting\n`);
    const after = await rows();
    expect(banked(after['A-1'])).toEqual([['confirmed', 'b1']]);
    expect(after['A-2'].suggestions).toEqual([]);
    const written = readFileSync(path, 'utf8');
    await run(target, 'confirm', ['A-1=b1'], { flags: { alias: true } });
    expect(readFileSync(path, 'utf8')).toBe(written);
    expect(isValid(written)).toBe(true);
  });

  it('that a person rejects never comes back, until it is confirmed', async () => {
    await rows();
    await run(target, 'reject', ['A-1=b1']);
    const { 'A-1': one, 'A-2': two } = await rows();
    expect(banked(two)).toEqual([['named', 'b1']]);
    expect(JSON.stringify(one.suggestions)).not.toContain('b1');
    await run(target, 'confirm', ['A-1=b1']);
    expect(parse(readFileSync(configFile(target), 'utf8'))).toEqual({
      confirmed: [{ entries: ['A-1'], payments: ['b1'] }],
      rejected: [],
    });
    expect(banked((await rows())['A-1'])).toEqual([['confirmed', 'b1']]);
    await run(target, 'reject', ['A-1=b1']);
    expect(banked((await rows())['A-1'])).toEqual([]);
  });

  it('nobody has made is refused, with the one that is meant', async () => {
    await rows();
    await expect(run(target, 'confirm', ['A-1=b'])).rejects.toMatchObject({
      kind: 'usage',
      hint: expect.stringContaining('A-1=b1'),
    });
    expect(existsSync(configFile(target))).toBe(false);
  });

  it('is only planned with --dry-run', async () => {
    await rows();
    const { text } = await run(target, 'confirm', ['A-1=b1'], { dryRun: true });
    expect(text).toContain('nothing is written');
    expect(existsSync(configFile(target))).toBe(false);
  });

  it('is explained by the passes that saw it', async () => {
    const { text } = await run(target, 'explain', [tracker, 'B-1'], asked[1]);
    expect(text).toContain('B-1   with bank   matched: B-1=b2 by named, score ');
    expect(text).toMatch(/named\n {2}B-1=b2 {2}\d+ of 1000, taken: /);
    await expect(run(target, 'explain', [tracker, 'Z-9'], asked[1])).rejects.toMatchObject({
      kind: 'usage',
    });
  });

  it('counts in the evaluation once people have spoken of it', async () => {
    await rows();
    expect((await run(target, 'eval', [tracker], asked[1])).text).toContain('precision unknown');
    await run(target, 'confirm', ['B-1=b2']);
    await run(target, 'confirm', ['A-1=b1']);
    const { text, outcome } = await run(target, 'eval', [tracker], asked[1]);
    expect(text).toContain('2 pairs confirmed, 0 rejected');
    expect(text).toContain('precision 100.0 %   recall 50.0 %');
    expect(text).toContain('1 taken, 1 suggested, 0 missed, 0 wrong');
    expect(outcome).toBe('ok');
    await run(target, 'reject', ['B-1=b2']);
    const wrong = await run(target, 'eval', [tracker], asked[1]);
    expect(wrong.outcome).toBe('findings');
    expect(wrong.text).toContain('wrong B-1=b2');
  });
});

describe('reconcile.yaml', () => {
  const settings = () =>
    yamlReconcile({
      context: { uniqueId: () => 'x' },
      folder: join(target.root, 'config/finance'),
    });

  it('keeps its comments and its order', async () => {
    const text =
      '# ours\naliases:\n  - payment: Quartzite # the reseller\n    entry: Cirrus Data\n';
    configFile(target, text);
    expect(banked((await rows())['C-1'])).toEqual([['named', 'b3']]);
    await run(target, 'confirm', ['B-1=b2']);
    const after = readFileSync(configFile(target), 'utf8');
    expect(after.startsWith(text)).toBe(true);
    expect(after).toContain('confirmed:\n  - entries:\n      - B-1\n');
  });

  it('gives options, and what is built in where it says nothing', async () => {
    expect(await settings().read()).toMatchObject({ options: DEFAULT_OPTIONS });
    const text = [
      'options:',
      '  days_after: 30',
      '  near_percent: 2.5',
      '  fees: [{ name: card, percent: 2.9, fixed: 0.30, currency: USD }]',
      '  taxes: [20, 7.5]',
      '  rates: [{ day: 2026-03-03, from: USD, to: EUR, rate: 0.85 }]',
      'confirmed:',
    ].join('\n');
    configFile(target, text);
    expect(isValid(text)).toBe(true);
    const { options } = await settings().read();
    expect(options).toMatchObject({
      ...{ daysAfter: 30, nearPermille: 25n, taxes: [200_000n, 75_000n] },
      fees: [{ name: 'card', millionths: 29_000n, fixedUnits: 300_000_000_000n }],
      rates: [{ from: 'USD', rate: 850_000_000_000n }],
      daysBefore: DEFAULT_OPTIONS.daysBefore,
    });
  });

  it.each([
    ['aliasses: []', '1:1: unknown key "aliasses" (did you mean "aliases"?)'],
    ['options: { days_after: soon }', '1:24: options.days_after: "soon" is no whole number'],
    ['options: { taxes: [120] }', 'must be a percentage'],
    ['rejected: [{ entry: A }]', 'missing key "payment"'],
    ['options: { rates: [{ day: 2026-02-30, from: USD, to: EUR, rate: 1 }] }', 'no such day'],
    ['confirmed: [{ entries: [], payments: [b] }]', 'must name at least one'],
    ['a: [', 'reconcile.yaml:1:'],
  ])('%s is refused where it stands', async (text, message) => {
    configFile(target, text);
    await expect(run(target, 'reconcile', [tracker], asked[1])).rejects.toThrow(message);
    if (!text.startsWith('a:') && !text.includes('02-30')) expect(isValid(text)).toBe(false);
  });
});

it.each([
  ['eval', 'match-eval', (): readonly string[] => [tracker]],
  ['explain', 'match-explanation', (): readonly string[] => [tracker, 'A-1']],
  ['close', 'close', (): readonly string[] => ['2026-03', tracker]],
] as const)('%s keeps to its schema', async (name, schema, words) => {
  await rows();
  await run(target, 'confirm', ['B-1=b2']);
  const validate = validator(schema);
  validate(await runJson(target, name, words(), asked[1]));
  expect(validate.errors).toBeNull();
  const bad = target.file('tracker.csv', 'Vendor\nA\n');
  validate(await runJson(target, name, words(), asked[1]));
  expect([bad, validate.errors]).toEqual([tracker, null]);
});

it('the log is only added to, and not for a run that says the same', async () => {
  await rows();
  await rows();
  const path = join(target.root, 'data/finance/state.db');
  const count = (): unknown => {
    const database = new DatabaseSync(path, { readOnly: true });
    const row = database.prepare('SELECT count(*) AS n FROM reconcile_runs').get();
    database.close();
    return row?.n;
  };
  expect(count()).toBe(1);
  await run(target, 'reject', ['A-1=b1']);
  await rows();
  expect(count()).toBe(2);
  const database = new DatabaseSync(path);
  expect(() => database.exec("UPDATE reconcile_matches SET content = '{}'")).toThrow('only added');
  database.close();
});

const APRIL = { now: '2026-04-02T09:00:00Z' };

describe('a month', () => {
  it('that is closed tells what moved since, and both closes stay', async () => {
    await chargeMarch(target.root, [1, 2, 3]);
    const own = target.file(
      'own.csv',
      trackerText([{ id: 'O-1', vendor: 'OpenAI', amount: '6.00' }]),
    );
    const first = await run(target, 'close', ['2026-03', own], APRIL);
    expect(first.outcome).toBe('ok');
    expect(first.text).toMatch(/^2026-03 {3}closed {3}1 invoices?, none left over\n/);
    expect(first.text).toMatch(/openai +3 +6\.00 {2}USD/);
    expect((await run(target, 'close', ['2026-03', own], APRIL)).text).toContain('closed already');
    await chargeMarch(target.root, [1, 2, 9]);
    const json = await runJson(target, 'reconcile', [own], APRIL);
    const restated = json.findings.filter((each: { code: string }) => each.code === 'restated');
    expect(restated).toMatchObject([
      { severity: 'warning', subject: '2026-03 openai', difference: '6.00' },
    ]);
    expect(restated[0].message).toContain('of 6.00 USD; now they are 12.00 USD');
    const again = await run(target, 'close', ['2026-03', own], APRIL);
    expect(again.outcome).toBe('findings');
    expect(again.text).toContain('2026-03 was closed on');
    const quiet = await runJson(target, 'reconcile', [own], APRIL);
    expect(JSON.stringify(quiet.findings)).not.toContain('restated');
    const database = new DatabaseSync(join(target.root, 'data/finance/state.db'));
    expect(database.prepare('SELECT month FROM reconcile_closes').all()).toHaveLength(2);
    database.close();
  });

  it('is recorded only of files that read, and only when it is one', async () => {
    const bad = target.file('bad.csv', 'Vendor\nA\n');
    const { text, outcome } = await run(target, 'close', ['2026-03', bad]);
    expect([outcome, text]).toEqual(['findings', expect.stringContaining('have errors')]);
    await expect(run(target, 'close', ['2026-13', tracker])).rejects.toMatchObject({
      kind: 'usage',
    });
    await run(target, 'close', ['2026-03', tracker], { dryRun: true });
    expect(existsSync(join(target.root, 'data/finance/state.db'))).toBe(true);
    expect((await run(target, 'close', ['2026-03', tracker])).text).toContain('   closed   ');
  });

  it('of another tracker is compared by the ledger only', async () => {
    await chargeMarch(target.root, [6]);
    const cells = { id: 'O-1', vendor: 'OpenAI', amount: '6.00' };
    const own = target.file('own.csv', trackerText([cells]));
    await run(target, 'close', ['2026-03', own], APRIL);
    const other = target.file('other.csv', trackerText([cells, { id: 'O-2', amount: '9.00' }]));
    const json = await runJson(target, 'reconcile', [other], APRIL);
    expect(JSON.stringify(json.findings)).not.toContain('restated');
    const moved = target.file('own.csv', trackerText([cells, { id: 'O-2', amount: '9.00' }]));
    const now = await runJson(target, 'reconcile', [moved], APRIL);
    expect(now.findings.map((each: { subject: string }) => each.subject)).toContain(
      '2026-03 invoices',
    );
  });
});
