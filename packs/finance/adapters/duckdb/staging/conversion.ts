/**
 * How one column of an export becomes one column of the ledger, in SQL.
 *
 * Every conversion comes twice. `strict` takes only the common, canonical spelling and stops the
 * query at anything else: it costs little more than a plain copy. `lenient` takes every spelling
 * the contract allows, gives NULL for the rest, and `problem` says in words what is wrong. The
 * strict spelling is a subset of the lenient one, and both give the same value.
 */
import { CATEGORIES, type ColumnKind, RENAMED_VALUES } from '../../../core/focus.ts';
import { caseWhen, identifier, literal, literalList } from '../sql.ts';
import {
  type AmountKind,
  decimalsKept,
  isDecimalText,
  isPlainText,
  isSummable,
  NARROW,
  plainCast,
  textFitsNarrow,
  textLosesDigits,
  textToAmount,
  wideType,
} from './amount.ts';

/** One target column and where its values come from. */
export type MappedColumn = Readonly<{
  target: string;
  kind: ColumnKind;
  /** The column that messages name. */
  from: string;
  /** Over the export's own columns. */
  sql: string;
  /** DuckDB type of `sql`. */
  type: string;
  required: boolean;
}>;

export type AmountColumn = MappedColumn & Readonly<{ kind: AmountKind }>;

export function isAmount(column: MappedColumn): column is AmountColumn {
  return column.kind === 'cost' || column.kind === 'number';
}

/** ISO 8601 with or without `T` and `Z`; what carries no zone is UTC, another zone is refused. */
const TIME_TEXT =
  '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?Z?)?';
const CURRENCY_TEXT = '[A-Z]{3}';

/** Charges are of these years: what lies outside is a placeholder or infinity. */
const FIRST_YEAR = 1970;
const LAST_YEAR = 9999;

/** Ends the query; the message is for nobody, the survey finds the reason. */
export const STOP = `error('not in the canonical form')`;

/** How the strict path reads a column. */
export type StrictForm = Readonly<{
  /** Amounts in the narrow form. */
  isNarrow: boolean;
  /** The one spelling of times in these files. */
  time: TimeShape;
}>;

/** Value in the final type, or the whole query stops. Only for text columns. */
export function strict(column: MappedColumn, { isNarrow, time }: StrictForm): string {
  const x = column.sql;
  // The good case first and spelled as a conjunction: the engine then stops at its first miss.
  const none: (readonly [string, string])[] = column.required ? [] : [[`${x} IS NULL`, 'NULL']];
  const when = (test: string, value: string): string => caseWhen([[test, value], ...none], STOP);
  if (isAmount(column)) {
    const { kind } = column;
    const decimals = isNarrow ? decimalsKept('cost') : decimalsKept(kind);
    const isPlain = isPlainText(x, decimals);
    // Only the narrow cast refuses what is no number: the wide one is put together from parts.
    const test = isNarrow ? isPlain : `${isPlain} AND ${isDecimalText(x)} AND ${isSummable(x)}`;
    return when(test, plainCast(x, { kind, isNarrow }));
  }
  switch (column.kind) {
    case 'time':
      return when(hasShape(x, time), `CAST(${x} AS TIMESTAMP)`);
    case 'category':
      return when(`${x} IN ${literalList(valuesOf(column))}`, x);
    case 'currency':
      return when(matches(x, CURRENCY_TEXT), x);
    default:
      return column.required ? when(`${x} IS NOT NULL`, x) : x;
  }
}

/** Spellings of times that the strict path takes, as patterns of LIKE. */
const TIME_SHAPES = ['____-__-__T__:__:__Z', '____-__-__ __:__:__', '____-__-__T__:__:__'] as const;
export type TimeShape = (typeof TIME_SHAPES)[number];

export function timeShape(text: string): TimeShape | undefined {
  return TIME_SHAPES.find((shape) => new RegExp(`^${shape.replaceAll('_', '[0-9]')}$`).test(text));
}

/** The cast that follows checks the digits; two texts of one shape sort as their times do. */
export function hasShape(x: string, shape: TimeShape): string {
  return `${x} LIKE ${literal(shape)} AND ${x} >= '${FIRST_YEAR}'`;
}

/** Value in its final type, NULL where it cannot be one. */
export function lenient(column: MappedColumn, isNarrow = false): string {
  const code = `upper(${asText(column)})`;
  if (isAmount(column)) return lenientAmount(column, isNarrow);
  switch (column.kind) {
    case 'time':
      return inRange(lenientTime(column));
    case 'category':
      return caseWhen(
        foldings(column).map(([from, to]) => [
          `lower(${asText(column)}) = ${literal(from)}`,
          literal(to),
        ]),
        'NULL',
      );
    case 'currency':
      return `CASE WHEN ${matches(code, CURRENCY_TEXT)} THEN ${code} END`;
    default:
      return asText(column);
  }
}

function lenientAmount(column: AmountColumn, isNarrow: boolean): string {
  const { kind, type, sql } = column;
  if (!isTextual(type) && !isNumeric(type)) return `CAST(NULL AS ${wideType(kind)})`;
  const value = isTextual(type)
    ? textToAmount(asText(column), { kind, isNarrow })
    : `TRY_CAST(${sql} AS ${isNarrow ? NARROW : wideType(kind)})`;
  return isNarrow ? value : `CASE WHEN ${isSummable(sql)} THEN ${value} END`;
}

function lenientTime({ sql, type }: MappedColumn): string {
  if (type === 'TIMESTAMP WITH TIME ZONE') return `${sql} AT TIME ZONE 'UTC'`;
  if (type !== 'VARCHAR') return `TRY_CAST(${sql} AS TIMESTAMP)`;
  // The engine reads `…T00:00:00Z` but not `…T00:00Z`.
  const value = `TRY_CAST(rtrim(${sql}, 'Z') AS TIMESTAMP)`;
  return `CASE WHEN ${matches(sql, TIME_TEXT)} THEN ${value} END`;
}

function inRange(time: string): string {
  // The year of infinity is NULL.
  return `CASE WHEN year(${time}) BETWEEN ${FIRST_YEAR} AND ${LAST_YEAR} THEN ${time} END`;
}

/** Whether the narrow form of an amount holds every good value of this column. */
export function fitsNarrow(column: AmountColumn): string {
  const { sql, type } = column;
  if (isTextual(type)) return textFitsNarrow(asText(column));
  const back = `CAST(TRY_CAST(${sql} AS ${NARROW}) AS ${type})`;
  return `(${sql} IS NULL OR COALESCE(${back} = ${sql}, false))`;
}

/** Whether a value has more decimals than the ledger keeps; undefined where it cannot. */
export function losesDigits(column: AmountColumn): string | undefined {
  const { kind, sql, type } = column;
  if (isTextual(type)) return textLosesDigits(asText(column), kind);
  const scale = /^DECIMAL\([0-9]+,([0-9]+)\)$/.exec(type)?.[1];
  if (scale === undefined || Number(scale) <= decimalsKept(kind)) return undefined;
  const back = `TRY_CAST(TRY_CAST(${sql} AS ${wideType(kind)}) AS ${type})`;
  return `COALESCE(${back} <> ${sql}, false)`;
}

/** Doubles go through their shortest text: what reads back as the same double is what was meant. */
function isTextual(type: string): boolean {
  return type === 'VARCHAR' || type === 'DOUBLE' || type === 'FLOAT';
}

function isNumeric(type: string): boolean {
  return /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL)/.test(type);
}

/** A sentence about a value that cannot be taken, or NULL. */
export function problem(column: MappedColumn): string {
  const x = asText(column);
  const shown = `'"' || left(${x}, 60) || '"'`;
  const isMissing = `(${lenient(column)}) IS NULL`;
  const complain = (test: string, words: string): string =>
    caseWhen(
      [
        [`${x} IS NULL`, column.required ? `'is empty'` : 'NULL'],
        [test, `${literal(words)} || ${shown}`],
      ],
      'NULL',
    );
  if (isAmount(column)) {
    const isNumber = isTextual(column.type) ? isDecimalText(x) : `${isNumeric(column.type)}`;
    const words = caseWhen([[isNumber, `'is out of range: '`]], `'is not a plain decimal: '`);
    return caseWhen(
      [
        [`${x} IS NULL`, column.required ? `'is empty'` : 'NULL'],
        [isMissing, `${words} || ${shown}`],
      ],
      'NULL',
    );
  }
  switch (column.kind) {
    case 'time':
      return complain(isMissing, 'is not an ISO 8601 time in UTC (2025-12-01T00:00:00Z): ');
    case 'category': {
      const known = valuesOf(column);
      const list = known.length > 8 ? 'the FOCUS values' : known.join(', ');
      return complain(isMissing, `is not one of ${list}: `);
    }
    case 'currency':
      return complain(isMissing, 'is not an ISO 4217 code: ');
    default:
      return column.required ? complain('false', '') : 'NULL';
  }
}

/** Folded spelling -> stored spelling. */
export function foldings(column: MappedColumn): readonly (readonly [string, string])[] {
  const renamed = Object.entries(
    RENAMED_VALUES[column.target as keyof typeof RENAMED_VALUES] ?? {},
  );
  const own = valuesOf(column).map((value) => [value, value] as const);
  return [...own, ...renamed].map(([from, to]) => [from.toLowerCase(), to]);
}

function valuesOf(column: MappedColumn): readonly string[] {
  return CATEGORIES[column.target as keyof typeof CATEGORIES] ?? [];
}

export function asText(column: MappedColumn): string {
  if (column.type === 'VARCHAR') return column.sql;
  if (/^(STRUCT|MAP)/.test(column.type)) return `CAST(to_json(${column.sql}) AS VARCHAR)`;
  return `CAST(${column.sql} AS VARCHAR)`;
}

function matches(x: string, pattern: string): string {
  return `regexp_full_match(${x}, ${literal(pattern)})`;
}

/** The SELECT item of a mapped column. */
export function as(sql: string, target: string): string {
  return `${sql} AS ${identifier(target)}`;
}
