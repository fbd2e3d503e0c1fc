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
        guard([message, evidenceText(evidence)].filter((text) => text !== '').join('; ')),
        guard(suggestion ?? ''),
      ]),
  ];
  return stringify([COLUMNS, ...lines], { quoted_match: /[\r\n\t]/ });
}

function rowLines({ id, outcome, reasons, suggestions }: ReconcileRow): string[][] {
  if (outcome === 'reconciled') return [];
  const matches = suggestions.map(({ match }) => match).join(' or ');
  return reasons
    .filter(({ isSettled }) => !isSettled)
    .map(({ code, difference, currency, evidence }) => [
      ...[guard(id), code, amount(difference), currency],
      ...[guard(evidenceText(evidence)), guard(suggestionText(evidence) ?? matches)],
    ]);
}

function amount(units: bigint | undefined): string {
  return units === undefined ? '' : formatExact(units);
}

/** What a spreadsheet takes for a formula: https://owasp.org/www-community/attacks/CSV_Injection */
function guard(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
