/** Readings in words and in JSON: exact, in their own unit. */
import { formatExact } from '../../core/money.ts';
import { formatInstant } from '../../core/usage/instant.ts';
import type { Reading } from '../../core/usage/usage.ts';

/** `7.2 GB`, `85 %` */
export function valueText({ value, unit }: Pick<Reading, 'value' | 'unit'>): string {
  return `${formatExact(value, 0)} ${unit}`;
}

/** The instant of a level, else from when until when. */
export function timeText({ startMs, endMs }: Pick<Reading, 'startMs' | 'endMs'>): string {
  if (startMs === endMs) return formatInstant(endMs);
  return `${formatInstant(startMs)} until ${formatInstant(endMs)}`;
}

export function amountJson({ kind, value, unit, limit }: Reading) {
  return {
    kind,
    value: formatExact(value, 0),
    unit,
    limit: limit === undefined ? null : formatExact(limit, 0),
  };
}

export function timeJson({ startMs, endMs }: Reading) {
  return { start: formatInstant(startMs), end: formatInstant(endMs) };
}
