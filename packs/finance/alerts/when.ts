/** Instants and durations as they are typed after a flag. */
import { type Input, textFlag, usageError } from 'brctl/sdk';
import { parseDuration } from '../core/alert-config/duration.ts';
import { type Day, parseDay } from '../core/day.ts';
import { parseInstant } from '../core/usage/instant.ts';

/** Undefined where the flag was not given. */
export function instantFlag(input: Input, name: string): number | undefined {
  return understood(input, name, parseInstant, '2026-03-01T12:00:00Z');
}

/** Undefined where the flag was not given; never 0. */
export function durationFlag(input: Input, name: string): number | undefined {
  const ms = understood(input, name, parseDuration, '30m, 2h or 1d12h');
  if (ms === 0)
    throw usageError(`${name}-invalid`, `--${name} is no time at all`, 'for example 2h');
  return ms;
}

function understood(
  input: Input,
  name: string,
  parse: (text: string) => number,
  example: string,
): number | undefined {
  const text = textFlag(input, name);
  if (text === undefined) return undefined;
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw usageError(`${name}-invalid`, `--${name}: ${error.message}`, `for example ${example}`);
  }
}

/** A UTC day of a flag; undefined where it is not given. */
export function dayFlag(input: Input, name: string): Day | undefined {
  const text = textFlag(input, name);
  if (text === undefined) return undefined;
  try {
    return parseDay(text);
  } catch {
    throw usageError('day-invalid', `--${name} ${text}: not a day`, 'write it as 2025-12-28');
  }
}
