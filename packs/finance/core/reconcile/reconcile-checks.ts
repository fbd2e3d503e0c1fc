/** What a tracker says of itself, given to the rows that it is about, or told as findings. */
import type { Day } from '../day.ts';
import { compareText } from '../order.ts';
import { checkTracker } from '../tracker-check/check.ts';
import type { TrackerFinding } from '../tracker-check/finding.ts';
import { REASON_CODES, type ReasonCode } from './reason.ts';
import type { ReconcileFinding, RowReason } from './reconcile-result.ts';
import type { RowFacts, SideFacts } from './reconcile-side.ts';
import type { TrackerContent, TrackerInvoice } from './tracker.ts';

/** About an invoice itself; the others are about a sum, a schedule or a history. */
const OF_ROWS: ReadonlySet<ReasonCode> = new Set([
  'duplicate_id',
  'billed_twice',
  'paid_twice',
  'wrong_currency',
  'overdue',
  'status_contradicts',
  'transposed',
]);

export function checkFacts(tracker: TrackerContent, asOf: Day): SideFacts {
  const found = checkTracker(tracker, asOf);
  const byRow = new Map(tracker.invoices.map((each) => [each.row, each]));
  const reasons = new Map<string, RowReason[]>();
  for (const finding of found) {
    for (const invoice of rowsOf(finding, byRow)) {
      const own = reasons.get(invoice.id) ?? [];
      own.push(reasonOf(finding, invoice));
      reasons.set(invoice.id, own);
    }
  }
  const rows = new Map<string, RowFacts>();
  for (const [id, found] of reasons) {
    const own = found.toSorted(byCode);
    const isOpen = own.some(({ isSettled }) => !isSettled);
    rows.set(id, {
      ...{ outcome: isOpen ? 'differs' : 'reconciled', reasons: own },
      ...{ matches: [], suggestions: [] },
    });
  }
  return { rows, findings: found.flatMap((each) => told(each, tracker, byRow)), lines: [] };
}

/** Not in the order of the file, which is nothing about a row. */
function byCode(a: RowReason, b: RowReason): number {
  const text = ({ evidence }: RowReason): string => evidence[0]!.text;
  return (
    REASON_CODES.indexOf(a.code) - REASON_CODES.indexOf(b.code) || compareText(text(a), text(b))
  );
}

type ByRow = ReadonlyMap<number, TrackerInvoice>;

/** Of a wrong sum only the invoice whose slip explains it. */
function rowsOf({ code, rows, evidence }: TrackerFinding, byRow: ByRow): TrackerInvoice[] {
  const all = rows.flatMap((row) => byRow.get(row) ?? []);
  if (OF_ROWS.has(code)) return all;
  if (code !== 'arithmetic' || all.length < 2) return all;
  const texts = evidence.filter(({ fact }) => SLIPS.test(fact)).map(({ text }) => text);
  return all.filter(({ id, number, party }) =>
    texts.some((text) => text.startsWith(`${number ?? id} (${party}, `)),
  );
}

const SLIPS = /^(counted_|left_out$|sign_turned$)/;

function reasonOf(finding: TrackerFinding, { currency }: TrackerInvoice): RowReason {
  const { code, severity, message, difference, evidence, suggestion } = finding;
  const more = suggestion === undefined ? [] : [{ fact: 'suggestion', text: suggestion }];
  return {
    ...{ with: 'tracker', code, difference, currency },
    evidence: [{ fact: 'message', text: message }, ...evidence, ...more],
    isSettled: severity === 'info' || !OF_ROWS.has(code),
  };
}

/** What counts at its rows is not counted again. */
function told(
  finding: TrackerFinding,
  { currency }: TrackerContent,
  byRow: ByRow,
): ReconcileFinding[] {
  const { rows, ...rest } = finding;
  if (OF_ROWS.has(finding.code) && rows.length > 0) return [];
  const ids = rows.flatMap((row) => byRow.get(row)?.id ?? []);
  return [{ ...rest, with: 'tracker', currency, rows: ids }];
}
