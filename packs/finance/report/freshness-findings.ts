/** What the completeness of sources and of the period itself means for the reader. */
import { addDays, type Day, type DayRange } from '../core/day.ts';
import type { Finding } from '../core/finding.ts';
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

function severityOf({ period, today }: FreshnessInput): Finding['severity'] {
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
  return behind.map((source) =>
    source.status === 'provisional' ? stale(source, input) : silent(source, input),
  );
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

function stale({ name, ...source }: SourceRow, input: FreshnessInput): Finding {
  const { period } = input;
  const lastDay = addDays(period.end, -1);
  const first = spokenDay(source.provisionalFrom!, period);
  const days =
    source.provisionalFrom === lastDay ? first : `${first} to ${spokenDay(lastDay, period)}`;
  return {
    code: 'source-stale',
    severity: severityOf(input),
    subject: name,
    message:
      `${name} ${howFar(source.completeThrough, period)}: ` +
      `${days} may be missing or still change`,
  };
}

function silent({ name, completeThrough }: SourceRow, input: FreshnessInput): Finding {
  const { period } = input;
  const isBehind = completeThrough === undefined || completeThrough < period.start;
  const reason = isBehind
    ? `${name} ${howFar(completeThrough, period)}`
    : `the ledger has later months of ${name}, but not this one`;
  return {
    code: 'source-silent',
    severity: severityOf(input),
    subject: name,
    message: `no data of ${name} for this period: ${reason}`,
  };
}

function howFar(completeThrough: Day | undefined, period: DayRange): string {
  if (completeThrough === undefined) return 'has no complete day yet';
  return `is complete through ${spokenDay(completeThrough, period)} only`;
}
