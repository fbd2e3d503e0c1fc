/** Silences for people and as `brctl.finance/alert-silences/v1`. */

import { renderTable, toJson, type View } from 'brctl/sdk';
import {
  formatMatcher,
  type Labels,
  type Silence,
  silenceStatus,
} from '../../core/alert-state/silence.ts';
import { oneLine } from '../../core/one-line.ts';
import { formatInstant } from '../../core/usage/instant.ts';
import { matchedBy } from './firing.ts';

const SCHEMA = 'brctl.finance/alert-silences/v1';

export type SilenceList = Readonly<{
  silences: readonly Silence[];
  isAll: boolean;
  nowMs: number;
  /** The labels of the alerts that fire now. */
  firing: readonly Labels[];
}>;

export type SilenceChange = Readonly<{
  silence: Silence;
  nowMs: number;
  firing: readonly Labels[];
  /** `none`: it was only looked at, or there was nothing to do. */
  change: 'added' | 'expired' | 'none';
}>;

export function renderSilences(list: SilenceList, view: View): string {
  const { silences, isAll, nowMs, firing } = list;
  if (view.format === 'json') return asJson(silences, { ...list, change: 'none' });
  if (silences.length === 0) return `there are no silences${isAll ? '' : ' now'}\n`;
  return renderTable({
    columns: ['Id', 'State', 'Matches', 'Firing', 'From', 'Until', 'Author', 'Comment'].map(
      (title) => (title === 'Firing' ? { title, align: 'right' } : { title }),
    ),
    rows: silences.map((silence) => [
      silence.id,
      silenceStatus(silence, nowMs),
      matchersText(silence),
      String(matchedBy(silence, firing)),
      formatInstant(silence.startsMs),
      formatInstant(silence.endsMs),
      oneLine(silence.author),
      oneLine(silence.comment),
    ]),
    title: view.paint.dim,
  });
}

export function renderChange(changed: SilenceChange, view: View): string {
  const { silence, nowMs, change, firing } = changed;
  if (view.format === 'json') return asJson([silence], changed);
  const until = formatInstant(silence.endsMs);
  const from = silence.startsMs > nowMs ? ` from ${formatInstant(silence.startsMs)}` : '';
  const what = `${matchersText(silence)}${from} until ${until}`;
  switch (change) {
    case 'added':
      return `silence ${silence.id} mutes ${what}${reachText(silence, firing)}\n`;
    case 'expired':
      return `silence ${silence.id} is over: ${matchersText(silence)}\n`;
    case 'none':
      return silenceStatus(silence, nowMs) === 'expired'
        ? `silence ${silence.id} was over already, at ${until}\n`
        : `silence ${silence.id}: ${what}${reachText(silence, firing)}; nothing was changed\n`;
    default:
      return change satisfies never;
  }
}

/** So that a slip in a value shows at once: `; it matches 2 of the 5 alerts that fire now` */
function reachText(silence: Silence, firing: readonly Labels[]): string {
  if (firing.length === 0) return '; no alert fires now';
  const matched = matchedBy(silence, firing);
  const all = firing.length === 1 ? '1 alert that fires' : `${firing.length} alerts that fire`;
  return `; it matches ${matched === 0 ? 'none' : matched} of the ${all} now`;
}

function matchersText({ matchers }: Silence): string {
  return matchers.map((matcher) => oneLine(formatMatcher(matcher))).join(' ');
}

function asJson(
  silences: readonly Silence[],
  { nowMs, change, firing }: Pick<SilenceChange, 'nowMs' | 'change' | 'firing'>,
): string {
  return toJson({
    schema: SCHEMA,
    at: formatInstant(nowMs),
    change,
    silences: silences.map((silence) => ({
      id: silence.id,
      state: silenceStatus(silence, nowMs),
      matchers: silence.matchers.map(({ label, operator, value }) => ({ label, operator, value })),
      author: silence.author,
      comment: silence.comment,
      firing_alerts: matchedBy(silence, firing),
      starts_at: formatInstant(silence.startsMs),
      ends_at: formatInstant(silence.endsMs),
    })),
  });
}
