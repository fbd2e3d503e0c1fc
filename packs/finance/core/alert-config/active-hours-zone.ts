/**
 * Time zones of the IANA database, by what the language itself knows of them: which offset holds at
 * an instant, and the stretches of time over which one holds.
 */
import type { Interval } from '../alert-state/silence.ts';

export type Zone = Readonly<{ name: string; offsetAt(ms: number): number }>;

const PARTS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

/** @throws RangeError for a name that is none; `+01:00` is an offset, and knows no summer. */
export function zoneNamed(name: string): Zone {
  if (!/^[A-Za-z]/.test(name)) throw new RangeError(`"${name}" is no time zone`);
  const clock = clockOf(name);
  const offsetAt = (ms: number): number => {
    const second = Math.floor(ms / 1000) * 1000;
    const parts = new Map(clock.formatToParts(second).map(({ type, value }) => [type, value]));
    const [year, month, ...rest] = PARTS.map((part) => Number(parts.get(part)));
    return Date.UTC(year!, month! - 1, ...rest) - second;
  };
  return { name, offsetAt };
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  } catch {
    throw new RangeError(`"${timeZone}" is no time zone`);
  }
}

/** What a name that is none may have been meant to be. */
export function knownZones(): readonly string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone')];
}

export type Stretch = Interval & Readonly<{ offsetMs: number }>;

/** No zone has changed its offset and back within so short a time. */
const STEP_MS = 6 * 3_600_000;

/** Without gaps, from the beginning of the range to its end. */
export function stretchesOf({ offsetAt }: Zone, { startMs, endMs }: Interval): readonly Stretch[] {
  const found: Stretch[] = [];
  let open: Stretch = { startMs, endMs, offsetMs: offsetAt(startMs) };
  for (let at = startMs; at < endMs; at += STEP_MS) {
    const next = Math.min(at + STEP_MS, endMs);
    const offsetMs = offsetAt(next);
    if (offsetMs === open.offsetMs) continue;
    const changesMs = firstOther(offsetAt, at, next);
    found.push({ ...open, endMs: changesMs });
    open = { startMs: changesMs, endMs, offsetMs };
  }
  return [...found, open].filter((each) => each.startMs < each.endMs);
}

/** The first instant after `before` whose offset is that of `after`. */
function firstOther(offsetAt: Zone['offsetAt'], before: number, after: number): number {
  const offsetMs = offsetAt(after);
  let [low, high] = [before, after];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === offsetMs) high = middle;
    else low = middle;
  }
  return high;
}
