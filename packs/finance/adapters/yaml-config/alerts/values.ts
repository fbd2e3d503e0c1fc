/** Single values of usage-alerts-config.yaml: read as typed, or said with their place. */
import { suggest } from 'brctl/sdk';
import { isScalar } from 'yaml';
import type { Position } from '../../../core/alert-config/config.ts';
import { type Cron, parseCron } from '../../../core/alert-config/cron.ts';
import { parseDuration } from '../../../core/alert-config/duration.ts';
import { isSettingText, type Setting, variable } from '../../../core/alert-config/variable.ts';
import { isCurrency } from '../../../core/currency.ts';
import { parseUnits } from '../../../core/money.ts';
import {
  anyFieldsOf,
  isList,
  itemsOf,
  keyOffset,
  type Part,
  type Source,
  say,
  textOf,
} from '../part.ts';

export type Fields = ReadonlyMap<string, Part>;

export function positionOf(source: Source, { offset }: Part): Position {
  const { line, col } = source.counter.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** Reads a field where it is given. */
export function given<T>(
  source: Source,
  fields: Fields,
  key: string,
  read: (source: Source, part: Part) => T,
): T | undefined {
  const field = fields.get(key);
  return field === undefined ? undefined : read(source, field);
}

/** A plain decimal that is not negative, in 1e-12. */
function readUnits(source: Source, part: Part): bigint | undefined {
  const text = textOf(source, part);
  if (text === undefined) return undefined;
  const refuse = (message: string): undefined =>
    void say(source, part, 'bad-number', message, 'a plain decimal, for example 82.5');
  if (!/^-?\d+(\.\d+)?$/.test(text)) return refuse(`${JSON.stringify(text)} is no plain decimal`);
  if (text.startsWith('-')) return refuse(`${text} is negative`);
  if (text.replace(/\..*/, '').length > 20) return refuse(`${text} is beyond any amount`);
  return attempt(() => parseUnits(text), refuse);
}

/** The same, and more than nothing: a percentage of zero or a limit of zero always fires. */
export function readPositive(source: Source, part: Part): bigint | undefined {
  const units = readUnits(source, part);
  if (units !== 0n) return units;
  say(source, part, 'bad-number', 'must be more than 0');
  return undefined;
}

/** Days and the like: a whole number from 1 to `max`. */
export function readWhole(max: number): (source: Source, part: Part) => number | undefined {
  return (source, part) => {
    const text = textOf(source, part);
    if (text === undefined) return undefined;
    const isNumber = isScalar(part.node) && typeof part.node.value === 'number';
    const value = isNumber && /^\d{1,6}$/.test(text) ? Number(text) : 0;
    if (1 <= value && value <= max) return value;
    const message = `must be a whole number from 1 to ${max}, not ${JSON.stringify(text)}`;
    say(source, part, 'bad-number', message);
    return undefined;
  };
}

export function readBoolean(source: Source, part: Part): boolean | undefined {
  const text = textOf(source, part);
  if (text === undefined) return undefined;
  if (isScalar(part.node) && typeof part.node.value === 'boolean') return part.node.value;
  say(source, part, 'wrong-value', `must be true or false, not ${JSON.stringify(text)}`);
  return undefined;
}

/** One word of a closed list. */
export function oneOf<T extends string>(
  words: readonly T[],
): (source: Source, part: Part) => T | undefined {
  return (source, part) => {
    const text = textOf(source, part);
    if (text === undefined) return undefined;
    const word = words.find((each) => each === text);
    if (word !== undefined) return word;
    const message = `must be ${listed(words)}, not ${JSON.stringify(text)}${ask(text, words)}`;
    say(source, part, 'wrong-value', message);
    return undefined;
  };
}

/** `info, warning or critical` */
function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join();
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** ` (did you mean "slack"?)`, or nothing. */
export function ask(word: string, known: readonly string[]): string {
  const meant = suggest(word, known);
  return meant === undefined ? '' : ` (did you mean "${meant}"?)`;
}

export function readDuration(source: Source, part: Part): number | undefined {
  const text = textOf(source, part);
  if (text === undefined) return undefined;
  const hint = 'whole numbers with units, for example 15m, 24h, 7d or 1h30m';
  return attempt(
    () => parseDuration(text),
    (message) => void say(source, part, 'bad-duration', message, hint),
  );
}

export function readInterval(source: Source, part: Part): number | undefined {
  const ms = readDuration(source, part);
  if (ms !== 0) return ms;
  say(source, part, 'bad-duration', 'must be longer than nothing');
  return undefined;
}

/** Cron in five fields, or `manual`. */
export function readSchedule(source: Source, part: Part): Cron | 'manual' | undefined {
  const text = textOf(source, part);
  if (text === undefined) return undefined;
  if (text === 'manual') return text;
  const hint = 'minute hour day month weekday in UTC, for example "0 9 * * MON", or manual';
  return attempt(
    () => parseCron(text),
    (message) => void say(source, part, 'bad-schedule', message, hint),
  );
}

export function readCurrency(source: Source, part: Part): string | undefined {
  const text = textOf(source, part);
  if (text === undefined || (/^[A-Z]{3}$/.test(text) && isCurrency(text))) return text;
  const message = `${JSON.stringify(text)} is no currency`;
  say(source, part, 'bad-currency', message, 'an ISO 4217 code, for example USD');
  return undefined;
}

/** Text on one line. */
export function readLine(source: Source, part: Part): string | undefined {
  const text = textOf(source, part)?.trim();
  if (text === undefined || !/[\r\n]/.test(text)) return text;
  say(source, part, 'wrong-form', 'must be one line');
  return undefined;
}

/** Text that may name variables. What it says is never repeated: it may be a secret. */
export function readSetting(
  isSecret: boolean,
): (source: Source, part: Part) => Setting | undefined {
  return (source, part) => {
    const text = readLine(source, part);
    if (text === undefined) return undefined;
    if (isSettingText(text)) return { text, isSecret };
    const hint = `the name of a variable in braces, for example ${variable('SLACK_WEBHOOK')}`;
    say(source, part, 'bad-variable', 'has a variable that is not well formed', hint);
    return undefined;
  };
}

export const NAME_FORM = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
const NAME_HINT = 'letters, digits, _ . and -, for example weekly_spend';

/** A map whose keys are names that the operator chooses: each once, in whatever case. */
export function namedFields(source: Source, part: Part): Fields {
  const seen = new Set<string>();
  const fields = anyFieldsOf(source, part) ?? new Map<string, Part>();
  for (const [name] of fields) {
    const at = { ...part, offset: keyOffset(part, name) ?? part.offset };
    if (!NAME_FORM.test(name)) {
      say(source, at, 'bad-name', `${JSON.stringify(name)} is no name`, NAME_HINT);
    } else if (seen.has(name.toLowerCase())) {
      say(source, at, 'duplicate-name', `the name "${name}" is given twice`);
    }
    seen.add(name.toLowerCase());
  }
  return fields;
}

/** A list, or the one thing that would stand in it. */
export function itemsOrOne(source: Source, part: Part): readonly Part[] {
  return isList(part) ? itemsOf(source, part)! : [part];
}

export function readNames(source: Source, part: Part): readonly string[] {
  return itemsOrOne(source, part).flatMap((item) => readLine(source, item) ?? []);
}

export function readItems<T>(
  source: Source,
  part: Part | undefined,
  read: (source: Source, part: Part) => T | undefined,
): readonly T[] {
  if (part === undefined) return [];
  return (itemsOf(source, part) ?? []).flatMap((item) => read(source, item) ?? []);
}

function attempt<T>(work: () => T, refuse: (message: string) => undefined): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse(error.message);
  }
}

type Misplaced = Readonly<{
  /** Of every kind of entry. */
  all: readonly string[];
  allowed: readonly string[];
  /** `to slack`, `in a flat amount` */
  to: string;
}>;

/** Keys that one kind of entry has and this one does not. */
export function refuseMisplaced(
  source: Source,
  part: Part,
  fields: Fields,
  { all, allowed, to }: Misplaced,
): void {
  for (const key of fields.keys()) {
    const offset = keyOffset(part, key);
    if (allowed.includes(key) || !all.includes(key) || offset === undefined) continue;
    const message = `"${key}" means nothing ${to}`;
    const hint = `it takes ${allowed.join(', ')}`;
    say(source, { ...part, offset }, 'misplaced-key', message, hint);
  }
}
