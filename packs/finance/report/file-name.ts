/**
 * What a saved report is called: one name per period, basis and layout, so that a rerun replaces it
 * and nothing else does.
 */
import { isoRange } from './render/period-text.ts';
import type { WeeklyReport } from './weekly-report.ts';

export function reportFileName(
  { week, period, basis }: WeeklyReport,
  layout: 'tidy' | 'sections',
): string {
  const subject =
    week === undefined
      ? `cost-report-${isoRange(period).replaceAll(' ', '-')}`
      : `weekly-cost-report-${week}`;
  const billed = basis === 'billed' ? '-billed' : '';
  return `${subject}${billed}${layout === 'tidy' ? '' : `-${layout}`}.csv`;
}
