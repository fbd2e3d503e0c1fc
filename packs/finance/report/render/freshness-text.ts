/** The footer that says how complete the numbers are, on a terminal and in Markdown alike. */

import { oneLine } from '../../core/one-line.ts';
import type { WeeklyReport } from '../weekly-report.ts';
import { spokenDay } from './period-text.ts';

/** `openai through 28 Dec`, …, `provisional: none`. */
export function freshnessPieces(report: WeeklyReport): string[] {
  const { sources, period } = report;
  if (sources.length === 0) return ['no source has been imported yet'];
  const through = sources.map(({ name, completeThrough }) =>
    completeThrough === undefined
      ? `${oneLine(name)}: no complete day`
      : `${oneLine(name)} through ${spokenDay(completeThrough, period)}`,
  );
  const silent = sources.filter(({ status }) => status === 'missing' || status === 'absent');
  const missing = silent.map(({ name }) => oneLine(name)).join(', ');
  return [
    ...through,
    `provisional: ${provisionalText(report)}`,
    ...(missing === '' ? [] : [`missing: ${missing}`]),
  ];
}

/** `none`, `all from 25 Dec`, `openai from 27 Dec; aws, stripe from 22 Dec`. */
function provisionalText({ sources, period, isOpen }: WeeklyReport): string {
  const provisional = sources.filter(({ provisionalFrom }) => provisionalFrom !== undefined);
  const days = [...new Set(provisional.map(({ provisionalFrom }) => provisionalFrom!))];
  if (days.length === 0) return isOpen ? 'the period is not over' : 'none';
  return days
    .sort((a, b) => b - a)
    .map((day) => {
      const names = provisional.filter((each) => each.provisionalFrom === day);
      const isAll = names.length === sources.length && names.length > 1;
      const who = isAll ? 'all' : names.map(({ name }) => oneLine(name)).join(', ');
      return `${who} from ${spokenDay(day, period)}`;
    })
    .join('; ');
}
