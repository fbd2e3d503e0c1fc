/** The e-mail channel towards a server on loopback. */
import { smtpMail } from '../../packs/finance/adapters/smtp/mail.ts';
import type { Notifier } from '../../packs/finance/ports/notifier.ts';
import { channelContext } from './channel-context.ts';

export type MailOptions = Readonly<{
  login?: string;
  query?: string;
  scheme?: string;
  from?: string;
  recipients?: readonly string[];
  ca?: string;
  timeoutMs?: number;
  signal?: AbortSignal;
}>;

export function mailTo(port: number, options: MailOptions = {}): Notifier {
  const { login = '', query = '', scheme = 'smtp', ca, signal, timeoutMs = 20_000 } = options;
  const { from = 'FinOps <finops@example.com>', recipients = ['a@example.com'] } = options;
  const smtpUrl = `${scheme}://${login}127.0.0.1:${port}${query}`;
  return smtpMail({
    context: channelContext(signal),
    channel: { name: 'mail', to: { type: 'email', smtpUrl, from, recipients } },
    timeoutMs,
    ...(ca === undefined ? {} : { ca }),
  });
}
