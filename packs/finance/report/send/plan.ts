/** Which reports go out, of which days, and to whom: reads and decides, and changes nothing. */
import { type BrctlError, isBrctlError, suggest, usageError } from 'brctl/sdk';
import type { AlertConfig, ReportSchedule } from '../../core/alert-config/config.ts';
import { occurrenceUntil } from '../../core/alert-config/occurrence.ts';
import { reportChannel } from '../../core/alert-config/report-channel.ts';
import type { ReportRow } from '../../core/alert-state/notice.ts';
import { dayOf } from '../../core/day.ts';
import {
  comingReport,
  type Due,
  daysReported,
  dueOf,
  isKnown,
  type ReportDays,
  type ScheduleMemory,
} from '../../core/report-schedule/due.ts';
import { type ReportAnswer, readReport } from '../read.ts';
import { reportMail } from './content.ts';
import type { Reach, ReportSendPorts } from './ports.ts';

export type SendOptions = Readonly<{
  /** Of the one to send now; undefined: whatever is due. */
  name: string | undefined;
  /** The instant that is asked about, which may have passed. */
  askedMs: number;
  now: Date;
}>;

/** Why nothing of a schedule goes out. */
export type Idle =
  /** Nothing has come since the last one. */
  | 'not due'
  /** From now on what comes is due. */
  | 'first seen'
  /** It has `schedule: manual`. */
  | 'by hand'
  /** A report was written for that occurrence. */
  | 'written before'
  /** Of the same days, when its schedule had other times. */
  | 'reported before';

/** An occurrence that nothing goes out for. */
export type Passed = Readonly<{ occurrenceMs: number; days: ReportDays }>;

/** One that is due, and could not be made; the next run tries again. */
export type Unmade = Readonly<{
  problem: BrctlError;
  days: ReportDays;
  /** What it would have been, without what is in it. */
  row: ReportRow;
}>;

export type PlannedReport = Readonly<{
  schedule: ReportSchedule;
  /** The next occurrence after the instant; null for one by hand. */
  nextMs: number | null;
}> &
  (
    | Readonly<{ idle: Idle; passed?: Passed; unmade?: undefined; row?: undefined }>
    | Readonly<{ idle?: undefined; unmade: Unmade; row?: undefined }>
    | Readonly<{
        idle?: undefined;
        unmade?: undefined;
        row: ReportRow;
        days: ReportDays;
        answer: ReportAnswer;
        reach: Reach;
      }>
  );

/** In the order of the config. */
export async function planReports(
  options: SendOptions,
  config: AlertConfig,
  ports: ReportSendPorts,
): Promise<readonly PlannedReport[]> {
  const known = new Map(ports.outbox.schedules().map((each) => [each.name, each]));
  const planned: PlannedReport[] = [];
  for (const schedule of asked(options, config)) {
    const memory = known.get(schedule.name);
    const { nextMs } = comingReport(schedule, options.askedMs);
    const found = choose(schedule, { ...options, memory }, ports);
    const outcome =
      typeof found === 'string'
        ? { idle: found }
        : (passedBy(schedule, found, { options, memory, ports }) ??
          (await write(schedule, found, { options, config, ports })));
    planned.push({ schedule, nextMs, ...outcome });
  }
  return planned;
}

function asked(
  { name }: SendOptions,
  { reports }: Pick<AlertConfig, 'reports'>,
): readonly ReportSchedule[] {
  if (name === undefined) return reports.filter(({ isEnabled }) => isEnabled);
  const found = reports.find((each) => each.name === name);
  if (found === undefined) {
    const names = reports.map((each) => each.name);
    const meant = suggest(name, names);
    throw usageError(
      'report-unknown',
      `--name ${name}: reporting has no such report`,
      meant === undefined ? `it has ${names.join(', ') || 'none'}` : `did you mean ${meant}?`,
    );
  }
  if (found.isEnabled) return [found];
  throw usageError(
    'report-disabled',
    `--name ${name}: this report is switched off`,
    `put enabled: true below reporting.${name} in usage-alerts-config.yaml`,
  );
}

type Known = SendOptions & Readonly<{ memory: ScheduleMemory | undefined }>;

function choose(
  { name, schedule }: ReportSchedule,
  { name: named, askedMs, memory }: Known,
  { outbox }: Pick<ReportSendPorts, 'outbox'>,
): Due | Idle {
  const unlessWritten = (due: Due): Due | Idle =>
    outbox.isWritten(name, due.occurrenceMs) ? 'written before' : due;
  if (schedule === 'manual') {
    return named === undefined ? 'by hand' : unlessWritten({ occurrenceMs: askedMs, missed: 0 });
  }
  if (named !== undefined) {
    const occurrenceMs = occurrenceUntil(schedule, askedMs);
    return occurrenceMs === undefined ? 'not due' : unlessWritten({ occurrenceMs, missed: 0 });
  }
  const due = dueOf(schedule, memory, askedMs);
  if (due !== undefined) return unlessWritten(due);
  return memory !== undefined && isKnown(schedule, memory, askedMs) ? 'not due' : 'first seen';
}

type Asked = Readonly<{
  options: SendOptions;
  memory: ScheduleMemory | undefined;
  ports: Pick<ReportSendPorts, 'outbox'>;
}>;

/** The first one of a schedule whose times were changed may be of days that were reported. */
function passedBy(
  schedule: ReportSchedule,
  { occurrenceMs }: Due,
  { options: { askedMs }, memory, ports }: Asked,
): Readonly<{ idle: Idle; passed: Passed }> | undefined {
  const { name, schedule: cron } = schedule;
  if (cron === 'manual') return undefined;
  const isSame = memory !== undefined && isKnown(cron, memory, askedMs);
  if (isSame && memory.lastMs !== null && memory.lastMs > memory.sinceMs) return undefined;
  const days = daysReported(schedule, occurrenceMs);
  const isReported = ports.outbox.isReported(name, days.label, isSame ? memory.sinceMs : askedMs);
  return isReported ? { idle: 'reported before', passed: { occurrenceMs, days } } : undefined;
}

type World = Readonly<{ options: SendOptions; config: AlertConfig; ports: ReportSendPorts }>;

async function write(schedule: ReportSchedule, due: Due, { options, config, ports }: World) {
  const { now } = options;
  const { name } = schedule;
  const { occurrenceMs, missed } = due;
  const channel = reportChannel(config, schedule);
  const days = daysReported(schedule, occurrenceMs);
  const group = JSON.stringify(['report', name, occurrenceMs]);
  const addressed = {
    key: group,
    channel: channel.name,
    route: 'reporting',
    // Of its own for each occurrence: one that failed holds up no later one, and none overtakes it.
    group,
    sequence: 1,
    atMs: now.getTime(),
  };
  try {
    const answer = await readReport(
      {
        ...{ range: days.range, week: days.week?.label, basis: 'effective' },
        ...{ today: dayOf(now), withHistory: true },
      },
      ports.report,
    );
    const report = reportMail({ schedule, due, days, answer, generated: now });
    const row: ReportRow = { ...addressed, report };
    return { row, days, answer, reach: await ports.reach(channel) };
  } catch (problem) {
    // It holds up no other report, and nothing that waits.
    if (!isBrctlError(problem)) throw problem;
    const title = `${name} of ${days.label}`;
    const report = { schedule: name, occurrenceMs, missed, title, text: '', period: days.label };
    return {
      unmade: { problem, days, row: { ...addressed, report: { ...report, attachments: [] } } },
    };
  }
}
