/** Actions for programs: `brctl.finance/alert-actions/v1`, of one shape also when empty. */
import type { ActionView } from '../action-list.ts';

export function actionsAsJson(view: ActionView): unknown {
  const { actions, entries, held, would, sending, isDryRun, isBusy } = view;
  return {
    schema: 'brctl.finance/alert-actions/v1',
    dry_run: isDryRun,
    busy: isBusy,
    actions: actions.map(({ id, instance }) => ({
      id,
      ...instance.subject,
      state: instance.phase,
      since: new Date(instance.phaseMs).toISOString(),
      reason: instance.why,
      ends: instance.endMs === null ? null : new Date(instance.endMs).toISOString(),
      estimate: instance.estimate,
      approved_by: instance.approvedBy,
      attempts: instance.attempts,
      undoable: instance.before !== null,
    })),
    journal: entries.map(({ id, action, entry }) => ({
      id,
      action,
      sequence: entry.sequence,
      at: new Date(entry.atMs).toISOString(),
      from: entry.from,
      to: entry.to,
      reason: entry.why,
      by: entry.by,
      comment: entry.comment,
    })),
    held: held.map(({ id, held: { subject, why } }) => ({ id, ...subject, reason: why })),
    would,
    notices: (sending?.sent ?? []).map(({ id, channel, outcome }) => ({
      id,
      channel,
      outcome: outcome.kind,
      note: (outcome.kind === 'delivered' ? outcome.note : outcome.why) ?? null,
    })),
  };
}
