/**
 * A question in SQL, and its answer in exact units.
 *
 * Spreading states core/money.ts `shareOfDays` in integers: both truncate toward zero, per charge,
 * so the parts of any partition of days add up to the charge.
 */
import { type DayRange, formatDay } from '../../core/day.ts';
import { DAY, type Dimension, tagKey } from '../../core/dimension.ts';
import { type CostSource, isFocusColumn } from '../../core/focus.ts';
import { parseUnits } from '../../core/money.ts';
import { compareKeys } from '../../core/order.ts';
import type { Cell, Question } from '../../ports/warehouse.ts';
import type { Row } from './session.ts';
import { identifier, literal } from './sql.ts';
import { DAILY, LAST_DAY } from './summary.ts';

export type LedgerRelation = Readonly<{
  /** `read_parquet([...])` with `source` and `period` from the path. */
  sql: string;
  /** Columns of any of the files. */
  columns: ReadonlySet<string>;
}>;

export function aggregateSql(question: Question, ledger: LedgerRelation): string {
  const { basis, period, groupBy } = question;
  const keys = groupBy.map((dimension, i) => `${keySql(dimension, ledger.columns)} AS k${i}`);
  const head = [...keys, 'source', 'x_CostSource AS cost_source', 'BillingCurrency AS currency'];
  const unknown = `count_if(${basis === 'billed' ? 'BilledCost' : 'EffectiveCost'} IS NULL)`;
  if (basis === 'effective' && groupBy.includes(DAY)) {
    return effectiveByDaySql(question, { head, unknown, from: ledger.sql });
  }
  const { whole, share, where } = basis === 'billed' ? billed(period) : effective(period);
  return `
    SELECT ${head.join(', ')},
      CAST(COALESCE(sum(${whole}), 0) AS VARCHAR) AS whole,
      CAST(COALESCE(sum(${share}), 0) AS VARCHAR) AS share,
      count(*) AS charges,
      ${unknown} AS unknown
    FROM ${ledger.sql} WHERE ${where} GROUP BY ALL`;
}

type Parts = Readonly<{ head: readonly string[]; unknown: string; from: string }>;

/**
 * In one scan: charges of a day are added up as they come; charges that are spread are first put
 * together where amount and days are the same, and only what is left is taken apart into days.
 */
function effectiveByDaySql({ period, groupBy }: Question, parts: Parts): string {
  const { isLong, first, days, from, until, digits, where } = spreadOf(period);
  const day = groupBy.indexOf(DAY);
  const others = groupBy.map((_, i) => `k${i}`).filter((_, i) => i !== day);
  const names = [...others, 'source', 'cost_source', 'currency'].join(', ');
  const upTo = (at: string): string => `(digits * (${at})) // days`;
  return `
    WITH grouped AS (
      SELECT ${parts.head.filter((_, i) => i !== day).join(', ')}, ${first} AS day_one,
        CASE WHEN ${isLong} THEN ${days} END AS days,
        CASE WHEN ${isLong} THEN CAST(${digits} AS HUGEINT) END AS digits,
        CASE WHEN ${isLong} THEN ${from} ELSE 0 END AS since,
        CASE WHEN ${isLong} THEN ${until} ELSE 1 END AS until,
        sum(CASE WHEN NOT (${isLong}) THEN EffectiveCost END) AS whole,
        count(*) AS charges,
        ${parts.unknown} AS unknown
      FROM ${parts.from} WHERE ${where} GROUP BY ALL
    ), spread AS (
      SELECT *, unnest(range(CAST(since AS BIGINT), CAST(until AS BIGINT))) AS nth FROM grouped
    )
    SELECT ${names}, CAST(day_one + CAST(nth AS INTEGER) AS VARCHAR) AS k${day},
      CAST(COALESCE(sum(whole), 0) AS VARCHAR) AS whole,
      CAST(COALESCE(sum((${upTo('nth + 1')} - ${upTo('nth')}) * charges), 0) AS VARCHAR) AS share,
      CAST(sum(charges) AS BIGINT) AS charges,
      CAST(sum(unknown) AS BIGINT) AS unknown
    FROM spread GROUP BY ALL`;
}

type Measure = Readonly<{ whole: string; share: string; where: string }>;

function billed({ start, end }: DayRange): Measure {
  return {
    whole: 'BilledCost',
    share: 'CAST(0 AS HUGEINT)',
    where: `ChargePeriodStart >= ${timestamp(start)} AND ChargePeriodStart < ${timestamp(end)}`,
  };
}

function effective(period: DayRange): Measure {
  const { isLong, days, from, until, digits, where } = spreadOf(period);
  const upTo = (day: string): string => `(CAST(${digits} AS HUGEINT) * ${day}) // ${days}`;
  return {
    whole: `CASE WHEN NOT (${isLong}) THEN EffectiveCost END`,
    share: `CASE WHEN ${isLong} THEN ${upTo(until)} - ${upTo(from)} END`,
    where,
  };
}

/** How a charge that is longer than a day lies in a period; days are counted from its first. */
function spreadOf({ start, end }: DayRange) {
  const isLong = `ChargePeriodEnd - ChargePeriodStart > ${DAILY}`;
  const first = 'CAST(ChargePeriodStart AS DATE)';
  const days = `(${LAST_DAY} - ${first} + 1)`;
  return {
    isLong,
    first,
    days,
    from: `greatest(${date(start)} - ${first}, 0)`,
    until: `least(${date(end)} - ${first}, ${days})`,
    digits: `replace(CAST(CAST(EffectiveCost AS DECIMAL(38,12)) AS VARCHAR), '.', '')`,
    where:
      `ChargePeriodStart < ${timestamp(end)} AND ChargePeriodEnd > ${timestamp(start)} ` +
      `AND (ChargePeriodStart >= ${timestamp(start)} OR ${isLong})`,
  };
}

function timestamp(day: DayRange['start']): string {
  return `TIMESTAMP '${formatDay(day)}'`;
}

function date(day: DayRange['start']): string {
  return `DATE '${formatDay(day)}'`;
}

function keySql(dimension: Dimension, columns: ReadonlySet<string>): string {
  if (dimension === DAY) return 'CAST(CAST(ChargePeriodStart AS DATE) AS VARCHAR)';
  return dimensionSql(dimension, columns);
}

/** A JSON pointer reaches a key whatever characters it has. */
function dimensionSql(dimension: Dimension, columns: ReadonlySet<string>): string {
  if (dimension === 'Source') return 'source';
  const key = tagKey(dimension);
  if (key !== undefined) {
    const pointer = `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return `CASE WHEN json_valid(Tags) THEN json_extract_string(Tags, ${literal(pointer)}) END`;
  }
  if (isFocusColumn(dimension) || columns.has(dimension)) {
    return `CAST(${identifier(dimension)} AS VARCHAR)`;
  }
  return 'CAST(NULL AS VARCHAR)';
}

export function cellsOf(question: Question, rows: readonly Row[]): Cell[] {
  return rows
    .map((row) => ({
      key: question.groupBy.map((_, i) => row[`k${i}`] as string | null),
      source: String(row.source),
      costSource: String(row.cost_source) as CostSource,
      currency: String(row.currency),
      units: parseUnits(String(row.whole)) + BigInt(String(row.share)),
      charges: Number(row.charges),
      unknown: Number(row.unknown),
    }))
    .sort(compareCells);
}

/** By key, source, cost source, currency. */
function compareCells(a: Cell, b: Cell): number {
  const words = ({ key, source, costSource, currency }: Cell) => [
    ...key,
    source,
    costSource,
    currency,
  ];
  return compareKeys(words(a), words(b));
}
