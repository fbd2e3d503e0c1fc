/** A notice as an HTML e-mail: one page without images, styles from elsewhere or scripts. */

import type { Severity } from '../alert-config/severity.ts';
import type { AlertMessage, Field, MessageAlert } from './message.ts';
import { LISTED_MAX, statusWord } from './text.ts';

const COLOUR: Readonly<Record<Severity | 'ended', string>> = {
  emergency: '#7b1fa2',
  critical: '#c62828',
  warning: '#b26a00',
  info: '#1565c0',
  ended: '#2e7d32',
};

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}

export function messageHtml(message: AlertMessage): string {
  const { title, why, at, alerts } = message;
  const left = alerts.length - LISTED_MAX;
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>`,
    '<body style="font-family:sans-serif;font-size:14px;line-height:1.4">',
    `<h1 style="font-size:16px">${escapeHtml(title)}</h1>`,
    `<p>Why: ${escapeHtml(why)}<br>At: ${escapeHtml(at)}</p>`,
    ...alerts.slice(0, LISTED_MAX).map(alertHtml),
    ...(left > 0 ? [`<p>And ${left} more.</p>`] : []),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function alertHtml(each: MessageAlert): string {
  const { alert, severity, name, why, message, fields } = each;
  const colour = COLOUR[alert.status === 'firing' ? severity : 'ended'];
  return [
    `<h2 style="font-size:14px;border-left:4px solid ${colour};padding-left:8px">`,
    `${statusWord(alert.status)} ${severity} ${escapeHtml(name)}</h2>`,
    ...(message === undefined ? [] : [`<p>${escapeHtml(message)}</p>`]),
    '<table cellpadding="2" style="font-size:14px">',
    rowHtml('Why', escapeHtml(why)),
    ...fields.map((field) => rowHtml(field.label, fieldHtml(field, each))),
    '</table>',
  ].join('\n');
}

function fieldHtml({ key, text }: Field, { runbookUrl }: MessageAlert): string {
  if (key !== 'runbook' || runbookUrl === undefined) return escapeHtml(text);
  return `<a href="${escapeHtml(runbookUrl)}">${escapeHtml(text)}</a>`;
}

function rowHtml(label: string, html: string): string {
  return `<tr><td style="color:#666;padding-right:12px">${label}</td><td>${html}</td></tr>`;
}
