/** Actions for people: a line for each, then what moved, then why others do not. */

import { clip, renderTable, type View } from 'brctl/sdk';
import type { SendReport } from '../../core/alert-state/sending.ts';
import { oneLine } from '../../core/one-line.ts';
import type { ActionView } from '../action-list.ts';

export function actionsAsText(shown: ActionView, { paint, isTTY, width }: View): string {
  const { actions, entries, held, would, sending, isDryRun, isBusy, showsJournal } = shown;
  if (isBusy) return 'another process is carrying out actions; nothing was done here\n';
  const table = (titles: string, rows: readonly (readonly string[])[]): string => {
    const columns = titles.split(',').map((title) => ({ title }));
    const lines = renderTable({ columns, rows: rows.map((row) => row.map(oneLine)) });
    const fitting = lines.trimEnd().split('\n');
    const [head = '', ...rest] = isTTY ? fitting.map((line) => clip(line, width)) : fitting;
    return `${[paint.bold(head), ...rest].join('\n')}\n`;
  };
  const parts: string[] = [];
  if (actions.length > 0) {
    const rows = actions.map(({ id, instance }) => [
      id,
      instance.subject.action,
      instance.subject.rule,
      instance.subject.period ?? '-',
      instance.phase,
      instantText(instance.phaseMs),
      instance.why,
    ]);
    parts.push(table('Id,Action,Rule,Period,State,Since,Why', rows));
  }
  if (showsJournal && entries.length > 0) {
    const rows = entries.map(({ id, action, entry }) => [
      instantText(entry.atMs),
      id,
      action,
      `${entry.from} > ${entry.to}`,
      entry.by ?? '-',
      entry.comment === null ? entry.why : `${entry.why}: ${entry.comment}`,
    ]);
    parts.push(table(`${isDryRun ? 'Would' : 'At'},Id,Action,Move,By,Why`, rows));
  }
  if (held.length > 0) {
    const rows = held.map(({ id, held: { subject, why } }) => [
      id,
      subject.action,
      subject.rule,
      subject.period ?? '-',
      why,
    ]);
    parts.push(table('Id,Held back,Rule,Period,Why', rows));
  }
  if (would.length > 0) {
    const rows = would.map(({ action, does, terms }) => [action, does, terms]);
    parts.push(table('Action,Does,Terms', rows));
  }
  const notices = sending === undefined ? [] : noticeRows(sending);
  if (notices.length > 0) parts.push(table('Notice,Channel,State,Why', notices));
  if (parts.length > 0) return parts.join('\n');
  return isDryRun ? 'nothing would be done\n' : 'no actions\n';
}

/** What arrived, what did not, and channels to which nothing could be sent. */
function noticeRows({ sent, blocked }: SendReport): readonly (readonly string[])[] {
  return [
    ...sent.map(({ id, channel, outcome }) => [
      id.slice(0, 12),
      channel,
      outcome.kind === 'queued' ? 'later' : outcome.kind,
      (outcome.kind === 'delivered' ? outcome.note : outcome.why) ?? '-',
    ]),
    ...blocked.map(({ channel, why }) => ['-', channel, 'waits', why]),
  ];
}

function instantText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}
