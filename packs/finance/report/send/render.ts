/** What goes out, or would, for people and as `brctl.finance/report-send/v1`. */
import { toJson, type View } from 'brctl/sdk';
import { reportChannelName } from '../../core/alert-config/report-channel.ts';
import type { SendReport, Sent } from '../../core/alert-state/sending.ts';
import { formatDay } from '../../core/day.ts';
import { oneLine } from '../../core/one-line.ts';
import { formatInstant } from '../../core/usage/instant.ts';
import { spokenRange } from '../render/period-text.ts';
import { notesOn, sizeOf } from './content.ts';
import type { Idle, PlannedReport } from './plan.ts';
import type { ReportSendPlan } from './send.ts';

export function renderReportSend(plan: ReportSendPlan, view: View): string {
  return view.format === 'json' ? toJson(asJson(plan)) : asText(plan, view);
}

function asText(plan: ReportSendPlan, view: View): string {
  const { config, reports, sending } = plan;
  if (!config.isEnabled) return 'global.enabled is false, so no report is sent\n';
  const blocks = reports.map((each) => blockOf(each, plan, view));
  const lines = sending === undefined ? [] : sendingLines(sending, view);
  const all = [...blocks, ...(lines.length === 0 ? [] : [lines])];
  if (all.length === 0) return 'no report has a schedule that is on\n';
  return all.map((block) => block.map((line) => `${line}\n`).join('')).join('\n');
}

const LABEL_WIDTH = 10;

function blockOf(
  each: PlannedReport,
  { overtaken, options }: ReportSendPlan,
  { paint }: View,
): readonly string[] {
  const { schedule, nextMs } = each;
  const line = (label: string, text: string): string => `  ${label.padEnd(LABEL_WIDTH)}${text}`;
  const name = paint.bold(schedule.name);
  const next = nextMs === null ? [] : [line('next', formatInstant(nextMs))];
  if (each.unmade !== undefined) {
    const { problem, days, row } = each.unmade;
    return [
      `${name}  cannot be made, due ${formatInstant(row.report.occurrenceMs)}`,
      line('period', periodText(days.label, spokenRange(days.range))),
      line(paint.red('failed'), oneLine(problem.message)),
      ...(problem.hint === undefined ? [] : [line('hint', oneLine(problem.hint))]),
      ...next,
    ];
  }
  if (each.row === undefined) return [`${name}  ${idleText(each)}`, ...next];
  const { row, days, reach } = each;
  const { report } = row;
  const verb = options.dryRun ? 'would be sent' : 'written';
  const state = overtaken.has(schedule.name) ? 'another run has written it' : verb;
  return [
    `${name}  ${state}, due ${formatInstant(report.occurrenceMs)}`,
    line('period', periodText(days.label, spokenRange(days.range))),
    line('subject', oneLine(report.title)),
    line('to', reach.recipients.join(', ') || 'nobody'),
    ...report.attachments.map((file) => line('attached', `${file.name}, ${bytesText(file.text)}`)),
    ...notesOn(schedule, report).map((note) => line('note', note)),
    ...(reach.problem === undefined ? [] : [line(paint.yellow('waits'), reach.problem)]),
    ...next,
  ];
}

function periodText(label: string, days: string): string {
  return `${label} (${days})`;
}

function bytesText(text: string): string {
  const bytes = sizeOf(text);
  return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
}

function idleText({ schedule, idle, passed }: Extract<PlannedReport, { idle: Idle }>): string {
  switch (idle) {
    case 'not due':
      return 'not due';
    case 'first seen':
      return 'is seen for the first time; what came before is not sent';
    case 'by hand':
      return `only by hand: brctl finance reports send --name ${schedule.name}`;
    case 'written before':
      return 'was written before: brctl finance alerts outbox list';
    case 'reported before':
      return `${passed?.days.label} was reported before its times were changed`;
    default:
      return idle satisfies never;
  }
}

/** One line each. */
function sendingLines({ sent, blocked, waiting }: SendReport, { paint }: View): readonly string[] {
  return [
    ...sent.map(({ channel, outcome }) => {
      switch (outcome.kind) {
        case 'delivered': {
          const note = outcome.note === undefined ? '' : `, ${outcome.note}`;
          return `${paint.green('delivered')}  ${channel}${note}`;
        }
        case 'queued':
          return `${paint.yellow('later')}      ${channel}: ${outcome.why}`;
        case 'dead':
          return `${paint.red('dead')}       ${channel}: ${outcome.why}`;
        default:
          return outcome satisfies never;
      }
    }),
    ...blocked.map(({ channel, why }) => `${paint.yellow('waits')}      ${channel}: ${why}`),
    ...(waiting === 0 ? [] : [`${waiting} not arrived: brctl finance alerts outbox list`]),
  ];
}

function asJson({ options, config, reports, overtaken, sending }: ReportSendPlan): unknown {
  return {
    schema: 'brctl.finance/report-send/v1',
    as_of: formatInstant(options.askedMs),
    enabled: config.isEnabled,
    dry_run: options.dryRun,
    reports: reports.map((each) => reportJson(each, overtaken)),
    sending: sending === undefined ? null : sendingJson(sending),
  };
}

function reportJson(each: PlannedReport, overtaken: ReadonlySet<string>): unknown {
  const { schedule, nextMs, row, unmade } = each;
  const { days, occurrenceMs, missed } = askedOf(each);
  const reach = row === undefined ? undefined : each.reach;
  const mail = row?.report;
  return {
    name: schedule.name,
    channel: reportChannelName(schedule.name),
    state: stateOf(each, overtaken).replaceAll(' ', '-'),
    occurrence: occurrenceMs === undefined ? null : formatInstant(occurrenceMs),
    next: nextMs === null ? null : formatInstant(nextMs),
    missed,
    period: days?.label ?? null,
    start: days === undefined ? null : formatDay(days.range.start),
    end: days === undefined ? null : formatDay(days.range.end),
    subject: mail?.title ?? null,
    text: mail?.text ?? null,
    recipients: reach?.recipients ?? [],
    problem: unmade?.problem.message ?? reach?.problem ?? null,
    attachments: (mail?.attachments ?? []).map(({ name, mediaType, text }) => ({
      name,
      media_type: mediaType,
      bytes: sizeOf(text),
    })),
    notes: mail === undefined ? [] : notesOn(schedule, mail),
  };
}

function stateOf(
  { schedule, idle, unmade }: PlannedReport,
  overtaken: ReadonlySet<string>,
): string {
  if (unmade !== undefined) return 'not made';
  return idle ?? (overtaken.has(schedule.name) ? 'overtaken' : 'due');
}

/** Which occurrence it is about, if any. */
function askedOf(each: PlannedReport) {
  if (each.idle !== undefined) {
    const { days, occurrenceMs } = each.passed ?? {};
    return { days, occurrenceMs, missed: 0 };
  }
  const { row, days } = each.unmade ?? each;
  const { occurrenceMs, missed } = row.report;
  return { days, occurrenceMs, missed };
}

function sendingJson({ sent, blocked, waiting, nextMs }: SendReport): unknown {
  return {
    sent: sent.map(sentJson),
    blocked: blocked.map(({ channel, why }) => ({ channel, reason: why })),
    waiting,
    next_at: nextMs === null ? null : formatInstant(nextMs),
  };
}

function sentJson({ id, channel, headline, attempts, outcome, fallback }: Sent): unknown {
  return {
    id,
    channel,
    headline,
    outcome: outcome.kind,
    attempts,
    note: (outcome.kind === 'delivered' ? outcome.note : outcome.why) ?? null,
    next_at: outcome.kind === 'queued' ? formatInstant(outcome.nextMs) : null,
    told_instead: fallback,
  };
}
