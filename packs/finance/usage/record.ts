/**
 * `brctl finance usage record`: one usage reading, typed. Exit codes: 0 recorded or unchanged, 1 it
 * contradicts what is there and was not recorded, 2 it is no reading, 8 another writer.
 */
import { defineCommand, type Input, type PackContext, textFlag, usageError } from 'brctl/sdk';
import { BY_HAND } from '../core/usage/record-words.ts';
import {
  READING_FIELDS,
  type Reading,
  type ReadingText,
  readReading,
  USAGE_KINDS,
} from '../core/usage/usage.ts';
import { applyUsage, planUsage, type UsagePlan } from './intake.ts';
import type { OpenUsage, UsagePorts } from './ports.ts';
import { renderIntake } from './render/intake-text.ts';
import { sourceNamed } from './source.ts';

export type RecordOptions = Readonly<{ reading: Reading; dryRun: boolean }>;

/** The open ports travel with the plan: `apply` needs the lock that `plan` took. */
type Run = UsagePlan & Readonly<{ ports: UsagePorts }>;

export function usageRecordCommand(open: OpenUsage) {
  return defineCommand<RecordOptions, Run>({
    path: ['usage', 'record'],
    summary: 'Record one usage reading.',
    description: DESCRIPTION,
    examples: [
      `${OF} supabase --metric storage --value 7.2 --unit GB --limit 8`,
      `${OF} vercel --metric build_minutes --value 5400 --unit min --kind running`,
    ],
    flags: FLAGS,
    formats: ['table', 'json'],
    dryRun: true,
    parse,
    plan: async ({ reading, dryRun }, context) => {
      const ports = await open(context, { isWriting: !dryRun });
      try {
        return { ...(await planOne(reading, ports)), ports };
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

const OF = 'brctl finance usage record --service';

const DESCRIPTION = [
  'Service and metric are those of usage-alerts-config.yaml. The kind says how it counts: level, a',
  'gauge at an instant; amount, used up between --start and --end, adds up; running, a counter',
  'since --start, read at an instant. A counter without --start began with the day or week that',
  'its name says (daily_commands), else with the month. Instants are UTC, ISO 8601.',
  'It replaces the reading of the same source, service, metric and time. What a service costs, as',
  'in daily_spend, is money of the ledger: that is brctl finance import, and no reading.',
].join('\n');

const FLAGS = {
  service: { type: 'string', placeholder: 'NAME', summary: 'whose usage it is' },
  metric: { type: 'string', placeholder: 'NAME', summary: 'what is used' },
  value: { type: 'string', placeholder: 'NUMBER', summary: 'how much, a plain decimal' },
  unit: { type: 'string', placeholder: 'UNIT', summary: 'of what, e.g. GB, GiB, min, requests, %' },
  limit: { type: 'string', placeholder: 'NUMBER', summary: 'what is allowed, in the same unit' },
  kind: {
    type: 'string',
    placeholder: 'KIND',
    summary: 'how it counts; default: level, or amount with --start',
    choices: USAGE_KINDS,
  },
  at: { type: 'string', placeholder: 'INSTANT', summary: 'when it was read; default: now' },
  start: { type: 'string', placeholder: 'INSTANT', summary: 'since when, of amount and running' },
  end: { type: 'string', placeholder: 'INSTANT', summary: 'until when, of an amount' },
  source: {
    type: 'string',
    placeholder: 'NAME',
    summary: 'your name for where it comes from',
    default: BY_HAND,
  },
} as const;

function parse(input: Input, context: PackContext): RecordOptions {
  const source = sourceNamed(textFlag(input, 'source'));
  const typed: ReadingText = Object.fromEntries(
    READING_FIELDS.map((field) => [field, textFlag(input, field)]),
  );
  const isNow = typed.at === undefined && typed.end === undefined && !isAmount(typed);
  const text = isNow ? { ...typed, at: context.now.toISOString() } : typed;
  const read = readReading(text, { source, nowMs: context.now.getTime() });
  if (read.problems === undefined) return { reading: read.reading, dryRun: input.dryRun };
  const { field, message } = read.problems[0]!;
  throw usageError(
    'reading-invalid',
    `--${field} ${message}`,
    'for example --service supabase --metric storage --value 7.2 --unit GB',
  );
}

function isAmount({ kind, start }: ReadingText): boolean {
  return kind === 'amount' || (kind === undefined && start !== undefined);
}

async function planOne(reading: Reading, ports: UsagePorts): Promise<UsagePlan> {
  const problem = ({ field, message }: { field: string; message: string }) => ({
    ...{ file: undefined, line: undefined, column: undefined },
    message: `--${field} ${message}`,
  });
  const input = { source: reading.source, files: [], problems: [], problemCount: 0 };
  return planUsage({ ...input, incoming: [{ reading, problem }] }, ports);
}
