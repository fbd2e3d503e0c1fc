/** Asks the ledger for what a report needs: one that is printed, and one that is sent. */
import { compileBudgets } from '../core/classify.ts';
import type { Day, DayRange } from '../core/day.ts';
import type { Basis } from '../ports/warehouse.ts';
import type { ReportPorts } from './ports.ts';
import { EVER, silentSources } from './silence.ts';
import { sourceRows } from './sources.ts';
import { type History, readHistory } from './trend.ts';
import { buildReport } from './weekly.ts';
import type { WeeklyReport } from './weekly-report.ts';

export type ReportQuestion = Readonly<{
  range: DayRange;
  /** Label of the week; undefined for a range of days. */
  week: string | undefined;
  basis: Basis;
  today: Day;
  /** Also the weeks before, and the year so far. */
  withHistory: boolean;
}>;

export type ReportAnswer = Readonly<{ report: WeeklyReport; history: History | undefined }>;

export async function readReport(
  { range, week, basis, today, withHistory }: ReportQuestion,
  { warehouse, state, settings }: Pick<ReportPorts, 'warehouse' | 'state' | 'settings'>,
): Promise<ReportAnswer> {
  const config = await settings.budgets();
  const classifier = compileBudgets(config);
  const { groupBy } = classifier;
  const ask = (period: DayRange) => warehouse.aggregate({ basis, period, groupBy });
  const askEver = once(() => ask(EVER));
  const [cells, files] = await Promise.all([ask(range), warehouse.periods()]);
  const known = { config, classifier, basis, period: range, files };
  // The files decide what there is: a source whose folder was removed is gone.
  const present = new Set(files.map(({ source }) => source));
  const freshness = state.freshness().filter(({ source }) => present.has(source));
  const sources = sourceRows({ ...known, currency: config.currency, cells, freshness });
  const isSilent = silentSources(sources, range).length > 0;
  const report = buildReport({
    ...known,
    week,
    today,
    cells,
    ever: isSilent ? await askEver() : [],
    freshness,
    restatements: state.restatements(),
  });
  if (!withHistory) return { report, history: undefined };
  return { report, history: await readHistory({ ...known, freshness, ask, askEver }) };
}

/** The one question over the whole ledger is asked when it has to be, and then once. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}
