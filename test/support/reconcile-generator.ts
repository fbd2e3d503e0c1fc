/**
 * Books with labels: entries, payments, and what truly belongs together. The same seed gives the
 * same books. Nothing here knows how the matching works: vendors share words, banks cut and
 * mistype names or leave them out, prices repeat, and both sides hold lines the other never saw.
 */
import { addDays, type Day, formatDay, parseDay } from '../../packs/finance/core/day.ts';
import { divideHalfEven, ONE } from '../../packs/finance/core/money.ts';
import type { Item, ItemKind } from '../../packs/finance/core/reconcile/item.ts';
import {
  type DayRate,
  DEFAULT_OPTIONS,
  type FeeRate,
  type MatchOptions,
} from '../../packs/finance/core/reconcile/options.ts';
import { type Dice, dice } from './reconcile-dice.ts';
import { bankText, misspelt, type Vendor, vendorsFor } from './reconcile-names.ts';
import { type DealKind, PROFILES, type Profile } from './reconcile-profiles.ts';

export type Truth = Readonly<{
  kind: DealKind;
  entries: readonly string[];
  payments: readonly string[];
}>;

export type Books = Readonly<{
  entries: readonly Item[];
  payments: readonly Item[];
  truth: readonly Truth[];
  options: MatchOptions;
}>;

const START = parseDay('2025-01-01');
const PRICES = [500, 800, 900, 1000, 1200, 1500, 1900, 2000, 2900, 4900, 5000, 9900, 19900];
const COIN = ONE / 100n;

const FEES: readonly FeeRate[] = [
  { name: 'card', millionths: 29_000n, fixedUnits: 30n * COIN, currency: 'USD' },
  { name: 'transfer', millionths: 0n, fixedUnits: 15n * ONE, currency: 'USD' },
];
const TAXES = [200_000n, 190_000n, 70_000n];
const CURRENCIES = ['EUR', 'GBP'] as const;

type Pen = {
  readonly dice: Dice;
  readonly profile: Profile;
  readonly days: number;
  readonly rates: readonly DayRate[];
  readonly entries: Item[];
  readonly payments: Item[];
  readonly truth: Truth[];
};

/** About so many entries; payments are a few less. */
export function booksOf(name: keyof typeof PROFILES, seed: number, size: number): Books {
  const profile = PROFILES[name];
  const random = dice(seed);
  const days = Math.max(90, Math.min(730, Math.floor(size / 6)));
  const rates = ratesFor(random, days + 120);
  const pen: Pen = {
    ...{ dice: random, profile, days, rates },
    ...{ entries: [], payments: [], truth: [] },
  };
  const vendors = vendorsFor(random, Math.max(40, Math.floor(size / 6)), profile.weekly);
  for (const vendor of vendors) {
    if (pen.entries.length * 1000 >= size * profile.subscriptions) break;
    if (vendor.price !== undefined) subscribe(pen, vendor);
  }
  const kinds = Object.entries(profile.deals) as [DealKind, number][];
  while (pen.entries.length < size) deal(pen, random.weighted(kinds), random.pick(vendors));
  const strangers = vendorsFor(dice(seed + 7919), 40, 0, 'stranger');
  for (let i = 0; i < (size * profile.strangers) / 1000; i += 1) {
    const coins = random.chance(300) ? BigInt(random.pick(PRICES)) : someCoins(random);
    pay(pen, random.pick(strangers), someDay(pen), coins);
  }
  return {
    ...{ entries: random.shuffled(pen.entries), payments: random.shuffled(pen.payments) },
    truth: pen.truth,
    options: { ...DEFAULT_OPTIONS, fees: FEES, taxes: TAXES, rates, rateTolerance: 40n },
  };
}

/**
 * A price that many ask, every month or every week, paid the same few days later each time, or
 * nearly. Some have a second seat of it, billed on days of its own.
 */
function subscribe(pen: Pen, vendor: Vendor): void {
  const coins = BigInt(PRICES[vendor.price! % PRICES.length]!);
  const step = vendor.isWeekly ? 7 : 30;
  const days = pen.dice.between(0, 7);
  for (let seats = pen.dice.chance(pen.profile.seats) ? 2 : 1; seats > 0; seats -= 1) {
    for (let at = pen.dice.below(step); at < pen.days; at += step) {
      const entry = bill(pen, vendor, addDays(START, at), coins);
      const late = pen.dice.chance(40) ? pen.dice.between(2, 7) : pen.dice.between(-1, 1);
      const day = addDays(entry.day, Math.max(0, days + late));
      if (pen.dice.chance(15)) label(pen, 'unpaid', [entry], []);
      else label(pen, 'plain', [entry], [settle(pen, vendor, entry, coins, day)]);
    }
  }
}

function deal(pen: Pen, kind: DealKind, vendor: Vendor): void {
  if (kind === 'batch' || kind === 'credit' || kind === 'months') {
    together(pen, kind, vendor);
    return;
  }
  const coins = someCoins(pen.dice);
  if (kind === 'unbilled') {
    pay(pen, vendor, someDay(pen), coins);
    return;
  }
  const entry = bill(pen, vendor, someDay(pen), coins);
  if (kind === 'unpaid') label(pen, kind, [entry], []);
  else if (kind === 'void') takeBack(pen, vendor, entry, coins);
  else if (kind === 'instalments') inParts(pen, vendor, entry, coins);
  else if (kind === 'fx') abroad(pen, vendor, entry);
  else if (kind === 'partial') label(pen, kind, [entry], partOf(pen, vendor, entry, coins));
  else label(pen, kind, [entry], [settle(pen, vendor, entry, changed(pen, kind, coins))]);
  if (kind === 'paid_twice') pay(pen, vendor, addDays(entry.day, pen.dice.between(11, 18)), coins);
  if (kind === 'billed_twice') {
    bill(pen, vendor, addDays(entry.day, pen.dice.between(6, 12)), coins);
  }
}

/** What arrives where something was asked. */
function changed(pen: Pen, kind: DealKind, coins: bigint): bigint {
  if (kind === 'fee') {
    const fee = pen.dice.pick(FEES);
    const kept = divideHalfEven(coins * fee.millionths, 1_000_000n) + fee.fixedUnits / COIN;
    return kept * 2n > coins ? coins : coins - kept;
  }
  if (kind === 'tax') {
    const withTax = divideHalfEven(coins * (1_000_000n + pen.dice.pick(TAXES)), 1_000_000n);
    return withTax;
  }
  if (kind === 'transposed') return swapped(coins);
  if (kind === 'mismatch') {
    const off = (coins * BigInt(pen.dice.between(2, 50))) / 1000n;
    return off === 0n ? coins + 1n : pen.dice.chance(500) ? coins + off : coins - off;
  }
  return coins;
}

function swapped(coins: bigint): bigint {
  const digits = [...coins.toString()];
  for (let at = digits.length - 2; at >= 0; at -= 1) {
    const [a, b] = [digits[at]!, digits[at + 1]!];
    if (a === b || (at === 0 && b === '0')) continue;
    return BigInt([...digits.slice(0, at), b, a, ...digits.slice(at + 2)].join(''));
  }
  return coins;
}

/** Several invoices, a credit note among them or not, at once or month after month. */
function together(pen: Pen, kind: 'batch' | 'credit' | 'months', vendor: Vendor): void {
  const count = pen.dice.between(2, kind === 'credit' ? 3 : kind === 'months' ? 4 : 6);
  const first = someDay(pen);
  const order = `PO-${pen.dice.between(100_000, 999_999)}`;
  const references = kind === 'months' && pen.dice.chance(600) ? [order] : [];
  const entries = Array.from({ length: count }, (_, i) => {
    const day = addDays(first, kind === 'months' ? 30 * i : pen.dice.between(0, 6));
    return bill(pen, vendor, day, someCoins(pen.dice), { references });
  });
  if (kind === 'credit') {
    const share = BigInt(pen.dice.between(5, 60));
    const credit = ((entries[0]!.units / COIN) * share) / 100n;
    if (credit > 0n) {
      const day = addDays(first, pen.dice.between(1, 6));
      entries.push(bill(pen, vendor, day, -credit, { kind: 'credit_note', text: 'Credit note' }));
    }
  }
  const last = entries.reduce((latest, { day }) => (day > latest ? day : latest), first);
  const total = entries.reduce((sum, { units }) => sum + units / COIN, 0n);
  const day = addDays(last, pen.dice.between(0, 4));
  label(pen, kind, entries, [pay(pen, vendor, day, total, references)]);
}

/** An entry and what reverses it; half of them are then billed again, and paid. */
function takeBack(pen: Pen, vendor: Vendor, entry: Item, coins: bigint): void {
  const day = addDays(entry.day, pen.dice.between(0, 9));
  const isSaid = pen.dice.chance(500);
  const reversal = bill(pen, vendor, day, -coins, {
    kind: pen.dice.chance(600) ? 'void' : 'credit_note',
    text: `${pen.dice.pick(['VOID', 'Reversal', 'Correction'])}${isSaid ? ` ${entry.id}` : ''}`,
  });
  label(pen, 'void', [entry, reversal], []);
  if (pen.dice.chance(500)) return;
  const again = pen.dice.chance(300) ? coins : coins + BigInt(pen.dice.between(1, 900));
  const corrected = bill(pen, vendor, addDays(day, pen.dice.between(0, 3)), again);
  label(pen, 'plain', [corrected], [settle(pen, vendor, corrected, again)]);
}

function inParts(pen: Pen, vendor: Vendor, entry: Item, coins: bigint): void {
  const count = pen.dice.between(2, 4);
  const parts = Array.from({ length: count - 1 }, () => coins / BigInt(count + pen.dice.below(2)));
  const rest = coins - parts.reduce((a, b) => a + b, 0n);
  const references = pen.dice.chance(500) ? [entry.id] : [];
  const step = pen.dice.pick([7, 14, 30]);
  const payments = [...parts, rest].map((part, i) => {
    const day = addDays(entry.day, pen.dice.between(0, 5) + i * step);
    return pay(pen, vendor, day, part, references);
  });
  label(pen, 'instalments', [entry], payments);
}

function partOf(pen: Pen, vendor: Vendor, entry: Item, coins: bigint): readonly Item[] {
  const share = (coins * BigInt(pen.dice.between(20, 80))) / 100n;
  const references = pen.dice.chance(850) ? [entry.id] : [];
  return [pay(pen, vendor, addDays(entry.day, lag(pen, entry)), share, references)];
}

function abroad(pen: Pen, vendor: Vendor, entry: Item): void {
  const day = addDays(entry.day, lag(pen, entry));
  const to = pen.dice.pick(CURRENCIES);
  const stated = pen.rates.find((rate) => rate.day === day && rate.to === to)!;
  const own = (stated.rate * BigInt(pen.dice.between(985, 1025))) / 1000n;
  const units = divideHalfEven(entry.units * own, ONE);
  label(pen, 'fx', [entry], [pay(pen, vendor, day, units / COIN, [], to)]);
}

function label(pen: Pen, kind: DealKind, entries: readonly Item[], payments: readonly Item[]) {
  const ids = (items: readonly Item[]) => items.map(({ id }) => id);
  pen.truth.push({ kind, entries: ids(entries), payments: ids(payments) });
}

type Extra = Readonly<{ kind?: ItemKind; text?: string; references?: readonly string[] }>;

function bill(pen: Pen, vendor: Vendor, day: Day, coins: bigint, extra: Extra = {}): Item {
  const number = pen.entries.length + 1;
  const id = `INV-${formatDay(day).slice(0, 4)}-${String(number * 7 + 10_000)}`;
  const party = pen.dice.chance(30) ? misspelt(pen.dice, vendor.name) : vendor.name;
  const item: Item = {
    id,
    kind: extra.kind ?? 'invoice',
    day,
    dueDay: vendor.netDays === undefined ? undefined : addDays(day, vendor.netDays),
    ...{ units: coins * COIN, currency: 'USD', party, text: extra.text ?? vendor.product },
    references: extra.references ?? [],
    place: { file: 'tracker.csv', line: number + 1 },
  };
  pen.entries.push(item);
  return item;
}

/** The payment of one entry, at the time such vendors are paid; some cite its number. */
function settle(pen: Pen, vendor: Vendor, entry: Item, coins: bigint, day?: Day): Item {
  const references = pen.dice.chance(pen.profile.cited) ? [entry.id] : [];
  return pay(pen, vendor, day ?? addDays(entry.day, lag(pen, entry)), coins, references);
}

function lag(pen: Pen, entry: Item): number {
  if (entry.dueDay === undefined) return pen.dice.between(0, 10);
  return entry.dueDay - entry.day + pen.dice.between(-5, 5);
}

function pay(
  pen: Pen,
  vendor: Vendor,
  day: Day,
  coins: bigint,
  cited: readonly string[] = [],
  currency = 'USD',
): Item {
  const line = pen.payments.length + 2;
  const item: Item = {
    id: `bank.csv:${line}`,
    kind: coins < 0n ? 'refund' : 'payment',
    ...{ day, dueDay: undefined, units: coins * COIN, currency },
    party: bankText(pen.dice, pen.profile, vendor, cited),
    ...{ text: '', references: [], place: { file: 'bank.csv', line } },
  };
  pen.payments.push(item);
  return item;
}

function someDay(pen: Pen): Day {
  return addDays(START, pen.dice.below(pen.days));
}

/** From five to twenty thousand, as many small ones as large ones. */
function someCoins(random: Dice): bigint {
  const most = random.pick([5_000, 20_000, 100_000, 500_000, 2_000_000]);
  return BigInt(random.between(500, most));
}

/** A rate for every day, wandering. */
function ratesFor(random: Dice, days: number): readonly DayRate[] {
  return CURRENCIES.flatMap((to, at) => {
    let rate = at === 0 ? 9_200n : 7_900n;
    return Array.from({ length: days }, (_, i): DayRate => {
      rate += BigInt(random.between(-40, 40));
      return { day: addDays(START, i), from: 'USD', to, rate: rate * (ONE / 10_000n) };
    });
  });
}
