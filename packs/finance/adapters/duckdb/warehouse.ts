/** The Warehouse port over the ledger's Parquet files. */
import { join } from 'node:path';
import { BrctlError, type Context, isBrctlError } from 'brctl/sdk';
import type { Warehouse } from '../../ports/warehouse.ts';
import { aggregateSql, cellsOf, type LedgerRelation } from './aggregate.ts';
import { type LedgerFile, ledgerFiles, listLedger } from './ledger-files.ts';
import { openSession, type Session } from './session.ts';
import { ledgerIn } from './sql.ts';
import { summarize } from './summary.ts';

export type WarehouseOptions = Readonly<{
  context: Pick<Context, 'duckdb' | 'signal' | 'uniqueId'>;
  root: string;
}>;

export async function openWarehouse({ context, root }: WarehouseOptions): Promise<Warehouse> {
  const files = ledgerFiles(root);
  const scratch = join(root, '.spill', context.uniqueId());
  const session = await openSession(context, { scratch });
  return {
    aggregate: async (question) => {
      const ledger = await listLedger(files);
      if (ledger.length === 0) return [];
      const relation = await relationOf(session, ledger, {
        needsColumns: question.groupBy.some((dimension) => dimension.startsWith('x_')),
      });
      const rows = await readLedger(() => session.rows(aggregateSql(question, relation)));
      return cellsOf(question, rows);
    },
    periods: async () =>
      (await listLedger(files)).map(({ source, period }) => ({ source, period })),
    describe: async (source, period) => {
      const found = (await listLedger(files)).find(
        (file) => file.source === source && file.period === period,
      );
      if (found === undefined) return undefined;
      const summary = await readLedger(() => summarize(session, found.path));
      return { period, rows: summary?.rows ?? 0, totals: summary?.totals ?? [] };
    },
    close: async () => session.close(),
  };
}

/** brctl writes whole files only, so one that does not read was changed by something else. */
async function readLedger<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (isBrctlError(cause) || !/parquet/i.test((cause as Error).message)) throw cause;
    throw new BrctlError('integrity', {
      code: 'ledger-damaged',
      message: `the ledger does not read: ${(cause as Error).message.split('\n')[0]}`,
      hint: 'remove that file and import its month again',
      cause,
    });
  }
}

/** Amounts may be narrow in one file and wide in the next: the engine unites them by name. */
async function relationOf(
  session: Session,
  ledger: readonly LedgerFile[],
  options: { needsColumns: boolean },
): Promise<LedgerRelation> {
  const sql = ledgerIn(...ledger.map(({ path }) => path));
  if (!options.needsColumns) return { sql, columns: new Set() };
  const rows = await session.rows(`SELECT column_name AS name FROM (DESCRIBE FROM ${sql})`);
  return { sql, columns: new Set(rows.map(({ name }) => String(name))) };
}
