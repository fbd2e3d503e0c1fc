/** Single values of a file of alert tests. */
import { parseDuration } from '../../../core/alert-config/duration.ts';
import { DAY_MS } from '../../../core/alert-rules/span.ts';
import { parseSeries, type SeriesItem } from '../../../core/alert-simulation/notation.ts';
import type { Placed, When } from '../../../core/alert-simulation/suite.ts';
import { parseUnits } from '../../../core/money.ts';
import { parseInstant } from '../../../core/usage/instant.ts';
import { positionOf, readInterval, readItems, readLine } from '../alerts/values.ts';
import { type Part, type Source, say, textOf } from '../part.ts';

/** When a test begins, and how late its data come. */
export type Clock = Readonly<{ startMs: number; arrivalMs: number }>;

type Read<T> = (source: Source, part: Part) => T | undefined;

export function placedLine(source: Source, part: Part): Placed<string> | undefined {
  const value = readLine(source, part);
  return value === undefined ? undefined : { value, at: positionOf(source, part) };
}

export function listed<T>(source: Source, part: Part | undefined, read: Read<T>): readonly T[] {
  return readItems(source, part, read);
}

export function readIntervalFrom(min: number): Read<number> {
  return (source, part) => {
    const ms = readInterval(source, part);
    if (ms === undefined || ms >= min || ms === 0) return ms === 0 ? undefined : ms;
    say(source, part, 'bad-duration', 'must be at least a minute', 'for example 1h or 1d');
    return undefined;
  };
}

const DAY_FORM = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT_HINT =
  'a day (2026-03-05), an instant (2026-03-05T08:00:00Z) or so long after start (3d8h)';

/** A day is the whole of it; an instant is itself; a duration counts from the start. */
export function readMoment(source: Source, part: Part, { startMs }: Clock): When | undefined {
  const text = readLine(source, part);
  if (text === undefined) return undefined;
  try {
    const isSpan = /^\d+[wdhms]/.test(text);
    const fromMs = isSpan ? startMs + parseDuration(text) : parseInstant(text);
    return { text, fromMs, untilMs: fromMs + (DAY_FORM.test(text) ? DAY_MS : 1) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    say(source, part, 'bad-instant', error.message, MOMENT_HINT);
    return undefined;
  }
}

export function readItemsOfDays(source: Source, part: Part): readonly SeriesItem[] | undefined {
  const text = textOf(source, part);
  return text === undefined
    ? undefined
    : attempt(source, part, 'bad-series', () => parseSeries(text));
}

export function readAmount(source: Source, part: Part): bigint | undefined {
  const text = textOf(source, part);
  if (text === undefined) return undefined;
  if (/^-?\d{1,20}(\.\d+)?$/.test(text)) {
    return attempt(source, part, 'bad-number', () => parseUnits(text));
  }
  say(source, part, 'bad-number', `${JSON.stringify(text)} is no plain decimal`);
  return undefined;
}

/** What a RangeError of the core says, at its place. */
export function attempt<T>(source: Source, part: Part, code: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    say(source, part, code, error.message);
    return undefined;
  }
}
