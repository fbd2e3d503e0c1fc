/** Silences for people and as `brctl.finance/alert-silences/v1`. */

import { renderTable, toJson, type View } from 'brctl/sdk';
import { formatMatcher, type Silence, silenceStatus } from '../../core/alert-state/silence.ts';
import { oneLine } from '../../core/one-line.ts';
import { formatInstant } from '../../core/usage/instant.ts';

const SCHEMA = 'brctl.finance/alert-silences/v1';

export type SilenceList = Readonly<{
  silences: readonly Silence[];
  isAll: boolean;
  nowMs: number;
}>;

export type SilenceChange = Readonly<{
  silence: Silence;
  nowMs: number;
  /** `none`: it was only looked at, or there was nothing to do. */
  change: 'added' | 'expired' | 'none';
}>;

export function renderSilences({ silences, isAll, nowMs }: SilenceList, view: View): string {
  if (view.format === 'json') return asJson(silences, nowMs, 'none');
  if (silences.length === 0) return `there are no silences${isAll ? '' : ' now'}\n`;
  return renderTable({
    columns: ['Id', 'State', 'Matches', 'From', 'Until', 'Author', 'Comment'].map((title) => ({
      title,
    })),
    rows: silences.map((silence) => [
      silence.id,
      silenceStatus(silence, nowMs),
      matchersText(silence),
      formatInstant(silence.startsMs),
      formatInstant(silence.endsMs),
      oneLine(silence.author),
      oneLine(silence.comment),
    ]),
    title: view.paint.dim,
  });
}

export function renderChange({ silence, nowMs, change }: SilenceChange, view: View): string {
  if (view.format === 'json') return asJson([silence], nowMs, change);
  const until = formatInstant(silence.endsMs);
  const from = silence.startsMs > nowMs ? ` from ${formatInstant(silence.startsMs)}` : '';
  const what = `${matchersText(silence)}${from} until ${until}`;
  switch (change) {
    case 'added':
      return `silence ${silence.id} mutes ${what}\n`;
    case 'expired':
      return `silence ${silence.id} is over: ${matchersText(silence)}\n`;
    case 'none':
      return silenceStatus(silence, nowMs) === 'expired'
        ? `silence ${silence.id} was over already, at ${until}\n`
        : `silence ${silence.id}: ${what}; nothing was changed\n`;
    default:
      return change satisfies never;
  }
}

function matchersText({ matchers }: Silence): string {
  return matchers.map((matcher) => oneLine(formatMatcher(matcher))).join(' ');
}

function asJson(
  silences: readonly Silence[],
  nowMs: number,
  change: SilenceChange['change'],
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
      starts_at: formatInstant(silence.startsMs),
      ends_at: formatInstant(silence.endsMs),
    })),
  });
}
