/**
 * One pass over staged files: what they hold per billing period, per provider, and what is odd
 * about charges that are valid one by one. None of the oddities stops an import.
 */
import { parseUnits } from '../../../core/money.ts';
import { compareText } from '../../../core/order.ts';
import type { ImportWarning, Staged } from '../../../ports/intake.ts';
import type { Row, Session } from '../session.ts';
import { chargesByFile, identifier } from '../sql.ts';
import { daysSql, foldSummary, type Summary } from '../summary.ts';
import { QUIRKS, roundedEffectiveCost } from './quirks.ts';

export type Profile = Readonly<{
  /** By path; a file without rows is not there. */
  summaries: ReadonlyMap<string, Summary>;
  providers: Staged['providers'];
  warnings: readonly ImportWarning[];
}>;

export async function profileCharges(session: Session, paths: readonly string[]): Promise<Profile> {
  if (paths.length === 0) return { summaries: new Map(), providers: [], warnings: [] };
  const counts = QUIRKS.map(
    ({ code, test }) => `count_if(${test})::INTEGER AS ${identifier(code)}`,
  );
  const rows = await session.rows(`
    SELECT filename AS file, COALESCE(ServiceProviderName, '') AS provider,
      BillingCurrency AS currency, ${daysSql},
      CAST(sum(BilledCost) AS VARCHAR) AS billed,
      CAST(sum(EffectiveCost) AS VARCHAR) AS effective,
      COALESCE(bool_and(EffectiveCost = round(EffectiveCost, 0)), true) AS whole,
      count_if(BilledCost <> round(BilledCost, 0))::INTEGER AS fractions,
      ${counts.join(',\n      ')}
    FROM ${chargesByFile(...paths)} GROUP BY ALL ORDER BY file, provider, currency`);
  const byFile = Map.groupBy(rows, ({ file }) => String(file));
  return {
    summaries: new Map([...byFile].map(([file, each]) => [file, foldSummary(each)])),
    providers: providersOf(rows),
    warnings: [...quirksOf(rows), ...providerWarnings(rows)],
  };
}

function providersOf(rows: readonly Row[]): Staged['providers'] {
  const byProvider = Map.groupBy(rows, ({ provider, currency }) => `${provider}\n${currency}`);
  return [...byProvider.values()]
    .map((each) => ({
      provider: String(each[0]!.provider),
      currency: String(each[0]!.currency),
      units: each.reduce((sum, { billed }) => sum + parseUnits(String(billed)), 0n),
    }))
    .sort((a, b) => compareText(a.provider, b.provider) || compareText(a.currency, b.currency));
}

function quirksOf(rows: readonly Row[]): ImportWarning[] {
  return QUIRKS.map(({ code, message }) => ({ code, message, n: total(rows, code) }))
    .filter(({ n }) => n > 0)
    .map(({ code, message, n }) => ({ code, message: message(n) }));
}

function providerWarnings(rows: readonly Row[]): ImportWarning[] {
  const byProvider = Map.groupBy(rows, ({ provider }) => String(provider));
  return [...byProvider].flatMap(([provider, each]) => {
    const sum = (name: string): bigint =>
      each.reduce((units, row) => units + parseUnits(String(row[name] ?? '0')), 0n);
    const warning = roundedEffectiveCost({
      provider,
      rows: total(each, 'rows'),
      isWhole: each.every(({ whole }) => whole === true),
      fractions: total(each, 'fractions'),
      effective: sum('effective'),
      billed: sum('billed'),
    });
    return warning === undefined ? [] : [warning];
  });
}

function total(rows: readonly Row[], name: string): number {
  return rows.reduce((n, row) => n + Number(row[name]), 0);
}
