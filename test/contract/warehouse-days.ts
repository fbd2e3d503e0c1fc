/** The part of the warehouse contract about cells of single days. */
import { expect, it } from 'vitest';
import type { ChargeRecord } from '../../packs/finance/adapters/memory/charge-record.ts';
import { formatExact } from '../../packs/finance/core/money.ts';
import { charge } from '../support/charge.ts';
import { type Ask, type CellsOf, type MakeWarehouse, question } from './warehouse-question.ts';

const MONTH = { from: '2025-12-01', until: '2026-01-01' } as const;

export function days(open: MakeWarehouse, cellsOf: CellsOf): void {
  const byDay = async (charges: readonly ChargeRecord[], ask: Ask) =>
    (await cellsOf(charges, { ...ask, by: ['Day', ...(ask.by ?? [])] })).map(
      ({ key, units }) => `${key.join(' ')} ${formatExact(units)}`,
    );

  it('tell what was charged on each', async () => {
    const charges = [
      charge({ day: '2025-12-28', cost: '1' }),
      charge({ day: '2025-12-31', cost: '2' }),
      charge({ day: '2025-12-31', cost: '3' }),
      charge({ day: '2026-01-01', cost: '4' }),
    ];
    expect(await byDay(charges, MONTH)).toEqual(['2025-12-28 1.00', '2025-12-31 5.00']);
  });

  it('stand where the question has them', async () => {
    const cells = await cellsOf([charge()], { ...MONTH, by: ['ServiceName', 'Day', 'Source'] });
    expect(cells.map(({ key }) => key)).toEqual([['Demo Service', '2025-12-22', 'demo']]);
  });

  it('share a long charge to the last unit, also below zero and at the edge', async () => {
    const thirds = charge({ day: '2025-12-30', days: 3, cost: '-1' });
    expect(await byDay([thirds], MONTH)).toEqual([
      '2025-12-30 -0.333333333333',
      '2025-12-31 -0.333333333333',
    ]);
    const rest = { from: '2026-01-01', until: '2026-02-01' } as const;
    expect(await byDay([thirds], rest)).toEqual(['2026-01-01 -0.333333333334']);
  });

  it('add up to the period, for equal charges and for different ones', async () => {
    const long = { day: '2025-11-20', days: 30, cost: '10.000000000001' } as const;
    const charges = [
      ...[charge(long), charge(long), charge({ ...long, cost: '-7' })],
      ...[charge({ day: '2025-12-01', days: 365, cost: '99' }), charge({ day: '2025-12-05' })],
    ];
    const warehouse = await open(charges);
    const [whole] = await warehouse.aggregate(question(MONTH));
    const parts = await warehouse.aggregate(question({ ...MONTH, by: ['Day'] }));
    expect(parts).toHaveLength(31);
    expect(parts.reduce((sum, { units }) => sum + units, 0n)).toBe(whole!.units);
    expect(parts[0]).toMatchObject({ charges: 4, unknown: 0 });
  });

  it('book a billed charge on its first', async () => {
    const charges = [charge({ day: '2025-12-10', days: 31, cost: '31' })];
    expect(await byDay(charges, { ...MONTH, basis: 'billed' })).toEqual(['2025-12-10 31.00']);
  });

  it('count an unknown amount on each day that it touches', async () => {
    const unknown = charge({ day: '2025-12-30', days: 5, EffectiveCost: null });
    const cells = await cellsOf([unknown], { ...MONTH, by: ['Day'] });
    expect(cells.map(({ units, charges, unknown: count }) => [units, charges, count])).toEqual([
      [0n, 1, 1],
      [0n, 1, 1],
    ]);
  });
}
