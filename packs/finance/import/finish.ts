/**
 * The end of an import that was decided: each period by one rename, then the record. Runs in the
 * import itself, or, where that was interrupted, in the next one.
 */
import { isBrctlError } from 'brctl/sdk';
import type { ImportWarning } from '../ports/intake.ts';
import type { ImportedPeriod, ImportRecord, Restatement } from '../ports/state.ts';
import type { PeriodSummary } from '../ports/warehouse.ts';
import type { ImportPorts } from './plan.ts';
import { findRestatements } from './restatement.ts';

/** Rolls forward what a crash interrupted after its decision. Needs the import lock. */
export async function finishInterrupted(ports: ImportPorts, now: Date): Promise<ImportWarning[]> {
  const warnings: ImportWarning[] = [];
  for (const record of ports.state.unfinishedImports()) {
    const { lost } = await finish(record, ports, now);
    if (lost.length > 0) warnings.push(lostWarning(record, lost));
  }
  return warnings;
}

function lostWarning({ source, startedAt }: ImportRecord, lost: readonly string[]): ImportWarning {
  return {
    code: 'import-lost',
    message:
      `an import into ${source} of ${startedAt.toISOString()} did not end, and what it had ` +
      `prepared for ${lost.join(', ')} is gone: import it again`,
  };
}

type Finished = Readonly<{ restatements: readonly Restatement[]; lost: readonly string[] }>;

export async function finish(
  record: ImportRecord,
  ports: ImportPorts,
  now: Date,
): Promise<Finished> {
  const lost: string[] = [];
  for (const each of record.periods) {
    const { period, staged } = each;
    if (staged === undefined || (await ports.intake.commit(record.source, period, staged)))
      continue;
    if (!(await isInPlace(record.source, each, ports))) lost.push(period);
  }
  const done = record.periods.filter(({ period }) => !lost.includes(period));
  const restatements = await findRestatements({ ...record, periods: done }, ports, now);
  const periods = done.map(({ period }) => period);
  ports.state.finishImport(record.id, { periods, restatements, at: now });
  return { restatements, lost };
}

/** Whether the ledger's file is the one that was decided on: by its control totals. */
async function isInPlace(
  source: string,
  { period, rows, totals }: ImportedPeriod,
  ports: ImportPorts,
): Promise<boolean> {
  const found = await describePrevious(source, period, ports);
  return (
    found !== undefined &&
    found.rows === rows &&
    found.totals.length === totals.length &&
    totals.every(({ currency, units }) =>
      found.totals.some((total) => total.currency === currency && total.units === units),
    )
  );
}

/** A ledger file that does not read is there to be replaced. */
export async function describePrevious(
  source: string,
  period: string,
  { warehouse }: ImportPorts,
): Promise<PeriodSummary | undefined> {
  try {
    return await warehouse.describe(source, period);
  } catch (error) {
    if (isBrctlError(error) && error.kind === 'integrity') return undefined;
    throw error;
  }
}
