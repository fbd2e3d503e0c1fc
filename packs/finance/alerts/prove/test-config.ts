/**
 * `brctl finance alerts test`: unit tests of an alert config. A virtual clock, charges and readings
 * as they come in, and every notice that is to be told; whatever else is told fails.
 */
import { dirname, join, resolve } from 'node:path';
import {
  type Command,
  defineCommand,
  type Input,
  type PackContext,
  place,
  textFlag,
  usageError,
} from 'brctl/sdk';
import type { AlertConfig } from '../../core/alert-config/config.ts';
import type { AlertTest, AlertTestSuite } from '../../core/alert-simulation/suite.ts';
import { type TestVerdict, tryOut } from '../../core/alert-simulation/verdict.ts';
import type { BudgetsConfig } from '../../core/budget.ts';
import { oneLine } from '../../core/one-line.ts';
import type { AlertTestFiles, ReadFile } from '../../ports/alert-tests.ts';
import type { ConfigProblem } from '../../ports/settings.ts';
import { type Tell, tellEvaluations, tellingHowFar } from '../simulated-progress.ts';
import { misfits } from './fit.ts';
import type { OpenProve } from './ports.ts';
import { failuresIn, type Proof, type ProvenFile } from './proof.ts';
import { refuseProblems } from './refuse.ts';
import { renderProof } from './render.ts';

export type ProveOptions = Readonly<{ files: readonly string[]; run: string | undefined }>;

const OWN = 'usage-alerts-test.yaml';

export function alertsTestCommand(open: OpenProve): Command<ProveOptions, Proof> {
  return defineCommand<ProveOptions, Proof>({
    path: ['alerts', 'test'],
    summary: 'Unit tests of the alert config: what comes in, and whom it has to tell.',
    description: DESCRIPTION,
    examples: [
      'brctl finance alerts test',
      'brctl finance alerts test usage-alerts-test.yaml --run openai',
      'brctl finance alerts test usage-alerts-test.yaml --format json',
    ],
    arguments: [
      {
        name: 'file',
        summary: `files of tests; else config/finance/${OWN}`,
        variadic: true,
        completes: 'file',
      },
    ],
    flags: {
      run: {
        type: 'string',
        placeholder: 'NAME',
        summary: 'only tests with this in their name, in whatever case',
      },
    },
    formats: ['table', 'json'],
    parse: (input: Input) => ({ files: input.arguments, run: textFlag(input, 'run') }),
    plan: (options, context) => plan(options, context, open),
    render: renderProof,
    outcome: (proof) => (failuresIn(proof) > 0 ? 'findings' : 'ok'),
  });
}

const DESCRIPTION = [
  'Plays each test by a virtual clock through the config that its file names (else the one of the',
  'target) and compares what would be told: each notice that is expected has to come, and nothing',
  'else. Nothing is read from the ledger, written or sent. Automated actions are no part of it:',
  'none is taken, and none of their notices told.',
  'A source is complete as after a real import: the last day of an open month is not, until the',
  'next one comes.',
  'The notation of series is that of promtool test rules; the playbook of the pack has all of it.',
  'Exit code 1: a test fails. 2: a file of tests is wrong; every problem is said with its place.',
].join('\n');

async function plan(
  { files, run }: ProveOptions,
  context: PackContext,
  open: OpenProve,
): Promise<Proof> {
  const ports = await open(context);
  const asked = files.length > 0 ? files : [join(context.target.config, OWN)];
  const read: Loaded[] = [];
  for (const file of asked) read.push(await load(file, context.cwd, ports.files));
  refuseProblems(
    read.flatMap(({ problems }) => problems),
    context,
  );
  const proven = await tellingHowFar(context, async (tell) =>
    read.map((each) => prove(each, run, tell)),
  );
  if (run !== undefined && proven.every(({ verdicts }) => verdicts.length === 0)) {
    const names = read.flatMap(({ suite }) => suite!.tests.map(({ name }) => name));
    throw usageError('run-unknown', `--run ${run}: no test has that in its name`, named(names));
  }
  return { files: proven };
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `"${oneLine(name)}"`);
  return `there is ${shown.join(', ')}${names.length > 5 ? ' and more' : ''}`;
}

type Loaded = Readonly<{
  file: string;
  suite: AlertTestSuite | undefined;
  config: AlertConfig | undefined;
  budgets: BudgetsConfig | undefined;
  problems: readonly ConfigProblem[];
}>;

async function load(file: string, cwd: string, files: AlertTestFiles): Promise<Loaded> {
  const path = resolve(cwd, file);
  const read = await files.suite(path);
  const problems = read.problems.map((each) => ({ ...each, file }));
  const suite = read.value;
  if (suite === undefined) {
    return { file, suite, config: undefined, budgets: undefined, problems };
  }
  const beside = (name: string) => resolve(dirname(path), name);
  const configFile = suite.config && beside(suite.config.value);
  const config = await files.alerts(configFile);
  const budgets = await budgetsOf(suite, { configFile, config: config.value, beside, files });
  const unfit =
    config.value === undefined ? [] : misfits(suite.tests, { config: config.value, file });
  return {
    ...{ file, suite, config: config.value, budgets: budgets.value },
    problems: [...problems, ...config.problems, ...budgets.problems, ...unfit],
  };
}

type Beside = Readonly<{
  configFile: string | undefined;
  config: AlertConfig | undefined;
  beside(name: string): string;
  files: AlertTestFiles;
}>;

/** Those that are named, else those beside the config; a config on its own has no budget lines. */
async function budgetsOf(
  { budgets }: AlertTestSuite,
  { configFile, config, beside, files }: Beside,
): Promise<ReadFile<BudgetsConfig>> {
  if (budgets !== undefined) return files.budgets(beside(budgets.value));
  if (configFile === undefined) return files.budgets(undefined);
  const file = join(dirname(configFile), 'budgets.yaml');
  if (files.exists(file)) return files.budgets(file);
  const codes = (config?.ladders ?? []).flatMap(({ metric }) =>
    metric.of === 'cost' && metric.currency !== undefined ? [metric.currency] : [],
  );
  return { file, value: { currency: codes[0] ?? 'USD', lines: [], services: [] }, problems: [] };
}

function prove(
  { file, suite, config, budgets }: Loaded,
  run: string | undefined,
  tell: Tell,
): ProvenFile {
  const { tests } = suite!;
  const asked = run?.toLowerCase();
  const chosen = tests.filter(
    ({ name }) => asked === undefined || name.toLowerCase().includes(asked),
  );
  const decided = { config: config!, budgets: budgets! };
  const verdicts = chosen.map((test, i) => {
    const ticked = tellEvaluations(tell, `test ${i + 1} of ${chosen.length}`);
    return tryOutOf(test, decided, { file, ticked });
  });
  return { file, ...decided, verdicts, skipped: tests.length - chosen.length };
}

function tryOutOf(
  test: AlertTest,
  decided: Pick<ProvenFile, 'config' | 'budgets'>,
  { file, ticked }: Readonly<{ file: string; ticked: ReturnType<typeof tellEvaluations> }>,
): TestVerdict {
  try {
    return tryOut(test, decided, ticked);
  } catch (error) {
    if (!(error instanceof RangeError) || !error.message.startsWith('more than')) throw error;
    const at = place({ file, ...test.at });
    throw usageError(
      'test-too-long',
      `${at}: "${oneLine(test.name)}" takes ${error.message}`,
      HINT,
    );
  }
}

const HINT = 'a longer interval, or an earlier until';
