/** The part of the warehouse contract about days, spreading and the two bases. */
import { expect, it } from 'vitest';
import type { ChargeRecord } from '../../packs/finance/adapters/memory/charge-record.ts';
import { parseDay } from '../../packs/finance/core/day.ts';
import { formatExact } from '../../packs/finance/core/money.ts';
import type { Question } from '../../packs/finance/ports/warehouse.ts';
import { charge } from '../support/charge.ts';
import {
  amounts,
  type CellsOf,
  type MakeWarehouse,
  question,
  WEEK_52,
} from './warehouse-question.ts';

export function daysOfCharge(cellsOf: CellsOf): void {
  it('counts a charge on the first day of a range and not on the day it ends before', async () => {
    const charges = [
      charge({ day: '2025-12-21', cost: '1' }),
      charge({ day: '2025-12-22', cost: '2' }),
      charge({ day: '2025-12-28', cost: '4' }),
      charge({ day: '2025-12-29', cost: '8' }),
    ];
    expect(amounts(await cellsOf(charges, WEEK_52))).toEqual(['6.00']);
  });

  it('puts an hour on the UTC day it starts on', async () => {
    const lateHour = charge({
      ChargePeriodStart: '2025-12-28T23:00:00Z',
      ChargePeriodEnd: '2025-12-29T00:00:00Z',
    });
    expect(amounts(await cellsOf([lateHour], WEEK_52))).toEqual(['1.00']);
    expect(await cellsOf([lateHour], { from: '2025-12-29', until: '2026-01-05' })).toEqual([]);
  });

  it('keeps a charge of exactly 25 hours whole on its first day', async () => {
    const longestDay = charge({
      ChargePeriodStart: '2025-12-28T00:00:00Z',
      ChargePeriodEnd: '2025-12-29T01:00:00Z',
    });
    expect(amounts(await cellsOf([longestDay], WEEK_52))).toEqual(['1.00']);
    expect(await cellsOf([longestDay], { from: '2025-12-29', until: '2025-12-30' })).toEqual([]);
  });

  it('spreads a charge one second longer than 25 hours over the two days it touches', async () => {
    const charges = [
      charge({
        ChargePeriodStart: '2025-12-28T00:00:00Z',
        ChargePeriodEnd: '2025-12-29T01:00:01Z',
      }),
    ];
    expect(amounts(await cellsOf(charges, WEEK_52))).toEqual(['0.50']);
    const after = await cellsOf(charges, { from: '2025-12-29', until: '2026-01-05' });
    expect(amounts(after)).toEqual(['0.50']);
  });

  it('goes by the charge period, whatever billing period a charge is filed under', async () => {
    const correction = charge({ day: '2025-12-22', period: '2026-02' });
    expect(amounts(await cellsOf([correction], WEEK_52))).toEqual(['1.00']);
  });

  it('counts each day a long charge touches as one whole day', async () => {
    const charges = [
      charge({
        ChargePeriodStart: '2025-12-27T23:00:00Z',
        ChargePeriodEnd: '2025-12-29T01:00:00Z',
        EffectiveCost: '3',
      }),
    ];
    expect(amounts(await cellsOf(charges, WEEK_52))).toEqual(['2.00']);
  });
}

const MONTH = { from: '2025-12-01', until: '2026-01-01' } as const;

export function spreading(open: MakeWarehouse, cellsOf: CellsOf): void {
  const cuts: [string, ChargeRecord][] = [
    ['a month-long charge', charge({ day: '2025-12-01', days: 31, cost: '31.00' })],
    ['an indivisible amount', charge({ day: '2025-12-01', days: 31, cost: '10' })],
    ['a negative amount', charge({ day: '2025-12-01', days: 31, cost: '-10.000000000001' })],
    ['one smallest unit', charge({ day: '2025-12-01', days: 31, cost: '0.000000000001' })],
    ['minus one smallest unit', charge({ day: '2025-12-01', days: 31, cost: '-0.000000000001' })],
    ['a huge amount', charge({ day: '2025-12-01', days: 31, cost: '99999999999999.999999999999' })],
  ];

  it.each(cuts)('splits %s so that its days add up to it', async (_, whole) => {
    const warehouse = await open([whole]);
    const days = Array.from({ length: 31 }, (_, i) => parseDay('2025-12-01') + i);
    const parts = await Promise.all(
      days.map((day) => warehouse.aggregate({ ...question(MONTH), period: oneDay(day) })),
    );
    const [cell] = await warehouse.aggregate(question(MONTH));
    const sum = parts.flat().reduce((total, { units }) => total + units, 0n);
    expect(parts.map((cells) => cells.length)).toEqual(days.map(() => 1));
    expect(sum).toBe(cell!.units);
    expect(formatExact(sum, 0)).toBe(whole.columns.EffectiveCost!.replace(/\.0+$/, ''));
  });

  it('gives a week of a month-long charge seven of its days', async () => {
    const charges = [charge({ day: '2025-12-01', days: 31, cost: '31.00' })];
    expect(amounts(await cellsOf(charges, WEEK_52))).toEqual(['7.00']);
  });

  it('truncates the running sum toward zero, also below zero', async () => {
    const first = { from: '2025-12-01', until: '2025-12-03' } as const;
    const up = [charge({ day: '2025-12-01', days: 3, cost: '1' })];
    const down = [charge({ day: '2025-12-01', days: 3, cost: '-1' })];
    expect(amounts(await cellsOf(up, first))).toEqual(['0.666666666666']);
    expect(amounts(await cellsOf(down, first))).toEqual(['-0.666666666666']);
    const last = { from: '2025-12-03', until: '2025-12-04' } as const;
    expect(amounts(await cellsOf(up, last))).toEqual(['0.333333333334']);
    expect(amounts(await cellsOf(down, last))).toEqual(['-0.333333333334']);
  });

  it('spreads each charge on its own, not their sum', async () => {
    const tiny = charge({ day: '2025-12-01', days: 2, cost: '0.000000000001' });
    const firstDay = { from: '2025-12-01', until: '2025-12-02' } as const;
    expect(amounts(await cellsOf([tiny, tiny], firstDay))).toEqual(['0.00']);
  });

  it('finds a year-long charge a year after the period it was billed in', async () => {
    const charges = [charge({ day: '2025-12-14', days: 365, cost: '36.50', period: '2025-12' })];
    const later = { from: '2026-11-30', until: '2026-12-07' } as const;
    expect(amounts(await cellsOf(charges, later))).toEqual(['0.70']);
    const lastDays = { from: '2026-12-07', until: '2026-12-21' } as const;
    expect(amounts(await cellsOf(charges, lastDays))).toEqual(['0.70']);
    expect(await cellsOf(charges, { from: '2026-12-14', until: '2026-12-21' })).toEqual([]);
  });

  it('counts a long charge once in every range that it touches', async () => {
    const charges = [charge({ day: '2025-12-01', days: 31 })];
    const [cell] = await cellsOf(charges, WEEK_52);
    expect(cell).toMatchObject({ charges: 1, unknown: 0 });
  });
}

function oneDay(day: number): Question['period'] {
  return { start: day, end: day + 1 } as Question['period'];
}

export function bases(cellsOf: CellsOf): void {
  const purchase = charge({ day: '2025-12-14', BilledCost: '15.00', EffectiveCost: '0' });
  const accrual = charge({ day: '2025-12-22', days: 7, BilledCost: '0', EffectiveCost: '0.30' });

  it('take EffectiveCost or BilledCost', async () => {
    const month = [purchase, accrual];
    expect(amounts(await cellsOf(month, MONTH))).toEqual(['0.30']);
    expect(amounts(await cellsOf(month, { ...MONTH, basis: 'billed' }))).toEqual(['15.00']);
  });

  it('book a long charge whole on its first day when billed', async () => {
    const charges = [charge({ day: '2025-12-01', days: 31, cost: '31.00' })];
    const firstDay = { from: '2025-12-01', until: '2025-12-02', basis: 'billed' } as const;
    expect(amounts(await cellsOf(charges, firstDay))).toEqual(['31.00']);
    expect(await cellsOf(charges, { ...WEEK_52, basis: 'billed' })).toEqual([]);
  });

  it('count an amount that is null as unknown and never as zero', async () => {
    const charges = [
      charge({ EffectiveCost: null, BilledCost: '2.00' }),
      charge({ cost: '1.00' }),
      charge({ day: '2025-12-01', days: 31, EffectiveCost: null }),
    ];
    const [effective] = await cellsOf(charges, WEEK_52);
    expect(effective).toMatchObject({ units: 1_000_000_000_000n, charges: 3, unknown: 2 });
    const [billed] = await cellsOf(charges, { ...WEEK_52, basis: 'billed' });
    expect(billed).toMatchObject({ units: 3_000_000_000_000n, charges: 2, unknown: 0 });
  });

  it('keep a cell whose amounts are all zero, and one whose amounts cancel', async () => {
    const free = [charge({ cost: '0' })];
    const refunded = [charge({ cost: '5' }), charge({ cost: '-5' })];
    expect(await cellsOf(free, WEEK_52)).toMatchObject([{ units: 0n, charges: 1 }]);
    expect(await cellsOf(refunded, WEEK_52)).toMatchObject([{ units: 0n, charges: 2 }]);
  });
}
