/**
 * Numbers that were reported and are no longer true: every written report whose days an import
 * touched is asked again, and a difference to what was last said is a restatement.
 */
import { isBrctlError } from 'brctl/sdk';
import { overlap } from '../core/day.ts';
import type { ImportRecord, Restatement, State, WrittenReport } from '../ports/state.ts';
import type { Question, Warehouse } from '../ports/warehouse.ts';

export async function findRestatements(
  record: ImportRecord,
  ports: Readonly<{ state: State; warehouse: Warehouse }>,
  at: Date,
): Promise<Restatement[]> {
  const changed = record.periods.filter(({ change }) => change !== 'unchanged');
  const found: Restatement[] = [];
  for (const report of ports.state.reports()) {
    const periods = changed.filter(({ touches }) => overlap(touches, report) !== undefined);
    if (periods.length === 0) continue;
    const before = lastSaid(report, ports.state.restatements());
    const after = await totalNow(report, ports.warehouse);
    if (after === undefined || before === after) continue;
    const { start, end, basis, currency } = report;
    found.push({
      importId: record.id,
      source: record.source,
      period: periods.map(({ period }) => period).join(' '),
      start,
      end,
      basis,
      currency,
      before,
      after,
      at,
    });
  }
  return found;
}

/** The newest restatement after the report was written, else the report itself. */
function lastSaid(report: WrittenReport, restatements: readonly Restatement[]): bigint {
  const later = restatements.filter(
    ({ start, end, basis, currency, at }) =>
      start === report.start &&
      end === report.end &&
      basis === report.basis &&
      currency === report.currency &&
      at >= report.at,
  );
  return later.at(-1)?.after ?? report.units;
}

/** Undefined where another file of the ledger is damaged: the import itself must still end. */
async function totalNow(report: WrittenReport, warehouse: Warehouse): Promise<bigint | undefined> {
  const { start, end, basis, currency } = report;
  const question: Question = { basis, period: { start, end }, groupBy: [] };
  try {
    const cells = await warehouse.aggregate(question);
    return cells
      .filter((cell) => cell.currency === currency)
      .reduce((total, { units }) => total + units, 0n);
  } catch (error) {
    if (isBrctlError(error) && error.kind === 'integrity') return undefined;
    throw error;
  }
}
