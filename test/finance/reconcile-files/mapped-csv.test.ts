/** Any CSV by a mapping: what it gives, what is wrong in the mapping, and what in the file. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  readMappedBank,
  readMappedInvoices,
} from '../../../packs/finance/adapters/mapped-csv/mapped-csv.ts';
import { readMapping } from '../../../packs/finance/adapters/mapped-csv/mapping.ts';
import { formatDay } from '../../../packs/finance/core/day.ts';
import { formatExact } from '../../../packs/finance/core/money.ts';
import { type BankRule, bankRules } from '../../../packs/finance/core/reconcile/bank-rule.ts';
import type { Item } from '../../../packs/finance/core/reconcile/item.ts';

const ROOT = new URL('../../../', import.meta.url);
const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`fixtures/reconcile/${name}`, ROOT)));
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const schema: object = JSON.parse(
  readFileSync(new URL('schemas/finance/reconcile-mapping.schema.json', ROOT), 'utf8'),
);
const fits = new Ajv2020({ strict: false }).compile(schema);

function mappingOf(text: string) {
  const { mapping, problems } = readMapping(bytesOf(text), 'm.yaml');
  return { mapping, said: problems.map((it) => `${it.line}:${it.column} ${it.message}`) };
}

const shown = (items: readonly Item[]) =>
  items.map((it) => [
    it.id,
    it.kind,
    formatDay(it.day),
    formatExact(it.units),
    it.currency,
    it.party,
  ]);

it('reads invoices in the style of their country', () => {
  const { mapping, problems } = readMapping(fixture('invoices-mapped.yaml'), 'm.yaml');
  expect(problems).toEqual([]);
  const read = readMappedInvoices(fixture('invoices-mapped.csv'), 'i.csv', { mapping })!;
  expect(read.problems).toEqual([]);
  expect(shown(read.invoices)).toEqual([
    ['4711', 'invoice', '2025-12-31', '1234.56', 'EUR', 'Muster GmbH'],
    ['4712', 'credit_note', '2025-12-01', '-19.90', 'EUR', 'Beispiel AG'],
  ]);
  expect(read.invoices[1]).toMatchObject({
    references: ['4712'],
    text: 'Gutschrift zu 4700',
    place: { file: 'i.csv', line: 4 },
  });
});

it('reads the lines of a bank, and what its rules say of them', () => {
  const { mapping, problems } = readMapping(fixture('bank.yaml'), 'm.yaml');
  expect(problems).toEqual([]);
  const read = readMappedBank(fixture('bank.csv'), 'b.csv', { mapping })!;
  expect(read.problems).toEqual([]);
  expect(shown(read.statements[0]!.items)).toEqual([
    ['b.csv:2', 'payment', '2025-12-10', '5.00', 'GBP', 'NORTHWIND HOSTING'],
    ['b.csv:3', 'payout', '2025-12-11', '-97.00', 'GBP', 'Stripe'],
    ['b.csv:4', 'fee', '2025-12-12', '2.50', 'GBP', 'The bank'],
  ]);
  expect(read.skipped).toEqual([{ file: 'b.csv', line: 5 }]);
});

const BANK = 'kind: bank\ncurrency: EUR\ncolumns: { date: Date, text: Text, amount: Amount }\n';

describe('a bank that signs its amounts', () => {
  it.each([
    ['', '-5.00', '5.00', 'payment'],
    ['', '5.00', '-5.00', 'refund'],
    ['sign: owed_positive\n', '5.00', '5.00', 'payment'],
  ])('%s%s is %s, a %s', (more, amount, units, kind) => {
    const { mapping } = mappingOf(BANK + more);
    const file = bytesOf(`Date,Text,Amount\n2025-12-01,x,${amount}\n`);
    const read = readMappedBank(file, 'b.csv', { mapping })!;
    expect(read.statements[0]!.items[0]).toMatchObject({ kind, party: 'x' });
    expect(formatExact(read.statements[0]!.items[0]!.units)).toBe(units);
  });

  it('has what is wrong told, all at once', () => {
    const { mapping } = mappingOf(BANK);
    const rows = [
      '2025-13-01,x,5',
      '2025-12-01,x,"5,00"',
      '2025-12-01,x',
      '2025-12-01,x,5,6',
      ',x,5',
      '2025-12-01,x,',
    ];
    const read = readMappedBank(bytesOf(['Date,Text,Amount', ...rows].join('\n')), 'b.csv', {
      mapping,
    })!;
    expect(read.problems.map((it) => `${it.line}:${it.column} ${it.message}`)).toEqual([
      '2:1 date: "2025-13-01" is no day in the form YYYY-MM-DD',
      '3:14 amount: "5,00" has a comma before its decimals',
      '4:1 the row has 2 cells, the header has 3',
      '5:16 the row has 4 cells, the header has 3',
      '6:1 the row has no date',
      '7:1 the row has no amount',
    ]);
  });

  it('has a header that lacks a column told, with the one that is meant', () => {
    const { mapping } = mappingOf(BANK);
    const read = readMappedBank(bytesOf('Date,Texts,Amount\n'), 'b.csv', { mapping })!;
    expect(read.problems[0]!.message).toBe(
      'the header lacks "Text", mapped to text (is it "Texts"?)',
    );
  });
});

describe('what is wrong in a mapping', () => {
  it.each([
    ['', 'is empty'],
    ['# nothing', '1:1 must be a map of keys and values'],
    ['\0', 'holds a NUL byte'],
    ['colums: { date: D }', '1:1 unknown key "colums" (did you mean "columns"?)'],
    ['columns: { date: D, amount: A }', '1:10 columns: missing party'],
    [
      'columns: { date: D, amount: A, party: P, paid_in: I }',
      'columns: has amount and paid_out or paid_in',
    ],
    [
      'columns: { dat: D, amount: A, party: P }',
      '1:12 columns: unknown key "dat" (did you mean "date"?)',
    ],
    ['columns: { date: [D, E], amount: A, party: P }', 'columns.date: is one column'],
    [`${BANK}date: DD/MM`, '4:7 date: "DD/MM" is no form of a date'],
    [`${BANK}decimal: ";"`, '4:10 decimal: ";" is none of ".", ","'],
    [`${BANK}sign: negative`, 'sign: "negative" is none of "owed_positive", "owed_negative"'],
    [`${BANK}skip: many`, '4:7 skip: "many" is no count of lines up to 1000'],
    [`${BANK}currency: EUR`, '4:1 this key is given twice'],
    ['kind: bank\ncurrency: EURO\nrules: []', '2:11 currency: "EURO" is no currency'],
    [`${BANK}rules: [{ party: x }]`, '4:9 rules[0]: a rule has one of if, contains, starts_with'],
    [`${BANK}rules: [{ if: a, contains: b, party: x }]`, 'a rule has one of'],
    [`${BANK}rules: [{ if: a }]`, 'rules[0]: says nothing of the line'],
    [`${BANK}rules: [{ if: a, skip: true, party: x }]`, 'skips the line and says more of it'],
    [`${BANK}rules: [{ if: "a*", party: "{2}" }]`, '{2} stands for no * of the glob'],
    [
      `${BANK}rules: [{ if: a, kind: fees }]`,
      'kind: "fees" is none of "payment", "refund", "fee", "payout" (did you mean "fee"?)',
    ],
    ['a: [', 'Flow sequence'],
    ['a: &a [*a]', 'unknown key "a"'],
  ])('%j: %s', (text, expected) => {
    const { mapping, said } = mappingOf(text);
    expect(mapping).toBeUndefined();
    expect(said.join('\n')).toContain(expected);
  });

  it('is bounded, however deep it is nested', () => {
    expect(mappingOf('['.repeat(200_000)).said).toEqual(['1:1 is nested too deep']);
    expect(mappingOf(`a: ${'x'.repeat(300_000)}`).said[0]).toContain('is larger than 256 KiB');
  });

  it('is found by the schema as well, where a schema can', () => {
    for (const name of ['bank.yaml', 'invoices-mapped.yaml']) {
      expect(fits(parse(new TextDecoder().decode(fixture(name))))).toBe(true);
    }
    for (const text of [
      'columns: { date: D }\nfoo: 1',
      'kind: bank',
      `${BANK}rules: [{ party: x }]`,
    ]) {
      expect(fits(parse(text))).toBe(false);
    }
  });
});

describe('a rule', () => {
  const item: Item = {
    id: '1',
    kind: 'payment',
    day: 0 as Item['day'],
    dueDay: undefined,
    units: 1n,
    currency: 'EUR',
    party: '',
    text: '',
    references: [],
    place: { file: 'b', line: 1 },
  };
  const rule = (test: BankRule['test'], pattern: string): BankRule => ({
    test,
    patterns: [pattern],
    party: '{1}|{2}',
    kind: undefined,
    reference: undefined,
    isSkipped: false,
  });
  const party = (test: BankRule['test'], pattern: string, text: string): string | undefined => {
    const found = bankRules([rule(test, pattern)])({ ...item, text })!.party;
    return found === '' ? undefined : found;
  };

  it.each([
    ['CARD * ON *', 'card Northwind on 5 Dec', 'Northwind|5 Dec'],
    ['*', 'anything', 'anything|'],
    ['a*b*a', 'a x b y a', 'x|y'],
    ['?b*', 'abc', 'c|'],
    ['ab', 'AB', '|'],
    ['a  b*', 'a b c', 'c|'],
  ])('%s fits %s', (pattern, text, expected) => {
    expect(party('if', pattern, text)).toBe(expected);
  });

  it.each([
    ['ab', 'abc'],
    ['a*b*a', 'a b'],
    ['*aa*a', 'aa'],
    ['?', ''],
  ])('%s does not fit %s', (pattern, text) => {
    expect(party('if', pattern, text)).toBeUndefined();
  });

  it('fits what a glob by definition fits', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    const glob = fc.string({
      unit: fc.constantFrom('a', 'b', '*', '?'),
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(glob, text, (pattern, given) => {
        const form = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
        expect(party('if', pattern, given) !== undefined).toBe(form.test(given));
      }),
      { numRuns: 3000 },
    );
  });

  it('takes no longer for a text that is made to be slow', () => {
    const start = performance.now();
    party('if', `${'a*'.repeat(200)}b`, 'a'.repeat(60_000));
    party('if', `*${'?'.repeat(500)}b`, 'a'.repeat(60_000));
    expect(performance.now() - start).toBeLessThan(500);
  });
});

it('reads 100,000 lines in less than two seconds', () => {
  const { mapping } = readMapping(fixture('bank.yaml'), 'm.yaml');
  const lines = Array.from(
    { length: 100_000 },
    (_, i) =>
      `${String((i % 28) + 1).padStart(2, '0')}/12/2025,CARD 1234 VENDOR ${i} LONDON,${i}.25,,1.00`,
  );
  const bytes = bytesOf(['Date,Description,Money Out,Money In,Balance', ...lines].join('\r\n'));
  // Of the processor: others may be at work on it.
  const start = process.cpuUsage();
  const read = readMappedBank(bytes, 'b.csv', { mapping })!;
  const { user, system } = process.cpuUsage(start);
  expect(read.statements[0]!.items).toHaveLength(100_000);
  expect((user + system) / 1000).toBeLessThan(2000);
});
