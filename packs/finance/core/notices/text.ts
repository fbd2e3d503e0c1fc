/** A notice as plain text: for terminals, and for e-mail that shows no HTML. */
import type { AlertMessage, MessageAlert } from './message.ts';

/** More than anybody reads; whoever needs all has the webhook and the file. */
export const LISTED_MAX = 100;

const LABEL_WIDTH = 18;

/** Ends in a line break. */
export function messageText(message: AlertMessage): string {
  const { title, why, at, alerts } = message;
  const left = alerts.length - LISTED_MAX;
  const blocks = [
    [title],
    [`Why: ${why}`, `At: ${at}`],
    ...alerts.slice(0, LISTED_MAX).map(alertLines),
    ...(left > 0 ? [[`And ${left} more.`]] : []),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function alertLines({ alert, severity, name, why, message, fields }: MessageAlert): string[] {
  return [
    `${statusWord(alert.status)} ${severity} ${name}`,
    ...(message === undefined ? [] : [`  ${message}`]),
    `  ${'Why'.padEnd(LABEL_WIDTH)}${why}`,
    ...fields.map(({ label, text }) => `  ${label.padEnd(LABEL_WIDTH)}${text}`),
  ];
}

export function statusWord(status: 'firing' | 'resolved'): string {
  return status === 'firing' ? 'FIRING' : 'ENDED';
}
