/**
 * The tracker beside the lines of bank statements: was each invoice paid, once, and by what; and
 * what was paid that no invoice asks for.
 */
import { periodOf } from '../billing-period.ts';
import { type Day, type DayRange, formatDay } from '../day.ts';
import { formatExact } from '../money.ts';
import { compareText } from '../order.ts';
import { standingOf } from '../tracker-check/status.ts';
import type { Item } from './item.ts';
import { matchItems } from './match.ts';
import type { MatchOptions } from './options.ts';
import type { ReconcileMemory } from './reconcile-memory.ts';
import { settleConfirmed } from './reconcile-memory.ts';
import type { ReconcileFinding, RowReason } from './reconcile-result.ts';
import { type LineFacts, type RowFacts, type SideFacts, sided } from './reconcile-side.ts';
import { balanceMessage, type StatementFile, uniqueIds } from './statement.ts';
import type { TrackerInvoice } from './tracker.ts';

export type BankInput = Readonly<{
  invoices: readonly TrackerInvoice[];
  lines: readonly Item[];
  options: MatchOptions;
  memory: ReconcileMemory;
}>;

/** What the matching gets: for the commands that explain it. */
export function bankSides({ invoices, lines }: Pick<BankInput, 'invoices' | 'lines'>) {
  const currencies = new Set(lines.map(({ currency }) => currency));
  const entries = invoices.filter(isOwed).map((each) => inCurrencyOf(each, currencies));
  return { entries, payments: lines };
}

/** Nobody is paid for what is void, internal or free. */
export function isOwed(invoice: TrackerInvoice): boolean {
  const standing = standingOf(invoice);
  return invoice.units !== 0n && standing !== 'void' && standing !== 'internal';
}

/** An account in another currency is compared with what the tracker says in that currency. */
function inCurrencyOf(invoice: TrackerInvoice, currencies: ReadonlySet<string>): Item {
  if (currencies.size === 0 || currencies.has(invoice.currency)) return invoice;
  const other = invoice.otherAmounts.find(({ currency }) => currencies.has(currency));
  return other === undefined ? invoice : { ...invoice, ...other };
}

export function bankFacts(input: BankInput): SideFacts {
  const { options, memory } = input;
  const sides = bankSides(input);
  const confirmed = settleConfirmed(sides, memory, 'bank');
  const result = matchItems({ ...confirmed.open, options, memory });
  const { rows, payments } = sided(result, 'bank', sides);
  const days = coverageOf(input.lines);
  const byId = new Map(input.invoices.map((each) => [each.id, each]));
  const judged = [...rows].map(([id, facts]) => [id, judge(byId.get(id)!, facts, days)] as const);
  const all = new Map([...judged.map(([id, { facts }]) => [id, facts] as const)]);
  for (const [id, facts] of confirmed.rows) all.set(id, facts);
  const told = new Set([...all.values()].flatMap(({ suggestions }) => suggestions).map(matchOf));
  const lines = input.lines.map((line) => {
    const facts = payments.get(line.id);
    return {
      line,
      facts,
      outcome: facts === undefined ? ('reconciled' as const) : aside(line, facts),
    };
  });
  return {
    rows: all,
    findings: [
      ...lines.flatMap(({ line, facts, outcome }) =>
        facts === undefined || outcome === 'set_aside' ? [] : lineFinding(line, facts, told),
      ),
      ...moneyIn(lines.flatMap(({ line, outcome }) => (outcome === 'set_aside' ? [line] : []))),
      ...judged.flatMap(([, { finding }]) => finding ?? []),
    ],
    lines: lines.map(({ line: { currency, units }, outcome }) => ({ currency, units, outcome })),
  };
}

const matchOf = ({ match }: Readonly<{ match: string }>): string => match;

/** Fees of the bank, what was taken back, and income are no costs that an invoice is about. */
function aside(line: Item, { outcome, reasons, matches }: LineFacts): LineFacts['outcome'] {
  if (matches.some(({ rows }) => rows.length > 0)) return outcome;
  const isQuiet = reasons.length > 0 && reasons.every(({ isSettled }) => isSettled);
  const isIncome = line.units < 0n && reasons.some(({ code }) => code === 'untracked_charge');
  if (outcome === 'unmatched' && (isIncome || line.kind === 'payout')) return 'set_aside';
  return outcome === 'reconciled' && isQuiet && reasons.some(isAlone) ? 'set_aside' : outcome;
}

const isAlone = ({ code }: RowReason): boolean =>
  code === 'fee' || code === 'void' || code === 'nothing_due';

type Coverage = DayRange | undefined;

/** The months that the lines are of: whoever exports a statement exports whole ones. */
function coverageOf(lines: readonly Item[]): Coverage {
  if (lines.length === 0) return undefined;
  let [start, end] = [lines[0]!.day, lines[0]!.day];
  for (const { day } of lines) {
    if (day < start) start = day;
    if (day > end) end = day;
  }
  return { start: periodOf(start).start, end: periodOf(end).end };
}

type Judged = Readonly<{ facts: RowFacts; finding?: ReconcileFinding }>;

/** What the status says about being paid beside what the bank says. */
function judge(invoice: TrackerInvoice, found: RowFacts, days: Coverage): Judged {
  const facts = standingOf(invoice) === 'paid' ? withoutOverdue(found) : found;
  const isOpen = standingOf(invoice) === 'open' && invoice.paymentDay === undefined;
  const isPaidAtBank = facts.matches.some(({ ids }) => ids.length > 0);
  if (isOpen && isPaidAtBank && facts.outcome === 'reconciled') {
    const reason = openThoughPaid(invoice, facts);
    return { facts: { ...facts, outcome: 'differs', reasons: [...facts.reasons, reason] } };
  }
  if (facts.outcome !== 'unmatched') return { facts };
  const codes = facts.reasons.map(({ code }) => code);
  if (isOpen && !codes.includes('overdue') && codes.every(isMissing)) {
    // It waits to be paid, and may.
    const reasons = facts.reasons.map((each) => ({ ...each, isSettled: true }));
    return { facts: { ...facts, outcome: 'reconciled', reasons } };
  }
  const paid = invoice.paymentDay;
  if (paid === undefined || days === undefined || (days.start <= paid && paid < days.end)) {
    return { facts };
  }
  if (!codes.every(isMissing)) return { facts };
  const reasons = facts.reasons.map((each) => ({ ...each, isSettled: true }));
  return { facts: { ...facts, outcome: 'reconciled', reasons }, finding: uncovered(invoice, paid) };
}

/** What the tracker says is paid is not late: its payment is missing. */
function withoutOverdue(facts: RowFacts): RowFacts {
  return { ...facts, reasons: facts.reasons.filter(({ code }) => code !== 'overdue') };
}

const isMissing = (code: string): boolean => code === 'missing_payment';

function openThoughPaid({ status, currency }: TrackerInvoice, { matches }: RowFacts): RowReason {
  const paying = matches.flatMap(({ ids }) => ids).join(', ');
  const text = `its status is "${status}", and ${paying} pays it`;
  return {
    ...{ with: 'bank', code: 'status_contradicts', difference: undefined, currency },
    ...{ evidence: [{ fact: 'status', text }], isSettled: false },
  };
}

function uncovered(invoice: TrackerInvoice, paid: Day): ReconcileFinding {
  const { id, units, currency, place } = invoice;
  const message = `${id} of ${formatExact(units)} ${currency} was paid on ${formatDay(paid)}, \
which the statements do not cover`;
  return {
    ...{
      code: 'not_covered',
      severity: 'info',
      with: 'bank',
      subject: id,
      message,
      currency,
      place,
    },
    ...{ difference: undefined, evidence: [], rows: [id] },
    suggestion: 'give the statement of that month too',
  };
}

/** Of a line that no row of the tracker speaks of already. */
function lineFinding(
  line: Item,
  { outcome, reasons, suggestions }: LineFacts,
  told: ReadonlySet<string>,
): ReconcileFinding[] {
  if (outcome === 'reconciled' || outcome === 'differs') return [];
  if (suggestions.some(({ match }) => told.has(match))) return [];
  const reason = reasons.find(({ isSettled }) => !isSettled) ?? reasons[0]!;
  const { id, day, units, currency, party, place } = line;
  const what = `${formatExact(units)} ${currency} on ${formatDay(day)} to "${party}"`;
  const why = reason.evidence[0]?.text;
  return [
    {
      ...{ code: reason.code, severity: 'warning', with: 'bank', subject: id, currency, place },
      message: why === undefined ? what : `${what}: ${why}`,
      ...{ difference: reason.difference ?? units, evidence: reason.evidence },
      suggestion: suggestions[0]?.match,
      rows: [],
    },
  ];
}

/** Income is told in one line per currency. */
function moneyIn(lines: readonly Item[]): ReconcileFinding[] {
  const groups = Map.groupBy(
    lines.filter(({ units }) => units < 0n),
    ({ currency }) => currency,
  );
  return [...groups]
    .sort(([a], [b]) => compareText(a, b))
    .map(([currency, own]) => {
      const units = own.reduce((sum, line) => sum - line.units, 0n);
      const noun = own.length === 1 ? 'line brings' : 'lines bring';
      const message = `${own.length} ${noun} in ${formatExact(units)} ${currency} that no invoice \
is about`;
      return {
        ...{
          code: 'money_in',
          severity: 'info',
          with: 'bank',
          subject: currency,
          message,
          currency,
        },
        ...{ difference: undefined, evidence: [], suggestion: undefined, place: undefined },
        rows: [],
      } as const;
    });
}

/** All booked lines with ids of their own; one that two exports of an account hold counts once. */
export function linesOfStatements(files: readonly StatementFile[]): readonly Item[] {
  const own = uniqueIds();
  const seen = new Set<string>();
  const lines: Item[] = [];
  for (const { account, items } of files.flatMap(({ statements }) => statements)) {
    const inThis = new Set<string>();
    for (const item of items) {
      const { id, day, units, currency, place } = item;
      const isNamed = id !== `${place.file}:${place.line}`;
      const key = JSON.stringify([account ?? '', id, day, `${units}`, currency]);
      // Twice in one statement are two lines.
      if (isNamed && seen.has(key) && !inThis.has(key)) continue;
      seen.add(key);
      inThis.add(key);
      lines.push({ ...item, id: own(id, place.line) });
    }
  }
  return lines;
}

/** What statements say of themselves: balances that do not follow, lines that are not booked. */
export function statementFindings(files: readonly StatementFile[]): readonly ReconcileFinding[] {
  return files.flatMap(({ file, statements, format }) =>
    statements.flatMap(({ account, check, currency, pending, place }): ReconcileFinding[] => {
      const subject = account ?? file;
      const side = format === 'stripe' ? ('stripe' as const) : ('bank' as const);
      const base = { with: side, subject, currency, suggestion: undefined, place, rows: [] };
      const wrong = check !== undefined && check.difference !== 0n;
      return [
        ...(wrong
          ? [
              {
                ...base,
                ...({ code: 'balance', severity: 'warning', evidence: [] } as const),
                ...{
                  message: `${subject}: ${balanceMessage(check)}`,
                  difference: check.difference,
                },
              },
            ]
          : []),
        ...(pending.length === 0
          ? []
          : [
              {
                ...base,
                ...({ code: 'pending', severity: 'info', evidence: [] } as const),
                message: `${subject}: ${pending.length} announced and not booked, not compared`,
                difference: undefined,
              },
            ]),
      ];
    }),
  );
}
