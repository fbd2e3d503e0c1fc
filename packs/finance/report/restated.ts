/** The one note about numbers that were reported for exactly these days and changed since. */
import { decimalsOf } from '../core/currency.ts';
import { dayOf, formatDay } from '../core/day.ts';
import type { Finding } from '../core/finding.ts';
import { formatScaled, roundUnits } from '../core/money.ts';
import type { Restatement } from '../ports/state.ts';
import type { Row, SourceRow } from './weekly-report.ts';

export type RestatedInput = Readonly<{
  /** Of these days, this basis and currency, oldest first. */
  restatements: readonly Restatement[];
  total: Row;
  sources: readonly SourceRow[];
  /** What the ledger holds. */
  files: readonly Readonly<{ source: string; period: string }>[];
}>;

/**
 * However many imports changed the numbers: from the first that was said and no longer holds to
 * what is true now. Only restatements decide it, so that asking again gives the same answer.
 * Nothing where a reader would see no difference, such as changes below a cent.
 */
export function restatementFindings(input: RestatedInput): Finding[] {
  const { restatements, total } = input;
  const latest = restatements.at(-1);
  if (latest === undefined) return [];
  const decimals = decimalsOf(latest.currency);
  const now = roundUnits(total.actual?.exact ?? latest.after, decimals);
  const said = restatements
    .map(({ before }) => roundUnits(before, decimals))
    .find((before) => before !== now);
  if (said === undefined) return [];
  const several = restatements.length > 1 ? `, the latest of ${restatements.length} changes` : '';
  return [
    {
      code: 'restated',
      severity: 'info',
      subject: latest.source,
      message:
        `reported before as ${formatScaled(said, decimals)} ${latest.currency}, ` +
        `now ${formatScaled(now, decimals)}: ` +
        `${whatHappened(latest, input)} on ${formatDay(dayOf(latest.at))}${several}`,
    },
  ];
}

/** A source is new when all that it has here, in files and in money, came with that import. */
function whatHappened(
  { source, period, before, after }: Restatement,
  { sources, files }: RestatedInput,
): string {
  const months = period.split(' ');
  const own = sources.find(({ name }) => name === source);
  if (own?.actual !== after - before) return `${source} ${period} was imported again`;
  const isNew = files.every((file) => file.source !== source || months.includes(file.period));
  return isNew ? `a new source, ${source}, was imported` : `${source} ${period} was imported`;
}
