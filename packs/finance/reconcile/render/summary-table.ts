/** Each side with what came of it; columns that nothing is in are left out. */
import type { Column } from 'brctl/sdk';
import { formatExact } from '../../core/money.ts';
import type { LineOutcome, ReconcileSummary } from '../../core/reconcile/reconcile-result.ts';
import { LINE_OUTCOMES } from '../../core/reconcile/reconcile-summary.ts';

const ORDER: readonly LineOutcome[] = [
  'reconciled',
  ...LINE_OUTCOMES.filter((each) => each !== 'reconciled'),
];

export function summaryTable({ sides }: ReconcileSummary): Readonly<{
  columns: readonly Column[];
  rows: readonly (readonly string[])[];
}> {
  const used = ORDER.filter((outcome) =>
    sides.some(({ parts }) => parts.some((part) => part.outcome === outcome)),
  );
  return {
    columns: [
      { title: 'Side' },
      { title: 'Lines', align: 'right' },
      { title: 'Total', align: 'right' },
      { title: '' },
      ...used.map((outcome): Column => ({ title: titleOf(outcome), align: 'right' })),
    ],
    rows: sides.map(({ side, currency, count, units, parts }) => [
      ...[side, String(count), formatExact(units), currency],
      ...used.map((outcome) => {
        const part = parts.find((each) => each.outcome === outcome);
        return part === undefined ? '' : formatExact(part.units);
      }),
    ]),
  };
}

export function titleOf(outcome: LineOutcome): string {
  const words = outcome.replace('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
