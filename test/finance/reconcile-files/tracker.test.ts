/** The tracker: what it says, what is wrong with it, and that writing touches what was asked. */
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTracker, writeTracker } from '../../../packs/finance/adapters/tracker-csv/tracker.ts';
import { formatDay } from '../../../packs/finance/core/day.ts';
import { formatExact } from '../../../packs/finance/core/money.ts';
import type { TrackerChange } from '../../../packs/finance/core/reconcile/tracker.ts';

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../fixtures/reconcile/${name}`, import.meta.url)));
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

const HEAD = 'Invoice ID,Vendor,Invoice Date,Due Date,Amount (USD),Status,Reconciled,Notes';
const said = (text: string): string[] =>
  readTracker(bytesOf(text), 't.csv').problems.map((it) => {
    const hint = it.hint === undefined ? '' : `; ${it.hint}`;
    return `${it.severity} ${it.line}:${it.column} ${it.message}${hint}`;
  });

describe('the default layout', () => {
  const tracker = readTracker(fixture('tracker.csv'), 'tracker.csv');

  it('gives its invoices, each in its own currency', () => {
    expect(tracker.problems).toEqual([]);
    const rows = tracker.invoices.map((it) => [
      it.id,
      it.party,
      formatExact(it.units),
      it.currency,
    ]);
    expect(rows).toEqual([
      ['T-001', 'Northwind Hosting', '5.00', 'USD'],
      ['T-002', 'Contoso AI', '1112.60', 'USD'],
      ['T-003', 'Fabrikam', '0.00', 'USD'],
      ['T-004', 'Tailspin', '15.00', 'GBP'],
    ]);
    expect(tracker.invoices[0]).toMatchObject({
      kind: 'invoice',
      references: ['T-001'],
      text: 'API · Starter, monthly',
      status: 'Paid',
      method: 'Card',
      budgetLine: 'Infrastructure',
      reconciled: 'Yes',
      notes: 'Starter, monthly',
      row: 0,
      place: { file: 'tracker.csv', line: 2 },
      otherAmounts: [{ currency: 'GBP', units: 3_940_000_000_000n }],
    });
    expect(tracker.invoices[2]).toMatchObject({ status: undefined, dueDay: undefined });
    expect(formatDay(tracker.invoices[3]!.dueDay!)).toBe('2026-12-14');
  });

  it('gives its sections, known or not', () => {
    const kinds = tracker.sections.map(({ title, kind, rows }) => [title, kind, rows.length]);
    expect(kinds).toEqual([
      ['SUMMARY SECTION', 'summary', 1],
      ['VENDOR SUMMARY', 'vendors', 1],
      ['BUDGET RECONCILIATION', 'budget', 2],
      ['PAYMENT SCHEDULE', 'schedule', 1],
      ['ON CALL', 'text', 1],
    ]);
    expect(tracker.summary[0]).toMatchObject({
      invoiced: 1_136_600_000_000_000n,
      variance: -363_400_000_000_000n,
      variancePercent: '-24.2%',
    });
    expect(tracker.vendors[0]).toMatchObject({ monthlyAverage: 5_000_000_000_000n });
    expect(tracker.budget.map(({ isTotal }) => isTotal)).toEqual([false, true]);
    expect(tracker.schedule[0]).toMatchObject({ isAutomatic: true, frequency: 'Monthly' });
    expect(tracker.sections[4]).toMatchObject({
      columns: ['Who', 'When'],
      rows: [{ cells: ['Somebody', 'Weekends'], place: { line: 26 } }],
    });
  });
});

it('goes on after a blank line where invoices do', () => {
  const rows = ['A,V,2025-12-01,,5,,,', '', ',,,,,,,', 'B,V,2025-12-02,,6,,,', '', 'NOTES', 'a,b'];
  const tracker = readTracker(bytesOf([HEAD, ...rows].join('\n')), 't.csv');
  expect(tracker.invoices.map(({ id, row, place }) => [id, row, place.line])).toEqual([
    ['A', 0, 2],
    ['B', 1, 5],
  ]);
  expect(tracker.sections.map(({ title }) => title)).toEqual(['NOTES']);
  const written = writeTracker(tracker, new Map([[1, { notes: 'x' }]]));
  expect(textOf(written)).toContain('B,V,2025-12-02,,6,,,x\n');
});

it('tells of a second table of invoices, which it does not read', () => {
  const rows = ['A,V,2025-12-01,,5,,,', '', 'JANUARY', HEAD, 'B,V,2026-01-02,,6,,,'];
  expect(said([HEAD, ...rows].join('\n'))[0]).toContain(
    'warning 4:1 the section "JANUARY" has the columns of invoices and is not read',
  );
});

it('is read as a spreadsheet saves it', () => {
  const tracker = readTracker(fixture('tracker-spreadsheet.csv'), 's.csv');
  expect(tracker.problems).toEqual([]);
  const rows = tracker.invoices.map((it) => [it.id, it.kind, formatExact(it.units), it.dueDay]);
  expect(rows).toEqual([
    ['R-1', 'invoice', '12.50', 20453],
    ['R-2', 'credit_note', '-4.00', undefined],
  ]);
  expect(tracker.sections).toMatchObject([
    {
      title: 'NOTES',
      columns: ['Entry Date', 'Note'],
      rows: [{ cells: ['2025-12-28', 'Kept by hand — €'] }],
    },
  ]);
});

describe('what is wrong is told with its place and what to write', () => {
  it.each([
    ['5,00', 'Amount (USD): "5,00" has a comma before its decimals; write 5.00'],
    ['1.234,56', 'Amount (USD): "1.234,56" has a comma before its decimals; write 1234.56'],
    ['1,234', 'Amount (USD): "1,234" could be thousands or decimals; write 1234.00 or 1.234'],
    ['£5', 'Amount (USD): "£5" says £ where the currency is USD; write it in USD'],
    ['9'.repeat(30), `Amount (USD): "${'9'.repeat(30)}" has more than 18 digits`],
  ])('amount %s', (amount, expected) => {
    const [only, ...more] = said(`${HEAD}\nA,Café,2025-12-01,,"${amount}",,,\n`);
    expect(only).toContain(`error 2:20 ${expected}`);
    expect(more).toEqual([]);
  });

  it.each([
    ['2025-02-30', '"2025-02-30" is no day of the calendar'],
    ['01/12/2025', '"01/12/2025" is no date like 2025-12-31'],
  ])('date %s', (date, expected) => {
    expect(said(`${HEAD}\nA,B,${date},,5,,,\n`)[0]).toContain(
      `error 2:5 Invoice Date: ${expected}`,
    );
  });

  it('cells that are missing, rows too short and too long, all at once', () => {
    const rows = [
      'A,,2025-12-01,,5,,,',
      'B,V,,,5,,,',
      'C,V,2025-12-01,,,,,',
      'D,V',
      'E,V,2025-12-01,,5,,,,x',
    ];
    expect(said([HEAD, ...rows].join('\n')).map((it) => it.split(';')[0])).toEqual([
      'error 2:1 the invoice has no Vendor',
      'error 3:1 the invoice has no Invoice Date',
      'error 4:1 the invoice has no Amount',
      'error 5:1 the row has 2 cells, the header has 8',
      'error 6:22 the row has 9 cells, the header has 8',
    ]);
  });

  it('columns that are missing, misspelt or there twice', () => {
    expect(said('Vendr,Invoice Date,Amount (USD)\n')[0]).toContain(
      'lacks Vendor (is "Vendr" for Vendor?)',
    );
    expect(said('Vendor,Supplier,Date,Amount\n')[0]).toContain(
      '1:8 column "Supplier" is there twice',
    );
    expect(said('a,b\n1,2\n')[0]).toContain('the header lacks Vendor, Invoice Date, Amount (USD)');
  });

  it('an amount in no currency, in another, in one that is none', () => {
    const head = 'Vendor,Date,Amount,Currency';
    expect(said(`${head}\nV,2025-12-01,5,`)[0]).toContain('nothing says the currency');
    expect(said(`${head}\nV,2025-12-01,5,US`)[0]).toContain('2:16 Currency: "US" is no currency');
    expect(said('Vendor,Date,Amount (USD),Currency\nV,2025-12-01,5,EUR')[0]).toContain(
      'the row is in EUR, and no column has its amount in that',
    );
  });

  it('a number that is there twice is a warning, and ids stay unique', () => {
    const text = `${HEAD}\nA,V,2025-12-01,,5,,,\nA,V,2025-12-02,,6,,,\n,V,2025-12-02,,6,,,`;
    const tracker = readTracker(bytesOf(text), 't.csv');
    expect(tracker.invoices.map(({ id }) => id)).toEqual(['A', 'A:3', 't.csv:4']);
    expect(said(text)).toEqual(['warning 3:1 invoice A is also in line 2']);
  });

  it('a file that is cut in a quoted cell', () => {
    expect(said(`${HEAD}\nA,V,2025-12-01,,5,,,"cut`)[0]).toContain('2:21 the quote that is opened');
  });

  it('no more than a person reads', () => {
    expect(said(`${HEAD}\n${'A,V,x,,5,,,\n'.repeat(5000)}`)).toHaveLength(100);
  });
});

describe('writing', () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', ' ', 'é', '😀', '='),
  });
  const change: fc.Arbitrary<TrackerChange> = fc.record(
    { reconciled: cell, notes: cell },
    { requiredKeys: [] },
  );

  it.each(['tracker.csv', 'tracker-spreadsheet.csv'])(
    'nothing into %s gives the same bytes',
    (name) => {
      const bytes = fixture(name);
      expect(writeTracker(readTracker(bytes, name), new Map())).toBe(bytes);
      const same = readTracker(bytes, name);
      const own = same.invoices.map(({ row }) => [row, {}] as const);
      expect(writeTracker(same, new Map(own))).toBe(bytes);
    },
  );

  it.each(['tracker.csv', 'tracker-spreadsheet.csv'])(
    'into %s changes the asked cells alone',
    (name) => {
      const tracker = readTracker(fixture(name), name);
      const rows = tracker.invoices.map(({ row }) => row);
      const changes = fc.dictionary(fc.constantFrom(...rows.map(String)), change);
      fc.assert(
        fc.property(changes, (asked) => {
          const map = new Map(Object.entries(asked).map(([row, it]) => [Number(row), it]));
          const written = readTracker(writeTracker(tracker, map), name);
          const { reconciledAt, notesAt } = tracker.main;
          const kept = (from: typeof tracker) =>
            from.main.rows.map(({ cells }) => cells.map(({ text }) => text));
          const expected = kept(tracker);
          for (const [row, { reconciled, notes }] of map) {
            if (reconciled !== undefined) expected[row]![reconciledAt!] = reconciled;
            if (notes !== undefined) expected[row]![notesAt!] = notes;
          }
          expect(kept(written)).toEqual(expected);
          expect(written.sections.map(({ rows: _, place: __, ...it }) => it)).toEqual(
            tracker.sections.map(({ rows: _, place: __, ...it }) => it),
          );
          // Whatever was changed, putting it back gives the file as it was, but for quotes.
          const before = new Map(
            [...map.keys()].map((row) => {
              const cells = tracker.main.rows[row]!.cells;
              return [
                row,
                { reconciled: cells[reconciledAt!]!.text, notes: cells[notesAt!]!.text },
              ];
            }),
          );
          const back = readTracker(writeTracker(written, before), name);
          expect(kept(back)).toEqual(kept(tracker));
        }),
        { numRuns: 200 },
      );
    },
  );

  it('leaves every other byte as it was: spaces, line ends, a missing last one', () => {
    const text = `\ufeff${HEAD}\r\n A ,V, 2025-12-01,,5.00 ,,No , x \nB,V,2025-12-01,,5,,,`;
    const tracker = readTracker(bytesOf(text), 't.csv');
    const written = writeTracker(
      tracker,
      new Map([
        [0, { notes: 'a, "b"' }],
        [1, { reconciled: 'Yes' }],
      ]),
    );
    expect(textOf(written)).toBe(
      `\ufeff${HEAD}\r\n A ,V, 2025-12-01,,5.00 ,,No ,"a, ""b"""\nB,V,2025-12-01,,5,,Yes,`,
    );
  });

  it('keeps windows-1252, and refuses what it does not have', () => {
    const bytes = Uint8Array.from([
      ...bytesOf(`${HEAD}\nA,Caf`),
      0xe9,
      ...bytesOf(',2025-12-01,,5,,,'),
    ]);
    const tracker = readTracker(bytes, 't.csv', 'windows-1252');
    expect(tracker.invoices[0]?.party).toBe('Café');
    expect([...writeTracker(tracker, new Map([[0, { notes: '€' }]]))].at(-1)).toBe(0x80);
    expect(() => writeTracker(tracker, new Map([[0, { notes: '😀' }]]))).toThrow(RangeError);
  });

  it('refuses rows and columns that are not there', () => {
    const tracker = readTracker(bytesOf('Vendor,Date,Amount (USD)\nV,2025-12-01,5'), 't.csv');
    expect(() => writeTracker(tracker, new Map([[0, { notes: 'x' }]]))).toThrow(
      'no column for notes',
    );
    expect(() => writeTracker(tracker, new Map([[7, { notes: 'x' }]]))).toThrow('no row 7');
  });
});

const REAL = new URL('../../../../shared/data/intelliflow/invoice-tracker.csv', import.meta.url);

it.skipIf(!existsSync(REAL))('the tracker in use reads whole, and is written back as it is', () => {
  const bytes = new Uint8Array(readFileSync(REAL));
  const tracker = readTracker(bytes, 'invoice-tracker.csv');
  expect(tracker.problems).toEqual([]);
  expect(tracker.invoices).toHaveLength(10);
  const total = tracker.invoices.reduce((sum, { units }) => sum + units, 0n);
  expect(formatExact(total)).toBe('155.40');
  expect(formatExact(tracker.budget.at(-1)!.actual!)).toBe('156.65');
  expect(tracker.sections).toHaveLength(6);
  expect(writeTracker(tracker, new Map())).toBe(bytes);
});
