/**
 * `brctl finance reports send`: the reports of `reporting` in usage-alerts-config.yaml, each once
 * per occurrence of its schedule, however often this runs.
 *
 * Exit codes: 0 what was due is sent, or nothing was; 3 or 4 something was not made, or did not
 * arrive.
 */
import {
  BrctlError,
  booleanFlag,
  type Command,
  defineCommand,
  type ErrorDetails,
  type ErrorKind,
  type Input,
  type PackContext,
  textFlag,
  usageError,
} from 'brctl/sdk';
import type { AlertConfig } from '../../core/alert-config/config.ts';
import { isReportChannel, reportChannelName } from '../../core/alert-config/report-channel.ts';
import type { ReportRow } from '../../core/alert-state/notice.ts';
import { fallbackRows } from '../../core/alert-state/send-fallback.ts';
import { type SendReport, shortfallOf } from '../../core/alert-state/sending.ts';
import { formatInstant, parseInstant } from '../../core/usage/instant.ts';
import { type PlannedReport, planReports, type SendOptions, type Unmade } from './plan.ts';
import type { OpenReportSend, ReportSendPorts } from './ports.ts';
import { renderReportSend } from './render.ts';

export type ReportSendOptions = SendOptions & Readonly<{ dryRun: boolean }>;

export type ReportSendPlan = Readonly<{
  options: ReportSendOptions;
  config: AlertConfig;
  reports: readonly PlannedReport[];
  /** Names of those that another run wrote in the meantime. */
  overtaken: ReadonlySet<string>;
  /** Undefined: nothing was sent. */
  sending: SendReport | undefined;
  ports: ReportSendPorts;
}>;

export function reportSendCommand(
  open: OpenReportSend,
): Command<ReportSendOptions, ReportSendPlan> {
  return defineCommand<ReportSendOptions, ReportSendPlan>({
    path: ['reports', 'send'],
    summary: 'Send the reports that are due by their schedules.',
    description: DESCRIPTION,
    examples: [
      'brctl finance reports send --dry-run',
      'brctl finance reports send --name weekly_report --as-of 2025-12-29 --dry-run',
    ],
    flags: {
      due: { type: 'boolean', summary: 'what is due by its schedule; the same as without' },
      name: {
        type: 'string',
        placeholder: 'NAME',
        summary: 'only this one, now: of its newest occurrence, if that was not sent before',
      },
      'as-of': {
        type: 'string',
        placeholder: 'WHEN',
        summary: 'as if it were then: an instant, or the end of a day (UTC)',
      },
    },
    formats: ['table', 'json'],
    dryRun: true,
    parse,
    plan: async (options, context) => {
      const ports = await open(context, { readOnly: options.dryRun });
      try {
        const config = await ports.settings.alerts();
        const reports = config.isEnabled ? await planReports(options, config, ports) : [];
        return { options, config, reports, overtaken: new Set(), sending: undefined, ports };
      } catch (error) {
        await ports.close();
        throw error;
      }
    },
    apply,
    release: ({ ports }) => ports.close(),
    render: renderReportSend,
    outcome: ({ reports, sending }) => {
      const shortfall = sending && shortfallOf(sending);
      const failure = worstOf(shortfall, shortfallIn(reports));
      if (failure === undefined) return 'ok';
      const { kind, ...said } = failure;
      throw new BrctlError(kind, said);
    },
  });
}

type Failure = ErrorDetails & Readonly<{ kind: ErrorKind }>;

/** What could not even be made; a dry run knows it, too. */
function shortfallIn(reports: readonly PlannedReport[]): Failure | undefined {
  const failed = reports.flatMap(({ schedule: { name }, unmade }) =>
    unmade === undefined ? [] : [{ name, ...unmade }],
  );
  const [first] = failed;
  if (first === undefined) return undefined;
  const { name, problem } = first;
  const { kind, code, hint } = problem;
  const count = failed.length === 1 ? '1 report was' : `${failed.length} reports were`;
  return {
    kind,
    code,
    hint,
    message: `${count} not made: ${name}: ${problem.message}`,
    cause: problem,
  };
}

/** A wrong password is said first: nothing arrives until it is mended. */
function worstOf(sent: Failure | undefined, made: Failure | undefined): Failure | undefined {
  return sent?.kind === 'auth' ? sent : (made ?? sent);
}

const DESCRIPTION = [
  'Run it from cron, as often as you like: of each enabled report in reporting of',
  'config/finance/usage-alerts-config.yaml the newest occurrence that has passed is sent once, by',
  'mail, with the server of the first e-mail channel. Earlier ones that no run came for are',
  'counted in it and not sent; what lies before a schedule was first seen is not due.',
  'It reports on what lies between two occurrences, so that every day is in one report: once a day',
  'on the day before, once a week on the week (Monday to Sunday) before, once a month on the month',
  'before, else on the days since the occurrence before: on Mondays of MON-FRI that is Friday to',
  'Sunday. Or it reports on what period says.',
  'What does not arrive is tried again by later runs, and given up after a day: brctl finance',
  'alerts outbox list.',
  'One that cannot be made holds up no other: the fallback is told once, and each run tries again.',
  'Exit code 3 or 4: a report could not be made or delivered.',
].join('\n');

function parse(input: Input, { now }: PackContext): ReportSendOptions {
  const name = textFlag(input, 'name');
  if (name !== undefined && booleanFlag(input, 'due')) {
    throw usageError('report-unclear', '--due and --name both say which reports', 'give one');
  }
  const text = textFlag(input, 'as-of');
  const askedMs = text === undefined ? now.getTime() : instantGiven(text, now);
  return { name, askedMs, now, dryRun: input.dryRun };
}

const DAY_MS = 86_400_000;

/** Of a day its end, or now where it is not over. */
function instantGiven(text: string, now: Date): number {
  let ms: number;
  try {
    ms = parseInstant(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const hint = 'for example 2025-12-29 or 2025-12-29T09:00:00Z';
    throw usageError('as-of-invalid', `--as-of: ${error.message}`, hint);
  }
  if (ms > now.getTime()) {
    const hint = `now is ${formatInstant(now.getTime())}`;
    throw usageError('as-of-in-future', `--as-of ${text} has not come yet`, hint);
  }
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  return isDay ? Math.min(ms + DAY_MS - 1, now.getTime()) : ms;
}

/** Written first, each in one transaction with the memory of it; then sent. */
async function apply(plan: ReportSendPlan): Promise<ReportSendPlan> {
  const { options, config, reports, ports } = plan;
  if (!config.isEnabled) return plan;
  const nowMs = options.now.getTime();
  ports.outbox.see(
    config.reports.flatMap(({ name, isEnabled, schedule }) =>
      isEnabled && schedule !== 'manual' ? [{ name, cron: schedule }] : [],
    ),
    nowMs,
  );
  const overtaken = new Set<string>();
  const told = new Set<string>();
  for (const each of reports) {
    const { schedule, row, idle, unmade } = each;
    if (unmade !== undefined) for (const channel of tellOf(unmade, plan)) told.add(channel);
    if (idle !== undefined && each.passed !== undefined) {
      ports.outbox.pass(schedule.name, each.passed.occurrenceMs, nowMs);
    }
    if (row === undefined) continue;
    if (ports.outbox.queue(row, nowMs)) remember(each, plan);
    else overtaken.add(schedule.name);
  }
  const { name } = options;
  const isAsked = (channel: string): boolean =>
    told.has(channel) ||
    (name === undefined ? isReportChannel(channel) : channel === reportChannelName(name));
  return { ...plan, overtaken, sending: await ports.send(config, isAsked) };
}

/** Whoever waits for it hears why; what another command holds is free again soon. */
function tellOf(
  { row, problem }: Unmade,
  { options: { now }, config, ports }: ReportSendPlan,
): readonly string[] {
  if (problem.kind === 'locked') return [];
  const nowMs = now.getTime();
  const why = `it could not be made: ${problem.message}`;
  return ports.outbox.tell(row, fallbackRows({ row, why, nowMs }, config), nowMs);
}

/** What was said, so that a later import can tell that it changed. */
function remember(
  { row, answer: { report } }: Extract<PlannedReport, { row: ReportRow }>,
  { options, ports }: ReportSendPlan,
): void {
  const units = report.total.actual?.exact;
  if (units === undefined) return;
  const { period, basis, currency } = report;
  const { start, end } = period;
  const file = row.report.attachments[0]?.name ?? row.report.schedule;
  ports.report.state.recordReport({
    ...{ start, end, basis, currency, units },
    ...{ at: options.now, file },
  });
}
