/**
 * What keeps an alert quiet from outside: silences that somebody asked for, maintenance windows of
 * the config, and hours in which a channel is not to be disturbed. All of it mutes and none of it
 * changes the state of an alert: what still fires afterwards is told then, and what ended while it
 * was muted is told as ended to those who had heard of it before.
 *
 * Windows and hours come as intervals, already worked out of their cron expressions.
 */
import { RE2JS, RE2JSException } from 're2js';
import { compareText } from '../order.ts';

export type Labels = Readonly<Record<string, string>>;

export const MATCH_OPERATORS = ['=', '!=', '=~', '!~'] as const;

/** An absent label is an empty one: `team!="web"` holds for what has no team. */
export type Matcher = Readonly<{
  label: string;
  operator: (typeof MATCH_OPERATORS)[number];
  /** For `=~` and `!~` a regular expression over the whole of the label. */
  value: string;
}>;

/** Half-open. */
export type Interval = Readonly<{ startMs: number; endMs: number }>;

export type Silence = Readonly<{
  id: string;
  /** All must match. */
  matchers: readonly Matcher[];
  author: string;
  comment: string;
  startsMs: number;
  endsMs: number;
}>;

/** A maintenance window mutes the severities it names (the label `severity`), and no others. */
export type MuteWindow = Readonly<{
  name: string;
  severities: readonly string[];
  intervals: readonly Interval[];
}>;

/** Why an alert is quiet; ids and names in order. */
export type Muting = Readonly<{ silences: readonly string[]; windows: readonly string[] }>;

const UNMUTED: Muting = { silences: [], windows: [] };

/** Longer expressions are a mistake, or an attack on whoever has to run them. */
const PATTERN_LENGTH_MAX = 500;

export function labelOf(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? labels[name]! : '';
}

/**
 * The test of labels that all matchers pass; regular expressions are compiled once.
 *
 * @throws RangeError for an expression that is none, or for a label without a name.
 */
export function compileMatchers(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const tests = matchers.map(compileMatcher);
  return (labels) => tests.every((matches) => matches(labels));
}

function compileMatcher({ label, operator, value }: Matcher): (labels: Labels) => boolean {
  if (label.trim() === '') throw new RangeError('a matcher without a label');
  switch (operator) {
    case '=':
      return (labels) => labelOf(labels, label) === value;
    case '!=':
      return (labels) => labelOf(labels, label) !== value;
    case '=~': {
      const pattern = expression(value);
      return (labels) => pattern.matches(labelOf(labels, label));
    }
    case '!~': {
      const pattern = expression(value);
      return (labels) => !pattern.matches(labelOf(labels, label));
    }
    default:
      throw new RangeError(`not an operator: "${operator satisfies never}"`);
  }
}

/**
 * Of the whole text, in the syntax of RE2, as Alertmanager has it. It takes time in proportion to
 * the text: one that goes over a text again and again would keep every evaluation from ending.
 */
function expression(source: string): RE2JS {
  if (source.length > PATTERN_LENGTH_MAX) {
    throw new RangeError(`an expression of more than ${PATTERN_LENGTH_MAX} characters`);
  }
  try {
    return RE2JS.compile(source, RE2JS.DOTALL);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new RangeError(`not a regular expression: "${source}"`);
  }
}

const MATCHER = /^\s*([^=!~"\s]+)\s*(=~|!~|!=|=)\s*(.*?)\s*$/su;

/**
 * A matcher as it is typed: `service=openai`, `team!~"web|app"`. Quotes may be left out.
 *
 * @throws RangeError for anything else.
 */
export function parseMatcher(typed: string): Matcher {
  const [, label, operator, rest] = MATCHER.exec(typed) ?? [];
  const value = rest === undefined ? undefined : unquoted(rest);
  if (label === undefined || value === undefined) {
    throw new RangeError(`not a matcher: "${typed}"; write label=value, !=, =~ or !~`);
  }
  const matcher: Matcher = { label, operator: operator as Matcher['operator'], value };
  compileMatcher(matcher);
  return matcher;
}

export function formatMatcher({ label, operator, value }: Matcher): string {
  return `${label}${operator}"${value.replace(/["\\]/gu, '\\$&')}"`;
}

function unquoted(typed: string): string | undefined {
  if (!typed.startsWith('"')) return typed.includes('"') ? undefined : typed;
  const inside = /^"((?:[^"\\]|\\.)*)"$/su.exec(typed)?.[1];
  // Only a quote and a backslash are escaped: `\d` of an expression stays what it is.
  return inside?.replace(/\\(["\\])/gu, '$1');
}

/**
 * A silence that says who wants it and why, ends, and is about something.
 *
 * @throws RangeError for one that does not, with the words for whoever asked for it.
 */
export function silence(given: Silence): Silence {
  const { matchers, author, comment, startsMs, endsMs } = given;
  if (given.id === '') throw new RangeError('a silence needs an id');
  if (author.trim() === '') throw new RangeError('a silence needs an author');
  if (comment.trim() === '') throw new RangeError('a silence needs a comment that says why');
  if (!Number.isSafeInteger(startsMs) || !Number.isSafeInteger(endsMs) || endsMs <= startsMs) {
    throw new RangeError('a silence ends after it starts');
  }
  // What matches an alert without any label would mute everything, by a slip.
  if (compileMatchers(matchers)({})) {
    throw new RangeError('a silence needs a matcher that says what it is about');
  }
  return { ...given, author: author.trim(), comment: comment.trim() };
}

export type SilenceStatus = 'pending' | 'active' | 'expired';

export function silenceStatus({ startsMs, endsMs }: Silence, now: number): SilenceStatus {
  if (now >= endsMs) return 'expired';
  return now >= startsMs ? 'active' : 'pending';
}

/** Over from now on; one that had not begun never takes effect. An expired one stays as it was. */
export function expireSilence(given: Silence, now: number): Silence {
  if (silenceStatus(given, now) === 'expired') return given;
  return { ...given, startsMs: Math.min(given.startsMs, now), endsMs: now };
}

export function isWithin(intervals: readonly Interval[], now: number): boolean {
  return intervals.some(({ startMs, endMs }) => startMs <= now && now < endMs);
}

/** What mutes an alert of these labels now. */
export function compileMutes(
  given: Readonly<{ silences: readonly Silence[]; windows: readonly MuteWindow[] }>,
  now: number,
): (labels: Labels) => Muting {
  const silences = given.silences
    .filter((each) => silenceStatus(each, now) === 'active')
    .map(({ id, matchers }) => ({ id, matches: compileMatchers(matchers) }))
    .sort((a, b) => compareText(a.id, b.id));
  const windows = given.windows
    .filter(({ intervals }) => isWithin(intervals, now))
    .toSorted((a, b) => compareText(a.name, b.name));
  if (silences.length === 0 && windows.length === 0) return () => UNMUTED;
  return (labels) => ({
    silences: silences.filter(({ matches }) => matches(labels)).map(({ id }) => id),
    windows: windows
      .filter(({ severities }) => severities.includes(labelOf(labels, 'severity')))
      .map(({ name }) => name),
  });
}
