/** Each pass, worked by hand. */
import { describe, expect, it } from 'vitest';
import { parseDay } from '../../../packs/finance/core/day.ts';
import { ONE, parseUnits } from '../../../packs/finance/core/money.ts';
import type { Item } from '../../../packs/finance/core/reconcile/item.ts';
import type { MatchOptions } from '../../../packs/finance/core/reconcile/options.ts';
import { entry, matched, payment, shortly } from '../../support/reconcile-items.ts';

type Case = Readonly<{
  what: string;
  entries: readonly Item[];
  payments: readonly Item[];
  options?: Partial<MatchOptions>;
  is: readonly string[];
}>;

const railway = (id: string, day: string, amount: string): Item =>
  entry({ id, day, amount, party: 'Railway Corp.' });
const paid = (id: string, day: string, amount: string, party = 'RAILWAY SAN FRANCISCO'): Item =>
  payment({ id, day, amount, party });

const FEES = [{ name: 'card', millionths: 29_000n, fixedUnits: 3n * (ONE / 10n), currency: 'USD' }];
const RATES = [
  { day: parseDay('2025-12-09'), from: 'USD', to: 'GBP', rate: parseUnits('0.7874') },
  { day: parseDay('2025-11-01'), from: 'USD', to: 'GBP', rate: parseUnits('0.5') },
];

const CASES: readonly Case[] = [
  {
    what: 'a number that the bank cites, a month late and under another name',
    entries: [railway('INV-2025-001', '2025-12-01', '5.00')],
    payments: [paid('p', '2026-01-20', '5.00', 'TRANSFER INV 2025 001')],
    is: ['reference: INV-2025-001 = p'],
  },
  {
    what: 'two numbers in one payment',
    entries: [
      railway('INV-2025-001', '2025-12-01', '5.00'),
      railway('INV-2025-002', '2025-12-02', '7.10'),
    ],
    payments: [paid('p', '2025-12-05', '12.10', 'INV-2025-001 INV-2025-002')],
    is: ['reference_sum: INV-2025-001 + INV-2025-002 = p'],
  },
  {
    what: 'an invoice and what voids it',
    entries: [
      railway('a', '2025-12-01', '80.10'),
      entry({
        ...{ id: 'b', day: '2025-12-03', amount: '-80.10', kind: 'void' },
        ...{ party: 'Railway Corp.', text: 'VOID' },
      }),
    ],
    payments: [],
    is: ['offset: a + b = '],
  },
  {
    what: 'a void that the bank shows too, both ways',
    entries: [
      railway('a', '2025-12-01', '43.10'),
      entry({
        ...{ id: 'c', day: '2025-12-03', amount: '-43.10', kind: 'credit_note' },
        ...{ party: 'Railway Corp.', text: 'VOID' },
      }),
    ],
    payments: [paid('p', '2025-12-02', '43.10'), paid('q', '2025-12-05', '-43.10')],
    is: ['named: a = p', 'named: c = q'],
  },
  {
    what: 'one of two that a void cancels: no sum, for nobody knows which',
    entries: [
      railway('a', '2025-12-01', '43.10'),
      railway('b', '2025-12-02', '43.10'),
      entry({
        ...{ id: 'c', day: '2025-12-03', amount: '-43.10', kind: 'credit_note' },
        ...{ party: 'Railway Corp.', text: 'VOID' },
      }),
    ],
    payments: [paid('p', '2025-12-05', '43.10')],
    is: [],
  },
  {
    what: 'invoices that only their numbers tell apart, by their numbers',
    entries: [
      railway('INV-77001', '2025-12-01', '5.00'),
      railway('INV-77002', '2025-12-01', '5.00'),
    ],
    payments: [
      paid('p', '2025-12-03', '5.00', 'RAILWAY INV-77002'),
      paid('q', '2025-12-03', '5.00', 'RAILWAY INV-77001'),
    ],
    is: ['reference: INV-77002 = p', 'reference: INV-77001 = q'],
  },
  {
    what: 'equal amounts by name, cut off by the bank',
    entries: [
      railway('a', '2025-12-01', '5.00'),
      entry({ id: 'b', day: '2025-12-01', amount: '5.00', party: 'Supabase Inc' }),
    ],
    payments: [paid('p', '2025-12-03', '5.00', 'SUPABAS 8812'), paid('q', '2025-12-02', '5.00')],
    is: ['named: a = q', 'named: b = p'],
  },
  {
    what: 'a name that stands in the purpose only',
    entries: [railway('a', '2025-12-01', '20.00')],
    payments: [
      payment({
        ...{ id: 'p', day: '2025-12-02', amount: '20.00' },
        party: 'POS 8812',
        text: 'railway',
      }),
    ],
    is: ['named: a = p'],
  },
  {
    what: 'subscriptions of one price, month by month',
    entries: ['2025-10-01', '2025-11-01', '2025-12-01'].map((day) => railway(day, day, '5.00')),
    payments: ['2025-12-03', '2025-10-04', '2025-11-02'].map((day) => paid(`p${day}`, day, '5.00')),
    is: [
      'named: 2025-10-01 = p2025-10-04',
      'named: 2025-11-01 = p2025-11-02',
      'named: 2025-12-01 = p2025-12-03',
    ],
  },
  {
    what: 'three invoices in one payment, one of them not in it',
    entries: [
      railway('a', '2025-12-01', '112.60'),
      railway('b', '2025-12-02', '31.07'),
      railway('c', '2025-12-03', '8.88'),
      railway('d', '2025-12-03', '19.41'),
    ],
    payments: [paid('p', '2025-12-04', '152.55')],
    is: ['sum: c + b + a = p'],
  },
  {
    what: 'a credit note that is deducted',
    entries: [
      railway('a', '2025-12-01', '112.60'),
      railway('b', '2025-12-02', '331.07'),
      entry({
        ...{ id: 'c', day: '2025-12-02', amount: '-12.34', kind: 'credit_note' },
        party: 'Railway Corp.',
      }),
    ],
    payments: [paid('p', '2025-12-04', '431.33')],
    is: ['sum: c + b + a = p'],
  },
  {
    what: 'one invoice in three parts',
    entries: [railway('a', '2025-12-01', '100.00')],
    payments: [
      paid('p', '2025-12-02', '33.33'),
      paid('q', '2026-01-02', '33.33'),
      paid('r', '2026-02-02', '33.34'),
    ],
    is: ['parts: a = p + q + r'],
  },
  {
    what: 'a fee of 2.9 % and 0.30 kept back',
    entries: [railway('a', '2025-12-01', '100.00')],
    payments: [paid('p', '2025-12-02', '96.80')],
    options: { fees: FEES },
    is: ['allowance: a = p'],
  },
  {
    what: 'an invoice without its tax of 19 %',
    entries: [railway('a', '2025-12-01', '100.05')],
    payments: [paid('p', '2025-12-02', '119.06')],
    options: { taxes: [190_000n] },
    is: ['allowance: a = p'],
  },
  {
    what: 'another currency at the newest rate before, one percent off',
    entries: [railway('a', '2025-12-01', '112.60')],
    payments: [payment({ ...paid0('p', '2025-12-12', '89.50'), currency: 'GBP' })],
    options: { rates: RATES },
    is: ['allowance: a = p'],
  },
  {
    what: 'another currency without a stated rate',
    entries: [railway('a', '2025-12-01', '112.60')],
    payments: [payment({ ...paid0('p', '2025-12-12', '89.50'), currency: 'GBP' })],
    is: [],
  },
  {
    what: 'a part of a cited invoice',
    entries: [railway('INV-77001', '2025-12-01', '100.00')],
    payments: [paid('p', '2025-12-02', '40.00', 'RAILWAY INV-77001')],
    is: ['partial: INV-77001 = p'],
  },
  {
    what: 'two digits swapped',
    entries: [railway('a', '2025-12-01', '1234.56')],
    payments: [paid('p', '2025-12-02', '1243.56')],
    is: ['transposed: a = p'],
  },
  {
    what: 'a little less than was asked',
    entries: [railway('a', '2025-12-01', '1234.56')],
    payments: [paid('p', '2025-12-02', '1230.00')],
    is: ['near: a = p'],
  },
  {
    what: 'an odd amount without any name',
    entries: [railway('a', '2025-12-01', '1234.56')],
    payments: [paid('p', '2025-12-02', '1234.56', 'TRN 8834921 XX')],
    is: ['anonymous: a = p'],
  },
  {
    what: 'a round amount without any name',
    entries: [railway('a', '2025-12-01', '20.00')],
    payments: [paid('p', '2025-12-02', '20.00', 'TRN 8834921 XX')],
    is: [],
  },
  {
    what: 'an odd amount of somebody else',
    entries: [railway('a', '2025-12-01', '1234.56')],
    payments: [paid('p', '2025-12-02', '1234.56', 'CORNER HOTEL')],
    is: [],
  },
  {
    what: 'a sum without any name',
    entries: [railway('a', '2025-12-01', '812.61'), railway('b', '2025-12-02', '331.07')],
    payments: [paid('p', '2025-12-04', '1143.68', 'TRN 8834921 XX')],
    is: ['anonymous_sum: b + a = p'],
  },
];

function paid0(id: string, day: string, amount: string) {
  return { id, day, amount, party: 'RAILWAY SAN FRANCISCO' };
}

describe('a pass', () => {
  it.each(CASES)('$what', ({ entries, payments, options, is }) => {
    expect(shortly(matched(entries, payments, options))).toEqual(is);
  });

  it('says what is still owed of an invoice that is paid in part', () => {
    const { matches } = matched(
      [railway('INV-77001', '2025-12-01', '100.00')],
      [
        paid('p', '2025-12-02', '40.00', 'RAILWAY INV-77001'),
        paid('q', '2025-12-09', '25.50', 'RAILWAY INV-77001'),
      ],
    );
    expect(matches[0]).toMatchObject({
      payments: ['p', 'q'],
      reasons: ['partly_paid'],
      difference: parseUnits('-34.50'),
      remaining: parseUnits('34.50'),
    });
  });

  it('gives its facts with their numbers', () => {
    const { matches } = matched(
      [railway('a', '2025-12-01', '100.00')],
      [paid('p', '2025-12-02', '96.80')],
      { fees: FEES },
    );
    expect(matches[0]?.evidence.map(({ text }) => text)).toEqual([
      'owed 100.00 USD, paid 96.80 USD',
      'card of 3.20 USD kept',
      '"RAILWAY SAN FRANCISCO" for "Railway Corp.": 980 of 1000',
      'paid 2025-12-02, 1 day after',
    ]);
  });

  it('finds amounts equal that differ by less than a coin, and says so', () => {
    const { matches } = matched(
      [railway('a', '2025-12-01', '112.5999999')],
      [paid('p', '2025-12-02', '112.60')],
    );
    expect(matches[0]).toMatchObject({ reasons: ['rounding'], difference: 100_000n });
  });
});
