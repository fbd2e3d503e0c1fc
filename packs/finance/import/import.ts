/**
 * `brctl finance import`: provider exports -> the ledger. Answers: what came in, what it replaced,
 * and by how much the total moved. Exit codes: 0 imported or unchanged, 1 the files have problems
 * or a period would shrink, 8 another import is running.
 */
import {
  booleanFlag,
  defineCommand,
  type Input,
  type PackContext,
  textFlag,
  usageError,
} from 'brctl/sdk';
import { EXPORT_FORMATS, type ExportFormat } from '../ports/intake.ts';
import { asJson } from './as-json.ts';
import { asTable } from './as-table.ts';
import {
  applyImport,
  type ImportOptions,
  type ImportPlan,
  type ImportPorts,
  planImport,
} from './plan.ts';
import { showingProgress } from './progress.ts';

/** Becomes a folder name and a word in reports. */
const SOURCE = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** The open ports travel with the plan: `apply` needs the lock that `plan` took. */
type Run = ImportPlan & Readonly<{ ports: ImportPorts }>;

export type OpenImportPorts = (context: PackContext) => Promise<ImportPorts>;

export function importCommand(open: OpenImportPorts) {
  return defineCommand<ImportOptions, Run>({
    path: ['import'],
    summary: 'Take provider exports into the ledger.',
    description:
      'Reads FOCUS 1.0–1.4 (CSV, CSV.gz, JSONL, Parquet), legacy AWS CUR and Azure EA exports, ' +
      'or an export folder with its manifest. The unit of replacement is (source, billing ' +
      'period): importing a month again replaces it, importing the same file again changes ' +
      'nothing. A file with a problem changes nothing and exits 1.',
    examples: [
      'brctl finance import december.csv.gz --source aws',
      'brctl finance import exports/focus/ --source aws --dry-run',
      'brctl finance import usage.csv --source azure --format azure-ea --on-error skip',
    ],
    arguments: [
      {
        name: 'path',
        summary: 'export files, or folders with a provider manifest',
        required: true,
        variadic: true,
        completes: 'file',
      },
    ],
    flags: {
      source: {
        type: 'string',
        placeholder: 'NAME',
        summary: 'your name for this feed, e.g. aws, openai, vercel',
      },
      'on-error': {
        type: 'string',
        placeholder: 'ACTION',
        summary: 'abort, or skip rows with problems and write them to a CSV',
        choices: ['abort', 'skip'],
        default: 'abort',
      },
      'allow-shrink': {
        type: 'boolean',
        summary: 'accept that a period loses more than half of its rows or total',
      },
    },
    formats: ['table', 'json'],
    inputFormats: EXPORT_FORMATS,
    dryRun: true,
    parse,
    plan: async (options, context) => {
      const ports = await open(context);
      try {
        const progress = () => ports.intake.progress();
        const planned = await showingProgress(context, progress, planImport(options, ports));
        return { ...planned, ports };
      } catch (error) {
        await ports.close();
        throw error;
      }
    },
    apply: async (run) => ({ ...(await applyImport(run, run.ports)), ports: run.ports }),
    release: async ({ ports, options }) => {
      try {
        // What was decided and could not be put in place is kept for the next import to finish.
        const isLeft = ports.state.unfinishedImports().some(({ id }) => id === options.id);
        if (!isLeft) await ports.intake.discard(options.id);
      } finally {
        await ports.close();
      }
    },
    render: (plan, view) => (view.format === 'json' ? asJson(plan) : asTable(plan, view)),
    outcome: ({ status }) => (status === 'rejected' || status === 'refused' ? 'findings' : 'ok'),
  });
}

function parse(input: Input, context: PackContext): ImportOptions {
  const source = textFlag(input, 'source');
  if (source === undefined) {
    throw usageError(
      'source-missing',
      'which feed is this? --source is not given',
      'name it, e.g. --source aws; importing under the same name replaces its months',
    );
  }
  if (!SOURCE.test(source)) {
    throw usageError(
      'source-invalid',
      `--source "${source}" cannot name a feed`,
      'lower-case letters, digits, dot, dash and underscore, at most 64',
    );
  }
  return {
    source,
    paths: input.arguments,
    format: (input.inputFormat ?? 'auto') as ExportFormat,
    onError: textFlag(input, 'on-error') === 'skip' ? 'skip' : 'abort',
    allowShrink: booleanFlag(input, 'allow-shrink'),
    dryRun: input.dryRun,
    id: context.uniqueId(),
    now: context.now,
  };
}
