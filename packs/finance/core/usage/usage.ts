/**
 * Usage readings: how much of something a service has used, as a provider's page or API tells it.
 *
 * A reading is one of three kinds. A `level` is a gauge at an instant: storage, connections; the
 * latest counts. An `amount` was used up between two instants: minutes of a build, requests of an
 * hour; amounts add up. A `running` counter has counted since an instant, which is when its period
 * began: bandwidth this month; its latest value counts, and amounts are never made from it.
 *
 * A reading replaces another of the same source, service, metric, start and end: whatever is said
 * later about the same time wins. Service and metric are names in whatever case; the unit is kept
 * as typed (core/usage/unit.ts); values and limits are exact, in 1e-12 of the unit.
 */
import { type AlertPeriod, periodInName } from '../alert-config/period.ts';
import { parseUnits } from '../money.ts';
import { compareText } from '../order.ts';
import { formatInstant, parseInstant } from './instant.ts';
import { parseUnit } from './unit.ts';

export const USAGE_KINDS = ['level', 'amount', 'running'] as const;
export type UsageKind = (typeof USAGE_KINDS)[number];

export type Reading = Readonly<{
  source: string;
  /** As the alert config calls it, in lower case. */
  service: string;
  /** In lower case. */
  metric: string;
  kind: UsageKind;
  /** Since when it was used or counted; of a level the instant itself. */
  startMs: number;
  /** Until when: the instant that the reading is of. */
  endMs: number;
  value: bigint;
  unit: string;
  /** What the provider allows, in the same unit. */
  limit: bigint | undefined;
  recordedMs: number;
}>;

/** The fields of a reading as somebody typed them; empty is not given. */
export const READING_FIELDS = [
  'service',
  'metric',
  'value',
  'unit',
  'limit',
  'kind',
  'start',
  'end',
  'at',
] as const;
export type ReadingField = (typeof READING_FIELDS)[number];
export type ReadingText = Readonly<Partial<Record<ReadingField, string>>>;

/** `message` goes on after the field: `unit "Gb" is …`. */
export type FieldProblem = Readonly<{ field: ReadingField; message: string }>;

export type ReadReading =
  | Readonly<{ reading: Reading; problems?: undefined }>
  | Readonly<{ problems: readonly FieldProblem[] }>;

/** Clocks differ; more than this ahead is a slip. */
export const SKEW_MS = 5 * 60_000;

/** A longer amount is two instants of different things. */
export const AMOUNT_MS_MAX = 366 * 86_400_000;

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,63}$/u;
const METRIC = /^[\p{L}\p{N}](?:[^\p{C}\p{Z}]| (?! )){0,99}$/u;

/** All that is wrong with it, or the reading. */
export function readReading(
  text: ReadingText,
  { source, nowMs }: Readonly<{ source: string; nowMs: number }>,
): ReadReading {
  const problems: FieldProblem[] = [];
  const ask = <T>(field: ReadingField, read: (text: string) => T): T | undefined => {
    const typed = text[field]?.trim() ?? '';
    try {
      return typed === '' ? undefined : read(typed);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      problems.push({ field, message: error.message });
      return undefined;
    }
  };
  for (const field of ['service', 'metric', 'value', 'unit'] as const) {
    if ((text[field]?.trim() ?? '') === '') problems.push({ field, message: 'is missing' });
  }
  const service = ask('service', (typed) => nameOf(typed, NAME));
  const metric = ask('metric', (typed) => nameOf(typed, METRIC));
  const value = ask('value', readAmount);
  const unit = ask('unit', unitOf);
  const limit = ask('limit', readLimit);
  const kindGiven = ask('kind', readKind);
  const instants = {
    start: ask('start', parseInstant),
    end: ask('end', parseInstant),
    at: ask('at', parseInstant),
  };
  if (problems.length > 0) return { problems };
  const span = spanOf(kindGiven, instants, { metric: metric!, nowMs });
  if ('field' in span) return { problems: [span] };
  if (span.kind === 'amount' && parseUnit(unit!).measure === 'share') {
    return { problems: [{ field: 'unit', message: 'is a share, and shares do not add up' }] };
  }
  return {
    reading: {
      ...{ source, service: service!, metric: metric!, ...span },
      ...{ value: value!, unit: unit!, limit, recordedMs: nowMs },
    },
  };
}

function nameOf(text: string, form: RegExp): string {
  if (form.test(text)) return text.normalize('NFC').toLowerCase();
  throw new RangeError(`${JSON.stringify(text)} is no name`);
}

/** As typed, once it is known to be a unit. */
function unitOf(text: string): string {
  parseUnit(text);
  return text.replace(/\s+/g, ' ');
}

/** Also with an exponent, as JSON is written by programs. */
function readAmount(text: string): bigint {
  const match = /^(-?)(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,2}))?$/.exec(text);
  if (match === null) throw new RangeError(`${JSON.stringify(text)} is no plain decimal`);
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  if (sign === '-') throw new RangeError(`${text} is negative`);
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const left = digits.slice(0, Math.max(point, 0)).padEnd(point, '0').replace(/^0+/, '');
  const right = '0'.repeat(Math.max(-point, 0)) + digits.slice(Math.max(point, 0));
  if (left.length > 20) throw new RangeError(`${text} is beyond any amount`);
  return parseUnits(`${left || '0'}.${right || '0'}`);
}

function readLimit(text: string): bigint {
  const limit = readAmount(text);
  if (limit === 0n) throw new RangeError('must be more than 0');
  return limit;
}

function readKind(text: string): UsageKind {
  const kind = USAGE_KINDS.find((each) => each === text.toLowerCase());
  if (kind !== undefined) return kind;
  throw new RangeError(`"${text}" is none of ${USAGE_KINDS.join(', ')}`);
}

type Instants = Readonly<Record<'start' | 'end' | 'at', number | undefined>>;
type Span = Pick<Reading, 'kind' | 'startMs' | 'endMs'>;
type Around = Readonly<{ metric: string; nowMs: number }>;

function spanOf(
  given: UsageKind | undefined,
  { start, end, at }: Instants,
  { metric, nowMs }: Around,
): Span | FieldProblem {
  const kind = given ?? (start === undefined ? 'level' : 'amount');
  if (at !== undefined && end !== undefined && at !== end) {
    return { field: 'at', message: 'and end are two instants: give one of them' };
  }
  const endMs = end ?? at;
  if (endMs === undefined) {
    const field = kind === 'amount' ? 'end' : 'at';
    return { field, message: `is missing: ${kind} of when?` };
  }
  if (endMs > nowMs + SKEW_MS) {
    const named = end === undefined ? 'at' : 'end';
    return { field: named, message: `${formatInstant(endMs)} is in the future` };
  }
  if (kind === 'level') {
    if (start === undefined || start === endMs) return { kind, startMs: endMs, endMs };
    return { field: 'start', message: 'makes no sense for a level, which is of one instant' };
  }
  if (kind === 'amount' && start === undefined) {
    return { field: 'start', message: 'is missing: an amount is used up between two instants' };
  }
  const period = periodInName(metric) ?? 'month';
  const startMs = start ?? periodStartMs(endMs, period);
  if (start === undefined && startMs === endMs) {
    const at = formatInstant(endMs);
    return { field: 'start', message: `is needed: at ${at} a ${period} ends and one begins` };
  }
  if (startMs < 0) return { field: 'start', message: 'lies before 1970' };
  if (startMs >= endMs) return { field: 'start', message: 'does not lie before the end' };
  if (endMs - startMs > AMOUNT_MS_MAX) {
    return { field: 'start', message: 'lies more than a year before the end' };
  }
  return { kind, startMs, endMs };
}

const DAY_MS = 86_400_000;

/** When the UTC day, ISO week or UTC month began that an instant lies in. */
export function periodStartMs(atMs: number, period: AlertPeriod): number {
  const day = Math.floor(atMs / DAY_MS);
  if (period === 'day') return day * DAY_MS;
  // 1970-01-01 was a Thursday.
  if (period === 'week') return (day - ((day + 3) % 7)) * DAY_MS;
  const date = new Date(day * DAY_MS);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

/** What a later reading replaces. */
export function readingKey({ source, service, metric, startMs, endMs }: Reading): string {
  return JSON.stringify([source, service, metric, startMs, endMs]);
}

/** The month it is filed under, by the UTC instant it begins at: `2026-03`. */
export function readingMonth({ startMs }: Pick<Reading, 'startMs'>): string {
  return new Date(startMs).toISOString().slice(0, 7);
}

/** The name under which readings of a service and metric are found, whatever their case. */
export function usageName(service: string, metric: string): string {
  return JSON.stringify([service, metric].map((name) => name.normalize('NFC').toLowerCase()));
}

/** Whether two readings say the same; when they were recorded does not matter. */
export function saysTheSame(a: Reading, b: Reading): boolean {
  return a.kind === b.kind && a.value === b.value && a.unit === b.unit && a.limit === b.limit;
}

/** A total order: by service, metric, source, and then in time. */
export function compareReadings(a: Reading, b: Reading): number {
  return (
    compareText(a.service, b.service) ||
    compareText(a.metric, b.metric) ||
    compareText(a.source, b.source) ||
    a.endMs - b.endMs ||
    a.startMs - b.startMs
  );
}

/** The readings that there are then: of one key the later, in the total order. */
export function mergeReadings(
  before: readonly Reading[],
  incoming: readonly Reading[],
): readonly Reading[] {
  const merged = new Map(before.map((reading) => [readingKey(reading), reading]));
  for (const reading of incoming) {
    const key = readingKey(reading);
    const known = merged.get(key);
    if (known === undefined || !saysTheSame(known, reading)) merged.set(key, reading);
  }
  return [...merged.values()].sort(compareReadings);
}
