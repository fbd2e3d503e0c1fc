/**
 * How complete each source is for a period: its watermark against the period's days, its files
 * against the period's months, its charges. A source that is silent is never read as zero.
 */
import { billingPeriodsOf } from '../core/billing-period.ts';
import { addDays, type Day, type DayRange } from '../core/day.ts';
import { compareText } from '../core/order.ts';
import type { Freshness } from '../ports/state.ts';
import type { Cell } from '../ports/warehouse.ts';
import { addSums, isUnknown, NOTHING } from './tally.ts';
import type { SourceRow } from './weekly-report.ts';

export type SourceInput = Readonly<{
  period: DayRange;
  currency: string;
  cells: readonly Cell[];
  /** What the ledger holds. */
  files: readonly Readonly<{ source: string; period: string }>[];
  freshness: readonly Freshness[];
}>;

/** Every source that was ever imported or has charges here, by name. */
export function sourceRows(input: SourceInput): SourceRow[] {
  const names = [
    ...input.freshness.map(({ source }) => source),
    ...input.cells.map(({ source }) => source),
  ];
  return [...new Set(names)].sort(compareText).map((name) => sourceRow(name, input));
}

function sourceRow(name: string, input: SourceInput): SourceRow {
  const { period, currency, freshness } = input;
  const cells = input.cells.filter(({ source }) => source === name);
  const completeThrough = freshness.find(({ source }) => source === name)?.completeThrough;
  const status = statusOf(name, completeThrough, cells.length > 0, input);
  const counted = cells.filter((cell) => cell.currency === currency);
  const isSilent = status === 'missing' || status === 'absent';
  const spent = counted.reduce(addSums, NOTHING);
  const isKnown = counted.length > 0 ? !isUnknown(spent) : !isSilent && cells.length === 0;
  const estimates = counted.filter(({ costSource }) => costSource !== 'provider_billed');
  return {
    name,
    completeThrough,
    status,
    provisionalFrom: status === 'provisional' ? firstOpen(completeThrough, period) : undefined,
    actual: isKnown ? spent.units : undefined,
    estimated: isKnown ? estimates.reduce(addSums, NOTHING).units : undefined,
  };
}

function statusOf(
  name: string,
  completeThrough: Day | undefined,
  hasCharges: boolean,
  { period, files }: SourceInput,
): SourceRow['status'] {
  const isReached = completeThrough !== undefined && completeThrough >= period.start;
  if (!hasCharges && beginsAfter(name, period, files)) return 'absent';
  if (!hasCharges && !(isReached && hasFileFor(name, period, files))) return 'missing';
  return isReached && completeThrough >= addDays(period.end, -1) ? 'complete' : 'provisional';
}

function beginsAfter(name: string, period: DayRange, files: SourceInput['files']): boolean {
  const last = billingPeriodsOf(period).at(-1)!.label;
  const own = files.filter(({ source }) => source === name);
  return own.length > 0 && own.every((file) => file.period > last);
}

/** Without a file a month was not imported: it has no charges that anybody knows of. */
function hasFileFor(name: string, period: DayRange, files: SourceInput['files']): boolean {
  return billingPeriodsOf(period).some(({ label }) =>
    files.some((file) => file.source === name && file.period === label),
  );
}

function firstOpen(completeThrough: Day | undefined, period: DayRange): Day {
  if (completeThrough === undefined || completeThrough < period.start) return period.start;
  return addDays(completeThrough, 1);
}
