/**
 * Invoices beside the ledger: what was billed for them, by invoice number where the charges carry
 * it, else by vendor and month. The ledger is asked on the billed basis, which is that of invoices.
 *
 * Tolerance is that of FOCUS 1.4 ("Rounding Variance Tolerance"): 100 of the smallest coin, or half
 * a coin for the square root of the rows where that is more. The exact difference is always told.
 */
import { type BillingPeriod, periodOf } from '../billing-period.ts';
import { decimalsOf } from '../currency.ts';
import { type Day, formatDay } from '../day.ts';
import { absolute, formatExact, ONE } from '../money.ts';
import { compareText } from '../order.ts';
import { weekOf } from '../week.ts';
import type { Item } from './item.ts';
import { type Name, nameOf, nameScore } from './name.ts';
import type { ReasonCode } from './reason.ts';
import type { Evidence } from './result.ts';

/** What was billed on one day for one thing. */
export type LedgerCell = Readonly<{
  source: string;
  invoice: string | null;
  /** Who billed it, and for what: issuer, provider, service; those that are known. */
  names: readonly string[];
  day: Day;
  currency: string;
  units: bigint;
  charges: number;
  /** Charges without an amount; they are not in `units`. */
  unknown: number;
  isEstimate: boolean;
}>;

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

export type LedgerMatch = Readonly<{ rows: readonly LedgerRow[]; untracked: readonly Untracked[] }>;

/** Each charge stands beside one invoice, or one vendor's invoices of a month, or beside none. */
export function matchLedger({ invoices, cells, through }: LedgerInput): LedgerMatch {
  const open = new Set(cells);
  const rows = new Map<string, LedgerRow>();
  const numbers = Map.groupBy(cells, ({ invoice }) => numberKey(invoice ?? ''));
  for (const invoice of invoices) {
    const found = numbersOf(invoice).flatMap((number) => numbers.get(number) ?? []);
    if (found.length === 0) continue;
    for (const cell of found) open.delete(cell);
    rows.set(invoice.id, compared([invoice], found, { by: 'invoice', through })[0]!);
  }
  const vendors = vendorsOf([...open]);
  const groups = Map.groupBy(
    invoices.filter(({ id }) => !rows.has(id)),
    (invoice) =>
      `${periodOf(invoice.day).label} ${vendorOf(invoice, vendors) ?? `? ${invoice.id}`}`,
  );
  for (const group of groups.values()) {
    const [first] = group;
    const period = periodOf(first!.day);
    const vendor = vendorOf(first!, vendors);
    const found = vendor === undefined ? [] : vendors.get(vendor)!.cells.filter(isOf(period));
    for (const cell of found) open.delete(cell);
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

/** The one that fits best; of two that fit as well neither. */
function vendorOf(invoice: Billed, vendors: ReadonlyMap<string, Vendor>): string | undefined {
  const said = [invoice.party, invoice.service ?? ''].map(nameOf);
  for (const name of said) {
    const scores = [...vendors].map(([key, { names }]) => ({
      key,
      score: Math.max(
        ...names.map((each) => Math.max(nameScore(name, each), nameScore(each, name))),
      ),
    }));
    const best = scores.toSorted((a, b) => b.score - a.score || compareText(a.key, b.key));
    if (best[0] === undefined || best[0].score < NAME_MIN) continue;
    if (best[1]?.score === best[0].score) continue;
    return best[0].key;
  }
  return undefined;
}

type Terms = Readonly<{
  by: 'invoice' | 'vendor';
  through: LedgerInput['through'];
  period?: BillingPeriod;
}>;

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

type Beside = Readonly<{ own: readonly LedgerCell[]; all: readonly LedgerCell[]; terms: Terms }>;

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

type Told = Beside & Readonly<{ units: bigint; tolerance: bigint }>;

function evidenceOf(owed: bigint, currency: string, told: Told): readonly Evidence[] {
  const { own, all, terms, units, tolerance } = told;
  const amount = (each: bigint): string => `${formatExact(each)} ${currency}`;
  const weeks = [...Map.groupBy(own, ({ day }) => weekOf(day).label)]
    .map(([label, cells]) => ({ label, units: cells.reduce((sum, cell) => sum + cell.units, 0n) }))
    .sort((a, b) => compareText(a.label, b.label));
  const facts: (Evidence | undefined)[] = [
    { fact: 'invoiced', text: amount(owed) },
    { fact: 'ledger', text: `${amount(units)} billed ${daysText(own)}` },
    weeks.length < 2
      ? undefined
      : {
          fact: 'weeks',
          text: weeks.map((each) => `${each.label} ${formatExact(each.units)}`).join(', '),
        },
    perWeek(owed, weeks, amount),
    unfinished(own, terms),
    own.some(({ isEstimate }) => isEstimate)
      ? { fact: 'estimated', text: 'some of it is estimated, not billed' }
      : undefined,
    own.some(({ unknown }) => unknown > 0)
      ? { fact: 'unknown', text: 'charges without an amount are not in it' }
      : undefined,
    all.length > own.length
      ? {
          fact: 'besides',
          text: totalsText(all.filter((each) => each.currency !== currency)).join(', '),
        }
      : undefined,
    { fact: 'tolerance', text: amount(tolerance) },
  ];
  return facts.filter((fact) => fact !== undefined);
}

type WeekSum = Readonly<{ label: string; units: bigint }>;

/** A monthly invoice that says what the ledger is charged in each week. */
function perWeek(
  owed: bigint,
  weeks: readonly WeekSum[],
  amount: (units: bigint) => string,
): Evidence | undefined {
  const full = weeks.filter(({ units }) => units !== 0n);
  if (full.length < 2 || owed <= 0n) return undefined;
  const slack = owed / 10n;
  const isLike = full.every(({ units }) => absolute(units - owed) <= slack);
  if (!isLike) return undefined;
  const exact = full.every(({ units }) => units === owed) ? '' : 'about ';
  return { fact: 'per_week', text: `the ledger is charged ${exact}${amount(owed)} a week` };
}

function unfinished(
  cells: readonly LedgerCell[],
  { period, through }: Terms,
): Evidence | undefined {
  if (period === undefined) return undefined;
  const sources = [...new Set(cells.map(({ source }) => source))].sort(compareText);
  const late = sources.filter((source) => (through.get(source) ?? -1) < period.end - 1);
  if (late.length === 0) return undefined;
  const text = late.map((source) => {
    const day = through.get(source);
    return day === undefined
      ? `${source} is not complete`
      : `${source} is complete through ${formatDay(day)}`;
  });
  return { fact: 'complete', text: text.join(', ') };
}

function daysText(cells: readonly LedgerCell[]): string {
  const days = cells.map(({ day }) => day).sort((a, b) => a - b);
  const [first, last] = [days[0]!, days.at(-1)!];
  return first === last
    ? `on ${formatDay(first)}`
    : `from ${formatDay(first)} to ${formatDay(last)}`;
}

function totalsText(cells: readonly LedgerCell[]): readonly string[] {
  return [...Map.groupBy(cells, ({ currency }) => currency)]
    .map(
      ([currency, each]) =>
        `${formatExact(each.reduce((sum, { units }) => sum + units, 0n))} ${currency}`,
    )
    .sort(compareText);
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
