/**
 * Moves of actions as rows of the outbox: the same shape as notices of alerts, about a rule of the
 * action's own (`action/switch_to_ollama`), so that a pager has an incident for what is done which
 * is not that of the alert, and Slack a thread.
 */

import { channelsFor, type Routing } from '../alert-config/route.ts';
import { compareSeverity, type Severity } from '../alert-config/severity.ts';
import type { NoticeRow } from '../alert-state/notice.ts';
import { notesOf, severityIn } from '../notices/annotation.ts';
import type { ActionEntry, ActionInstance, ActionPhase } from './action.ts';

export type Tell = Readonly<{
  routing: Routing;
  /** The instance as it is after the entry. */
  instance: ActionInstance;
  entry: ActionEntry;
  /** What people call the instance: `actions approve 1f2e3d4c`. */
  id: string;
}>;

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

/** One for each channel that hears of the alert; failures are critical at least. */
export function actionRows({ routing, instance, entry, id }: Tell): readonly NoticeRow[] {
  const { key, subject, alert } = instance;
  const severity = severityOf(instance, entry);
  const rule = `action/${subject.action}`;
  const message = `${subject.action} ${WORDS[entry.to]}: ${wordsOf({ instance, entry, id })}`;
  const told = {
    ...alert,
    fingerprint: JSON.stringify([rule, key]),
    rule,
    scope: subject.scope === 'all' ? subject.rule : `${subject.rule} ${subject.scope}`,
    status: ENDED.includes(entry.to) ? ('resolved' as const) : ('firing' as const),
    why: 'action' as const,
    endedMs: ENDED.includes(entry.to) ? entry.atMs : null,
    labels: { ...alert.labels, severity, action: subject.action },
    annotations: { ...alert.annotations, message },
  };
  return channelsFor(routing, severity).map((channel) => ({
    key: JSON.stringify([channel, 'action', key, entry.sequence]),
    channel,
    route: 'action',
    group: JSON.stringify(['action', key]),
    sequence: entry.sequence,
    reason: 'action',
    headline: 'action',
    atMs: entry.atMs,
    alerts: [told],
  }));
}

function severityOf({ alert }: ActionInstance, { to }: ActionEntry): Severity {
  const severity = severityIn(alert.labels);
  const isGrave = GRAVE.includes(to) && compareSeverity(severity, 'critical') < 0;
  return isGrave ? 'critical' : severity;
}

/** Which numbers it acts on is said each time. */
function wordsOf({ instance, entry, id }: Omit<Tell, 'routing'>): string {
  const { estimate, alert } = instance;
  const numbers = estimate === 'estimated' ? 'estimated numbers' : 'reported numbers';
  const freshness = notesOf(alert.annotations).freshness;
  const data = freshness === undefined ? numbers : `${numbers}, ${freshness}`;
  const who = entry.by === null ? '' : ` (${entry.by}${said(entry.comment)})`;
  const next =
    entry.to === 'waiting-approval'
      ? `; brctl finance alerts actions approve ${id} --by … --comment …`
      : '';
  return `${entry.why}${who}; on ${data}${next}`;
}

function said(comment: string | null): string {
  return comment === null ? '' : `: ${comment}`;
}
