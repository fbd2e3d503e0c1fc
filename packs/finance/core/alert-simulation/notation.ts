/**
 * A series of days in short: what is spent, or used, on each day from a start. Items stand between
 * spaces; the notation is that of `promtool test rules`, with three words of its own.
 *
 *     10            one day of 10
 *     10+2x14       10, then 2 more on each of 14 days: 15 days, as promtool counts
 *     10x4          10, and the same on 4 days more: 5 days
 *     _  _x3        a day, or three, without data
 *     @1st 99       99 besides, on the first of each month that the days come to
 *     rev(9,-2,+40) when day 9 comes in (the first is day 0), two days before it holds 40 more
 */
import { formatExact, parseUnits } from '../money.ts';

export type SeriesItem =
  /** `count` days, each `step` more than the one before. */
  | Readonly<{ kind: 'days'; first: bigint; step: bigint; count: number }>
  | Readonly<{ kind: 'gap'; count: number }>
  | Readonly<{ kind: 'monthly'; dayOfMonth: number; units: bigint }>
  | Readonly<{ kind: 'revision'; day: number; offset: number; units: bigint }>;

/** Ten years; what is longer is a slip of the keyboard. */
export const SERIES_DAYS_MAX = 3660;
const TEXT_MAX = 10_000;

const AMOUNT = String.raw`\d{1,20}(?:\.\d{1,12})?`;
const DAYS = new RegExp(`^(-?${AMOUNT})(?:([+-]${AMOUNT})?x(\\d{1,4}))?$`);
const GAP = /^_(?:x(\d{1,4}))?$/;
const DAY_OF_MONTH = /^@(\d{1,2})(st|nd|rd|th)$/;
const REVISION = new RegExp(`^rev\\((\\d{1,4}),(-\\d{1,4}|0),([+-]${AMOUNT})\\)$`);
const SIGNED = new RegExp(`^-?${AMOUNT}$`);
const FORMS = 'write 10, 10+2x14, 10x4, _, _x3, @1st 99 or rev(9,-2,+40)';

/** @throws RangeError for what is none of these, is too long, or revises no day. */
export function parseSeries(text: string): readonly SeriesItem[] {
  if (text.length > TEXT_MAX) throw new RangeError(`is longer than ${TEXT_MAX} characters`);
  const words = text.split(/\s+/).filter((word) => word !== '');
  const items: SeriesItem[] = [];
  let days = 0;
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i]!;
    const monthly = DAY_OF_MONTH.exec(word);
    const item = monthly
      ? monthlyItem(word, { match: monthly, amount: words[i + 1] })
      : itemOf(word);
    if (monthly) i += 1;
    items.push(item);
    days += item.kind === 'days' || item.kind === 'gap' ? item.count : 0;
    if (days > SERIES_DAYS_MAX) {
      throw new RangeError(`"${word}" goes on for more than ${SERIES_DAYS_MAX} days`);
    }
  }
  if (days === 0) throw new RangeError('has no day: give it a value');
  checkRevisions(items);
  return items;
}

function itemOf(word: string): SeriesItem {
  const days = DAYS.exec(word);
  if (days) {
    const [, first = '', step = '0', times = '0'] = days;
    const [units, more] = [parseUnits(first), signedUnits(step)];
    return { kind: 'days', first: units, step: more, count: Number(times) + 1 };
  }
  const gap = GAP.exec(word);
  if (gap) {
    const count = Number(gap[1] ?? '1');
    if (count === 0) throw new RangeError(`"${word}" is a gap of no day`);
    return { kind: 'gap', count };
  }
  const revision = REVISION.exec(word);
  if (revision) {
    const [, day, offset, units = ''] = revision;
    const back = Number(offset) === 0 ? 0 : Number(offset);
    return { kind: 'revision', day: Number(day), offset: back, units: signedUnits(units) };
  }
  const shown = word.length > 40 ? `${word.slice(0, 39)}…` : word;
  throw new RangeError(`"${shown}" is no part of a series: ${FORMS}`);
}

type Monthly = Readonly<{ match: RegExpExecArray; amount: string | undefined }>;

function monthlyItem(word: string, { match, amount }: Monthly): SeriesItem {
  const dayOfMonth = Number(match[1]);
  if (dayOfMonth < 1 || dayOfMonth > 31 || match[2] !== ordinalOf(dayOfMonth)) {
    throw new RangeError(`"${word}" is no day of a month: write @1st, @2nd or @15th`);
  }
  if (amount === undefined || !SIGNED.test(amount)) {
    throw new RangeError(`"${word}" needs an amount after it, for example ${word} 99`);
  }
  return { kind: 'monthly', dayOfMonth, units: parseUnits(amount) };
}

/** A day that is revised has to have come, with data. */
function checkRevisions(items: readonly SeriesItem[]): void {
  const filled: boolean[] = [];
  for (const item of items) {
    if (item.kind !== 'days' && item.kind !== 'gap') continue;
    for (let i = 0; i < item.count; i += 1) filled.push(item.kind === 'days');
  }
  for (const item of items) {
    if (item.kind !== 'revision') continue;
    const text = formatItem(item);
    if (item.day >= filled.length) {
      const last = filled.length - 1;
      throw new RangeError(`${text}: day ${item.day} is after the last one, ${last}`);
    }
    if (filled[item.day + item.offset] !== true) {
      throw new RangeError(`${text} changes a day that has no data`);
    }
  }
}

function signedUnits(text: string): bigint {
  return parseUnits(text.replace(/^\+/, ''));
}

function ordinalOf(day: number): string {
  if (day >= 11 && day <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
}

/** The text that is read as these items. */
export function formatSeries(items: readonly SeriesItem[]): string {
  return items.map(formatItem).join(' ');
}

function formatItem(item: SeriesItem): string {
  const amount = (units: bigint) => formatExact(units, 0);
  const signed = (units: bigint) => (units < 0n ? amount(units) : `+${amount(units)}`);
  switch (item.kind) {
    case 'days': {
      if (item.count === 1 && item.step === 0n) return amount(item.first);
      const step = item.step === 0n ? '' : signed(item.step);
      return `${amount(item.first)}${step}x${item.count - 1}`;
    }
    case 'gap':
      return item.count === 1 ? '_' : `_x${item.count}`;
    case 'monthly': {
      const { dayOfMonth, units } = item;
      return `@${dayOfMonth}${ordinalOf(dayOfMonth)} ${amount(units)}`;
    }
    case 'revision':
      return `rev(${item.day},${item.offset},${signed(item.units)})`;
    default:
      return item satisfies never;
  }
}
