/** `brctl.finance/import/v1`: amounts as exact decimal strings, same shape when nothing came in. */
import { toJson } from 'brctl/sdk';
import { decimalsOf } from '../core/currency.ts';
import { formatDay } from '../core/day.ts';
import { formatExact } from '../core/money.ts';
import type { Totals } from '../ports/state.ts';
import { moved, rowsOf, totalsOf } from './control-totals.ts';
import type { ImportPlan } from './plan.ts';

export function asJson(plan: ImportPlan): string {
  return toJson({
    schema: 'brctl.finance/import/v1',
    status: plan.status,
    source: plan.options.source,
    format: plan.format,
    files: plan.files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
    rows: rowsOf(plan.periods),
    periods: plan.periods.map((period) => ({
      period: period.period,
      change: period.change,
      rows: period.rows,
      totals: amounts(period.totals),
      replaced:
        period.replaced === undefined
          ? null
          : {
              rows: period.replaced.rows,
              totals: amounts(period.replaced.totals),
              moved: amounts(moved(period)),
            },
      complete_through:
        period.completeThrough === undefined ? null : formatDay(period.completeThrough),
    })),
    totals: amounts(totalsOf(plan.periods)),
    providers: plan.providers.map(({ provider, currency, units }) => ({
      provider,
      totals: amounts([{ currency, units }]),
    })),
    warnings: plan.warnings.map(({ code, message }) => ({ code, message })),
    problem_count: plan.problemCount,
    problems: plan.problems.map(({ file, row, column, message }) => ({
      file,
      row: row ?? null,
      column: column ?? null,
      message,
    })),
    refusals: plan.refusals,
    skipped: plan.skipped,
    rejects:
      plan.status === 'imported' || plan.status === 'unchanged' ? (plan.rejects ?? null) : null,
    restatements: plan.restatements.map(({ start, end, basis, currency, before, after }) => ({
      start: formatDay(start),
      end: formatDay(end),
      basis,
      currency,
      before: formatExact(before),
      after: formatExact(after),
    })),
  });
}

function amounts(totals: Totals): Record<string, string> {
  return Object.fromEntries(
    totals.map(({ currency, units }) => [currency, formatExact(units, decimalsOf(currency))]),
  );
}
