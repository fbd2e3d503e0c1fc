/**
 * FOCUS 1.0 to 1.4, matched by header name with the alias table, and Vercel's billing charges:
 * FOCUS 1.3 rows without billing period, account, list and contracted cost.
 */
import {
  ALIASES,
  FOCUS_COLUMNS,
  type FocusColumnName,
  isFocusColumn,
  KEPT_AS_EXTRA,
  REQUIRED_COLUMNS,
} from '../../../core/focus.ts';
import type { ImportWarning } from '../../../ports/intake.ts';
import { identifier } from '../sql.ts';
import type { MappedColumn } from '../staging/conversion.ts';
import { COST_SOURCE } from '../staging/projection.ts';
import { type Mapping, mapped, type SourceColumn } from './mapping.ts';

/** Vercel's charges have these gaps; nothing else that calls itself FOCUS may. */
const VERCEL_GAPS: readonly FocusColumnName[] = [
  'BillingAccountId',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ContractedCost',
  'ListCost',
];

/** Two of the required columns are no accident; what else is missing is then said by name. */
export function isFocus(columns: readonly SourceColumn[]): boolean {
  const names = new Set(columns.map(({ name }) => name.toLowerCase()));
  return REQUIRED_COLUMNS.filter((name) => names.has(name.toLowerCase())).length >= 2;
}

export function mapFocus(
  columns: readonly SourceColumn[],
  kind: 'csv' | 'jsonl' | 'parquet',
): Mapping {
  // By name in any case: spreadsheets and databases change it.
  const byName = new Map(columns.map((column) => [column.name.toLowerCase(), column]));
  const find = (name: string) => byName.get(name.toLowerCase());
  const used = new Set<string>();
  const warnings: ImportWarning[] = [];
  const result: MappedColumn[] = [];
  for (const { name } of FOCUS_COLUMNS) {
    const known = [name, ...(ALIASES[name] ?? [])].find(find);
    const column = known === undefined ? undefined : find(known);
    if (column === undefined) continue;
    used.add(column.name);
    if (column.name !== name && !Object.hasOwn(KEPT_AS_EXTRA, column.name)) {
      const message = `column ${column.name} is read as ${name}`;
      warnings.push({ code: 'column-renamed', message });
    }
    result.push(mapped(name, plainSource(column)));
  }
  const isVercel = kind === 'jsonl' && VERCEL_GAPS.every((name) => !find(name));
  if (isVercel) {
    result.push(...vercelPeriods());
    warnings.push({
      code: 'gaps-filled',
      message:
        'no billing period, billing account, list or contracted cost (Vercel): the billing ' +
        'period is the UTC month of ChargePeriodStart, the others stay unknown',
    });
  }
  result.push(...extras(columns, used, warnings));
  const has = new Set(result.map(({ target }) => target));
  const missing = REQUIRED_COLUMNS.filter(
    (name) => !has.has(name) && !(isVercel && VERCEL_GAPS.includes(name)),
  ).map((name) => `required column ${name} is missing`);
  return {
    format: `focus ${versionOf((name) => find(name) !== undefined)}`,
    columns: result,
    missing,
    warnings,
    isPlain: columns.every(({ type }) => type === 'VARCHAR') && !isVercel,
  };
}

/** Custom columns stay; others are kept under an `x_` name and said out loud. */
function extras(
  columns: readonly SourceColumn[],
  used: Set<string>,
  warnings: ImportWarning[],
): MappedColumn[] {
  const result: MappedColumn[] = [];
  const taken = new Set([COST_SOURCE.toLowerCase()]);
  const keep = (target: `x_${string}`, column: SourceColumn): string => {
    taken.add(target.toLowerCase());
    result.push(mapped(target, plainSource(column)));
    return target;
  };
  const [own, others] = partition(columns, ({ name }) => isExtra(name));
  // A name that an export gives itself goes before one that brctl makes up.
  for (const column of own) keep(isCostSource(column) ? COST_SOURCE : extraName(column), column);
  const [known, unknown] = partition(
    others.filter(({ name }) => !isFocusColumn(name)),
    ({ name }) => Object.hasOwn(KEPT_AS_EXTRA, name),
  );
  for (const [name, target] of Object.entries(KEPT_AS_EXTRA)) {
    const column = known.find((each) => each.name === name);
    if (column !== undefined) keep(freeName(target as `x_${string}`, taken), column);
  }
  const told = unknown
    .filter(({ name }) => !used.has(name))
    .map((column) => {
      const target = keep(freeName(extraName(column), taken), column);
      return target === extraName(column) ? column.name : `${column.name} (as ${target})`;
    });
  if (told.length > 0) warnings.push({ code: 'column-unknown', message: unknownColumns(told) });
  return result;
}

function partition<T>(all: readonly T[], test: (each: T) => boolean): [T[], T[]] {
  return [all.filter(test), all.filter((each) => !test(each))];
}

function isExtra(name: string): boolean {
  return /^x_/i.test(name);
}

/** brctl's own column; whoever spells it otherwise means the same. */
function isCostSource({ name }: SourceColumn): boolean {
  return name.toLowerCase() === COST_SOURCE.toLowerCase();
}

function extraName({ name }: SourceColumn): `x_${string}` {
  return isExtra(name) ? `x_${name.slice(2)}` : `x_${name.replace(/[^A-Za-z0-9_]/g, '_')}`;
}

/** Two names may differ only in letters that a column of the ledger cannot have. */
function freeName(wanted: `x_${string}`, taken: ReadonlySet<string>): `x_${string}` {
  let name = wanted;
  for (let n = 2; taken.has(name.toLowerCase()); n += 1) name = `${wanted}_${n}`;
  return name;
}

const NAMES_SHOWN = 8;

function unknownColumns(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  const rest = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
  const are = names.length === 1 ? 'is no FOCUS column and lacks' : 'are no FOCUS columns and lack';
  return `${shown}${rest} ${are} the x_ prefix; kept with it`;
}

function plainSource({ name, type }: SourceColumn): { from: string; sql: string; type: string } {
  return { from: name, sql: identifier(name), type };
}

function vercelPeriods(): MappedColumn[] {
  const start = `TRY_CAST(rtrim(${identifier('ChargePeriodStart')}, 'Z') AS TIMESTAMP)`;
  const month = `date_trunc('month', ${start})`;
  const source = { from: 'ChargePeriodStart', type: 'TIMESTAMP' };
  return [
    mapped('BillingPeriodStart', { ...source, sql: `CAST(${month} AS TIMESTAMP)` }),
    mapped('BillingPeriodEnd', {
      ...source,
      sql: `CAST(${month} + INTERVAL 1 MONTH AS TIMESTAMP)`,
    }),
  ];
}

/** The newest version whose columns are there; exports do not say it themselves. */
function versionOf(has: (name: string) => boolean): string {
  const marks: readonly (readonly [string, string])[] = [
    ['1.4', 'InvoiceDetailId'],
    // 1.3 still has ProviderName, 1.4 has dropped it; an export may leave it out early.
    [has('ProviderName') ? '1.3' : '1.3+', 'ServiceProviderName'],
    ['1.2', 'InvoiceId'],
    ['1.1', 'SkuMeter'],
  ];
  return marks.find(([, column]) => has(column))?.[0] ?? '1.0';
}
