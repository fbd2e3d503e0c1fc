/**
 * Dates in the form that somebody said -> days. The day is the one that is written: a time after it
 * is left out, and no zone moves it.
 */
import { type Day, parseDay } from '../day.ts';

/** `undefined`: not in this form, or no such day. */
export type DateReader = (text: string) => Day | undefined;

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

const TOKENS: Readonly<Record<string, string>> = {
  YYYY: '(?<year>\\d{4})',
  YY: '(?<year>\\d{2})',
  MMMM: '(?<name>[A-Za-z]{3,9})\\.?',
  MMM: '(?<name>[A-Za-z]{3,9})\\.?',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{2})',
  D: '(?<day>\\d{1,2})',
};

const TOKEN = /YYYY|YY|MMMM|MMM|MM|M|DD|D|[^YMD]/g;
/** ` 13:05`, `T13:05:09.123Z`, ` 1:05 PM`. */
const CLOCK = '\\d{1,2}:\\d{2}(?::\\d{2}(?:[.,]\\d{1,9})?)?(?: ?[AaPp][Mm])?';
const ZONE = '(?: ?(?:Z|UTC|[+-]\\d{2}:?\\d{2}))?';
const TIME = `(?:[T ]+${CLOCK}${ZONE})?`;
const FORM_MAX = 32;
const TEXT_MAX = 64;
const KNOWN_MAX = 4096;

export const ISO_DATE = 'YYYY-MM-DD';

/** Undefined where the form is not one with a year, a month and a day, each once. */
export function dateReader(form: string): DateReader | undefined {
  const tokens = form.length <= FORM_MAX ? (form.match(TOKEN) ?? []) : [];
  const kinds = tokens.filter((token) => token in TOKENS).map((token) => token[0]);
  if (tokens.join('') !== form || kinds.toSorted().join('') !== 'DMY') return undefined;
  if (tokens.some((token) => !(token in TOKENS) && /[A-Za-z0-9]/.test(token))) return undefined;
  const source = tokens.map((token) => TOKENS[token] ?? literal(token)).join('');
  const expression = new RegExp(`^${source}${TIME}$`);
  // A statement has few days and many lines.
  const known = new Map<string, Day | undefined>();
  return (text) => {
    if (known.has(text)) return known.get(text);
    const trimmed = text.trim();
    const found = trimmed.length <= TEXT_MAX ? expression.exec(trimmed) : null;
    const day = found === null ? undefined : dayFrom(found.groups ?? {});
    if (known.size < KNOWN_MAX && text.length <= TEXT_MAX) known.set(text, day);
    return day;
  };
}

function literal(token: string): string {
  return token.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function dayFrom(groups: Readonly<Record<string, string | undefined>>): Day | undefined {
  const { year = '', month, name, day = '' } = groups;
  const number = name === undefined ? Number(month) : monthNamed(name);
  // Two digits are of this century: nobody reconciles the last one.
  return dayAt(year.length === 2 ? 2000 + Number(year) : Number(year), number, Number(day));
}

function monthNamed(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

/** Undefined where there is no such day, or it is out of any ledger's time. */
export function dayAt(year: number, month: number, day: number): Day | undefined {
  if (year < 1950 || year > 2199) return undefined;
  const pad = (value: number): string => String(value).padStart(2, '0');
  try {
    return parseDay(`${year}-${pad(month)}-${pad(day)}`);
  } catch {
    return undefined;
  }
}

export const readIsoDate: DateReader = dateReader(ISO_DATE)!;
