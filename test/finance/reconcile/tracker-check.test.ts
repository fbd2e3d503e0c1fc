/** A tracker against itself: totals, dates, statuses, numbers and prices. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTracker } from '../../../packs/finance/adapters/tracker-csv/tracker.ts';
import { parseDay } from '../../../packs/finance/core/day.ts';
import { formatExact, formatScaled, parseUnits } from '../../../packs/finance/core/money.ts';
import { checkTracker } from '../../../packs/finance/core/tracker-check/check.ts';
import { SHARED } from '../../support/finance.ts';
import {
  BUDGET,
  type InvoiceCells,
  SCHEDULE,
  type SectionText,
  SUMMARY,
  tracker,
  VENDORS,
} from '../../support/tracker.ts';

const TODAY = '2026-03-20';

function found(
  invoices: readonly InvoiceCells[],
  sections: readonly SectionText[] = [],
  asOf = TODAY,
) {
  return checkTracker(tracker(invoices, sections), parseDay(asOf));
}

/** `arithmetic March: +1.25 (counted_twice_as_share) -> write 30.00` */
function told(...asked: Parameters<typeof found>): readonly string[] {
  return found(...asked).map(({ code, subject, difference, evidence, suggestion }) => {
    const gap = difference === undefined ? '' : ` ${formatExact(difference)}`;
    const why = evidence
      .filter(({ fact }) => !['said', 'follows', 'row'].includes(fact))
      .map(({ fact }) => fact);
    const reasons = why.length === 0 ? '' : ` (${why.join(', ')})`;
    const advice = suggestion === undefined ? '' : ` -> ${suggestion}`;
    return `${code} ${subject}:${gap}${reasons}${advice}`;
  });
}

const TWO: readonly InvoiceCells[] = [
  { id: 'A-1', amount: '10.00' },
  {
    id: 'B-1',
    vendor: 'Registrar',
    service: 'Domain',
    amount: '24.00',
    date: '2026-03-14',
    due: 'N/A',
  },
];
const march = (cells: string): SectionText => [
  'SUMMARY SECTION',
  SUMMARY,
  `March 2026,2026-03-01,2026-03-31,${cells}`,
];

describe('the summary', () => {
  it('that adds up is not told of', () => {
    expect(told(TWO, [march('34.00,34.00,0.00,50.00,-16.00,-32.0%')])).toEqual([]);
  });

  it.each([
    ['36.00,34.00,2.00,50.00,-14.00,-28.0%', '2.00 (counted_twice_as_share) -> write 34.00'],
    ['12.00,12.00,0.00,50.00,-38.00,-76.0%', '-22.00 (counted_as_share) -> write 34.00'],
    ['44.00,34.00,10.00,50.00,-6.00,-12.0%', '10.00 (counted_twice) -> write 34.00'],
    ['10.00,10.00,0.00,50.00,-40.00,-80.0%', '-24.00 (left_out) -> write 34.00'],
    ['43.00,34.00,9.00,50.00,-7.00,-14.0%', '9.00 (transposed) -> write 34.00'],
    ['34.01,34.00,0.01,50.00,-15.99,-32.0%', '0.01 -> write 34.00'],
  ])('%s: says what the slip was', (cells, expected) => {
    expect(told(TWO, [march(cells)])[0]).toBe(`arithmetic March 2026: ${expected}`);
  });

  it('knows what is paid, outstanding, and the share of the budget', () => {
    const open = [...TWO, { id: 'C-1', vendor: 'Other', status: 'Open', due: '2026-04-01' }];
    expect(told(open, [march('44.00,34.00,10.00,50.00,-6.00,-12.0%')])).toEqual([]);
    expect(told(open, [march('44.00,44.00,0.00,50.00,-6.00,-12.0%')])).toEqual([
      'arithmetic March 2026: 10.00 -> write 34.00',
    ]);
    expect(told(open, [march('44.00,34.00,11.00,50.00,-6.00,-12.0%')])).toEqual([
      'arithmetic March 2026: 1.00 -> write 10.00',
    ]);
    expect(told(open, [march('44.00,34.00,10.00,50.00,6.00,12.0%')])).toEqual([
      'arithmetic March 2026: 12.00 (sign_turned) -> write -6.00',
    ]);
    expect(told(open, [march('44.00,34.00,10.00,50.00,-6.00,-21.0%')])).toEqual([
      'arithmetic March 2026: -> write -12.0%',
    ]);
  });

  it('leaves out what lies outside of its days, is void, or in another currency', () => {
    const more = [
      ...TWO,
      { id: 'D-1', vendor: 'Late', date: '2026-04-01', due: '2026-04-20', status: 'Open' },
      { id: 'E-1', vendor: 'Gone', status: 'Void', amount: '99.00' },
    ];
    expect(told(more, [march('34.00,34.00,0.00,50.00,-16.00,-32.0%')])).toEqual([]);
  });
});

describe('vendors and categories', () => {
  it('are the sums of their invoices, by vendor or service', () => {
    const rows: SectionText = [
      'VENDOR SUMMARY',
      VENDORS,
      'Acme,10.00,10.00,Cloud,Active,Monthly,',
      'Domain,24.00,2.00,Cloud,Active,Annual,',
    ];
    expect(told(TWO, [rows])).toEqual([]);
    const wrong: SectionText = [
      'VENDOR SUMMARY',
      VENDORS,
      'Acme,20.00,10.00,Cloud,Active,Monthly,',
      'Domain,24.00,3.00,Cloud,Active,Annual,',
    ];
    expect(told(TWO, [wrong])).toEqual([
      'arithmetic Acme: 10.00 (counted_twice) -> write 10.00',
      'arithmetic Domain: 1.00 -> write 2.00',
    ]);
  });

  it('have a total that follows from them and from the invoices', () => {
    const less = (amount: string): string => formatExact(parseUnits(amount) - parseUnits('50'));
    const rows = (actual: string, total: string): SectionText => [
      'BUDGET RECONCILIATION',
      BUDGET,
      `Infrastructure,50.00,${actual},${less(actual)},Under Budget`,
      `Total,50.00,${total},${less(total)},Under Budget`,
    ];
    expect(told(TWO, [rows('34.00', '34.00')])).toEqual([]);
    expect(told(TWO, [rows('36.00', '36.00')])).toEqual([
      'arithmetic Infrastructure: 2.00 (counted_twice_as_share) -> write 34.00',
      'arithmetic Total: 2.00 (counted_twice_as_share) -> write 34.00',
    ]);
    expect(told(TWO, [rows('34.00', '43.00')])).toContain(
      'arithmetic Total: 9.00 (transposed) -> write 34.00',
    );
  });

  it('have a status that their amounts do not contradict', () => {
    const rows: SectionText = [
      'BUDGET RECONCILIATION',
      BUDGET,
      'Infrastructure,30.00,34.00,4.00,Under Budget',
    ];
    expect(told(TWO, [rows])).toEqual(['status_contradicts Infrastructure:']);
  });
});

describe('dates and statuses', () => {
  const one = (cells: InvoiceCells) => told([cells]);

  it('that go together are not told of', () => {
    expect(one({})).toEqual([]);
    expect(one({ status: 'Open', due: '2026-03-20' })).toEqual([]);
    expect(one({ status: 'Internal', due: 'N/A' })).toEqual([]);
    expect(one({ status: 'N/A', amount: '0.00', due: 'N/A' })).toEqual([]);
  });

  it.each([
    [{ paid: 'N/A' }, 'status_contradicts A-1:'],
    [{ status: 'Open', paid: '2026-03-10' }, 'status_contradicts A-1:'],
    [{ paid: '2026-02-10' }, 'status_contradicts A-1:'],
    [{ paid: '2026-03-21' }, 'status_contradicts A-1:'],
    [{ due: '2026-02-15' }, 'status_contradicts A-1:'],
    [{ status: 'N/A' }, 'status_contradicts A-1:'],
    [{ status: 'Perhaps' }, 'status_contradicts A-1:'],
  ])('%o', (cells, expected) => {
    expect(one(cells).map((text) => text.replace(/ \(status\)$/, ''))).toEqual([expected]);
  });

  it('is overdue the day after it was due', () => {
    expect(one({ status: 'Open', due: '2026-03-19' })).toEqual([
      'overdue A-1: -10.00 (due) -> pay it, or write when it was paid',
    ]);
  });
});

describe('invoices beside each other', () => {
  it('have a number of their own', () => {
    expect(told([{}, { vendor: 'Other', amount: '5.00' }])).toEqual([
      'duplicate_id A-1: -> give each invoice its own number',
    ]);
  });

  it('are billed twice when vendor, service, amount and days are the same', () => {
    expect(told([{}, { id: 'A-2', date: '2026-03-03' }])).toEqual([
      'billed_twice A-2: 10.00 -> ask the vendor, or say in the notes what is different',
    ]);
    expect(
      told(
        [{}, { id: 'A-2', date: '2026-04-01', due: '2026-04-15', paid: '2026-04-02' }],
        [],
        '2026-05-01',
      ),
    ).toEqual([]);
    expect(told([{}, { id: 'A-2', amount: '10.01' }])).toEqual([]);
  });

  it('tell of a price that stood still and moved', () => {
    const month = (date: string, amount: string): InvoiceCells => ({
      ...{ id: date, date: `${date}-01`, due: 'N/A', paid: `${date}-02`, amount },
    });
    const steady = [month('2026-01', '10.00'), month('2026-02', '10.00')];
    expect(told([...steady, month('2026-03', '11.80')])).toEqual(['price_changed 2026-03: 1.80']);
    expect(told([...steady, month('2026-03', '10.20')])).toEqual([]);
    expect(
      told([month('2026-01', '9.00'), month('2026-02', '10.00'), month('2026-03', '11.80')]),
    ).toEqual([]);
  });

  it('are converted at rates that are near each other', () => {
    const at = (id: string, other: string): InvoiceCells => ({ id, vendor: id, other });
    expect(told([at('a', '7.87'), at('b', '7.90'), at('c', '8.00')])).toEqual([]);
    expect(told([at('a', '7.87'), at('b', '7.90'), at('c', '9.87')])).toEqual(['fx c: (rate)']);
  });
});

describe('a schedule', () => {
  const scheduled = (cells: string, asOf = TODAY) =>
    told(TWO, [['PAYMENT SCHEDULE', SCHEDULE, cells]], asOf);

  it('whose next day is to come is not told of', () => {
    expect(scheduled('Acme,Monthly,2026-04-01,10.00,Yes,')).toEqual([]);
    expect(scheduled('Domain,Annual,2027-03-14,24.00,No,')).toEqual([]);
  });

  it('that lies in the past says which day it would be', () => {
    expect(scheduled('Acme,Monthly,2025-04-01,10.00,Yes,')).toEqual([
      'due_date_past Acme: (next_due, last_invoice, year) -> write 2026-04-01',
    ]);
    expect(scheduled('Acme,Monthly,2026-03-31,10.00,Yes,', '2026-04-02')).toEqual([
      'due_date_past Acme: (next_due, last_invoice) -> write 2026-04-30',
    ]);
    expect(scheduled('Domain,Annual,2026-03-14,24.00,No,')).toEqual([
      'due_date_past Domain: (next_due, last_invoice, year) -> write 2027-03-14',
    ]);
    expect(scheduled('Nobody,Now and then,2026-03-01,1.00,No,')).toEqual([
      'due_date_past Nobody: (next_due)',
    ]);
  });
});

it('a tracker that is summed up rightly has no arithmetic finding, whatever it holds', () => {
  const cents = fc.integer({ min: 0, max: 10_000_000 }).map((n) => formatScaled(BigInt(n), 2));
  fc.assert(
    fc.property(fc.array(cents, { minLength: 1, maxLength: 12 }), cents, (amounts, budget) => {
      const total = amounts.reduce((sum, each) => sum + parseUnits(each), 0n);
      const over = total - parseUnits(budget);
      const invoices = amounts.map((amount, i) => ({
        id: `N-${i}`,
        vendor: `Vendor ${i}`,
        amount,
      }));
      const said = [total, total, 0n, parseUnits(budget), over].map((units) => formatExact(units));
      const sections = [march(`${said.join(',')},N/A`)];
      const codes = found(invoices, sections).map(({ code }) => code);
      expect(codes.filter((code) => code === 'arithmetic')).toEqual([]);
      const wrong = [total + 10n ** 10n, total, 10n ** 10n, parseUnits(budget), over + 10n ** 10n];
      const lying = [march(`${wrong.map((units) => formatExact(units)).join(',')},N/A`)];
      expect(found(invoices, lying).filter(({ code }) => code === 'arithmetic')).toHaveLength(1);
    }),
    { numRuns: 60 },
  );
});

const REAL = join(SHARED, 'intelliflow/invoice-tracker.csv');

it.skipIf(!existsSync(REAL))(
  'a tracker that is in real use: what it counts twice, and its dates',
  () => {
    const read = readTracker(readFileSync(REAL), 'invoice-tracker.csv');
    const all = checkTracker(read, parseDay('2025-12-29'));
    const sums = all.filter(({ code }) => code === 'arithmetic');
    expect(sums.map(({ difference }) => formatExact(difference!))).toEqual(['1.25', '1.25']);
    for (const { evidence } of sums) {
      expect(evidence.map(({ fact }) => fact)).toContain('counted_twice_as_share');
    }
    const dates = all.filter(({ code }) => code === 'due_date_past');
    expect(dates.map(({ suggestion }) => suggestion)).toEqual(Array(3).fill('write 2026-01-01'));
    expect(all).toHaveLength(5);
  },
);
