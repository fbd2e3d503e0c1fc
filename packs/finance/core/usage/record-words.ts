/** The command that records a reading, as somebody would type it: to say how one is replaced. */
import { formatExact } from '../money.ts';
import { formatInstant } from './instant.ts';
import type { Reading } from './usage.ts';

/** What `usage record` takes for whoever types. */
export const BY_HAND = 'manual';

/** `brctl finance usage record --service supabase --metric storage --value 7.2 --unit GB --at …` */
export function recordWords(reading: Reading): string {
  const { source, service, metric, kind, startMs, endMs, value, unit, limit } = reading;
  const times = {
    level: { at: formatInstant(endMs) },
    amount: { start: formatInstant(startMs), end: formatInstant(endMs) },
    running: { kind, start: formatInstant(startMs), at: formatInstant(endMs) },
  };
  const flags: Readonly<Record<string, string | undefined>> = {
    ...{ service, metric, value: formatExact(value, 0), unit },
    limit: limit === undefined ? undefined : formatExact(limit, 0),
    ...times[kind],
    source: source === BY_HAND ? undefined : source,
  };
  const words = Object.entries(flags).flatMap(([name, text]) =>
    text === undefined ? [] : [`--${name} ${quoted(text)}`],
  );
  return ['brctl finance usage record', ...words].join(' ');
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\p{L}\p{N}_.:/%+-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
