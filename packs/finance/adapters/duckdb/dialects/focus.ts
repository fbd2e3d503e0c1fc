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
import { type Mapping, mapped, type SourceColumn } from './mapping.ts';

/** Vercel's charges have these gaps; nothing else that calls itself FOCUS may. */
const VERCEL_GAPS: readonly FocusColumnName[] = [
  'BillingAccountId',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ContractedCost',
  'ListCost',
];

export function isFocus(columns: readonly SourceColumn[]): boolean {
  const names = new Set(columns.map(({ name }) => name));
  return names.has('ChargePeriodStart') && (names.has('BilledCost') || names.has('EffectiveCost'));
}

export function mapFocus(
  columns: readonly SourceColumn[],
  kind: 'csv' | 'jsonl' | 'parquet',
): Mapping {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const used = new Set<string>();
  const warnings: ImportWarning[] = [];
  const result: MappedColumn[] = [];
  for (const { name } of FOCUS_COLUMNS) {
    const found = [name, ...(ALIASES[name] ?? [])].find((each) => byName.has(each));
    if (found === undefined) continue;
    used.add(found);
    if (found !== name && !Object.hasOwn(KEPT_AS_EXTRA, found)) {
      warnings.push({ code: 'column-renamed', message: `column ${found} is read as ${name}` });
    }
    result.push(mapped(name, plainSource(byName.get(found)!)));
  }
  const isVercel = kind === 'jsonl' && VERCEL_GAPS.every((name) => !byName.has(name));
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
    format: `focus ${versionOf(byName)}`,
    columns: result,
    missing,
    warnings,
    isPlain: columns.every(({ type }) => type === 'VARCHAR') && !isVercel,
  };
}

/** Custom columns stay; unknown ones are kept under an `x_` name and said out loud. */
function extras(
  columns: readonly SourceColumn[],
  used: Set<string>,
  warnings: ImportWarning[],
): MappedColumn[] {
  const result: MappedColumn[] = [];
  const taken = new Set<string>();
  const keep = (target: `x_${string}`, column: SourceColumn): void => {
    if (taken.has(target.toLowerCase())) return;
    taken.add(target.toLowerCase());
    result.push(mapped(target, plainSource(column)));
  };
  for (const column of columns) {
    const { name } = column;
    const extra = KEPT_AS_EXTRA[name];
    if (extra !== undefined) keep(extra as `x_${string}`, column);
    else if (used.has(name) || isFocusColumn(name)) continue;
    else if (name.startsWith('x_')) keep(name as `x_${string}`, column);
    else {
      const target = `x_${name.replace(/[^A-Za-z0-9_]/g, '_')}` as const;
      warnings.push({
        code: 'column-unknown',
        message: `column ${name} is no FOCUS column and has no x_ prefix; kept as ${target}`,
      });
      keep(target, column);
    }
  }
  return result;
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
function versionOf(names: ReadonlyMap<string, unknown>): string {
  const marks: readonly (readonly [string, string])[] = [
    ['1.4', 'InvoiceDetailId'],
    // 1.3 still has ProviderName, 1.4 has dropped it; an export may leave it out early.
    [names.has('ProviderName') ? '1.3' : '1.3+', 'ServiceProviderName'],
    ['1.2', 'InvoiceId'],
    ['1.1', 'SkuMeter'],
  ];
  return marks.find(([, column]) => names.has(column))?.[0] ?? '1.0';
}
