/**
 * The Warehouse port over charges in memory: small, plain and the reference that every other
 * adapter is compared with. Nothing here is a shortcut that an engine would not take.
 */
import { addDays, type Day, type DayRange, dayRange, formatDay, overlap } from '../../core/day.ts';
import { DAY } from '../../core/dimension.ts';
import { shareOfDays } from '../../core/money.ts';
import { compareKeys, compareText } from '../../core/order.ts';
import type { Cell, PeriodSummary, Question, Warehouse } from '../../ports/warehouse.ts';
import {
  amountOf,
  type ChargeRecord,
  costSourceOf,
  partOfKey,
  requiredColumn,
  spanOf,
} from './charge-record.ts';

const LONGEST_DAY_MS = 25 * 60 * 60 * 1000;

export function memoryWarehouse(charges: readonly ChargeRecord[]): Warehouse {
  return {
    aggregate: async (question) => aggregate(charges, question),
    periods: async () => periodsOf(charges),
    describe: async (source, period) => {
      const filed = charges.filter((each) => each.source === source && each.period === period);
      return filed.length === 0 ? undefined : summarize(period, filed);
    },
    close: async () => {},
  };
}

/** `first`: the day it is of, or the first of its days in the period. */
type Share = Readonly<{ units: bigint | undefined; first: Day }>;

function aggregate(charges: readonly ChargeRecord[], question: Question): Cell[] {
  const cells = new Map<string, Cell>();
  for (const charge of charges) {
    for (const share of sharesOf(charge, question)) {
      const empty = emptyCell(charge, question, share.first);
      const id = JSON.stringify([empty.key, empty.source, empty.costSource, empty.currency]);
      const cell = cells.get(id) ?? empty;
      cells.set(id, {
        ...cell,
        units: cell.units + (share.units ?? 0n),
        charges: cell.charges + 1,
        unknown: cell.unknown + (share.units === undefined ? 1 : 0),
      });
    }
  }
  return [...cells.values()].sort(compareCells);
}

/** One, or one for each day; none where the charge is not in the period at all. */
function sharesOf(charge: ChargeRecord, question: Question): Share[] {
  const { period, groupBy } = question;
  const ranges = groupBy.includes(DAY) ? daysOf(charge, question) : [period];
  return ranges.flatMap((range) => shareOf(charge, { ...question, period: range }) ?? []);
}

function daysOf(charge: ChargeRecord, { period }: Question): DayRange[] {
  const { first, last } = spanOf(charge);
  const inside = overlap(dayRange(first, addDays(last, 1)), period);
  if (inside === undefined) return [];
  const { start, end } = inside;
  return Array.from({ length: end - start }, (_, i) =>
    dayRange(addDays(start, i), addDays(start, i + 1)),
  );
}

/** What of a charge lies in the period; undefined when it is not in it at all. */
function shareOf(charge: ChargeRecord, { basis, period }: Question): Share | undefined {
  const { first, last, milliseconds } = spanOf(charge);
  if (basis === 'billed' || milliseconds <= LONGEST_DAY_MS) {
    const isInside = period.start <= first && first < period.end;
    const column = basis === 'billed' ? 'BilledCost' : 'EffectiveCost';
    return isInside ? { units: amountOf(charge, column), first } : undefined;
  }
  const inside = overlap(dayRange(first, addDays(last, 1)), period);
  if (inside === undefined) return undefined;
  const units = amountOf(charge, 'EffectiveCost');
  if (units === undefined) return { units, first: inside.start };
  const [from, to] = [inside.start - first, inside.end - first];
  return { units: shareOfDays(units, last - first + 1, from, to), first: inside.start };
}

function emptyCell(charge: ChargeRecord, { groupBy }: Question, day: Day): Cell {
  return {
    key: groupBy.map((each) => (each === DAY ? formatDay(day) : partOfKey(charge, each))),
    source: charge.source,
    costSource: costSourceOf(charge),
    currency: requiredColumn(charge, 'BillingCurrency'),
    units: 0n,
    charges: 0,
    unknown: 0,
  };
}

function compareCells(a: Cell, b: Cell): number {
  return (
    compareKeys(a.key, b.key) ||
    compareText(a.source, b.source) ||
    compareText(a.costSource, b.costSource) ||
    compareText(a.currency, b.currency)
  );
}

function periodsOf(charges: readonly ChargeRecord[]): { source: string; period: string }[] {
  const files = new Map(
    charges.map(({ source, period }) => [JSON.stringify([source, period]), { source, period }]),
  );
  return [...files.values()].sort(
    (a, b) => compareText(a.source, b.source) || compareText(a.period, b.period),
  );
}

function summarize(period: string, charges: readonly ChargeRecord[]): PeriodSummary {
  const totals = new Map<string, bigint>();
  for (const charge of charges) {
    const currency = requiredColumn(charge, 'BillingCurrency');
    const units = amountOf(charge, 'BilledCost') ?? 0n;
    totals.set(currency, (totals.get(currency) ?? 0n) + units);
  }
  return {
    period,
    rows: charges.length,
    totals: [...totals]
      .map(([currency, units]) => ({ currency, units }))
      .sort((a, b) => compareText(a.currency, b.currency)),
  };
}
