/**
 * Stripe beside the bank and the tracker: did every payout arrive, is each what its transactions
 * leave, and does the tracker hold what Stripe took in fees.
 */
import { periodOf } from '../billing-period.ts';
import { formatDay } from '../day.ts';
import { formatExact } from '../money.ts';
import { compareText } from '../order.ts';
import type { Item } from './item.ts';
import { matchItems } from './match.ts';
import { nameOf, nameScore } from './name.ts';
import type { MatchOptions } from './options.ts';
import type { ReconcileMemory } from './reconcile-memory.ts';
import type { LineOutcome, ReconcileFinding, RowMatch, RowReason } from './reconcile-result.ts';
import type { RowFacts, SideFacts } from './reconcile-side.ts';
import type { PayoutCheck, StatementFile } from './statement.ts';
import type { TrackerInvoice } from './tracker.ts';

export type StripeInput = Readonly<{
  files: readonly StatementFile[];
  /** With ids of their own. */
  items: readonly Item[];
  /** Of the bank; undefined: no statement was given. */
  lines: readonly Item[] | undefined;
  invoices: readonly TrackerInvoice[];
  options: MatchOptions;
  memory: ReconcileMemory;
}>;

export type StripeFacts = SideFacts &
  Readonly<{
    /** Ids of bank lines that are payouts of Stripe's. */
    arrived: ReadonlySet<string>;
  }>;

const STRIPE = nameOf('Stripe');
const NAME_MIN = 800;

export function stripeFacts(input: StripeInput): StripeFacts {
  const payouts = input.items.filter(({ kind, units }) => kind === 'payout' && units !== 0n);
  const arrival = arrivals(payouts, input);
  const fees = feeFacts(input);
  const outcomeOf = (item: Item): LineOutcome => {
    if (item.kind === 'fee') return fees.outcomes.get(item.id) ?? 'set_aside';
    return item.kind === 'payout' ? (arrival.outcomes.get(item.id) ?? 'set_aside') : 'set_aside';
  };
  return {
    rows: fees.rows,
    arrived: arrival.arrived,
    findings: [
      ...input.files.flatMap(({ payouts: checks }) => checks.flatMap(payoutFinding)),
      ...arrival.findings,
      ...fees.findings,
    ],
    lines: input.items.map((item) => ({
      ...{ currency: item.currency, units: item.units, outcome: outcomeOf(item) },
    })),
  };
}

type Arrivals = Readonly<{
  arrived: ReadonlySet<string>;
  outcomes: ReadonlyMap<string, LineOutcome>;
  findings: readonly ReconcileFinding[];
}>;

/** Payouts and bank lines have the same sign; the matching wants what is owed and paid. */
function arrivals(payouts: readonly Item[], { lines, options, memory }: StripeInput): Arrivals {
  if (lines === undefined || payouts.length === 0) {
    return { arrived: new Set(), outcomes: new Map(), findings: [] };
  }
  const turned = (item: Item, kind: 'invoice' | 'payment'): Item => ({
    ...{ ...item, kind, units: -item.units, dueDay: undefined },
  });
  const entries = payouts.map((each) => turned(each, 'invoice'));
  const payments = lines.filter(isOfStripe).map((each) => turned(each, 'payment'));
  const { matches } = matchItems({ entries, payments, options, memory });
  const arrived = new Set(matches.flatMap(({ payments: ids }) => ids));
  const found = new Map(matches.flatMap((each) => each.entries.map((id) => [id, each] as const)));
  const outcomes = new Map<string, LineOutcome>();
  const findings = payouts.flatMap((payout): ReconcileFinding[] => {
    const match = found.get(payout.id);
    const isOff = match?.difference !== 0n && match?.difference !== undefined;
    outcomes.set(payout.id, match === undefined ? 'unmatched' : isOff ? 'differs' : 'reconciled');
    if (match !== undefined && !isOff) return [];
    const { id, day, currency, units, place } = payout;
    const amount = `${formatExact(-units)} ${currency}`;
    const base = { with: 'stripe', severity: 'warning', subject: id, currency, place } as const;
    const more = { suggestion: undefined, rows: [], evidence: match?.evidence ?? [] };
    if (match === undefined) {
      const message = `payout ${id} of ${amount} on ${formatDay(day)} is on no bank statement`;
      return [{ ...base, ...more, code: 'missing_payment', message, difference: units }];
    }
    const came = formatExact(match.difference!);
    const message = `payout ${id} of ${amount} came ${came} ${currency} apart at the bank`;
    return [{ ...base, ...more, code: 'amount_differs', message, difference: match.difference }];
  });
  return { arrived, outcomes, findings };
}

/** Money that came in, and that a rule or its own words say is Stripe's. */
function isOfStripe({ kind, units, party, text }: Item): boolean {
  if (units >= 0n) return false;
  return kind === 'payout' || [party, text].some((each) => isStripe(each));
}

function isStripe(text: string): boolean {
  return nameScore(nameOf(text), STRIPE) >= NAME_MIN;
}

function payoutFinding(check: PayoutCheck): ReconcileFinding[] {
  const { payout, currency, difference, place, paidOut } = check;
  if (difference === 0n) return [];
  const amount = (units: bigint): string => `${formatExact(units)} ${currency}`;
  const evidence = (['charges', 'fees', 'refunds', 'adjustments'] as const).map((fact) => ({
    ...{ fact, text: amount(check[fact]) },
  }));
  const base = { with: 'stripe', subject: payout, currency, difference, evidence, place } as const;
  const { charges, fees, refunds, adjustments } = check;
  const left = charges - fees - refunds + adjustments;
  if (difference === undefined) {
    const message = `payout ${payout} is not in the file; its transactions leave ${amount(left)}`;
    const more = { severity: 'info', suggestion: undefined, rows: [] } as const;
    return [{ ...base, ...more, code: 'payout_missing', message }];
  }
  const message = `payout ${payout} is ${amount(paidOut!)}, charges less fees and refunds leave \
${amount(left)}: ${amount(difference)} apart`;
  return [
    {
      ...{ ...base, severity: 'warning', code: 'payout_differs', message, rows: [] },
      suggestion: 'export the balance history of the whole payout',
    },
  ];
}

type FeeFacts = Readonly<{
  rows: ReadonlyMap<string, RowFacts>;
  outcomes: ReadonlyMap<string, LineOutcome>;
  findings: readonly ReconcileFinding[];
}>;

/** What Stripe took in a month beside the tracker's invoices of Stripe's of that month. */
function feeFacts({ items, invoices }: StripeInput): FeeFacts {
  const rows = new Map<string, RowFacts>();
  const outcomes = new Map<string, LineOutcome>();
  const findings: ReconcileFinding[] = [];
  const keyOf = (each: Item): string => `${periodOf(each.day).label} ${each.currency}`;
  const own = Map.groupBy(
    invoices.filter(({ party, kind }) => kind !== 'void' && isStripe(party)),
    keyOf,
  );
  const groups = Map.groupBy(
    items.filter(({ kind }) => kind === 'fee'),
    keyOf,
  );
  for (const [key, fees] of [...groups].sort(([a], [b]) => compareText(a, b))) {
    const [month, currency] = key.split(' ') as [string, string];
    const taken = fees.reduce((sum, { units }) => sum + units, 0n);
    const asked = own.get(key) ?? [];
    const owed = asked.reduce((sum, { units }) => sum + units, 0n);
    const isSame = asked.length > 0 && owed === taken;
    const outcome = isSame ? 'reconciled' : asked.length > 0 ? 'differs' : 'unmatched';
    for (const { id } of fees) outcomes.set(id, outcome);
    const facts = feeRow(asked, { month, currency, taken, owed, count: fees.length });
    for (const { id } of asked) rows.set(id, facts);
    if (asked.length > 0 || taken === 0n) continue;
    const message = `Stripe took ${formatExact(taken)} ${currency} of fees in ${month}, and the \
tracker has no invoice of Stripe's of that month`;
    findings.push({
      ...{ code: 'untracked_charge', severity: 'warning', with: 'stripe', subject: month },
      ...{ message, difference: taken, currency, evidence: [], place: fees[0]!.place, rows: [] },
      suggestion: `add an invoice of Stripe's of ${formatExact(taken)} ${currency}`,
    });
  }
  return { rows, outcomes, findings };
}

type Fees = Readonly<{
  month: string;
  currency: string;
  taken: bigint;
  owed: bigint;
  count: number;
}>;

function feeRow(asked: readonly TrackerInvoice[], fees: Fees): RowFacts {
  const { month, currency, taken, owed, count } = fees;
  const difference = owed - taken;
  const noun = count === 1 ? 'fee' : 'fees';
  const text = `${count} ${noun} of ${month}, ${formatExact(taken)} ${currency}`;
  const evidence = [{ fact: 'fees', text }];
  const match: RowMatch = {
    ...{ with: 'stripe', rows: asked.map(({ id }) => id), ids: [`fees of ${month}`] },
    ...{ pass: 'month', score: undefined, margin: undefined, difference, currency, evidence },
  };
  const reason: RowReason = {
    ...{ with: 'stripe', code: 'amount_differs', difference, currency, evidence },
    isSettled: false,
  };
  const isSame = difference === 0n;
  return {
    ...{ outcome: isSame ? 'reconciled' : 'differs', reasons: isSame ? [] : [reason] },
    ...{ matches: [match], suggestions: [] },
  };
}
