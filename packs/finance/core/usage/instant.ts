/** Instants of usage readings: UTC, to the millisecond. */
import { parseDay } from '../day.ts';

const FORM =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2}))?$/i;

/**
 * Milliseconds since 1970: `2026-03-01T12:00:00Z`, with another offset, or a UTC day for its
 * first instant.
 *
 * @throws RangeError, with a message that ends a sentence about the text.
 */
export function parseInstant(text: string): number {
  const match = FORM.exec(text);
  if (match === null) {
    const isZoneless =
      /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(text) && !/[Z+-]/i.test(text.slice(11));
    throw new RangeError(
      isZoneless
        ? `"${text}" names no time zone: end it with Z for UTC`
        : `"${text}" is no instant such as 2026-03-01T12:00:00Z`,
    );
  }
  const [, day = '', hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
  if (/[^0]/.test(fraction.slice(3))) throw new RangeError(`"${text}" is finer than a millisecond`);
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) {
    throw new RangeError(`"${text}" is no time of a day`);
  }
  const within =
    ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000 +
    Number(fraction.slice(0, 3).padEnd(3, '0'));
  const instant = startOf(day, text) + within - offsetMs(zone, text);
  if (instant < 0) throw new RangeError(`"${text}" lies before 1970`);
  return instant;
}

function startOf(day: string, text: string): number {
  try {
    return parseDay(day) * 86_400_000;
  } catch {
    throw new RangeError(`"${text}" is a day that there is not`);
  }
}

function offsetMs(zone: string, text: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  if (hours > 14 || minutes > 59) throw new RangeError(`"${text}" has an offset that there is not`);
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** `2026-03-01T12:00:00Z`; milliseconds only where there are some. */
export function formatInstant(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
