/** A backtest as text for people, and as `brctl.finance/alerts-backtest/v1`. */
import { type Paint, renderTable, toJson, type View } from 'brctl/sdk';
import { formatDuration } from '../../core/alert-config/duration.ts';
import type { NoticeAlert } from '../../core/alert-state/notice.ts';
import { formatDay } from '../../core/day.ts';
import { severityIn } from '../../core/notices/annotation.ts';
import { oneLine } from '../../core/one-line.ts';
import { formatInstant } from '../../core/usage/instant.ts';
import { amountsOf, nameOf, noticeJson } from '../simulated-notice.ts';
import type { Backtest, Change, Count } from './comparison.ts';

export function renderBacktest(backtest: Backtest, view: View): string {
  return view.format === 'json' ? asJson(backtest) : asText(backtest, view.paint);
}

function asJson(backtest: Backtest): string {
  const { since, until, intervalMs, evaluations, candidateFile, current, candidate } = backtest;
  return toJson({
    schema: 'brctl.finance/alerts-backtest/v1',
    ...{ since: formatDay(since), until: formatDay(until), interval: formatDuration(intervalMs) },
    ...{ evaluations, config: candidateFile ?? null, assumes: assumption(backtest) },
    notices: { current: current.length, candidate: candidate?.length ?? null },
    counts: backtest.counts.map((each) => ({
      ...{ channel: each.channel, rule: each.rule, data_missing: each.isData },
      ...{ reason: each.reason, current: each.current, candidate: each.candidate ?? null },
    })),
    changes: backtest.changes.map(({ kind, row }) => ({ change: kind, ...noticeJson(row) })),
  });
}

/** Longer lists are for programs. */
const CHANGES_SHOWN = 60;

function asText(backtest: Backtest, paint: Paint): string {
  const { counts, changes, candidate } = backtest;
  const hasOther = candidate !== undefined;
  const table = renderTable({
    columns: [
      ...['Channel', 'Rule', 'Reason'].map((title) => ({ title })),
      ...(hasOther ? ['Current', 'New'] : ['Notices']).map((title) => {
        return { title, align: 'right' as const };
      }),
    ],
    rows: counts.map(countCells),
    title: paint.dim,
  });
  const shown = changes.slice(0, CHANGES_SHOWN).map((each) => changeText(each, paint));
  const left = changes.length - shown.length;
  const more = left > 0 ? [`and ${left} more: --format json lists all`] : [];
  const blocks = [
    ...(counts.length > 0 ? [table] : []),
    ...(changes.length > 0 ? [[...shown, ...more].map((line) => `${line}\n`).join('')] : []),
    `${summary(backtest)}\n${paint.dim(assumption(backtest))}\n`,
  ];
  return blocks.join('\n');
}

function countCells({ channel, rule, isData, reason, current, candidate }: Count): string[] {
  const name = isData ? `${rule} without data` : rule;
  const counts = [current, ...(candidate === undefined ? [] : [candidate])];
  return [oneLine(channel), oneLine(name), reason, ...counts.map(String)];
}

function changeText({ kind, row }: Change, paint: Paint): string {
  const mark = kind === 'new' ? paint.green('+') : paint.red('-');
  const told = row.alerts.map(alertText).join('; ');
  return `${mark} ${formatInstant(row.atMs)}  ${oneLine(row.channel)} ${row.headline}: ${told}`;
}

function alertText(alert: NoticeAlert): string {
  return `${nameOf(alert)}, ${amountsOf(alert)}, ${severityIn(alert.labels)}`;
}

function summary(backtest: Backtest): string {
  const { since, until, evaluations, current, candidate, changes } = backtest;
  const days = `${formatDay(since)} to ${formatDay(until)}`;
  if (evaluations === 0) return `${days}: nothing is recorded of these days or before`;
  if (candidate === undefined) return `${days}: ${counted(current.length, 'notice')}`;
  const added = changes.filter(({ kind }) => kind === 'new').length;
  const gone = changes.length - added;
  const between = changes.length === 0 ? 'the same' : `${added} new, ${gone} gone`;
  const totals = `${counted(current.length, 'notice')} now, ${candidate.length} then`;
  return `${days}: ${totals}: ${between}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function assumption({ lagMs, intervalMs }: Backtest): string {
  const lag = formatDuration(lagMs);
  return (
    `assumes: evaluated every ${formatDuration(intervalMs)} and when a day comes in; days known ` +
    `${lag} after their end, as they are now; readings known at once; nothing silenced by hand`
  );
}
