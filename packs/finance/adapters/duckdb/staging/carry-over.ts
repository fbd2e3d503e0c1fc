/**
 * The unit of replacement is a billing period, a file of the ledger is a month: where a month holds
 * billing periods (weeks, a changed anniversary) that the staged rows do not overlap, they stay.
 */
import { existsSync } from 'node:fs';
import type { ImportWarning, StagedPeriod } from '../../../ports/intake.ts';
import type { Session } from '../session.ts';
import { chargesIn, literal } from '../sql.ts';
import { type Summary, summarize } from '../summary.ts';
import { isAboutTheData, PARQUET } from './strict.ts';

export type CarriedOver = Readonly<{
  /** The staged rows and those that stay. */
  path: string;
  summary: Summary;
  kept: NonNullable<StagedPeriod['kept']>;
  warnings: readonly ImportWarning[];
}>;

export type CarryOver = Readonly<{ period: string; staged: string; ledger: string }>;

/** Undefined where nothing of the ledger's file has to stay. */
export async function carryOver(
  session: Session,
  { period, staged, ledger }: CarryOver,
): Promise<CarriedOver | undefined> {
  const others = await otherBillingPeriods(session, staged, ledger);
  if (others.length === 0) return undefined;
  const path = staged.replace(/\.parquet$/, '-whole.parquet');
  const stays = others
    .map(({ start, end }) => `(BillingPeriodStart = ${start} AND BillingPeriodEnd = ${end})`)
    .join(' OR ');
  const old = `SELECT * FROM ${chargesIn(ledger)} WHERE ${stays}`;
  const kept = `${path}.kept`;
  await session.run(`COPY (${old}) TO ${literal(kept)} ${PARQUET}`);
  await session.run(`COPY (FROM ${chargesIn(staged, kept)}) TO ${literal(path)} ${PARQUET}`);
  const { rows, totals } = (await summarize(session, kept))!;
  return {
    path,
    summary: (await summarize(session, path))!,
    kept: { rows, totals },
    warnings: others.map((other) => ({
      code: 'billing-period-kept',
      message:
        `${period} also holds the billing period ${other.shown} (${other.rows} ` +
        `row${other.rows === 1 ? '' : 's'}), which these files do not; it stays`,
    })),
  };
}

type Other = Readonly<{ start: string; end: string; shown: string; rows: number }>;

async function otherBillingPeriods(
  session: Session,
  staged: string,
  ledger: string,
): Promise<Other[]> {
  if (!existsSync(ledger)) return [];
  try {
    const rows = await session.rows(`
      WITH new AS (
        SELECT DISTINCT BillingPeriodStart AS s, BillingPeriodEnd AS e FROM ${chargesIn(staged)})
      SELECT CAST(BillingPeriodStart AS VARCHAR) AS s, CAST(BillingPeriodEnd AS VARCHAR) AS e,
        count(*)::INTEGER AS n
      FROM ${chargesIn(ledger)} AS old
      WHERE NOT EXISTS (FROM new WHERE old.BillingPeriodStart < e AND s < old.BillingPeriodEnd)
      GROUP BY ALL ORDER BY s, e`);
    return rows.map(({ s, e, n }) => ({
      start: `TIMESTAMP ${literal(String(s))}`,
      end: `TIMESTAMP ${literal(String(e))}`,
      shown: `${String(s).replace(' 00:00:00', '')} to ${String(e).replace(' 00:00:00', '')}`,
      rows: Number(n),
    }));
  } catch (error) {
    // A ledger file that does not read is there to be replaced.
    if (isAboutTheData(error)) return [];
    throw error;
  }
}
