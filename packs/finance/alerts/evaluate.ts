/**
 * `brctl finance alerts evaluate`: every rule with its value, threshold, state and reason.
 *
 * Exit 1 when something fires, or cannot be told because its data is missing or too old, or when an
 * action needs somebody. The plan
 * asks the ledger once for each basis and the readings once, however many rules there are.
 */
import {
  type BrctlError,
  type Command,
  defineCommand,
  type Input,
  type PackContext,
  usageError,
} from 'brctl/sdk';
import { needsLook } from '../core/actions/outcome.ts';
import { deliveryChannels } from '../core/alert-config/integration.ts';
import type { ChargeCell } from '../core/alert-rules/charges.ts';
import { judgeAlerts } from '../core/alert-rules/evaluate.ts';
import { type ChargeBasis, evaluationQuestion } from '../core/alert-rules/question.ts';
import { needsSomebody } from '../core/alert-rules/row.ts';
import { settleAlerts } from '../core/alert-rules/settle.ts';
import { DAY_MS } from '../core/alert-rules/span.ts';
import type { Advance } from '../core/alert-state/advance.ts';
import { NOTHING } from '../core/alert-state/memory.ts';
import { bothSent } from '../core/alert-state/sending.ts';
import { type Day, dayOf, formatDay } from '../core/day.ts';
import type { AlertBefore } from '../ports/alert-state.ts';
import type { Freshness } from '../ports/state.ts';
import type { EvaluatePorts, OpenEvaluate } from './evaluate-ports.ts';
import type { Evaluation } from './evaluation.ts';
import { writeMetrics } from './metrics/write.ts';
import { renderEvaluation } from './render/evaluation.ts';
import { sendDue } from './send/send.ts';
import { requireSent } from './send/send-report.ts';
import { dayFlag } from './when.ts';

export type EvaluateOptions = Readonly<{
  asOf: Day;
  /** The clock of the evaluation: now, or the end of an earlier day. */
  nowMs: number;
  /** Of an earlier day: what was remembered since is not known then. */
  isPast: boolean;
  /** A dry run, or a look back: nothing is remembered or sent. */
  isLook: boolean;
  /** How it will be printed. */
  format: string;
}>;

export type EvaluatePlan = Evaluation &
  Readonly<{
    ports: EvaluatePorts;
    isLook: boolean;
    freshness: readonly Freshness[];
    /** Why the metrics could not be written; said when all else is done. */
    unwritten: BrctlError | undefined;
  }>;

export function alertsEvaluateCommand(open: OpenEvaluate): Command<EvaluateOptions, EvaluatePlan> {
  return defineCommand<EvaluateOptions, EvaluatePlan>({
    path: ['alerts', 'evaluate'],
    summary: 'Work out every alert rule, remember its state, and tell whoever has to know.',
    description: DESCRIPTION,
    examples: [
      'brctl finance alerts evaluate',
      'brctl finance alerts evaluate --dry-run',
      'brctl finance alerts evaluate --as-of 2025-12-28 --format json',
    ],
    flags: {
      'as-of': {
        type: 'string',
        placeholder: 'DAY',
        summary: 'look back: as of the end of that day (UTC); nothing is remembered or sent',
      },
    },
    formats: ['table', 'json', 'csv', 'md'],
    dryRun: true,
    parse,
    plan: (options, context) => plan(options, context, open),
    apply,
    release: ({ ports }) => ports.close(),
    render: renderEvaluation,
    outcome: ({ rows, sending, acted, unwritten }) => {
      if (sending !== undefined) requireSent(sending);
      if (unwritten !== undefined) throw unwritten;
      const isLookedAt = acted !== undefined && needsLook(acted);
      return rows.some(needsSomebody) || isLookedAt ? 'findings' : 'ok';
    },
  });
}

const DESCRIPTION = [
  'Computes each rule of config/finance/usage-alerts-config.yaml from the ledger and the usage',
  'readings. A rule whose data is missing or older than its freshness limit is stale: it never',
  'counts as 0 and resolves nothing. Earlier periods are listed while late data may come for them',
  'and something is going on: until their sources are complete to the end, and some days more.',
  'Days are UTC days and weeks ISO weeks.',
  'States are kept in state.db and notices sent through its outbox: run it as often as you like,',
  'from cron or by hand, and everybody is told once. What does not arrive is tried again by later',
  'runs: brctl finance alerts outbox list.',
  'Exit code 1: something fires or is stale, or an action failed, drifted or waits for approval. 3',
  'or 4: a notice could not be delivered, or (3) the metrics that integrations.prometheus asks for',
  'could not be written.',
].join('\n');

function parse(input: Input, { now }: PackContext): EvaluateOptions {
  const today = dayOf(now);
  const asOf = dayFlag(input, 'as-of');
  const { format } = input;
  const current = { asOf: today, nowMs: now.getTime(), isPast: false, format };
  if (asOf === undefined) return { ...current, isLook: input.dryRun };
  if (asOf > today) {
    const hint = `today is ${formatDay(today)} (UTC)`;
    throw usageError('day-in-future', `--as-of ${formatDay(asOf)} has not come yet`, hint);
  }
  if (asOf === today) return { ...current, isLook: true };
  return { asOf, nowMs: (asOf + 1) * DAY_MS - 1, isPast: true, isLook: true, format };
}

async function plan(
  options: EvaluateOptions,
  context: PackContext,
  open: OpenEvaluate,
): Promise<EvaluatePlan> {
  const stdout = options.format === 'table' ? 'out' : 'err';
  const ports = await open(context, { readOnly: options.isLook, stdout });
  try {
    const { config, judged, freshness } = await judge(options, ports);
    const before = beforeOf(options, ports);
    const { asOf, nowMs, isLook } = options;
    const { evaluation } = evaluationOf({ asOf, nowMs, config, judged }, before);
    return { ...evaluation, ports, isLook, freshness, unwritten: undefined };
  } catch (error) {
    await ports.close();
    throw error;
  }
}

/** The same again in the light of what is remembered by now, written down, and told. */
async function apply(plan: EvaluatePlan): Promise<EvaluatePlan> {
  const { ports, config, nowMs, isLook } = plan;
  if (isLook || !config.isEnabled) return plan;
  const advanced = ports.alerts.advance(nowMs, (before) => evaluationOf(plan, before));
  let { unwritten, acted } = plan;
  const send = () =>
    sendDue(
      { ...ports.send, store: ports.alerts },
      { config: { ...config, channels: deliveryChannels(config) } },
    );
  // First, for what follows may take long, and a later run may be done before.
  if (advanced.kind === 'advanced') {
    unwritten = await writeMetrics(ports.metrics, { ...plan, ...advanced.result.evaluation });
  }
  // People hear of it at once, however long it takes to act.
  let sending = await send();
  if (advanced.kind === 'advanced') {
    const records = advanced.result.alerts.map(({ record }) => record);
    acted = await ports.act(config, records);
    // What the actions have to say.
    if (acted !== undefined) sending = bothSent(sending, await send());
  }
  // Overtaken by a later run, which has told what there was to tell.
  if (advanced.kind === 'superseded') return { ...plan, notices: [], isTold: true, sending, acted };
  return { ...plan, ...advanced.result.evaluation, isTold: true, sending, acted, unwritten };
}

function beforeOf({ isPast }: EvaluateOptions, { alerts }: EvaluatePorts): AlertBefore {
  const before = alerts.peek();
  return isPast ? { ...before, memory: NOTHING, undelivered: new Set() } : before;
}

async function judge(
  { asOf, nowMs }: EvaluateOptions,
  { warehouse, usage, state, settings }: EvaluatePorts,
): Promise<Pick<EvaluatePlan, 'config' | 'judged' | 'freshness'>> {
  const config = await settings.alerts();
  if (!config.isEnabled) return { config, judged: [], freshness: [] };
  const budgets = await settings.budgets();
  // The files decide what there is: a source whose folder was removed is gone.
  const present = new Set((await warehouse.periods()).map(({ source }) => source));
  const freshness = state.freshness().filter(({ source }) => present.has(source));
  const asked = { config, budgets, asOf, nowMs, freshness };
  const question = evaluationQuestion(asked);
  const cells = new Map<ChargeBasis, readonly ChargeCell[]>();
  for (const each of question.charges) cells.set(each.basis, await warehouse.aggregate(each));
  const readings = question.windows.length === 0 ? [] : await usage.totals(question.windows);
  return { config, freshness, judged: judgeAlerts({ ...asked, cells, readings }) };
}

type Evaluated = Pick<Advance, 'memory' | 'rows' | 'alerts'> & Readonly<{ evaluation: Evaluation }>;

/** What is judged, in the light of what is remembered. Pure: it runs inside a transaction. */
export function evaluationOf(
  { config, judged, asOf, nowMs }: Pick<Evaluation, 'config' | 'judged' | 'asOf' | 'nowMs'>,
  before: AlertBefore,
): Evaluated {
  const given = { config, judged, asOf, nowMs, isTold: false };
  const later = { sending: undefined, acted: undefined };
  const { table, ...done } = settleAlerts(judged, { config, nowMs }, before);
  return { ...done, evaluation: { ...given, ...later, rows: table, notices: done.rows } };
}
