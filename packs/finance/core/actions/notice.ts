/**
 * Moves of actions as rows of the outbox: the same shape as notices of alerts, about a rule of the
 * action's own (`action/switch_to_ollama`), so that a pager has an incident for what is done which
 * is not that of the alert, and Slack a thread.
 *
 * What came of it is told, and before that only what asks for somebody. The same silences, windows
 * and hours keep it quiet as keep alerts quiet: what is muted is not told, the journal has it; what
 * comes outside of a channel's hours waits until they begin.
 */

import { nextActive } from '../alert-config/active-hours.ts';
import type { AlertConfig, Channel } from '../alert-config/config.ts';
import { wayOf } from '../alert-config/route.ts';
import { compareSeverity, type Severity } from '../alert-config/severity.ts';
import { scheduledWindows } from '../alert-config/window-times.ts';
import { type HandOpened, manualMutes } from '../alert-rules/manual-mutes.ts';
import type { NoticeRow } from '../alert-state/notice.ts';
import { compileMutes, type Silence } from '../alert-state/silence.ts';
import { notesOf, severityIn } from '../notices/annotation.ts';
import type { ActionEntry, ActionInstance, ActionPhase } from './action.ts';
import { retriesText } from './blocked.ts';
import { definitionOf } from './definition.ts';

/** Whom it would be told to, and what keeps it quiet. */
export type Telling = Readonly<{
  config: Pick<AlertConfig, 'channels' | 'definitions' | 'escalation' | 'fallback' | 'windows'>;
  silences: readonly Silence[];
  /** Opened by hand; the others are in the config. */
  windows: readonly HandOpened[];
}>;

export type Tell = Readonly<{
  /** As it was before the move; undefined: there was none. */
  from: ActionInstance | undefined;
  /** The instance as it is after the entry. */
  instance: ActionInstance;
  entry: ActionEntry;
  /** What people call the instance: `actions approve 1f2e3d4c`. */
  id: string;
}>;

/** `notBeforeMs`: the channel is not to be disturbed until then. */
export type ActionRow = Readonly<{ row: NoticeRow; notBeforeMs: number }>;

const WORDS: Readonly<Record<ActionPhase, string>> = {
  idle: 'not done after all',
  'waiting-approval': 'waits for approval',
  armed: 'is about to act',
  switching: 'acts now',
  switched: 'done',
  restoring: 'is being undone',
  restored: 'undone',
  failed: 'failed',
  drifted: 'not undone: somebody else has changed it',
};

/** Somebody has to look, whatever the alert was worth. */
const GRAVE: readonly ActionPhase[] = ['failed', 'drifted'];

/** Nothing is left to look at. */
const ENDED: readonly ActionPhase[] = ['idle', 'restored'];

/** What follows by itself; what comes of it is told. */
const PASSING: readonly ActionPhase[] = ['armed', 'switching', 'restoring'];

/** The rows of a move, and the instance with what it remembers of them. */
export function tellMove(
  telling: Telling,
  tell: Tell,
): Readonly<{ instance: ActionInstance; rows: readonly ActionRow[] }> {
  const { instance, entry } = tell;
  const { config, silences } = telling;
  const severity = severityOf(instance, entry);
  const { told: channels, repeatMs } = wayOf(config, severity);
  const row = rowOf(tell, config, severity);
  const windows = [
    ...scheduledWindows(config.windows, entry.atMs),
    ...manualMutes(config.windows, telling.windows),
  ];
  const muting = compileMutes({ silences, windows }, entry.atMs)(row.labels);
  const isMuted = muting.silences.length + muting.windows.length > 0;
  if (isMuted || !isNews(instance, entry, repeatMs)) return { instance, rows: [] };
  const { to: phase, why, atMs } = entry;
  return {
    instance: { ...instance, told: { phase, why, atMs } },
    rows: channels.flatMap((channel) => {
      const notBeforeMs = wakesMs(channel, atMs);
      return notBeforeMs === undefined ? [] : { row: row.to(channel.name), notBeforeMs };
    }),
  };
}

/** A failure that repeats is no news, until the alert itself would be told again. */
function isNews(
  { told }: ActionInstance,
  { to, why, atMs }: ActionEntry,
  repeatMs: number | undefined,
): boolean {
  if (PASSING.includes(to)) return false;
  // An end is told to those who heard of the beginning.
  if (ENDED.includes(to)) return told !== null && !ENDED.includes(told.phase);
  const isSame = to === 'failed' && told?.phase === to && told.why === why;
  return !isSame || (repeatMs !== undefined && atMs - told.atMs >= repeatMs);
}

function wakesMs({ hours }: Channel, nowMs: number): number | undefined {
  return hours === undefined ? nowMs : nextActive(hours, nowMs);
}

function rowOf(tell: Tell, config: Telling['config'], severity: Severity) {
  const { instance, entry } = tell;
  const { key, subject, alert } = instance;
  const rule = `action/${subject.action}`;
  const message = `${subject.action} ${WORDS[entry.to]}: ${wordsOf(tell)}${nextOf(tell, config)}`;
  const labels = { ...alert.labels, severity, action: subject.action };
  const told = {
    ...alert,
    fingerprint: JSON.stringify([rule, key]),
    rule,
    scope: subject.scope === 'all' ? subject.rule : `${subject.rule} ${subject.scope}`,
    status: ENDED.includes(entry.to) ? ('resolved' as const) : ('firing' as const),
    why: 'action' as const,
    endedMs: ENDED.includes(entry.to) ? entry.atMs : null,
    labels,
    annotations: { ...alert.annotations, message },
  };
  const to = (channel: string): NoticeRow => ({
    key: JSON.stringify([channel, 'action', key, entry.sequence]),
    channel,
    route: 'action',
    group: JSON.stringify(['action', key]),
    sequence: entry.sequence,
    reason: 'action',
    headline: 'action',
    atMs: entry.atMs,
    alerts: [told],
  });
  return { labels, to };
}

/** Whoever heard that it failed hears how that ended. */
function severityOf({ alert, told }: ActionInstance, { to }: ActionEntry): Severity {
  const severity = severityIn(alert.labels);
  const isGrave = GRAVE.includes(to) || (told !== null && GRAVE.includes(told.phase));
  return isGrave && compareSeverity(severity, 'critical') < 0 ? 'critical' : severity;
}

/** Which numbers it acts on is said each time, and of what was done, why. */
function wordsOf({ from, instance, entry }: Tell): string {
  const { estimate, alert } = instance;
  const numbers = estimate === 'estimated' ? 'estimated numbers' : 'reported numbers';
  const freshness = notesOf(alert.annotations).freshness;
  const data = freshness === undefined ? numbers : `${numbers}, ${freshness}`;
  const who = entry.by === null ? '' : ` (${entry.by}${said(entry.comment)})`;
  return `${because(from)}${entry.why}${who}; on ${data}`;
}

/** What somebody has to do, or what follows by itself. */
function nextOf({ instance, entry, id }: Tell, { definitions }: Telling['config']): string {
  if (entry.to === 'waiting-approval') {
    return `; brctl finance alerts actions approve ${id} --by … --comment …`;
  }
  const definition = definitionOf(definitions, instance.subject.action);
  const retries = definition && retriesText(instance, definition);
  return retries === undefined ? '' : `; ${retries}`;
}

/** The move before it was not told, and had the reason. */
function because(from: ActionInstance | undefined): string {
  const isUntold = from?.phase === 'switching' || from?.phase === 'restoring';
  return isUntold && from.attempts === 1 && from.why !== '' ? `${from.why}; ` : '';
}

function said(comment: string | null): string {
  return comment === null ? '' : `: ${comment}`;
}
