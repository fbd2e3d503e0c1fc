/** How the warehouse contract asks, and what it reads off the answer. */
import type { ChargeRecord } from '../../packs/finance/adapters/memory/charge-record.ts';
import { dayRange, parseDay } from '../../packs/finance/core/day.ts';
import { DAY, dimension } from '../../packs/finance/core/dimension.ts';
import { formatExact } from '../../packs/finance/core/money.ts';
import type { Basis, Cell, Question, Warehouse } from '../../packs/finance/ports/warehouse.ts';

export type MakeWarehouse = (charges: readonly ChargeRecord[]) => Promise<Warehouse>;

export type CellsOf = (charges: readonly ChargeRecord[], ask: Ask) => Promise<readonly Cell[]>;

/** `until` is the first day that is not asked for. */
export type Ask = Readonly<{ from: string; until: string; basis?: Basis; by?: readonly string[] }>;

export function question({ from, until, basis = 'effective', by = [] }: Ask): Question {
  return {
    basis,
    period: dayRange(parseDay(from), parseDay(until)),
    groupBy: by.map((name) => (name === DAY ? DAY : dimension(name))),
  };
}

export const WEEK_52 = { from: '2025-12-22', until: '2025-12-29' } as const;

export function amounts(cells: readonly Cell[]): string[] {
  return cells.map(({ units }) => formatExact(units));
}
