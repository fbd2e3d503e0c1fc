/** What the completeness of sources and of the period itself means for the reader. */
import { addDays, type Day, type DayRange } from '../core/day.ts';
import type { Finding } from '../core/finding.ts';
import type { Freshness } from '../ports/state.ts';
import { isoRange, spokenDay } from './render/period-text.ts';
import type { SourceRow } from './weekly-report.ts';

export type FreshnessInput = Readonly<{
  period: DayRange;
  today: Day;
  currency: string;
  sources: readonly SourceRow[];
  /** Whether there is any actual in the currency to report. */
  isKnown: boolean;
}>;

/** While the period runs, gaps are expected and only told; after it they need somebody. */
export function freshnessFindings(input: FreshnessInput): Finding[] {
  return [...noData(input), ...staleSources(input), ...absentSources(input)];
}

/** Rows that `--on-error skip` set aside are money that no number holds. */
export function skippedFindings(freshness: readonly Freshness[]): Finding[] {
  return freshness
    .filter(({ skipped }) => skipped > 0)
    .map(({ source, skipped }) => ({
      code: 'rows-skipped',
      severity: 'warning',
      subject: source,
      message:
        `${skipped} row${skipped === 1 ? '' : 's'} of ${source} skipped on import and in no ` +
        'number: mend the export and import it again',
    }));
}

export function openPeriodFindings({ period, today }: FreshnessInput): Finding[] {
  if (period.end <= today) return [];
  const last = spokenDay(addDays(period.end, -1), period);
  return [
    {
      code: 'provisional',
      severity: 'info',
      subject: isoRange(period),
      message: `the period runs until the end of ${last}: until then all of it is provisional`,
    },
  ];
}

export function severityOf({
  period,
  today,
}: Pick<FreshnessInput, 'period' | 'today'>): Finding['severity'] {
  return period.end <= today ? 'warning' : 'info';
}

function noData(input: FreshnessInput): Finding[] {
  const { isKnown, sources, currency, period } = input;
  if (isKnown) return [];
  const reason =
    sources.length === 0
      ? 'nothing has been imported yet (brctl finance import FILE --source NAME)'
      : `no source has a charge in ${currency} or a complete day here`;
  return [
    {
      code: 'no-data',
      severity: severityOf(input),
      subject: isoRange(period),
      message: `the actuals are unknown, not zero: ${reason}`,
    },
  ];
}

function staleSources(input: FreshnessInput): Finding[] {
  const { period, today, sources } = input;
  // Today is complete for nobody, so while the period runs yesterday is as fresh as can be.
  const isFresh = ({ completeThrough: through }: SourceRow) =>
    today < period.end && through !== undefined && through >= today - 1;
  const behind = sources.filter(
    (source) => source.status !== 'complete' && source.status !== 'absent' && !isFresh(source),
  );
  return byReason(behind, period).map((alike) =>
    alike[0]!.status === 'provisional' ? stale(alike, input) : silent(alike, input),
  );
}

/** Sources that the same sentence can be said of, each group where its first stands. */
function byReason(sources: readonly SourceRow[], period: DayRange): SourceRow[][] {
  const groups = new Map<string, SourceRow[]>();
  for (const source of sources) {
    const { status, completeThrough } = source;
    const isLeftOut = status === 'missing' && !isBehind(source, period);
    const reason = `${status} ${isLeftOut ? 'left out' : completeThrough}`;
    groups.set(reason, [...(groups.get(reason) ?? []), source]);
  }
  return [...groups.values()];
}

function isBehind({ completeThrough }: SourceRow, period: DayRange): boolean {
  return completeThrough === undefined || completeThrough < period.start;
}

/** One finding for all: a look into the past is full of sources that were not there yet. */
function absentSources({ sources }: FreshnessInput): Finding[] {
  const names = sources.filter(({ status }) => status === 'absent').map(({ name }) => name);
  if (names.length === 0) return [];
  return [
    {
      code: 'source-absent',
      severity: 'info',
      subject: names.join(', '),
      message: `the ledger begins after this period for ${names.join(', ')}`,
    },
  ];
}

function stale(sources: readonly SourceRow[], input: FreshnessInput): Finding {
  const { period } = input;
  const { completeThrough, provisionalFrom } = sources[0]!;
  const lastDay = addDays(period.end, -1);
  const first = spokenDay(provisionalFrom!, period);
  const days = provisionalFrom === lastDay ? first : `${first} to ${spokenDay(lastDay, period)}`;
  const isOne = sources.length === 1;
  const verb = completeThrough === undefined ? (isOne ? 'has' : 'have') : isOne ? 'is' : 'are';
  return {
    code: 'source-stale',
    severity: severityOf(input),
    subject: namesOf(sources),
    message:
      `${namesOf(sources)} ${verb} ${howFar(completeThrough, period)}: ` +
      `${days} may be missing or still change`,
  };
}

function silent(sources: readonly SourceRow[], input: FreshnessInput): Finding {
  const { period } = input;
  const reason = isBehind(sources[0]!, period)
    ? howFar(sources[0]!.completeThrough, period)
    : 'the ledger has later months, but not this one';
  return {
    code: 'source-silent',
    severity: severityOf(input),
    subject: namesOf(sources),
    message: `no data of ${namesOf(sources)} for this period: ${reason}`,
  };
}

function namesOf(sources: readonly SourceRow[]): string {
  return sources.map(({ name }) => name).join(', ');
}

function howFar(completeThrough: Day | undefined, period: DayRange): string {
  if (completeThrough === undefined) return 'no complete day yet';
  return `complete through ${spokenDay(completeThrough, period)} only`;
}
