/** A report straight from values: no command, no files. Week 52 of 2025 unless a test says so. */
import type { ChargeRecord } from '../../packs/finance/adapters/memory/charge-record.ts';
import { memoryWarehouse } from '../../packs/finance/adapters/memory/warehouse.ts';
import type { BudgetsConfig } from '../../packs/finance/core/budget.ts';
import { compileBudgets } from '../../packs/finance/core/classify.ts';
import { dayRange, parseDay } from '../../packs/finance/core/day.ts';
import type { Freshness } from '../../packs/finance/ports/state.ts';
import { EVER } from '../../packs/finance/report/silence.ts';
import { buildReport, type ReportInput } from '../../packs/finance/report/weekly.ts';
import type { WeeklyReport } from '../../packs/finance/report/weekly-report.ts';
import { budgets, line, rule } from './budgets.ts';

export type ReportCase = Readonly<{
  charges?: readonly ChargeRecord[];
  config?: BudgetsConfig;
  /** Last complete day per source; null: imported, but no day is complete. */
  through?: Readonly<Record<string, string | null>>;
  today?: string;
}> &
  Partial<Pick<ReportInput, 'basis' | 'period' | 'restatements' | 'files' | 'week'>>;

const WEEK_52 = dayRange(parseDay('2025-12-22'), parseDay('2025-12-29'));

/** One line of 10.00 a week that pays for everything. */
export const ONE_LINE = budgets({ lines: [line('All', '10', rule({ ServiceName: '*' }))] });

export async function reportOf(given: ReportCase): Promise<WeeklyReport> {
  const { charges = [], config = ONE_LINE, today = '2026-01-10', basis = 'effective' } = given;
  const { period = WEEK_52, restatements = [], week = '2025-W52' } = given;
  const through = given.through ?? { demo: '2025-12-31' };
  const warehouse = memoryWarehouse(charges);
  const classifier = compileBudgets(config);
  const { groupBy } = classifier;
  return buildReport({
    week,
    period,
    basis,
    today: parseDay(today),
    config,
    classifier,
    cells: await warehouse.aggregate({ basis, period, groupBy }),
    ever: await warehouse.aggregate({ basis, period: EVER, groupBy }),
    files: given.files ?? (await warehouse.periods()),
    freshness: Object.entries(through).map(freshness),
    restatements,
  });
}

function freshness([source, day]: [string, string | null]): Freshness {
  const completeThrough = day === null ? undefined : parseDay(day);
  return { source, skipped: 0, completeThrough, importedAt: new Date('2026-01-02T00:00:00Z') };
}
