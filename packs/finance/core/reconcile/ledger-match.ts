/**
 * Invoices beside the ledger: what was billed for them, by invoice number where the charges carry
 * it, else by vendor and month. The ledger is asked on the billed basis, which is that of invoices.
 *
 * Tolerance is that of FOCUS 1.4 ("Rounding Variance Tolerance"): 100 of the smallest coin, or half
 * a coin for the square root of the rows where that is more. The exact difference is always told.
 */
import { type BillingPeriod, periodOf } from '../billing-period.ts';
import { decimalsOf } from '../currency.ts';
import type { Day } from '../day.ts';
import { absolute, ONE } from '../money.ts';
import { compareText } from '../order.ts';
import type { Item } from './item.ts';
import type { LedgerCell } from './ledger-cell.ts';
import { type Beside, evidenceOf, type Terms, totalsText } from './ledger-evidence.ts';
import { type Name, nameOf, nameScore } from './name.ts';
import type { ReasonCode } from './reason.ts';
import type { Evidence } from './result.ts';

export type { LedgerCell } from './ledger-cell.ts';

export type Billed = Pick<Item, 'id' | 'day' | 'units' | 'currency' | 'party' | 'references'> &
  Readonly<{ service: string | undefined; number: string | undefined }>;

export type LedgerInput = Readonly<{
  invoices: readonly Billed[];
  cells: readonly LedgerCell[];
  /** The last complete day of each source; undefined: none is. */
  through: ReadonlyMap<string, Day | undefined>;
}>;

export type LedgerReason = Readonly<{
  code: ReasonCode;
  /** Invoices minus ledger; undefined where nothing is compared. */
  difference: bigint | undefined;
  evidence: readonly Evidence[];
}>;

export type LedgerRow = Readonly<{
  /** Of the invoice. */
  id: string;
  outcome: 'matched' | 'differs' | 'missing';
  by: 'invoice' | 'vendor' | undefined;
  /** Invoices that are compared together with it, itself among them. */
  together: readonly string[];
  /** What the ledger holds of it, in its currency; undefined where nothing. */
  units: bigint | undefined;
  reasons: readonly LedgerReason[];
}>;

/** What the ledger was charged in a month that invoices are of, and no invoice is about. */
export type Untracked = Readonly<{
  name: string;
  period: string;
  currency: string;
  units: bigint;
  charges: number;
  sources: readonly string[];
}>;

export type LedgerMatch = Readonly<{
  rows: readonly LedgerRow[];
  untracked: readonly Untracked[];
  /** Charges that stand beside invoices, with the ids of these; the others are beside none. */
  beside: ReadonlyMap<LedgerCell, readonly string[]>;
}>;

/** Each charge stands beside one invoice, or one vendor's invoices of a month, or beside none. */
export function matchLedger({ invoices, cells, through }: LedgerInput): LedgerMatch {
  const open = new Set(cells);
  const beside = new Map<LedgerCell, readonly string[]>();
  const take = (found: readonly LedgerCell[], ids: readonly string[]): void => {
    for (const cell of found) {
      open.delete(cell);
      beside.set(cell, [...(beside.get(cell) ?? []), ...ids]);
    }
  };
  const rows = new Map<string, LedgerRow>();
  const numbers = Map.groupBy(cells, ({ invoice }) => numberKey(invoice ?? ''));
  for (const invoice of invoices) {
    const found = numbersOf(invoice).flatMap((number) => numbers.get(number) ?? []);
    if (found.length === 0) continue;
    take(found, [invoice.id]);
    rows.set(invoice.id, compared([invoice], found, { by: 'invoice', through })[0]!);
  }
  const vendors = vendorsOf([...open]);
  const vendorOf = vendorFinder(vendors);
  const groups = Map.groupBy(
    invoices.filter(({ id }) => !rows.has(id)),
    (invoice) => `${periodOf(invoice.day).label} ${vendorOf(invoice) ?? `? ${invoice.id}`}`,
  );
  for (const group of groups.values()) {
    const [first] = group;
    const period = periodOf(first!.day);
    const vendor = vendorOf(first!);
    const found = vendor === undefined ? [] : vendors.get(vendor)!.cells.filter(isOf(period));
    take(
      found,
      group.map(({ id }) => id),
    );
    const currencies = Map.groupBy(group, ({ currency }) => currency);
    for (const each of currencies.values()) {
      const told = compared(each, found, { by: 'vendor', through, period });
      for (const row of told) rows.set(row.id, row);
    }
  }
  const months = new Set(invoices.map(({ day }) => periodOf(day).label));
  return {
    rows: invoices.map(({ id }) => rows.get(id)!),
    untracked: untrackedOf([...open].filter(({ day }) => months.has(periodOf(day).label))),
    beside,
  };
}

/** Letters and digits: `INV-2025/001` and `inv 2025 001` are one number. */
export function numberKey(number: string): string {
  return number
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

function numbersOf({ number, references }: Billed): readonly string[] {
  const keys = [...(number === undefined ? [] : [number]), ...references].map(numberKey);
  return [...new Set(keys)].filter((key) => key !== '');
}

const isOf =
  ({ start, end }: BillingPeriod) =>
  ({ day }: LedgerCell): boolean =>
    day >= start && day < end;

type Vendor = Readonly<{ names: readonly Name[]; cells: readonly LedgerCell[] }>;

/** By the first name of their charges: the issuer where it is known, else provider or service. */
function vendorsOf(cells: readonly LedgerCell[]): ReadonlyMap<string, Vendor> {
  const groups = Map.groupBy(cells, ({ names, source }) => nameOf(names[0] ?? source).key);
  return new Map(
    [...groups].map(([key, own]) => {
      const texts = [...new Set(own.flatMap(({ names, source }) => [...names, source]))];
      return [key, { names: texts.map(nameOf), cells: own }] as const;
    }),
  );
}

/** Below it a name is another name. */
const NAME_MIN = 800;

/** The same vendor is asked for again and again. */
function vendorFinder(
  vendors: ReadonlyMap<string, Vendor>,
): (invoice: Billed) => string | undefined {
  const known = new Map<string, string | undefined>();
  return ({ party, service = '' }) => {
    const key = JSON.stringify([party, service]);
    if (!known.has(key)) known.set(key, findVendor(party, service, vendors));
    return known.get(key);
  };
}

/** The one that fits best; of two that fit as well neither. */
function findVendor(
  party: string,
  service: string,
  vendors: ReadonlyMap<string, Vendor>,
): string | undefined {
  for (const fit of [byParty(nameOf(party)), byService(nameOf(service))]) {
    const scores = [...vendors].map(([key, { names }]) => ({
      key,
      score: Math.max(...names.map(fit)),
    }));
    const best = scores.toSorted((a, b) => b.score - a.score || compareText(a.key, b.key));
    if (best[0] === undefined || best[0].score < NAME_MIN) continue;
    if (best[1]?.score === best[0].score) continue;
    return best[0].key;
  }
  return undefined;
}

type Fit = (name: Name) => number;

const byParty =
  (party: Name): Fit =>
  (name) =>
    Math.max(nameScore(party, name), nameScore(name, party));

/** Shorter names are words such as API, which every vendor sells. */
const TELLING_MIN = 4;

/** "Ollama Instance" names Ollama; "API" does not name whoever sells one. */
const byService =
  (service: Name): Fit =>
  (name) =>
    name.joined.length < TELLING_MIN ? 0 : nameScore(service, name);

function compared(
  invoices: readonly Billed[],
  cells: readonly LedgerCell[],
  terms: Terms,
): readonly LedgerRow[] {
  const together = invoices.map(({ id }) => id);
  const { currency } = invoices[0]!;
  const own = cells.filter((cell) => cell.currency === currency);
  const owed = invoices.reduce((sum, { units }) => sum + units, 0n);
  const found = judged(owed, currency, { own, all: cells, terms });
  return together.map((id): LedgerRow => ({ id, together, ...found }));
}

function judged(
  owed: bigint,
  currency: string,
  beside: Beside,
): Omit<LedgerRow, 'id' | 'together'> {
  const { own, all, terms } = beside;
  if (all.length === 0) {
    if (owed === 0n) {
      return { outcome: 'matched', by: undefined, units: undefined, reasons: [nothingDue()] };
    }
    const reason = { code: 'not_in_ledger', difference: owed, evidence: [] } as const;
    return { outcome: 'missing', by: undefined, units: undefined, reasons: [reason] };
  }
  if (own.length === 0) {
    const evidence = totalsText(all).map((text) => ({ fact: 'ledger', text }));
    const reason = { code: 'wrong_currency', difference: undefined, evidence } as const;
    return { outcome: 'differs', by: terms.by, units: undefined, reasons: [reason] };
  }
  const units = own.reduce((sum, cell) => sum + cell.units, 0n);
  const difference = owed - units;
  const tolerance = toleranceOf(own, currency);
  const evidence = evidenceOf(owed, currency, { ...beside, units, tolerance });
  const isUnknown = own.some(({ unknown }) => unknown > 0);
  const isWithin = absolute(difference) <= tolerance && !isUnknown;
  const code: ReasonCode = isWithin ? 'rounding' : 'amount_differs';
  const reasons = difference === 0n && !isUnknown ? [] : [{ code, difference, evidence }];
  return { outcome: isWithin ? 'matched' : 'differs', by: terms.by, units, reasons };
}

function nothingDue(): LedgerReason {
  return { code: 'nothing_due', difference: 0n, evidence: [] };
}

/** In 1e-12 of the currency. */
export function toleranceOf(
  cells: readonly Pick<LedgerCell, 'charges'>[],
  currency: string,
): bigint {
  const coin = ONE / 10n ** BigInt(decimalsOf(currency));
  const rows = cells.reduce((sum, { charges }) => sum + charges, 0);
  // Rounded down to the whole 1e-12: never more than the formula allows.
  const scale = 1_000_000n;
  const root = squareRoot(BigInt(rows) * scale * scale);
  const byRows = (coin * root) / (2n * scale);
  const flat = 100n * coin;
  return byRows > flat ? byRows : flat;
}

/** The whole part. */
function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) / 2n;
    if (next >= root) return root;
    root = next;
  }
}

function untrackedOf(cells: readonly LedgerCell[]): readonly Untracked[] {
  const groups = Map.groupBy(cells, ({ names, source, day, currency }) =>
    JSON.stringify([periodOf(day).label, names[0] ?? source, currency]),
  );
  return (
    [...groups]
      .map(([key, own]): Untracked => {
        const [period, name, currency] = JSON.parse(key) as [string, string, string];
        return {
          ...{ name, period, currency },
          units: own.reduce((sum, { units }) => sum + units, 0n),
          charges: own.reduce((sum, { charges }) => sum + charges, 0),
          sources: [...new Set(own.map(({ source }) => source))].sort(compareText),
        };
      })
      // What costs nothing needs no invoice.
      .filter(({ units }) => units !== 0n)
      .sort(
        (a, b) =>
          compareText(a.period, b.period) ||
          compareText(a.name, b.name) ||
          compareText(a.currency, b.currency),
      )
  );
}
