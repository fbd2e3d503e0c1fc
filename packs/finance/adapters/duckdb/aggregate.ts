/**
 * A question in SQL, and its answer in exact units.
 *
 * Spreading states core/money.ts `shareOfDays` in integers: both truncate toward zero, per charge,
 * so the parts of any partition of days add up to the charge.
 */
import { type DayRange, formatDay } from '../../core/day.ts';
import { type Dimension, tagKey } from '../../core/dimension.ts';
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
  const keys = question.groupBy.map(
    (dimension, i) => `${dimensionSql(dimension, ledger.columns)} AS k${i}`,
  );
  const head = [...keys, 'source', 'x_CostSource AS cost_source', 'BillingCurrency AS currency'];
  const { whole, share, where } =
    question.basis === 'billed' ? billed(question.period) : effective(question.period);
  return `
    SELECT ${head.join(', ')},
      CAST(COALESCE(sum(${whole}), 0) AS VARCHAR) AS whole,
      CAST(COALESCE(sum(${share}), 0) AS VARCHAR) AS share,
      count(*) AS charges,
      count_if(${question.basis === 'billed' ? 'BilledCost' : 'EffectiveCost'} IS NULL) AS unknown
    FROM ${ledger.sql} WHERE ${where} GROUP BY ALL`;
}

type Measure = Readonly<{ whole: string; share: string; where: string }>;

function billed({ start, end }: DayRange): Measure {
  return {
    whole: 'BilledCost',
    share: 'CAST(0 AS HUGEINT)',
    where: `ChargePeriodStart >= ${timestamp(start)} AND ChargePeriodStart < ${timestamp(end)}`,
  };
}

function effective({ start, end }: DayRange): Measure {
  const isLong = `ChargePeriodEnd - ChargePeriodStart > ${DAILY}`;
  const first = 'CAST(ChargePeriodStart AS DATE)';
  const days = `(${LAST_DAY} - ${first} + 1)`;
  const from = `greatest(${date(start)} - ${first}, 0)`;
  const until = `least(${date(end)} - ${first}, ${days})`;
  const digits = `replace(CAST(CAST(EffectiveCost AS DECIMAL(38,12)) AS VARCHAR), '.', '')`;
  const upTo = (day: string): string => `(CAST(${digits} AS HUGEINT) * ${day}) // ${days}`;
  return {
    whole: `CASE WHEN NOT (${isLong}) THEN EffectiveCost END`,
    share: `CASE WHEN ${isLong} THEN ${upTo(until)} - ${upTo(from)} END`,
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
