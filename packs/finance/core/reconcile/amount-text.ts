/**
 * Amounts as people and spreadsheets write them -> exact units, where there is no doubt.
 *
 * Brackets and a minus before or after are negative; a currency sign or code must be the one that
 * is expected; groups of three may be parted by a space, an apostrophe, or by the mark that is not
 * the decimal one. What could be two amounts is none.
 */
import { parseUnits, SCALE } from '../money.ts';

export type DecimalMark = '.' | ',';

export type AmountStyle = Readonly<{
  /** Undefined: nobody said; a point then, and a lone `1,234` is in doubt. */
  decimal?: DecimalMark | undefined;
  currency?: string | undefined;
}>;

export type AmountRead =
  | Readonly<{ units: bigint; why?: undefined }>
  | Readonly<{ units?: undefined; why: string; hint: string }>;

/** Nobody's invoice has so many digits before the point. */
export const WHOLE_DIGITS_MAX = 18;
const TEXT_MAX = 64;

const SIGNS: Readonly<Record<string, readonly string[]>> = {
  $: 'USD AUD CAD NZD SGD HKD MXN ARS CLP COP TWD BRL'.split(' '),
  '£': ['GBP', 'EGP', 'LBP', 'GIP'],
  '€': ['EUR'],
  '¥': ['JPY', 'CNY'],
  '￥': ['JPY', 'CNY'],
  '₹': ['INR'],
  '₩': ['KRW'],
  '₺': ['TRY'],
  '₽': ['RUB'],
  '₴': ['UAH'],
  '₪': ['ILS'],
  '₫': ['VND'],
  '฿': ['THB'],
  '₱': ['PHP'],
  '₦': ['NGN'],
};

const PLAIN_HINT = 'write it as 1234.56';

export function readAmount(text: string, style: AmountStyle): AmountRead {
  const trimmed = text.replace(/[\u00a0\u2007\u202f]/g, ' ').trim();
  if (trimmed.length > TEXT_MAX) return doubt('is too long for an amount', PLAIN_HINT);
  if (!/\d/.test(trimmed)) return doubt('is no amount', PLAIN_HINT);
  const sign = takeSign(trimmed.replaceAll('\u2212', '-'));
  if (sign === undefined) return doubt('has more than one sign', 'write one minus before it');
  const mark = takeCurrency(sign.rest);
  const inner = takeSign(mark.rest);
  if (inner === undefined || (inner.isSigned && sign.isSigned)) {
    return doubt('has more than one sign', 'write one minus before it');
  }
  const disagreement = currencyDisagreement(mark.found, style.currency);
  if (disagreement !== undefined) return disagreement;
  const digits = plainDigits(inner.rest, style.decimal);
  if (digits.why !== undefined) return digits;
  const units = parseUnits(digits.text);
  return { units: sign.isNegative || inner.isNegative ? -units : units };
}

function doubt(why: string, hint: string): Extract<AmountRead, { why: string }> {
  return { why, hint };
}

type Signed = Readonly<{ rest: string; isNegative: boolean; isSigned: boolean }>;

/** Undefined where there is more than one. */
function takeSign(text: string): Signed | undefined {
  const hasBrackets = text.startsWith('(') && text.endsWith(')') && text.length > 2;
  let rest = hasBrackets ? text.slice(1, -1).trim() : text;
  const before = /^[+-]/.exec(rest)?.[0];
  const after = /[-+]$/.exec(rest)?.[0];
  if (before !== undefined) rest = rest.slice(1).trim();
  if (after !== undefined) rest = rest.slice(0, -1).trim();
  const count = Number(hasBrackets) + Number(before !== undefined) + Number(after !== undefined);
  if (count > 1) return undefined;
  return {
    rest,
    isNegative: hasBrackets || before === '-' || after === '-',
    isSigned: count === 1,
  };
}

/** A sign or three letters, before or after the digits; both where there are both. */
function takeCurrency(text: string): Readonly<{ rest: string; found: readonly string[] }> {
  const before = /^(\p{Sc}|[A-Za-z]{3}(?![A-Za-z]))\s*/u.exec(text);
  const cut = before === null ? text : text.slice(before[0].length);
  const after = /\s*(\p{Sc}|(?<![A-Za-z])[A-Za-z]{3})$/u.exec(cut);
  const rest = after === null ? cut : cut.slice(0, -after[0].length);
  return { rest, found: [before?.[1], after?.[1]].flatMap((each) => each ?? []) };
}

function currencyDisagreement(
  found: readonly string[],
  expected: string | undefined,
): Extract<AmountRead, { why: string }> | undefined {
  for (const sign of found) {
    const meant = SIGNS[sign] ?? [sign.toUpperCase()];
    if (expected === undefined) return doubt(`says ${sign}, which is not known`, PLAIN_HINT);
    if (!meant.includes(expected)) {
      return doubt(`says ${sign} where the currency is ${expected}`, `write it in ${expected}`);
    }
  }
  return undefined;
}

type Digits = Readonly<{ text: string; why?: undefined }> | Extract<AmountRead, { why: string }>;

function plainDigits(text: string, decimal: DecimalMark | undefined): Digits {
  const mark = decimal ?? '.';
  const group = mark === '.' ? ',' : '.';
  const [whole = '', fraction, ...more] = text.split(mark);
  if (!/^[\d.,' \u2019]*$/.test(text) || !/\d/.test(text)) {
    return doubt('is no amount', PLAIN_HINT);
  }
  if (more.length > 0) return misplaced(text, mark);
  if (fraction !== undefined && !/^\d+$/.test(fraction)) return misplaced(text, mark);
  const parted = whole.replace(/[' \u2019]/g, group);
  if (parted !== whole && whole.includes(group)) return misplaced(text, mark);
  if (parted.includes(group)) {
    if (!isGrouped(parted, group)) return misplaced(text, mark);
    const isLone = parted.split(group).length === 2 && fraction === undefined;
    if (decimal === undefined && isLone && whole.includes(group)) {
      const [a, b] = parted.split(group);
      return doubt('could be thousands or decimals', `write ${a}${b}.00 or ${a}.${b}`);
    }
  }
  const digits = parted.replaceAll(group, '');
  return checked(digits, fraction ?? '');
}

function isGrouped(whole: string, group: string): boolean {
  const [first = '', ...groups] = whole.split(group);
  return /^\d{1,3}$/.test(first) && groups.every((each) => /^\d{3}$/.test(each));
}

function misplaced(text: string, mark: DecimalMark): Extract<AmountRead, { why: string }> {
  const last = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','));
  const shown = `${text.slice(0, last).replace(/[^\d]/g, '')}.${text.slice(last + 1)}`;
  const isClear = last >= 0 && text[last] !== mark && /^\d+\.\d{1,2}$/.test(shown);
  const other = mark === '.' ? 'comma' : 'point';
  if (!isClear) return doubt('is no amount', PLAIN_HINT);
  const write = mark === '.' ? shown : shown.replace('.', ',');
  return doubt(`has a ${other} before its decimals`, `write ${write}, or map the file's own style`);
}

function checked(whole: string, fraction: string): Digits {
  if (whole.replace(/^0+/, '').length > WHOLE_DIGITS_MAX) {
    return doubt(
      `has more than ${WHOLE_DIGITS_MAX} digits before the decimals`,
      'check the amount',
    );
  }
  if (fraction.replace(/0+$/, '').length > SCALE) {
    return doubt(`has more than ${SCALE} decimals`, `round it to ${SCALE} decimals`);
  }
  return { text: fraction === '' ? whole : `${whole}.${fraction}` };
}

const NUMERIC = /^(-?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** FOCUS NumericFormat: a plain decimal or E-notation; no plus, blanks, signs or commas. */
export function readNumeric(text: string): AmountRead {
  const [, sign, whole = '', fraction = '', power = '0'] = NUMERIC.exec(text) ?? [];
  if (text.length > TEXT_MAX || sign === undefined || whole + fraction === '') {
    return doubt('is no number', 'a FOCUS number looks like -1234.56 or 5.2E-9');
  }
  const digits = whole + fraction;
  const point = whole.length + Number(power);
  const padded = point < 0 ? '0'.repeat(-point) + digits : digits.padEnd(point, '0');
  const [before, after] = point < 0 ? ['', padded] : [padded.slice(0, point), padded.slice(point)];
  const plain = checked(before || '0', after);
  if (plain.why !== undefined) return plain;
  const units = parseUnits(plain.text);
  return { units: sign === '-' ? -units : units };
}
