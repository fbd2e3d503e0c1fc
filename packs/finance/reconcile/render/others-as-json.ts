/** What the commands beside reconcile print for machines; their schemas are in schemas/finance. */
import { toJson } from 'brctl/sdk';
import { formatExact } from '../../core/money.ts';
import type { Explanation } from '../../core/reconcile/explain.ts';
import type { FileProblem } from '../../core/reconcile/file-problem.ts';
import type { CloseTotal, MonthClose } from '../../core/reconcile/reconcile-close.ts';
import type { Evaluation } from '../../core/reconcile/reconcile-eval.ts';
import type { Counterpart, ReconcileFinding } from '../../core/reconcile/reconcile-result.ts';
import { matchName } from '../../core/reconcile/reconcile-side.ts';
import { problemsAsJson } from './as-json.ts';

export function closeAsJson(
  month: string,
  change: string,
  close: MonthClose | undefined,
  restated: readonly ReconcileFinding[],
  problems: readonly FileProblem[],
): string {
  const total = ({ name, currency, units, count }: CloseTotal): object => ({
    ...{ name, currency, count, amount: formatExact(units) },
  });
  return toJson({
    ...{ schema: 'brctl.finance/close/v1', month, change },
    close:
      close === undefined
        ? null
        : {
            ...{ at: close.at.toISOString(), tracker: close.tracker, result: close.result },
            files: close.files.map(({ file, sha256 }) => ({ file, sha256 })),
            ...{ ledger: close.ledger.map(total), invoices: close.invoices.map(total) },
            outcomes: close.outcomes,
          },
    restated: restated.map(({ subject, message, difference, currency }) => ({
      ...{ subject, message, difference: formatExact(difference ?? 0n), currency },
    })),
    problems: problemsAsJson(problems),
  });
}

export function evaluationAsJson(
  sides: readonly Readonly<{ with: Counterpart; result: Evaluation }>[],
  problems: readonly FileProblem[],
): string {
  return toJson({
    schema: 'brctl.finance/match-eval/v1',
    sides: sides.map(({ with: side, result }) => ({
      ...{ with: side, confirmed: result.confirmed, rejected: result.rejected },
      ...{ taken: result.found, suggested: result.suggested },
      ...{ missed: result.missed, wrong: result.wrong },
      ...{ precision: result.precision ?? null, recall: result.recall ?? null },
    })),
    problems: problemsAsJson(problems),
  });
}

export function explanationsAsJson(
  row: string,
  found: readonly Readonly<{ with: Counterpart; explanation: Explanation }>[],
  problems: readonly FileProblem[],
): string {
  return toJson({
    ...{ schema: 'brctl.finance/match-explanation/v1', row },
    found: found.map(({ with: side, explanation }) => ({
      ...{ with: side, side: explanation.side, outcome: explanation.outcome.bucket },
      passes: explanation.passes.map(({ pass, verdicts }) => ({
        pass,
        candidates: verdicts.map(({ candidate, isTaken, why }) => ({
          match: matchName(candidate.entries, candidate.payments),
          ...{ rows: candidate.entries, ids: candidate.payments, score: candidate.score },
          ...{ taken: isTaken, why },
          evidence: candidate.evidence.map(({ fact, text }) => ({ fact, text })),
        })),
      })),
    })),
    problems: problemsAsJson(problems),
  });
}
