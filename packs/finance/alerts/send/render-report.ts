/** What was sent, for people and for scripts. */
import type { Paint } from 'brctl/sdk';
import type { SendReport, Sent } from '../../core/alert-state/sending.ts';
import { formatInstant } from '../../core/usage/instant.ts';

/** One line each; no text where there was nothing to do. */
export function sendingText(report: SendReport, paint: Paint): string {
  const { sent, blocked, waiting, nextMs, dead } = report;
  const lines = [
    ...sent.map((each) => sentLine(each, paint)),
    ...blocked.map(({ channel, why }) => `${paint.yellow('waits')}      ${channel}: ${why}`),
  ];
  if (waiting > 0) {
    const next = nextMs === null ? '' : `, the next one is due at ${formatInstant(nextMs)}`;
    lines.push(`${waiting} ${waiting === 1 ? 'notice has' : 'notices have'} not arrived${next}`);
  }
  if (dead > 0) {
    const given = `${dead} ${dead === 1 ? 'notice was' : 'notices were'} given up`;
    lines.push(`${given}: brctl finance alerts outbox list`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

function sentLine({ id, channel, headline, outcome, fallback }: Sent, paint: Paint): string {
  const what = `${channel}: ${headline} (${shortId(id)})`;
  switch (outcome.kind) {
    case 'delivered': {
      const note = outcome.note === undefined ? '' : `, ${outcome.note}`;
      return `${paint.green('delivered')}  ${what}${note}`;
    }
    case 'queued':
      return `${paint.yellow('later')}      ${what}: ${outcome.why}`;
    case 'dead': {
      const told = fallback.length === 0 ? '' : `; told to ${fallback.join(', ')}`;
      return `${paint.red('dead')}       ${what}: ${outcome.why}${told}`;
    }
    default:
      return outcome satisfies never;
  }
}

/** Enough to tell rows apart, and to name one. */
export function shortId(id: string): string {
  return id.slice(0, 12);
}

export function sendingJson({ sent, blocked, waiting, nextMs }: SendReport) {
  return {
    sent: sent.map(({ id, channel, headline, attempts, outcome, isTelling, fallback }) => ({
      id,
      channel,
      headline,
      outcome: outcome.kind,
      attempts,
      cause: outcome.kind === 'delivered' ? null : outcome.cause,
      note: (outcome.kind === 'delivered' ? outcome.note : outcome.why) ?? null,
      maybe: outcome.kind === 'delivered' ? false : outcome.maybe,
      next_at: outcome.kind === 'queued' ? formatInstant(outcome.nextMs) : null,
      tells_of_failure: isTelling,
      told_instead: fallback,
    })),
    blocked: blocked.map(({ channel, why }) => ({ channel, reason: why })),
    waiting,
    next_at: nextMs === null ? null : formatInstant(nextMs),
  };
}
