/** Exceptions: one line per reason that somebody has to look at, then per finding. */
import { stringify } from 'csv-stringify/sync';
import { formatExact } from '../../core/money.ts';
import type { ReconcileRow, Reconciliation } from '../../core/reconcile/reconcile-result.ts';
import { evidenceText, suggestionText } from './reason-text.ts';

const COLUMNS = ['row', 'reason', 'difference', 'currency', 'evidence', 'suggestion'];

export function exceptionsAsCsv({ rows, findings }: Reconciliation): string {
  const lines = [
    ...rows.flatMap(rowLines),
    ...findings
      .filter(({ severity }) => severity === 'warning')
      .map(({ subject, code, difference, currency, message, evidence, suggestion }) => [
        ...[guard(subject), code, amount(difference), currency ?? ''],
        guard(withEvidence(message, evidenceText(evidence))),
        guard(suggestion ?? ''),
      ]),
  ];
  return stringify([COLUMNS, ...lines], { quoted_match: /[\r\n\t]/ });
}

function rowLines({ id, outcome, reasons, suggestions }: ReconcileRow): string[][] {
  if (outcome === 'reconciled') return [];
  return reasons
    .filter(({ isSettled }) => !isSettled)
    .map(({ code, with: side, difference, currency, evidence }) => {
      const own = suggestions.filter((each) => each.with === side);
      const advice = suggestionText(evidence) ?? own.map(({ match }) => match).join(' or ');
      return [
        ...[guard(id), code, amount(difference), currency],
        ...[guard(evidenceText(evidence)), guard(advice)],
      ];
    });
}

/** A message that holds its evidence already says enough. */
function withEvidence(message: string, evidence: string): string {
  return message.includes(evidence) ? message : `${message}; ${evidence}`;
}

function amount(units: bigint | undefined): string {
  return units === undefined ? '' : formatExact(units);
}

/** What a spreadsheet takes for a formula: https://owasp.org/www-community/attacks/CSV_Injection */
function guard(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
