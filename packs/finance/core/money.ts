/**
 * Exact money: an integer count of 1e-12 units of one currency.
 *
 * FOCUS unit prices carry more digits than a cent and binary floats are wrong by construction, so
 * everything up to a renderer is integer arithmetic. Unknown is `undefined`, never zero, and two
 * currencies are never added. Twelve decimals is also the scale of the ledger's DECIMAL columns.
 */
export type Money = Readonly<{ units: bigint; currency: string }>;

/** Decimals of a unit: 1.00 is 10^12 units. */
export const SCALE = 12;
export const ONE = 10n ** BigInt(SCALE);

export function money(units: bigint, currency: string): Money {
  return { units, currency };
}

export function add(a: Money, b: Money): Money {
  assertSameCurrency(a, b);
  return money(a.units + b.units, a.currency);
}

export function subtract(a: Money, b: Money): Money {
  assertSameCurrency(a, b);
  return money(a.units - b.units, a.currency);
}

export function sum(parts: readonly Money[], currency: string): Money {
  return parts.reduce(add, money(0n, currency));
}

function assertSameCurrency(a: Money, b: Money): void {
  if (a.currency !== b.currency) throw new TypeError(`cannot add ${b.currency} to ${a.currency}`);
}

const DECIMAL = /^(-?)(\d*)(?:\.(\d*))?$/;

/**
 * Units of a plain decimal text such as `-12.5`.
 *
 * @throws RangeError when it is no plain decimal, or has more than twelve decimals: digits are
 *   never dropped in silence.
 */
export function parseUnits(text: string): bigint {
  const match = DECIMAL.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (match === null || whole + fraction === '') throw new RangeError(`not a decimal: "${text}"`);
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > SCALE) {
    throw new RangeError(`more than ${SCALE} decimals: "${text}"`);
  }
  const units = BigInt(whole || '0') * ONE + BigInt(significant.padEnd(SCALE, '0'));
  return match[1] === '-' ? -units : units;
}

/** All digits that matter and at least `decimalsMin`: `42.15`, `0.042857142857`. */
export function formatExact(units: bigint, decimalsMin = 2): string {
  const digits = absolute(units)
    .toString()
    .padStart(SCALE + 1, '0');
  const fraction = digits.slice(-SCALE).replace(/0+$/, '').padEnd(decimalsMin, '0');
  const whole = digits.slice(0, -SCALE);
  return `${units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** An integer count of 10^-decimals, formatted with exactly that many decimals. */
export function formatScaled(value: bigint, decimals: number): string {
  const digits = absolute(value)
    .toString()
    .padStart(decimals + 1, '0');
  const sign = value < 0n ? '-' : '';
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** `numerator / denominator` to the nearest integer, ties to the even one. */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  if (denominator === 0n) throw new RangeError('division by zero');
  const negative = numerator < 0n !== denominator < 0n;
  const n = absolute(numerator);
  const d = absolute(denominator);
  const quotient = n / d;
  const twice = (n % d) * 2n;
  const up = twice > d || (twice === d && quotient % 2n === 1n);
  const rounded = quotient + (up ? 1n : 0n);
  return negative ? -rounded : rounded;
}

/** Units as an integer count of 10^-decimals, half-even. */
export function roundUnits(units: bigint, decimals: number): bigint {
  return divideHalfEven(units, 10n ** BigInt(SCALE - decimals));
}

/**
 * What the days `[from, to)` of an amount spread evenly over `days` days hold, in units.
 *
 * Cumulative, so any partition of the days adds up to the amount exactly. The ledger's SQL states
 * the same formula; both truncate toward zero.
 */
export function shareOfDays(units: bigint, days: number, from: number, to: number): bigint {
  if (!(0 <= from && from <= to && to <= days && days > 0)) {
    throw new RangeError(`days [${from}, ${to}) of ${days}`);
  }
  const until = (day: number): bigint => (units * BigInt(day)) / BigInt(days);
  return until(to) - until(from);
}

export function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
