/** The tidy table: one row per category, one fact per cell, the total last. */

import type { WeeklyReport } from '../weekly-report.ts';
import { plainAmount, plainPercent } from './amount-text.ts';
import { type CsvCell, toCsv } from './csv.ts';
import { isoRange } from './period-text.ts';

const COLUMNS = [
  'week',
  'category',
  'budget',
  'actual',
  'variance',
  'variance_percent',
  'status',
  'currency',
  'basis',
];

export function reportAsCsv(report: WeeklyReport): string {
  const { decimals, currency, basis } = report;
  const week = report.week ?? isoRange(report.period);
  const rows = [...report.categories, report.total].map((row): CsvCell[] => [
    week,
    row.name,
    { number: plainAmount(row.budget, decimals) },
    { number: plainAmount(row.actual, decimals) },
    { number: plainAmount(row.variance, decimals) },
    { number: plainPercent(row.percent) },
    row.status,
    currency,
    basis,
  ]);
  return toCsv([COLUMNS, ...rows]);
}
