/**
 * `brctl finance usage import`: files of usage readings -> the store. Exit codes: 0 recorded or
 * unchanged, 1 something in the files is wrong and nothing was recorded, 8 another writer.
 */
import { defineCommand, type Input, type PackContext, textFlag } from 'brctl/sdk';
import { BY_HAND } from '../core/usage/record-words.ts';
import { readReading } from '../core/usage/usage.ts';
import type { UsageFile } from '../ports/usage-files.ts';
import {
  applyUsage,
  type Incoming,
  PROBLEMS_SHOWN,
  planUsage,
  type UsageInput,
  type UsagePlan,
  type UsageProblem,
} from './intake.ts';
import type { OpenUsage, UsagePorts } from './ports.ts';
import { renderIntake } from './render/intake-text.ts';
import { sourceNamed } from './source.ts';

export type UsageImportOptions = Readonly<{
  source: string;
  paths: readonly string[];
  dryRun: boolean;
  nowMs: number;
}>;

/** The open ports travel with the plan: `apply` needs the lock that `plan` took. */
type Run = UsagePlan & Readonly<{ ports: UsagePorts }>;

export function usageImportCommand(open: OpenUsage) {
  return defineCommand<UsageImportOptions, Run>({
    path: ['usage', 'import'],
    summary: 'Take usage readings from files.',
    description: DESCRIPTION,
    examples: [
      'brctl finance usage import readings.csv',
      'brctl finance usage import vercel.jsonl supabase.json --source dashboards --dry-run',
    ],
    arguments: [
      {
        name: 'file',
        summary: 'CSV, JSON or JSONL; - is stdin',
        required: true,
        variadic: true,
        completes: 'file',
      },
    ],
    flags: {
      source: {
        type: 'string',
        placeholder: 'NAME',
        summary: 'your name for where they come from',
        default: BY_HAND,
      },
    },
    formats: ['table', 'json'],
    dryRun: true,
    parse,
    plan: async (options, context) => {
      const ports = await open(context, { isWriting: !options.dryRun });
      try {
        return { ...(await planUsage(await readFiles(options, ports), ports)), ports };
      } catch (error) {
        await ports.close();
        throw error;
      }
    },
    apply: async (run) => ({ ...(await applyUsage(run, run.ports)), ports: run.ports }),
    release: ({ ports }) => ports.close(),
    render: renderIntake,
    outcome: ({ status }) => (status === 'rejected' ? 'findings' : 'ok'),
  });
}

const DESCRIPTION = [
  'A reading has service and metric (as usage-alerts-config.yaml calls them), value, unit, and',
  'where known limit, in columns of a CSV with a header or keys of JSON objects. Its kind says how',
  'it counts: level, a gauge (at); amount, used up between start and end, adds up; running, a',
  'counter since start, read at an instant (at). A counter without start began with the day or',
  'week that its name says (daily_commands), else with the month. Instants are UTC, ISO 8601.',
  'Units convert where that is exact: kB to PB, KiB to PiB, ms to weeks, k and M.',
  'A reading replaces one of the same source, service, metric and time; the same file again',
  'changes nothing. A file with a problem changes nothing and exits 1.',
].join('\n');

function parse(input: Input, context: PackContext): UsageImportOptions {
  return {
    source: sourceNamed(textFlag(input, 'source')),
    paths: input.arguments,
    dryRun: input.dryRun,
    nowMs: context.now.getTime(),
  };
}

async function readFiles(
  { source, paths, nowMs }: UsageImportOptions,
  ports: UsagePorts,
): Promise<UsageInput> {
  const incoming: Incoming[] = [];
  const problems: UsageProblem[] = [];
  let problemCount = 0;
  for (const path of paths) {
    const file = await ports.files.read(path);
    const told = file.troubles.map(({ place, message }) => ({
      ...{ file: file.label, line: place?.line, column: place?.column, message },
    }));
    for (const each of told) problems.push(each);
    problemCount += told.length;
    for (const [i, row] of file.rows.entries()) {
      const read = readReading(row.text, { source, nowMs });
      const problem: Incoming['problem'] = (field) => problemOf(file, i, field);
      if (read.problems === undefined) incoming.push({ reading: read.reading, problem });
      // A place takes work, so only what will be shown gets one.
      else if (problems.length < PROBLEMS_SHOWN) problems.push(...read.problems.map(problem));
      problemCount += read.problems?.length ?? 0;
    }
  }
  return { source, files: paths, incoming, problems: inOrder(problems, paths), problemCount };
}

/** As they stand in the files. */
function inOrder(problems: readonly UsageProblem[], paths: readonly string[]): UsageProblem[] {
  const rank = ({ file }: UsageProblem): number => paths.indexOf(file ?? '');
  return [...problems].sort(
    (a, b) =>
      rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
}

function problemOf(
  { label, rows }: UsageFile,
  i: number,
  { field, message }: Parameters<Incoming['problem']>[0],
): UsageProblem {
  return { file: label, ...rows[i]!.placeOf(field), message: `${field} ${message}` };
}
