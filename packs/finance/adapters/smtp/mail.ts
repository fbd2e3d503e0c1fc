/**
 * Notices and reports by e-mail. The Message-ID follows from the row, so mail programs show one
 * that was sent twice once; all of a group are one conversation. Where some recipients are told to
 * wait, only those are sent it again.
 */
import { createHash } from 'node:crypto';
import type { Context } from 'brctl/sdk';
import { createTransport, type NodemailerError, type SMTPTransportOptions } from 'nodemailer';
import type { OutboxRow } from '../../core/alert-state/notice.ts';
import {
  alertEmail,
  type Email,
  isEmailAddress,
  type Mailbox,
  mailboxIn,
  reportEmail,
} from '../../core/notices/email.ts';
import { noticeId } from '../../core/notices/id.ts';
import { alertMessage } from '../../core/notices/message.ts';
import {
  cleaned,
  type Delivery,
  delivered,
  type Handle,
  refused,
  retryLater,
  withHandle,
} from '../../core/notices/outcome.ts';
import { withoutSecrets } from '../../core/notices/secrets.ts';
import type { EmailDestination, Notifier, ResolvedChannel } from '../../ports/notifier.ts';
import { type SmtpServer, smtpServer } from './address.ts';
import { deliveryOfError } from './failure.ts';

export type SmtpOptions = Readonly<{
  context: Pick<Context, 'signal' | 'now'>;
  channel: ResolvedChannel<EmailDestination>;
  timeoutMs?: number;
  /** PEM of an authority to trust; else those that Node trusts. */
  ca?: string;
}>;

const TIMEOUT_MS = 15_000;
/** Connecting, greeting, upgrade, login, envelope and message: each may take its time. */
const STEPS = 6;

export function smtpMail(options: SmtpOptions): Notifier {
  const { smtpUrl } = options.channel.to;
  const password = URL.canParse(smtpUrl) ? new URL(smtpUrl).password : '';
  const found = smtpServer(smtpUrl);
  const secrets = [smtpUrl, password, found.server?.auth?.pass ?? ''];
  const clean = (text: string): string => withoutSecrets(text, secrets);
  const sendAs = async (row: OutboxRow, email: Email, handle: Handle | null) => {
    if (found.server === undefined) {
      return refused('client', `the address of the mail server ${found.problem}`);
    }
    const sending = { ...options, server: found.server, email };
    return cleaned(await send(sending, row, handle), clean);
  };
  return {
    send: (row, handle) => sendAs(row, alertEmail(alertMessage(row)), handle),
    report: (row, handle) => sendAs(row, reportEmail(row.report), handle),
    close: async () => undefined,
  };
}

type Sending = SmtpOptions & Readonly<{ server: SmtpServer; email: Email }>;

async function send(sending: Sending, row: OutboxRow, handle: Handle | null): Promise<Delivery> {
  const { recipients, from } = sending.channel.to;
  const sender = mailboxIn(from);
  if (sender === undefined) return refused('client', 'the sender is no e-mail address');
  const bad = recipients.filter((recipient) => !isEmailAddress(recipient));
  if (bad.length > 0) return refused('client', `${JSON.stringify(bad[0])} is no e-mail address`);
  const id = noticeId(row, (key) => createHash('sha256').update(key).digest('hex'));
  const mail = { id, sender, thread: threadOf(handle, sender), done: doneOf(handle, id) };
  const left = [...new Set(recipients)].filter((recipient) => !mail.done.includes(recipient));
  if (left.length === 0 && mail.done.length === 0) return refused('client', 'nobody to write to');
  if (left.length === 0) return delivered({ thread: mail.thread ?? messageIdOf(mail) });
  return sendTo(left, mail, sending);
}

type Mail = Readonly<{
  id: string;
  sender: Mailbox;
  /** Message-ID of the first mail about the group. */
  thread: string | undefined;
  /** Recipients who have it already. */
  done: readonly string[];
}>;

function messageIdOf({ id, sender }: Pick<Mail, 'id' | 'sender'>): string {
  return `<${id}@${domainOf(sender)}>`;
}

function domainOf({ address }: Mailbox): string {
  const host = address.slice(address.lastIndexOf('@') + 1);
  return /^[A-Za-z0-9.-]+$/.test(host) ? host : 'brctl.invalid';
}

const MESSAGE_ID = /^<[0-9a-f]{64}@[A-Za-z0-9.-]+>$/;

function threadOf(handle: Handle | null, sender: Mailbox): string | undefined {
  const thread = handle?.thread;
  if (typeof thread !== 'string' || !MESSAGE_ID.test(thread)) return undefined;
  return thread.endsWith(`@${domainOf(sender)}>`) ? thread : undefined;
}

function doneOf(handle: Handle | null, id: string): readonly string[] {
  const done = handle?.row === id ? handle.done : undefined;
  return Array.isArray(done) ? done.filter((each) => typeof each === 'string') : [];
}

async function sendTo(
  recipients: readonly string[],
  mail: Mail,
  sending: Sending,
): Promise<Delivery> {
  const { context, timeoutMs = TIMEOUT_MS } = sending;
  const { attachments = [], ...email } = sending.email;
  let isDataSent = false;
  const transport = createTransport(
    transportOptions(sending, (command) => {
      isDataSent ||= command === 'DATA';
    }),
  );
  const thread = mail.thread ?? messageIdOf(mail);
  try {
    const { rejectedErrors = [], accepted } = await transport.sendMail({
      ...email,
      attachments: attachments.map(({ name, mediaType, text }) => ({
        filename: name,
        contentType: `${mediaType}; charset=utf-8`,
        // As bytes: text would be sent with other line breaks.
        content: Buffer.from(text),
        contentTransferEncoding: 'base64',
      })),
      from: { ...mail.sender },
      to: recipients.map((address) => ({ name: '', address })),
      envelope: { from: mail.sender.address, to: [...recipients] },
      messageId: messageIdOf(mail),
      ...(mail.thread === undefined || mail.thread === messageIdOf(mail)
        ? {}
        : { inReplyTo: mail.thread, references: mail.thread }),
      date: context.now,
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      xMailer: false,
      disableFileAccess: true,
      disableUrlAccess: true,
      signal: AbortSignal.any([context.signal, AbortSignal.timeout(timeoutMs * STEPS)]),
    });
    return afterSome(rejectedErrors, { thread, row: mail.id, done: [...mail.done, ...accepted] });
  } catch (cause) {
    const error = cause as NodemailerError;
    const isInterrupted = context.signal.aborted;
    const kept = { thread, row: mail.id, done: mail.done };
    const delivery = deliveryOfError({ error, isDataSent, isInterrupted });
    if (mail.done.length === 0) return delivery;
    // The others have it.
    const isOver = delivery.kind === 'refused' && delivery.cause === 'client';
    return isOver ? delivered({ thread }, delivery.why) : withHandle(delivery, kept);
  } finally {
    transport.close();
  }
}

type Progress = Readonly<{ thread: string; row: string; done: readonly string[] }>;

/** It was taken for somebody; `rejected` may be none. */
function afterSome(rejected: readonly NodemailerError[], progress: Progress): Delivery {
  const waiting = rejected.filter(({ permanent }) => permanent !== true);
  const never = rejected.flatMap(({ permanent, recipient }) =>
    permanent === true && recipient !== undefined ? [recipient] : [],
  );
  const said = (each: NodemailerError | undefined): string =>
    `${each?.recipient ?? 'a recipient'}: ${each?.response ?? each?.message ?? ''}`;
  if (waiting.length > 0) {
    const handle = { ...progress, done: [...progress.done, ...never] };
    return retryLater('server', `not taken yet for ${said(waiting[0])}`, { handle });
  }
  const note = rejected.length === 0 ? undefined : `refused for ${said(rejected[0])}`;
  return delivered({ thread: progress.thread }, note);
}

function transportOptions(
  { server, timeoutMs = TIMEOUT_MS, ca }: Sending,
  onCommand: (command: string) => void,
): SMTPTransportOptions {
  const { host, port, tls, auth } = server;
  return {
    host,
    port,
    secure: tls === 'wrapped',
    ...(tls === 'none' ? { ignoreTLS: true } : { requireTLS: true }),
    ...(auth === undefined ? {} : { auth: { ...auth }, forceAuth: true }),
    ...(ca === undefined ? {} : { tls: { ca } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    // Of interest is only how far it came; nothing of it is printed.
    transactionLog: true,
    logger: commandWatch(onCommand),
  };
}

const nothing = (): void => undefined;

function commandWatch(onCommand: (command: string) => void) {
  const debug = (...told: unknown[]): void => {
    const [entry, text] = told as [{ tnx?: unknown }?, unknown?];
    if (entry?.tnx === 'client' && typeof text === 'string') onCommand(text);
  };
  return { trace: nothing, debug, info: nothing, warn: nothing, error: nothing, fatal: nothing };
}
