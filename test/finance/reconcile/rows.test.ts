/** What a reconciliation says of rows beside bank lines. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readTracker,
  type Tracker,
  writeTracker,
} from '../../../packs/finance/adapters/tracker-csv/tracker.ts';
import { parseDay } from '../../../packs/finance/core/day.ts';
import { formatScaled, parseUnits } from '../../../packs/finance/core/money.ts';
import { reconcile } from '../../../packs/finance/core/reconcile/reconcile.ts';
import { HOSTING, inputOf, told } from '../../support/reconcile-scene.ts';

describe('beside the bank', () => {
  it('an invoice is paid by one line', () => {
    const lines = ['b1 2026-03-03 ACME HOSTING 10.00 USD'];
    expect(told([{ id: 'A-1', ...HOSTING }], { bank: [lines] })).toEqual([
      'A-1 reconciled <- b1 named',
    ]);
  });

  it('several are paid by one line that cites them', () => {
    const invoices = [
      { id: 'INV-2026-101', ...HOSTING, amount: '40.00' },
      { id: 'INV-2026-102', ...HOSTING, date: '2026-03-02', amount: '61.25' },
    ];
    const lines = ['b1 2026-03-05 ACME HOSTING INV-2026-101 INV-2026-102 101.25 USD'];
    expect(told(invoices, { bank: [lines] })).toEqual([
      'INV-2026-101 reconciled <- b1 reference_sum',
      'INV-2026-102 reconciled <- b1 reference_sum',
    ]);
  });

  it('a part leaves the rest open', () => {
    const invoice = { id: 'INV-2026-101', ...HOSTING, amount: '900.00' };
    const lines = ['b1 2026-03-05 ACME HOSTING INV-2026-101 400.00 USD'];
    const [row] = told([invoice], { bank: [lines] });
    expect(row).toBe('INV-2026-101 differs bank partly_paid -500.00 <- b1 partial');
  });

  it('two that one line could pay are ambiguous, and none is chosen', () => {
    const invoices = [
      { id: 'A-1', ...HOSTING, date: '2026-03-02' },
      { id: 'A-2', ...HOSTING, date: '2026-03-03' },
    ];
    const found = told(invoices, { bank: [['b1 2026-03-05 ACME HOSTING 10.00 USD']] });
    expect(found.slice(0, 2)).toEqual([
      'A-1 differs bank ambiguous ? A-1=b1',
      'A-2 differs bank ambiguous ? A-2=b1',
    ]);
  });

  it('a second payment that cites the same invoice is paid twice', () => {
    const lines = [
      'b1 2026-03-03 ACME HOSTING INV-2026-101 10.00 USD',
      'b2 2026-03-09 ACME HOSTING 10.00 USD',
    ];
    expect(told([{ id: 'INV-2026-101', ...HOSTING }], { bank: [lines] })).toEqual([
      'INV-2026-101 reconciled <- b1 reference',
      'paid_twice b2 10.00',
    ]);
  });

  it('another currency is within the rate that was stated', () => {
    const rates = [
      { day: parseDay('2026-03-03'), from: 'USD', to: 'EUR', rate: parseUnits('0.85') },
    ];
    const lines = ['b1 2026-03-03 ACME HOSTING 8.52 EUR'];
    const invoice = { id: 'A-1', ...HOSTING };
    expect(told([invoice], { bank: [lines], options: { rates } })).toEqual([
      'A-1 reconciled <- b1 allowance',
    ]);
    expect(told([invoice], { bank: [lines] })[0]).not.toContain('reconciled');
  });

  it('an account in the other currency of the tracker is compared in that', () => {
    const lines = ['b1 2026-03-03 ACME HOSTING 7.90 GBP'];
    const row = { id: 'A-1', ...HOSTING, other: '7.90' };
    expect(told([row], { bank: [lines] })[0]).toBe('A-1 reconciled <- b1 named');
  });

  it('a stated fee explains what is more', () => {
    const fee = { name: 'card', millionths: 29_000n, fixedUnits: parseUnits('0.30') };
    const fees = [{ ...fee, currency: 'USD' }];
    const lines = ['b1 2026-03-03 ACME HOSTING 206.10 USD'];
    const invoice = { id: 'A-1', ...HOSTING, amount: '200.00' };
    expect(told([invoice], { bank: [lines], options: { fees } })).toEqual([
      'A-1 reconciled <- b1 allowance',
    ]);
    expect(told([invoice], { bank: [lines] })[0]).toContain('amount_differs');
  });

  it('paid without a line lacks its payment; a line of nobody is untracked', () => {
    const lines = ['b1 2026-03-03 SOMEBODY ELSE 19.99 USD'];
    expect(told([{ id: 'A-1', ...HOSTING }], { bank: [lines] })).toEqual([
      'A-1 unmatched bank missing_payment -10.00',
      'untracked_charge b1 19.99',
    ]);
  });

  it('an open one may wait until it is due, and is not open once a line pays it', () => {
    const open = { id: 'A-1', ...HOSTING, status: 'Open' };
    const other = ['b1 2026-03-03 ACME HOSTING 10.00 USD'];
    expect(told([open], { bank: [['b9 2026-03-03 OTHER 1.00 USD']], asOf: '2026-03-10' })[0]).toBe(
      'A-1 reconciled',
    );
    expect(told([open], { bank: [['b9 2026-03-03 OTHER 1.00 USD']] })[0]).toBe(
      'A-1 differs bank missing_payment -10.00, bank overdue -10.00',
    );
    expect(told([open], { bank: [other], asOf: '2026-03-10' })[0]).toBe(
      'A-1 differs bank status_contradicts <- b1 named',
    );
  });

  it('nobody is paid for what is void, internal or free', () => {
    const rows = [
      { id: 'A-1', ...HOSTING, status: 'Void', paid: 'N/A' },
      { id: 'A-2', ...HOSTING, vendor: 'Own Machines', status: 'Internal', amount: '3.00' },
      { id: 'A-3', ...HOSTING, vendor: 'Bluebird', status: 'N/A', amount: '0.00', due: 'N/A' },
    ];
    const found = told(rows, { bank: [['b1 2026-03-03 SOMEBODY 1.00 USD']] });
    expect(found.slice(0, 3)).toEqual(['A-1 reconciled', 'A-2 reconciled', 'A-3 reconciled']);
  });

  it('what was paid in a month that no statement is of is not missing', () => {
    const paid = { id: 'A-1', ...HOSTING, date: '2026-01-02', due: '2026-01-16' };
    const found = told([paid], { bank: [['b1 2026-03-03 SOMEBODY 1.00 USD']] });
    expect(found).toContain('A-1 reconciled');
    expect(found).toContain('not_covered A-1');
  });

  it('money that comes in is told in one line, and asks for nobody', () => {
    const lines = ['b1 2026-03-03 ACME HOSTING 10.00 USD', 'b2 2026-03-04 A TENANT -500.00 USD'];
    const input = inputOf([{ id: 'A-1', ...HOSTING }], { bank: [lines] });
    const { findings, summary } = reconcile(input);
    expect(findings).toMatchObject([{ code: 'money_in', severity: 'info', subject: 'USD' }]);
    expect(summary.leftOver).toBe(0);
  });

  it('a line that two exports hold counts once, two of one export twice', () => {
    const line = 'b1 2026-03-03 ACME HOSTING 10.00 USD';
    expect(told([{ id: 'A-1', ...HOSTING }], { bank: [[line], [line]] })).toEqual([
      'A-1 reconciled <- b1 named',
    ]);
  });
});

it('every side foots, in any order of rows and lines, and running twice changes nothing', () => {
  const vendor = fc.constantFrom('Acme Hosting', 'Bluebird Mail', 'Cirrus Data');
  const day = fc.integer({ min: 1, max: 28 }).map((n) => `2026-03-${String(n).padStart(2, '0')}`);
  const amount = fc.constantFrom('10.00', '12.00', '21.00', '0.00', '30.00');
  const status = fc.constantFrom('Paid', 'Open', 'Void', 'Internal');
  const someRows = fc.array(fc.record({ vendor, date: day, amount, status }), { maxLength: 8 });
  const cents = fc.integer({ min: -300, max: 4000 }).map((n) => formatScaled(BigInt(n * 10), 2));
  const someLines = fc.array(
    fc.tuple(vendor, day, fc.oneof(amount, cents)).map(([who, when, much]) => [when, who, much]),
    { maxLength: 10 },
  );
  fc.assert(
    fc.property(someRows, someLines, fc.func(fc.nat()), (rows, lines, shuffle) => {
      const invoices = rows.map((row, i) => ({ id: `N-${i}`, due: 'N/A', paid: 'N/A', ...row }));
      const texts = lines.map(([when, who, much], i) => `b${i} ${when} ${who} ${much} USD`);
      const input = inputOf(invoices, { bank: [texts] });
      const result = reconcile(input);
      for (const { units, count, parts } of result.summary.sides) {
        expect(parts.reduce((sum, part) => sum + part.units, 0n)).toBe(units);
        expect(parts.reduce((sum, part) => sum + part.count, 0)).toBe(count);
      }
      const bytes = writeTracker(input.tracker as Tracker, result.changes);
      const second = reconcile({ ...input, tracker: readTracker(bytes, 'tracker.csv') });
      expect(second.changes.size).toBe(0);
      expect(second.summary).toEqual(result.summary);
      const paid = result.summary.sides.find(({ side }) => side === 'bank');
      expect(paid?.count ?? 0).toBe(texts.length);
      const turned = (each: { id: string }): number => shuffle(each.id);
      const other = reconcile(
        inputOf(
          invoices.toSorted((a, b) => turned(a) - turned(b)),
          { bank: [texts.toSorted((a, b) => shuffle(a) - shuffle(b))] },
        ),
      );
      const plain = ({ rows: all }: typeof result) =>
        all
          .map(({ id, outcome, reasons, matches }) => ({
            ...{ id, outcome, codes: reasons.map(({ code }) => code) },
            ids: matches.map((match) => [...match.ids].sort()),
          }))
          .sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(plain(other)).toEqual(plain(result));
      expect(other.summary).toEqual(result.summary);
    }),
    { numRuns: 400 },
  );
});
