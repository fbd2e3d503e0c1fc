/** What two configs would have told of the same history, counted and compared. */
import type { NoticeAlert, NoticeRow } from '../../core/alert-state/notice.ts';
import type { Day } from '../../core/day.ts';
import { severityIn } from '../../core/notices/annotation.ts';
import { dataIsMissing } from '../../core/notices/message.ts';
import { compareText } from '../../core/order.ts';

export type Count = Readonly<{
  channel: string;
  rule: string;
  isData: boolean;
  reason: string;
  current: number;
  /** Undefined: there is no other config. */
  candidate: number | undefined;
}>;

export type Change = Readonly<{ kind: 'new' | 'gone'; row: NoticeRow }>;

export type Backtest = Readonly<{
  since: Day;
  until: Day;
  intervalMs: number;
  lagMs: number;
  evaluations: number;
  /** As typed. */
  candidateFile: string | undefined;
  current: readonly NoticeRow[];
  candidate: readonly NoticeRow[] | undefined;
  counts: readonly Count[];
  /** By instant. */
  changes: readonly Change[];
}>;

/** Of each channel and rule, and why; a notice about several rules is counted for each. */
export function countsOf(
  current: readonly NoticeRow[],
  candidate: readonly NoticeRow[] | undefined,
): readonly Count[] {
  const found = new Map<string, { of: Omit<Count, 'current' | 'candidate'>; counts: number[] }>();
  for (const [at, rows] of [current, candidate ?? []].entries()) {
    for (const row of rows) {
      for (const of of countedOf(row)) {
        const key = JSON.stringify([of.channel, of.rule, of.isData, of.reason]);
        const entry = found.get(key) ?? { of, counts: [0, 0] };
        entry.counts[at]! += 1;
        found.set(key, entry);
      }
    }
  }
  return [...found.values()]
    .map(({ of, counts: [before = 0, after = 0] }) => {
      return { ...of, current: before, candidate: candidate === undefined ? undefined : after };
    })
    .sort(
      (a, b) =>
        compareText(a.channel, b.channel) ||
        compareText(a.rule, b.rule) ||
        Number(a.isData) - Number(b.isData) ||
        compareText(a.reason, b.reason),
    );
}

/** What only completes the picture is not counted, unless the notice is about nothing else. */
function countedOf({ channel, headline, alerts }: NoticeRow) {
  const news = alerts.filter(({ why }) => why !== 'still');
  const told = (news.length > 0 ? news : alerts).map((alert) => {
    return { channel, rule: alert.rule, isData: dataIsMissing(alert), reason: headline };
  });
  return [...new Map(told.map((each) => [JSON.stringify(each), each])).values()];
}

/** Notices of one side alone. The same at the same instant, to the same channel, is no change. */
export function changesOf(
  current: readonly NoticeRow[],
  candidate: readonly NoticeRow[],
): readonly Change[] {
  const gone = without(current, candidate).map((row): Change => ({ kind: 'gone', row }));
  const added = without(candidate, current).map((row): Change => ({ kind: 'new', row }));
  return [...gone, ...added].sort(
    (a, b) => a.row.atMs - b.row.atMs || compareText(a.row.channel, b.row.channel),
  );
}

function without(rows: readonly NoticeRow[], others: readonly NoticeRow[]): readonly NoticeRow[] {
  const left = new Map<string, number>();
  for (const row of others) left.set(sameness(row), (left.get(sameness(row)) ?? 0) + 1);
  return rows.filter((row) => {
    const count = left.get(sameness(row)) ?? 0;
    left.set(sameness(row), count - 1);
    return count <= 0;
  });
}

function sameness({ atMs, channel, headline, alerts }: NoticeRow): string {
  const told = alerts.map(({ rule, scope, period, status, labels }: NoticeAlert) => [
    rule,
    scope,
    period,
    status,
    severityIn(labels),
    labels.data ?? null,
  ]);
  return JSON.stringify([
    atMs,
    channel,
    headline,
    told.map((each) => JSON.stringify(each)).sort(compareText),
  ]);
}
