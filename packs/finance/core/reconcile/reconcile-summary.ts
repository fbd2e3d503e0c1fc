/** What came of how much: per side and currency, in parts that add up to it. */
import { compareText } from '../order.ts';
import {
  type LineOutcome,
  OUTCOMES,
  type ReconcileFinding,
  type ReconcileRow,
  type ReconcileSide,
  type ReconcileSummary,
  type RowOutcome,
  type SideSum,
} from './reconcile-result.ts';
import type { SideFacts } from './reconcile-side.ts';

export const LINE_OUTCOMES = [...OUTCOMES, 'set_aside'] as const satisfies readonly LineOutcome[];

export function summaryOf(
  rows: readonly ReconcileRow[],
  findings: readonly ReconcileFinding[],
  sides: readonly (readonly [side: ReconcileSide, facts: SideFacts])[],
): ReconcileSummary {
  const outcomes = Object.fromEntries(
    OUTCOMES.map((outcome) => [outcome, rows.filter((row) => row.outcome === outcome).length]),
  ) as Record<RowOutcome, number>;
  return {
    outcomes,
    sides: [
      ...sumsOf('tracker', rows),
      ...sides.flatMap(([side, { lines }]) => sumsOf(side, lines)),
    ],
    leftOver:
      rows.length -
      outcomes.reconciled +
      findings.filter(({ severity }) => severity === 'warning').length,
  };
}

type Line = SideFacts['lines'][number];

function sumsOf(side: ReconcileSide, lines: readonly Line[]): SideSum[] {
  const total = (own: readonly Line[]): bigint => own.reduce((sum, { units }) => sum + units, 0n);
  return [...Map.groupBy(lines, ({ currency }) => currency)]
    .sort(([a], [b]) => compareText(a, b))
    .map(([currency, own]) => ({
      ...{ side, currency, count: own.length, units: total(own) },
      parts: LINE_OUTCOMES.flatMap((outcome) => {
        const part = own.filter((line) => line.outcome === outcome);
        return part.length === 0 ? [] : [{ outcome, count: part.length, units: total(part) }];
      }),
    }));
}
