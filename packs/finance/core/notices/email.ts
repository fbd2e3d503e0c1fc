/** A notice or a report as an e-mail, and whom one can be sent to. */

import type { Attachment, ReportMail } from '../alert-state/notice.ts';
import { oneLine } from '../one-line.ts';
import { clipped } from './clip.ts';
import { messageHtml } from './html.ts';
import type { AlertMessage } from './message.ts';
import { messageText } from './text.ts';

/** What lists of mails show; a line of a header holds 998. */
export const SUBJECT_MAX = 200;

export type Email = Readonly<{
  subject: string;
  text: string;
  html?: string;
  attachments?: readonly Attachment[];
}>;

export function alertEmail(message: AlertMessage): Email & Readonly<{ html: string }> {
  return {
    subject: clipped(oneLine(message.title), SUBJECT_MAX),
    text: messageText(message),
    html: messageHtml(message),
  };
}

/** Plain: whoever wants to work with it has the attachments. */
export function reportEmail({ title, text, attachments }: ReportMail): Email {
  return { subject: clipped(oneLine(title), SUBJECT_MAX), text, attachments };
}

/** RFC 5321: 64 before the @, 254 in all. */
const ADDRESS = /^[^\s@<>(),;:"[\]\\\p{C}]{1,64}@[^\s@<>(),;:"[\]\\\p{C}]{1,253}$/u;
const ADDRESS_MAX = 254;

/** Nothing that could be a second address, a name or the end of a header. */
export function isEmailAddress(text: string): boolean {
  return text.length <= ADDRESS_MAX && ADDRESS.test(text) && !/\.\.|^\.|@\.|\.@|\.$/.test(text);
}

export type Mailbox = Readonly<{ name: string; address: string }>;

/** `someone@example.com` or `FinOps <someone@example.com>`; undefined for anything else. */
export function mailboxIn(text: string): Mailbox | undefined {
  const named = /^\s*"?([^"<>@\\\p{C}]*?)"?\s*<([^<>]+)>\s*$/u.exec(text);
  const mailbox = { name: named?.[1]?.trim() ?? '', address: named?.[2] ?? text.trim() };
  return isEmailAddress(mailbox.address) ? mailbox : undefined;
}
