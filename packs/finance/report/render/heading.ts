/** What a report is about: `Week 2025-W52`, its days, `effective cost, USD`. */
import { daysIn } from '../../core/day.ts';
import type { WeeklyReport } from '../weekly-report.ts';
import { spokenRange } from './period-text.ts';

export function headingPieces(report: WeeklyReport): string[] {
  const { week, period, basis, currency, isOpen } = report;
  const days = daysIn(period);
  const label = week === undefined ? `${days} ${days === 1 ? 'day' : 'days'}` : `Week ${week}`;
  const state = isOpen ? ['provisional'] : [];
  return [label, spokenRange(period), `${basis} cost, ${currency}`, ...state];
}
