/** `finance reconcile` over real files and a real ledger. */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseUnits } from '../../../packs/finance/core/money.ts';
import { bytesBelow, type Deployment, deployment, SHARED } from '../../support/finance.ts';
import {
  BANK_MAPPING,
  demoLedger,
  reportsOf,
  reportText,
  run,
  runJson,
} from '../../support/reconcile-command.ts';
import { trackerText } from '../../support/tracker.ts';

const REAL = join(SHARED, 'intelliflow/invoice-tracker.csv');
const SCHEMA = new URL('../../../schemas/finance/reconciliation.schema.json', import.meta.url);

function validator() {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  formats.default(ajv);
  return ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));
}

// biome-ignore lint/suspicious/noExplicitAny: parts of the JSON of the command.
type Json = any;

function reasonsOf(json: Json, id: string): Json[] {
  return json.rows.find((row: Json) => row.id === id).reasons;
}

const textsOf = (evidence: Json[]): string => evidence.map(({ text }) => text).join('\n');

function expectFooting(json: Json): void {
  const exact = (text: string) => parseUnits(text);
  for (const { count, amount, parts } of json.summary.sides) {
    expect(parts.reduce((n: number, part: Json) => n + part.count, 0)).toBe(count);
    const sum = parts.reduce((n: bigint, part: Json) => n + exact(part.amount), 0n);
    expect(sum).toBe(exact(amount));
  }
}

describe.skipIf(!existsSync(REAL))('the real tracker beside the demo ledger', () => {
  let target: Deployment;
  let path: string;
  let json: Json;
  beforeEach(async () => {
    target = await demoLedger();
    path = target.file('invoice-tracker.csv', readFileSync(REAL));
    json = await runJson(target, 'reconcile', [path]);
  }, 60_000);

  it('is told of what the ledger says otherwise, and keeps to its schema', () => {
    const validate = validator();
    validate(json);
    expect(validate.errors).toBeNull();
    expect(json.status).toBe('left_over');
    const said = [
      ['INV-2025-001', '-15.00', 'charged 5.00 USD a week'],
      ['INV-2025-002', '-11.05', '123.65 USD billed from 2025-12-01 to 2025-12-28'],
      ['INV-2025-002', '-11.05', '2025-W49 25.00, 2025-W50 32.00, 2025-W51 38.50, 2025-W52 28.15'],
      ['INV-2025-003', '-12.00', 'charged 4.00 USD a week'],
    ];
    for (const [id, difference, why] of said) {
      const [reason, ...others] = reasonsOf(json, id!);
      expect(reason).toMatchObject({ code: 'amount_differs', with: 'ledger', difference });
      expect(textsOf(reason.evidence)).toContain(why);
      expect(others.every((each: Json) => each.settled)).toBe(true);
    }
    const told = json.findings.map((each: Json) => [each.code, each.subject, each.difference]);
    expect(told).toEqual([
      ['arithmetic', 'Infrastructure', '1.25'],
      ['arithmetic', 'Total', '1.25'],
      ['due_date_past', 'Railway', null],
      ['due_date_past', 'OpenAI', null],
      ['due_date_past', 'GitHub', null],
    ]);
    const renewal = json.findings.filter((each: Json) =>
      textsOf(each.evidence).includes('INV-2025-009'),
    );
    expect(renewal).toHaveLength(2);
    expectFooting(json);
    expect(json.summary.sides).toMatchObject([
      { side: 'tracker', amount: '155.40', count: 10 },
      { side: 'ledger', amount: '193.05' },
    ]);
  });

  it('tells the difference of a row that is within the tolerance', async () => {
    expect(reasonsOf(json, 'INV-2025-010')).toMatchObject([
      { code: 'rounding', difference: '0.40', settled: true },
    ]);
    const { text } = await run(target, 'reconcile', [path], { dryRun: true });
    expect(text).toContain('INV-2025-010 is reconciled with ledger, rounding +0.40 USD');
  });

  it('writes a copy that differs in Reconciled and Notes only, and the same again', async () => {
    const { outcome, err } = await run(target, 'reconcile', [path]);
    expect(outcome).toBe('findings');
    expect(err).toContain('invoice-tracker-reconciled.csv');
    const before = readFileSync(REAL, 'utf8').split('\n');
    const copy = reportText(target, 'invoice-tracker-reconciled.csv')!;
    const after = copy.split('\n');
    expect(after).toHaveLength(before.length);
    const changed = before.flatMap((line, i) => (line === after[i] ? [] : [i]));
    expect(changed).toEqual([1, 2, 3]);
    for (const i of changed) {
      const [kept] = before[i]!.split(',Yes,');
      expect(after[i]!.startsWith(`${kept},No,`)).toBe(true);
      expect(after[i]).toMatch(/\[brctl: amount_differs -\d+\.\d\d USD: [^\]]+\]"?$/);
    }
    expect(readFileSync(path)).toEqual(readFileSync(REAL));
    const first = bytesBelow(reportsOf(target));
    await run(target, 'reconcile', [path]);
    expect(bytesBelow(reportsOf(target))).toEqual(first);
    const again = target.file('again.csv', copy);
    await run(target, 'reconcile', [again]);
    expect(reportText(target, 'again-reconciled.csv')).toBe(copy);
  });

  it('writes in place when asked, once', async () => {
    await run(target, 'reconcile', [path]);
    const own = target.file('own.csv', readFileSync(REAL));
    const flags = { 'in-place': true };
    expect((await run(target, 'reconcile', [own], { flags })).err).toContain(own);
    const written = readFileSync(own, 'utf8');
    expect(written).toBe(reportText(target, 'invoice-tracker-reconciled.csv'));
    expect((await run(target, 'reconcile', [own], { flags })).err).not.toContain(`saved ${own}`);
    expect(readFileSync(own, 'utf8')).toBe(written);
    expect(existsSync(join(reportsOf(target), 'own-reconciled.csv'))).toBe(false);
  });

  it('says the same of every row in any order of rows', async () => {
    const [header, ...lines] = readFileSync(REAL, 'utf8').split('\n');
    const [rows, rest] = [lines.slice(0, 10), lines.slice(10)];
    const turned = target.file('turned.csv', [header, ...rows.reverse(), ...rest].join('\n'));
    const other = await runJson(target, 'reconcile', [turned], { dryRun: true });
    const plain = ({ line: _, ...row }: Json) => JSON.stringify(row).replace(/line \d+/g, 'line');
    const sorted = (all: Json[]) => all.map(plain).sort();
    expect(sorted(other.rows)).toEqual(sorted(json.rows));
    expect(other.summary).toEqual(json.summary);
  });

  it('lists what is left over as CSV, and prints it as Markdown', async () => {
    const csv = reportText(target, 'invoice-tracker-exceptions.csv')!;
    const lines = csv.trimEnd().split('\n');
    expect(lines[0]).toBe('row,reason,difference,currency,evidence,suggestion');
    expect(lines.slice(1).map((line) => line.split(',').slice(0, 4).join(','))).toEqual([
      'INV-2025-001,amount_differs,-15.00,USD',
      'INV-2025-002,amount_differs,-11.05,USD',
      'INV-2025-003,amount_differs,-12.00,USD',
      'Infrastructure,arithmetic,1.25,USD',
      'Total,arithmetic,1.25,USD',
      'Railway,due_date_past,,USD',
      'OpenAI,due_date_past,,USD',
      'GitHub,due_date_past,,USD',
    ]);
    const md = await run(target, 'reconcile', [path], { format: 'md', dryRun: true });
    expect(md.text).toContain('| INV-2025-002 | OpenAI | 112.60 USD | differs |');
    const table = await run(target, 'reconcile', [path], { dryRun: true, width: 80 });
    expect(
      Math.max(
        ...table.text
          .split('\n')
          .slice(1)
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(100);
  });
});

describe('nothing is written', () => {
  const bad: readonly (readonly [string, string | Buffer, string])[] = [
    ['an amount in doubt', 'Vendor,Invoice Date,Amount (USD)\nA,2025-12-01,"1.234,56"\n', ':2:14:'],
    ['a missing column', 'Vendor,Amount (USD)\nA,1.00\n', ':1:'],
    ['a cut quote', 'Vendor,Invoice Date,Amount (USD)\n"A,2025-12-01,1.00\n', ':2:1:'],
    ['another encoding', Buffer.from([0x56, 0xe9, 0x0a]), 'UTF-8'],
    ['an empty file', '', 'empty'],
  ];
  it.each(bad)('for %s', async (_, content, place) => {
    const target = deployment();
    const path = target.file('bad.csv', content);
    const { text, outcome, err } = await run(target, 'reconcile', [path]);
    expect(outcome).toBe('findings');
    expect(text).toContain('nothing reconciled');
    expect(text).toContain(place);
    expect(err).toBe('');
    expect(existsSync(reportsOf(target))).toBe(false);
    const validate = validator();
    validate(await runJson(target, 'reconcile', [path]));
    expect(validate.errors).toBeNull();
  });

  it('for a bank file with an error, and all problems are told', async () => {
    const target = deployment();
    const path = target.file('t.csv', trackerText([{}]));
    const bank = target.file('b.csv', `Ref,Date,Text,Amount,Currency\nx,2026-02-31,A,oops,USD\n`);
    const mapping = target.file('b.yaml', BANK_MAPPING);
    const flags = { bank: [bank], mapping: [mapping], 'in-place': true };
    const { text } = await run(target, 'reconcile', [path], { flags });
    expect(text).toContain(':2:3:');
    expect(text).toContain(':2:16:');
    expect(readFileSync(path, 'utf8')).toBe(trackerText([{}]));
  });

  it('with --dry-run', async () => {
    const target = deployment();
    const path = target.file('t.csv', trackerText([{}]));
    const { text } = await run(target, 'reconcile', [path], { dryRun: true });
    expect(text).toContain('not_in_ledger');
    expect(bytesBelow(join(target.root, 'data'))).toEqual({});
    expect(readFileSync(path, 'utf8')).toBe(trackerText([{}]));
  });
});

it('a tracker without the columns to write is reconciled all the same', async () => {
  const target = deployment();
  const text = 'Vendor,Invoice Date,Amount (USD)\nAcme,2025-12-01,5.00\n';
  const path = target.file('short.csv', text);
  const { err, outcome } = await run(target, 'reconcile', [path]);
  expect(outcome).toBe('findings');
  expect(err).toContain('has no column for reconciled');
  expect(reportText(target, 'short-reconciled.csv')).toBe(text);
  const noted = target.file(
    'noted.csv',
    text.replace('USD)', 'USD),Notes').replace('5.00', '5.00,x'),
  );
  expect((await run(target, 'reconcile', [noted])).err).toContain('has no column for reconciled');
  expect(reportText(target, 'noted-reconciled.csv')).toContain(
    ',"x [brctl: status_contradicts: line 2 has an amount and no status, none; not_in',
  );
});

it('a ledger without charges of the month is said to be the reason', async () => {
  const target = deployment();
  const path = target.file('t.csv', trackerText([{}]));
  const json = await runJson(target, 'reconcile', [path], { dryRun: true });
  expect(json.findings).toMatchObject([{ code: 'not_covered', subject: '2026-03' }]);
});

it('keeps a remark at the end of what a person wrote, and takes it back', async () => {
  const target = await demoLedger();
  const cells = { id: 'R-1', vendor: 'Railway', date: '2025-12-01', due: '2025-12-15' };
  const wrong = target.file('r.csv', trackerText([{ ...cells, amount: '5.00' }]));
  const flags = { 'in-place': true };
  await run(target, 'reconcile', [wrong], { flags });
  const marked = readFileSync(wrong, 'utf8');
  expect(marked).toContain(',No,"as kept [brctl: amount_differs -15.00 USD: ');
  writeFileSync(wrong, marked.replace(',5.00,', ',20.00,'));
  await run(target, 'reconcile', [wrong], { flags });
  expect(readFileSync(wrong, 'utf8')).toMatch(/,Yes,"?as kept"?\n/);
  copyFileSync(wrong, `${wrong}.kept`);
  await run(target, 'reconcile', [wrong], { flags });
  expect(readFileSync(wrong)).toEqual(readFileSync(`${wrong}.kept`));
}, 30_000);
