/**
 * Cells of the ledger per day, made ready for a thousand rules: charges that no rule can tell apart
 * are one series with running sums, so the amount of any days of a series is one subtraction, and
 * each pattern of the config is tried once on each name that there is.
 */
import { type Day, type DayRange, parseDay } from '../day.ts';
import { DAY, type Dimension } from '../dimension.ts';
import type { CostSource } from '../focus.ts';
import { compileGlob } from '../glob.ts';
import type { Condition, Key, Rule } from '../match.ts';

/** A cell of the warehouse, grouped by day first. */
export type ChargeCell = Readonly<{
  key: Key;
  source: string;
  costSource: CostSource;
  currency: string;
  units: bigint;
  charges: number;
  unknown: number;
}>;

/** What rules can be asked of, and on which days. */
export type ChargeQuestion = Readonly<{ period: DayRange; groupBy: readonly Dimension[] }>;

export type Series = Readonly<{
  /** Without the day. */
  key: Key;
  source: string;
  costSource: CostSource;
  currency: string;
  /** The first day with a charge. */
  firstDay: Day;
  /** Running sums: those of the days before the day at that index of the question. */
  units: readonly bigint[];
  charges: readonly number[];
  unknown: readonly number[];
}>;

export type Charges = Readonly<{
  period: DayRange;
  /** In the order of the keys of series. */
  groupBy: readonly Dimension[];
  series: readonly Series[];
  /** The series that one of the rules matches, each once, in order. */
  matching(rules: readonly Rule[]): readonly Series[];
}>;

/** @throws RangeError where the question is not by day first. */
export function indexCharges(cells: readonly ChargeCell[], question: ChargeQuestion): Charges {
  const [first, ...groupBy] = question.groupBy;
  if (first !== DAY) throw new RangeError('not grouped by day first');
  const { period } = question;
  const series = seriesOf(cells, period);
  return { period, groupBy, series, matching: matcherOf(series, groupBy) };
}

type Growing = {
  of: ChargeCell;
  days: Map<number, Pick<ChargeCell, 'units' | 'charges' | 'unknown'>>;
};

function seriesOf(cells: readonly ChargeCell[], period: DayRange): Series[] {
  const dayOf = memoised(parseDay);
  const found = new Map<string, Growing>();
  for (const cell of cells) {
    const [day, ...key] = cell.key;
    const id = JSON.stringify([key, cell.source, cell.costSource, cell.currency]);
    const known = found.get(id) ?? { of: { ...cell, key }, days: new Map() };
    const at = dayOf(day!) - period.start;
    if (known.days.has(at)) throw new RangeError(`two cells of ${day} of one group`);
    known.days.set(at, cell);
    found.set(id, known);
  }
  return [...found.values()].map((each) => runningSums(each, period));
}

function runningSums({ of, days }: Growing, period: DayRange): Series {
  const units = [0n];
  const charges = [0];
  const unknown = [0];
  for (let at = 0; at < period.end - period.start; at += 1) {
    const day = days.get(at);
    units.push(units[at]! + (day?.units ?? 0n));
    charges.push(charges[at]! + (day?.charges ?? 0));
    unknown.push(unknown[at]! + (day?.unknown ?? 0));
  }
  const { key, source, costSource, currency } = of;
  const firstDay = (period.start + Math.min(...days.keys())) as Day;
  return { key, source, costSource, currency, firstDay, units, charges, unknown };
}

function memoised<T>(work: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text) ?? work(text);
    known.set(text, found);
    return found;
  };
}

/** Series by the value of one column. */
type Postings = ReadonlyMap<string, readonly number[]>;

function matcherOf(series: readonly Series[], groupBy: readonly Dimension[]): Charges['matching'] {
  const postings = groupBy.map((_, position) => postingsOf(series, position));
  const valuesOf = groupBy.map((_, position) => {
    const names = [...postings[position]!.keys()];
    return memoised((glob) => new Set(names.filter(compileGlob(glob))));
  });
  const valuesFor = ({ dimension, globs }: Condition) => {
    const position = groupBy.indexOf(dimension);
    if (position === -1) throw new RangeError(`not grouped by ${dimension}`);
    return { position, sets: globs.map(valuesOf[position]!) };
  };
  return (rules) => {
    const found = new Set<number>();
    for (const rule of rules) {
      const [first, ...others] = rule.map(valuesFor);
      if (first === undefined) throw new RangeError('a rule without conditions');
      const candidates = first.sets.flatMap((names) =>
        [...names].flatMap((name) => postings[first.position]!.get(name)!),
      );
      for (const at of candidates) {
        const { key } = series[at]!;
        const fits = others.every(({ position, sets }) => {
          const name = key[position] ?? null;
          return name !== null && sets.some((names) => names.has(name));
        });
        if (fits) found.add(at);
      }
    }
    return [...found].sort((a, b) => a - b).map((at) => series[at]!);
  };
}

function postingsOf(series: readonly Series[], position: number): Postings {
  const found = new Map<string, number[]>();
  for (const [at, { key }] of series.entries()) {
    const name = key[position] ?? null;
    if (name === null) continue;
    const known = found.get(name);
    if (known === undefined) found.set(name, [at]);
    else known.push(at);
  }
  return found;
}

/** Where days of a range lie in the running sums; what is outside of the question is not known. */
function edges({ start, end }: DayRange, period: DayRange): readonly [number, number] {
  if (start < period.start || end > period.end) {
    throw new RangeError(`days [${start}, ${end}) of [${period.start}, ${period.end})`);
  }
  return [start - period.start, end - period.start];
}

export type Spend = Readonly<{
  /** Of the currency that is asked for. */
  units: bigint;
  charges: number;
  /** Charges without an amount, which is not in `units`. */
  unknown: number;
  /** Of `units`: what the provider has not billed. */
  estimated: bigint;
  /** What else was charged, by currency; never added. */
  others: ReadonlyMap<string, bigint>;
}>;

export function spendOf(
  series: readonly Series[],
  asked: Readonly<{ range: DayRange; period: DayRange; currency: string }>,
): Spend {
  const [from, to] = edges(asked.range, asked.period);
  let [units, estimated, charges, unknown] = [0n, 0n, 0, 0];
  const others = new Map<string, bigint>();
  for (const each of series) {
    const count = each.charges[to]! - each.charges[from]!;
    if (count === 0) continue;
    const part = each.units[to]! - each.units[from]!;
    if (each.currency !== asked.currency) {
      others.set(each.currency, (others.get(each.currency) ?? 0n) + part);
      continue;
    }
    units += part;
    charges += count;
    unknown += each.unknown[to]! - each.unknown[from]!;
    if (each.costSource !== 'provider_billed') estimated += part;
  }
  return { units, charges, unknown, estimated, others };
}

/** Amounts of one currency by a name of the series, the largest first. */
export function spendBy(
  series: readonly Series[],
  asked: Readonly<{ range: DayRange; period: DayRange; currency: string }>,
  nameOf: (series: Series) => string | null,
): readonly (readonly [name: string, units: bigint])[] {
  const [from, to] = edges(asked.range, asked.period);
  const sums = new Map<string, bigint>();
  for (const each of series) {
    if (each.currency !== asked.currency || each.charges[to] === each.charges[from]) continue;
    const name = nameOf(each);
    if (name === null) continue;
    sums.set(name, (sums.get(name) ?? 0n) + each.units[to]! - each.units[from]!);
  }
  return [...sums].sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : x > y ? -1 : 1));
}
