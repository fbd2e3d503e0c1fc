/** What a saved report is called: one name per period and basis, so that a rerun replaces it. */
import { isoRange } from './render/period-text.ts';
import type { WeeklyReport } from './weekly-report.ts';

export function reportFileName({ week, period, basis }: WeeklyReport): string {
  const subject =
    week === undefined
      ? `cost-report-${isoRange(period).replaceAll(' ', '-')}`
      : `weekly-cost-report-${week}`;
  return `${subject}${basis === 'billed' ? '-billed' : ''}.csv`;
}
