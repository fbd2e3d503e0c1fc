/** Amounts that differ by what was stated beforehand: a fee, a tax rate, the rate of a day. */
import { formatDay } from '../day.ts';
import { absolute, divideHalfEven, formatExact, ONE } from '../money.ts';
import { coinsOf, type Line } from './line.ts';
import type { DayRate, MatchOptions } from './options.ts';
import type { ReasonCode } from './reason.ts';
import type { Evidence } from './result.ts';

export type Allowance = Readonly<{
  reason: ReasonCode;
  evidence: Evidence;
  /** 0 where the difference is explained to the coin, in permille of a score otherwise. */
  cost: number;
}>;

const MILLION = 1_000_000n;

/** Undefined: nothing that was stated explains the difference. */
export function allowanceFor(
  entry: Line,
  payment: Line,
  options: MatchOptions,
): Allowance | undefined {
  if (entry.item.currency !== payment.item.currency) return exchanged(entry, payment, options);
  return charged(entry, payment, options) ?? taxed(entry, payment, options);
}

function charged(entry: Line, payment: Line, options: MatchOptions): Allowance | undefined {
  const { units, currency } = entry.item;
  for (const fee of options.fees) {
    if (fee.fixedUnits !== 0n && fee.currency !== currency) continue;
    const share = divideHalfEven(absolute(units) * fee.millionths, MILLION);
    const amount = share + fee.fixedUnits;
    const isKept = coinsOf(units - amount, currency, options) === payment.coins;
    const isAdded = coinsOf(units + amount, currency, options) === payment.coins;
    if (!isKept && !isAdded) continue;
    const text = `${fee.name} of ${formatExact(amount)} ${currency} ${isKept ? 'kept' : 'added'}`;
    return { reason: 'fee', evidence: { fact: 'fee', text }, cost: 0 };
  }
  return undefined;
}

/** Either side may be the one with tax; a tax that was rounded may be a coin off. */
function taxed(entry: Line, payment: Line, options: MatchOptions): Allowance | undefined {
  for (const rate of options.taxes) {
    const sides = [
      { net: entry, gross: payment, what: 'the invoice is without it' },
      { net: payment, gross: entry, what: 'the payment is without it' },
    ];
    for (const { net, gross, what } of sides) {
      const expected = divideHalfEven(net.item.units * (MILLION + rate), MILLION);
      const off = coinsOf(expected, net.item.currency, options) - gross.coins;
      if (absolute(off) > 1n) continue;
      const text = `tax of ${formatExact(rate * 100_000_000n)} %: ${what}`;
      return { reason: 'tax', evidence: { fact: 'tax', text }, cost: off === 0n ? 0 : 20 };
    }
  }
  return undefined;
}

function exchanged(entry: Line, payment: Line, options: MatchOptions): Allowance | undefined {
  const rate = rateFor(entry.item.currency, payment, options);
  if (rate === undefined) return undefined;
  const expected = divideHalfEven(entry.item.units * rate.value, ONE);
  if (expected === 0n || expected < 0n !== payment.item.units < 0n) return undefined;
  const off = absolute(payment.item.units - expected);
  if (off * 1000n > absolute(expected) * options.rateTolerance) return undefined;
  const tenThousandths = Number((off * 10_000n) / absolute(expected));
  const text =
    `${formatExact(rate.value)} ${payment.item.currency} for 1 ${entry.item.currency} on ` +
    `${formatDay(rate.stated.day)} makes ${formatExact(expected)}; ` +
    `off by ${formatExact(off)} ${payment.item.currency}`;
  return {
    reason: 'fx',
    evidence: { fact: 'fx', text },
    cost: Math.min(250, Math.floor(tenThousandths / 2)),
  };
}

type Found = Readonly<{ stated: DayRate; value: bigint }>;

/** The newest that is not after the payment nor too old, read backwards where need be. */
function rateFor(from: string, { item }: Line, options: MatchOptions): Found | undefined {
  let best: Found | undefined;
  for (const stated of options.rates) {
    const age = item.day - stated.day;
    if (age < 0 || age > options.rateDays || stated.rate <= 0n) continue;
    const isStraight = stated.from === from && stated.to === item.currency;
    const isInverse = stated.to === from && stated.from === item.currency;
    if (!isStraight && !isInverse) continue;
    if (best !== undefined && best.stated.day >= stated.day) continue;
    const value = isStraight ? stated.rate : divideHalfEven(ONE * ONE, stated.rate);
    best = { stated, value };
  }
  return best;
}

/** Two digits swapped, or more: the same digits in another order. */
export function isTransposed(a: bigint, b: bigint): boolean {
  if (a === b || a < 0n !== b < 0n || (a - b) % 9n !== 0n) return false;
  const digits = (value: bigint): string => [...absolute(value).toString()].sort().join('');
  return digits(a) === digits(b);
}
