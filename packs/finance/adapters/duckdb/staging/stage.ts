/**
 * Export files -> staged Parquet per billing period: through the strict path where the files are
 * plain, through the survey where they are not.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { addDays, dayRange } from '../../../core/day.ts';
import type { ExportFile } from '../../../ports/export-files.ts';
import type {
  ImportWarning,
  Problem,
  Staged,
  StagedPeriod,
  StageRequest,
} from '../../../ports/intake.ts';
import { mapHeader } from '../dialects/detect.ts';
import type { LedgerFiles } from '../ledger-files.ts';
import type { Session } from '../session.ts';
import type { Summary } from '../summary.ts';
import { carryOver } from './carry-over.ts';
import { profileCharges } from './profile.ts';
import { REASON, writeRejects } from './rejects.ts';
import { describeFile } from './relation.ts';
import { gapsIn, rowInFile } from './rows.ts';
import { convert, findCurrencyMixes, type PeriodFile, splitByPeriod } from './split.ts';
import { canBeStrict, isAboutTheData, type Source, stageStrictly } from './strict.ts';
import {
  type Copied,
  copyRaw,
  findProblems,
  hasLostRows,
  noteOddities,
  PROBLEMS_SHOWN,
  type Problems,
  ROW,
  zoneless,
} from './survey.ts';

/** What either path comes to. No files and some problems: nothing was staged. */
type Written = Readonly<{
  files: readonly PeriodFile[];
  problems: Problems;
  skipped: number;
  rejects: string | undefined;
  warnings: readonly ImportWarning[];
}>;

const NO_PROBLEMS: Problems = { first: [], count: 0 };

export async function stage(
  session: Session,
  files: LedgerFiles,
  request: StageRequest,
): Promise<Staged> {
  const folder = files.scratch(request.id);
  await mkdir(folder, { recursive: true });
  const { sources, problems } = await recognise(session, request);
  const written =
    problems.count > 0 || sources.length === 0
      ? { files: [], problems, skipped: 0, rejects: undefined, warnings: [] }
      : ((await writeStrictly(session, sources, folder)) ??
        (await writeSurveyed(session, sources, { folder, onError: request.onError })));
  const profile = await profileCharges(
    session,
    written.files.map(({ path }) => path),
  );
  const periods: StagedPeriod[] = [];
  const kept: ImportWarning[] = [];
  for (const { period, path } of written.files) {
    const summary = profile.summaries.get(path);
    if (summary === undefined) throw new Error(`staged ${period} without rows`);
    const ledger = files.file(request.source, period);
    const whole = await carryOver(session, { period, staged: path, ledger });
    const file = files.relative(whole?.path ?? path);
    periods.push({ ...describe(period, whole?.summary ?? summary), file, kept: whole?.kept });
    kept.push(...(whole?.warnings ?? []));
  }
  const mapped = sources.flatMap(({ mapping }) => mapping.warnings);
  return {
    format: [...new Set(sources.map(({ mapping }) => mapping.format))].join(', '),
    periods,
    problems: written.problems.first,
    problemCount: written.problems.count,
    warnings: unique([...mapped, ...written.warnings, ...profile.warnings, ...kept]),
    providers: profile.providers,
    skipped: written.skipped,
    rejects: written.rejects,
  };
}

/** Each file's header, mapped; what is missing is a problem of the file as a whole. */
async function recognise(
  session: Session,
  request: StageRequest,
): Promise<{ sources: Source[]; problems: Problems }> {
  const sources: Source[] = [];
  const problems: Problem[] = [];
  for (const file of request.files) {
    const say = (message: string, column?: string): void => {
      problems.push({
        file: file.label,
        row: column === undefined ? undefined : 1,
        column,
        message,
      });
    };
    const header = await attempt(file, () => describeFile(session, file));
    if ('problem' in header) {
      problems.push(header.problem);
      continue;
    }
    const names = header.columns.map(({ name }) => name.toLowerCase());
    const twice = header.columns.find(({ name }, i) => names.indexOf(name.toLowerCase()) < i);
    if (twice !== undefined) say(`column ${twice.name} is there twice`, twice.name);
    if (names.includes(REASON)) {
      say(
        'holds rows that an earlier import set aside, and alone they would replace the month: ' +
          'mend them in the export they come from and import that',
        REASON,
      );
    }
    if (names.includes('')) say('has a column without a name');
    if (names.includes(ROW)) say(`a column may not be called ${ROW}`, ROW);
    const mapping = mapHeader(header, request.format);
    if (mapping === undefined) {
      say('is no FOCUS, AWS CUR or Azure EA export: none of their columns is in its header');
    } else {
      for (const message of mapping.missing) say(message, message.split(' ')[2]);
      sources.push({ file, header, mapping });
    }
  }
  return {
    sources,
    problems: { first: problems.slice(0, PROBLEMS_SHOWN), count: problems.length },
  };
}

async function writeStrictly(
  session: Session,
  sources: readonly Source[],
  folder: string,
): Promise<Written | undefined> {
  if (!canBeStrict(sources)) return undefined;
  const path = join(folder, 'strict.parquet');
  const staged = await stageStrictly(session, sources, path);
  if (staged === undefined) return undefined;
  const files = [{ period: staged.period, path }];
  const warnings = staged.isZoneless ? [zoneless('ChargePeriodStart')] : [];
  return { files, problems: NO_PROBLEMS, skipped: 0, rejects: undefined, warnings };
}

async function writeSurveyed(
  session: Session,
  sources: readonly Source[],
  options: { folder: string; onError: StageRequest['onError'] },
): Promise<Written> {
  const { folder, onError } = options;
  const copies: Copied[] = [];
  const problems: Problems[] = [];
  const warnings: ImportWarning[] = [];
  for (const [i, source] of sources.entries()) {
    const raw = join(folder, `raw-${i}.parquet`);
    const copied = await attempt(source.file, () => copyRaw(session, source, raw));
    if ('problem' in copied) {
      problems.push({ first: [copied.problem], count: 1 });
      continue;
    }
    copies.push(copied);
    problems.push(await findProblems(session, copied));
    warnings.push(...(await noteOddities(session, copied)));
  }
  const found = merge(problems);
  const nothing: Written = {
    files: [],
    problems: found,
    skipped: 0,
    rejects: undefined,
    warnings,
  };
  // What could not be read at all, or not to its end, cannot be set aside row by row.
  const isCut = copies.length < sources.length || copies.some(hasLostRows);
  if (isCut || (found.count > 0 && onError === 'abort')) return nothing;
  const converted = join(folder, 'converted.parquet');
  await convert(session, copies, converted);
  const mixes = await findCurrencyMixes(session, copies, converted);
  if (mixes.count > 0) return { ...nothing, problems: merge([found, mixes]) };
  const files = await splitByPeriod(session, { converted, folder: join(folder, 'periods') });
  if (found.count === 0) return { ...nothing, files };
  const rejects = join(folder, 'rejects.csv');
  return { ...nothing, files, rejects, skipped: await writeRejects(session, copies, rejects) };
}

/** A stream that breaks in the middle cannot be read around; it is a problem of its file. */
async function attempt<T extends object>(
  file: ExportFile,
  read: () => Promise<T>,
): Promise<T | { problem: Problem }> {
  try {
    return await read();
  } catch (error) {
    if (!isAboutTheData(error)) throw error;
    const message = (error as Error).message;
    if (file.kind === 'parquet') {
      const damaged = 'is a damaged or truncated Parquet file';
      return { problem: { file: file.label, row: undefined, column: undefined, message: damaged } };
    }
    const reason = message.split('\n')[0]!.replace(/^[A-Za-z ]+ Error: /, '');
    const text = reason.replaceAll(file.path, file.label).trim();
    const row = await rowNamed(file, reason);
    return {
      problem: { file: file.label, row, column: undefined, message: `does not parse: ${text}` },
    };
  }
}

/** Of a malformed JSON the engine names the line after it, and counts no empty ones. */
async function rowNamed(file: ExportFile, reason: string): Promise<number | undefined> {
  const line = Number(/line:? (\d+)/i.exec(reason)?.[1]);
  if (Number.isNaN(line)) return undefined;
  if (file.kind !== 'jsonl') return line;
  const isMalformed = reason.startsWith('Malformed JSON');
  return rowInFile(isMalformed ? line - 1 : line, await gapsIn(file, []));
}

function describe(period: string, summary: Summary): Omit<StagedPeriod, 'file' | 'kept'> {
  const { rows, totals, firstDay, lastDay, lastDaily, lastBilled } = summary;
  const touches = dayRange(firstDay, addDays(lastDay, 1));
  return { period, rows, totals, lastDaily, lastDay, lastBilled, touches };
}

function merge(problems: readonly Problems[]): Problems {
  return {
    first: problems.flatMap(({ first }) => first).slice(0, PROBLEMS_SHOWN),
    count: problems.reduce((n, { count }) => n + count, 0),
  };
}

function unique(warnings: readonly ImportWarning[]): ImportWarning[] {
  const seen = new Map(warnings.map((warning) => [`${warning.code} ${warning.message}`, warning]));
  return [...seen.values()];
}
