/**
 * A reconciliation for machines: schemas/finance/reconciliation.schema.json. Money is exact, as
 * decimal text; what is not known is null; keys stand in a fixed order and none is left out.
 */
import { toJson } from 'brctl/sdk';
import { type Day, formatDay } from '../../core/day.ts';
import { formatExact } from '../../core/money.ts';
import type { FileProblem } from '../../core/reconcile/file-problem.ts';
import type { ItemPlace } from '../../core/reconcile/item.ts';
import type {
  ReconcileFinding,
  ReconcileRow,
  ReconcileSummary,
  Reconciliation,
  RowMatch,
  RowReason,
  RowSuggestion,
} from '../../core/reconcile/reconcile-result.ts';
import type { Evidence } from '../../core/reconcile/result.ts';

export const SCHEMA = 'brctl.finance/reconciliation/v1';

export function reconciliationAsJson(
  result: Reconciliation | undefined,
  problems: readonly FileProblem[],
  { tracker, asOf }: Readonly<{ tracker: string; asOf: Day }>,
): string {
  const isClean = result?.summary.leftOver === 0;
  return toJson({
    schema: SCHEMA,
    status: result === undefined ? 'rejected' : isClean ? 'reconciled' : 'left_over',
    tracker,
    as_of: formatDay(asOf),
    rows: (result?.rows ?? []).map(rowAsJson),
    findings: (result?.findings ?? []).map(finding),
    summary: result === undefined ? null : summary(result.summary),
    problems: problemsAsJson(problems),
  });
}

export function problemsAsJson(problems: readonly FileProblem[]): object[] {
  return problems.map((each) => ({
    ...{ severity: each.severity, code: each.code, file: each.file },
    ...{ line: each.line ?? null, column: each.column ?? null },
    ...{ message: each.message, hint: each.hint ?? null },
  }));
}

/** What is said of a row; also what the hash of a close is taken of. */
export function rowAsJson(each: ReconcileRow): object {
  return {
    ...{ id: each.id, vendor: each.vendor, date: formatDay(each.day), amount: exact(each.units) },
    ...{ currency: each.currency, line: each.place.line ?? null, outcome: each.outcome },
    reasons: each.reasons.map(reason),
    matches: each.matches.map(match),
    suggestions: each.suggestions.map(suggestion),
  };
}

function reason({
  code,
  with: side,
  difference,
  currency,
  evidence,
  isSettled,
}: RowReason): object {
  return {
    ...{ code, with: side, difference: exact(difference), currency, settled: isSettled },
    evidence: facts(evidence),
  };
}

function match(each: RowMatch): object {
  const { rows, ids, pass, score, margin, difference, currency, evidence } = each;
  return {
    ...{ with: each.with, rows, ids, pass, score: score ?? null, margin: margin ?? null },
    ...{ difference: exact(difference), currency, evidence: facts(evidence) },
  };
}

function suggestion(each: RowSuggestion): object {
  const { rows, ids, pass, score, reasons, evidence } = each;
  return {
    ...{ match: each.match, with: each.with, rows, ids, pass, score, reasons },
    evidence: facts(evidence),
  };
}

function finding(each: ReconcileFinding): object {
  const { code, severity, subject, message, difference, currency, evidence, rows } = each;
  return {
    ...{ code, severity, with: each.with, subject, message, difference: exact(difference) },
    ...{ currency: currency ?? null, evidence: facts(evidence) },
    ...{ suggestion: each.suggestion ?? null, place: placed(each.place), rows },
  };
}

function summary({ outcomes, sides, leftOver }: ReconcileSummary): object {
  return {
    ...{ left_over: leftOver, outcomes },
    sides: sides.map(({ side, currency, count, units, parts }) => ({
      ...{ side, currency, count, amount: exact(units) },
      parts: parts.map((part) => ({
        ...{ outcome: part.outcome, count: part.count, amount: exact(part.units) },
      })),
    })),
  };
}

function facts(evidence: readonly Evidence[]): object[] {
  return evidence.map(({ fact, text }) => ({ fact, text }));
}

function placed(at: ItemPlace | undefined): object | null {
  return at === undefined ? null : { file: at.file, line: at.line ?? null };
}

function exact(units: bigint | undefined): string | null {
  return units === undefined ? null : formatExact(units);
}
