/**
 * The report for machines: schemas/finance/weekly-report.schema.json. Money is exact, as decimal
 * text; what is not known is null; keys stand in a fixed order and none is ever left out.
 */
import { toJson } from 'brctl/sdk';
import { formatDay } from '../../core/day.ts';
import { formatExact } from '../../core/money.ts';
import type { Row, ServiceRow, SourceRow, WeeklyReport } from '../weekly-report.ts';
import { plainPercent } from './amount-text.ts';

export const SCHEMA = 'brctl.finance/weekly-report/v1';

export function reportAsJson(report: WeeklyReport): string {
  const { decimals } = report;
  return toJson({
    schema: SCHEMA,
    week: report.week ?? null,
    period: { start: formatDay(report.period.start), end: formatDay(report.period.end) },
    basis: report.basis,
    currency: report.currency,
    total: figures(report.total, decimals),
    categories: report.categories.map((row) => ({ name: row.name, ...figures(row, decimals) })),
    services: report.services.map((row) => service(row, decimals)),
    sources: report.sources.map((row) => source(row, decimals)),
    findings: report.findings.map(({ code, severity, subject, message }) => ({
      code,
      severity,
      subject,
      message,
    })),
  });
}

function figures(row: Row, decimals: number): object {
  const { budget, actual, variance, percent, status } = row;
  return {
    budget: exact(budget?.exact, decimals),
    actual: exact(actual?.exact, decimals),
    variance: exact(variance?.exact, decimals),
    variance_percent: percent === undefined ? null : plainPercent(percent),
    status,
  };
}

function service(row: ServiceRow, decimals: number): object {
  const { name, category, tier } = row;
  return { name, category: category ?? null, tier: tier ?? null, ...figures(row, decimals) };
}

function source(row: SourceRow, decimals: number): object {
  const { name, completeThrough, status, provisionalFrom } = row;
  return {
    name,
    complete_through: completeThrough === undefined ? null : formatDay(completeThrough),
    status,
    provisional_from: provisionalFrom === undefined ? null : formatDay(provisionalFrom),
    actual: exact(row.actual, decimals),
    estimated: exact(row.estimated, decimals),
  };
}

function exact(units: bigint | undefined, decimals: number): string | null {
  return units === undefined ? null : formatExact(units, decimals);
}
