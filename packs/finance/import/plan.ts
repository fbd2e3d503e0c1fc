/**
 * What an import would do to the ledger, and doing it.
 *
 * Planning stages files in scratch and compares; the ledger changes only in `applyImport`, where
 * the decision is recorded first, then each period is swapped by one rename, then the end is
 * recorded. A crash before the decision leaves the old periods; after it, the next import
 * finishes the renames (`finishInterrupted`).
 */
import { billingPeriod } from '../core/billing-period.ts';
import { completeThrough } from '../core/completeness.ts';
import { dayOf } from '../core/day.ts';
import { absolute, formatExact } from '../core/money.ts';
import type { ExportFile, ExportFiles, FileDigest } from '../ports/export-files.ts';
import type {
  ExportFormat,
  ImportWarning,
  Intake,
  Problem,
  Staged,
  StagedPeriod,
} from '../ports/intake.ts';
import type {
  ImportedPeriod,
  ImportRecord,
  InputFile,
  Restatement,
  State,
} from '../ports/state.ts';
import type { Warehouse } from '../ports/warehouse.ts';
import { rowsOf } from './control-totals.ts';
import { describePrevious, finish, finishInterrupted } from './finish.ts';

export type ImportPorts = Readonly<{
  exports: ExportFiles;
  intake: Intake;
  warehouse: Warehouse;
  state: State;
  close(): Promise<void>;
}>;

export type ImportOptions = Readonly<{
  source: string;
  paths: readonly string[];
  format: ExportFormat;
  onError: 'abort' | 'skip';
  allowShrink: boolean;
  /** Leaves also what a crash interrupted as it is. */
  dryRun: boolean;
  /** Names this import in state and scratch. */
  id: string;
  now: Date;
}>;

/**
 * `rejected`: the files have problems. `refused`: a period would shrink. `planned`: nothing is
 * done yet. `imported` and `unchanged`: it is.
 */
export type ImportStatus = 'planned' | 'rejected' | 'refused' | 'imported' | 'unchanged';

export type ImportPlan = Readonly<{
  status: ImportStatus;
  options: ImportOptions;
  format: string;
  files: readonly InputFile[];
  periods: readonly ImportedPeriod[];
  providers: Staged['providers'];
  problems: readonly Problem[];
  problemCount: number;
  warnings: readonly ImportWarning[];
  refusals: readonly string[];
  skipped: number;
  /** The CSV of skipped rows: in scratch while planned, among the reports once imported. */
  rejects: string | undefined;
  restatements: readonly Restatement[];
}>;

export async function planImport(options: ImportOptions, ports: ImportPorts): Promise<ImportPlan> {
  const interrupted = options.dryRun ? [] : await finishInterrupted(ports, options.now);
  if (!options.dryRun) await ports.intake.discard('all');
  const found = await ports.exports.find(options.paths);
  const notes: ImportWarning[] = found.notes.map((message) => ({ code: 'file-left-out', message }));
  const [staged, digests] = await Promise.all([
    ports.intake.stage({ ...options, files: found.files }),
    Promise.all(found.files.map((file) => ports.exports.digest(file))),
  ]);
  const problems: Problem[] = [
    ...found.problems.map(({ file, message }) => fileProblem(file, message)),
    ...digests.flatMap(({ damage }, i) =>
      damage === undefined ? [] : [fileProblem(found.files[i]!.label, damage)],
    ),
    ...rowsMissing(found.files, staged),
    ...sameTwice(found.files, digests),
  ];
  const isDamaged = digests.some(({ damage }) => damage !== undefined);
  const periods = await comparePeriods(options, staged.periods, ports);
  const refusals = options.allowShrink ? [] : periods.flatMap(shrinkRefusal);
  // Where every row is bad, skipping them all would import nothing and say that all is well.
  const isRejected =
    problems.length > 0 || (staged.problemCount > 0 && staged.periods.length === 0);
  return {
    status: isRejected ? 'rejected' : refusals.length > 0 ? 'refused' : 'planned',
    options,
    format: staged.format,
    files: digests.map(({ path, bytes, sha256, content }) => ({ path, bytes, sha256, content })),
    periods: isRejected ? [] : periods,
    providers: isRejected ? [] : staged.providers,
    // What is wrong with rows of a file that is damaged as a whole says nothing more.
    problems: isDamaged ? problems : [...problems, ...staged.problems],
    problemCount: problems.length + (isDamaged ? 0 : staged.problemCount),
    warnings: [
      ...interrupted,
      ...notes,
      ...staged.warnings,
      ...nothingToImport(staged, isRejected),
      ...knownElsewhere(options, digests, ports),
    ],
    refusals,
    skipped: isRejected ? 0 : staged.skipped,
    rejects: isRejected ? undefined : staged.rejects,
    restatements: [],
  };
}

function fileProblem(file: string, message: string): Problem {
  return { file, row: undefined, column: undefined, message };
}

/** A manifest that promises more rows than its files hold means that a file was cut. */
function rowsMissing(
  files: readonly { rowsExpected?: number | undefined; label: string }[],
  staged: Staged,
): Problem[] {
  if (files.length === 0 || files.some(({ rowsExpected }) => rowsExpected === undefined)) return [];
  if (staged.problemCount > 0) return [];
  const expected = files.reduce((n, { rowsExpected }) => n + rowsExpected!, 0);
  const actual = rowsOf(staged.periods);
  if (expected === actual) return [];
  return [
    fileProblem(
      files[0]!.label,
      `the manifest promises ${expected} rows, the files hold ${actual}`,
    ),
  ];
}

/** One file under two names adds its charges up twice. */
function sameTwice(files: readonly ExportFile[], digests: readonly FileDigest[]): Problem[] {
  return digests.flatMap(({ content }, i) => {
    const first = digests.findIndex((other) => other.content === content);
    if (first === i) return [];
    const isNamedTwice = files[i]!.path === files[first]!.path;
    const message = `says the same as ${files[first]!.label}: name one of them`;
    return [fileProblem(files[i]!.label, isNamedTwice ? 'is named twice' : message)];
  });
}

function knownElsewhere(
  { source }: ImportOptions,
  digests: readonly FileDigest[],
  { state }: ImportPorts,
): ImportWarning[] {
  const contents = digests.map(({ content }) => content);
  return state.sourcesOf(contents, source).map((other) => ({
    code: 'file-known',
    message: `the same file was imported as ${other}: under two names its charges count twice`,
  }));
}

function nothingToImport(staged: Staged, isRejected: boolean): ImportWarning[] {
  if (isRejected || staged.periods.length > 0) return [];
  return [{ code: 'no-rows', message: 'the files hold no charges; the ledger stays as it is' }];
}

async function comparePeriods(
  options: ImportOptions,
  staged: readonly StagedPeriod[],
  ports: ImportPorts,
): Promise<ImportedPeriod[]> {
  const periods: ImportedPeriod[] = [];
  for (const each of staged) {
    const previous = await describePrevious(options.source, each.period, ports);
    const isSame = previous !== undefined && (await ports.intake.isUnchanged(options.source, each));
    periods.push({
      period: each.period,
      change: previous === undefined ? 'new' : isSame ? 'unchanged' : 'replaced',
      rows: each.rows,
      totals: each.totals,
      replaced: previous && { rows: previous.rows, totals: previous.totals },
      kept: each.kept,
      completeThrough: completeThrough(each, {
        month: billingPeriod(each.period),
        today: dayOf(options.now),
      }),
      touches: each.touches,
      staged: isSame ? undefined : each.file,
    });
  }
  return periods;
}

/** Half of a month gone is far more often a cut export than a refund. */
function shrinkRefusal({ period, rows, totals, replaced }: ImportedPeriod): string[] {
  if (replaced === undefined) return [];
  const reasons: string[] = [];
  if (rows * 2 < replaced.rows) reasons.push(`${replaced.rows} rows would become ${rows}`);
  for (const { currency, units } of replaced.totals) {
    const now = totals.find((total) => total.currency === currency)?.units ?? 0n;
    // Towards zero or past it: a total whose sign turns has lost all that it was.
    const left = units < 0n ? -now : now;
    if (units === 0n || left * 2n >= absolute(units)) continue;
    const [before, after] = [formatExact(units), formatExact(now)];
    reasons.push(`the ${currency} total would go from ${before} to ${after}`);
  }
  return reasons.map((reason) => `${period}: ${reason}`);
}

export async function applyImport(plan: ImportPlan, ports: ImportPorts): Promise<ImportPlan> {
  if (plan.status !== 'planned') return plan;
  const { options } = plan;
  const record: ImportRecord = {
    id: options.id,
    source: options.source,
    format: plan.format,
    startedAt: options.now,
    files: plan.files,
    periods: plan.periods,
    warnings: plan.warnings.length,
    skipped: plan.skipped,
  };
  const rejects =
    plan.rejects && (await ports.intake.keepRejects(plan.rejects, rejectsName(options)));
  ports.state.beginImport(record);
  const { restatements } = await finish(record, ports, options.now);
  const isChanged = plan.periods.some(({ change }) => change !== 'unchanged');
  return { ...plan, status: isChanged ? 'imported' : 'unchanged', rejects, restatements };
}

function rejectsName({ source, now }: ImportOptions): string {
  return `rejected-${source}-${now.toISOString().replace(/[:.]/g, '')}.csv`;
}
