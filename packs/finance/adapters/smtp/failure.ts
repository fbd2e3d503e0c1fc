/** What goes wrong with a mail, as an outcome: 4xx passes, 5xx does not (RFC 5321, 4.2.1). */
import type { NodemailerError } from 'nodemailer';
import { type Delivery, refused, retryLater } from '../../core/notices/outcome.ts';

export type Attempt = Readonly<{
  error: NodemailerError;
  /** DATA was sent: from here on the mail may have been taken. */
  isDataSent: boolean;
  isInterrupted: boolean;
}>;

export function deliveryOfError({ error, isDataSent, isInterrupted }: Attempt): Delivery {
  const { code, message } = error;
  const why = `the mail server said: ${error.response ?? message}`;
  // Somebody in between may say so, to be told everything in the open.
  const isAboutTls = code === 'ETLS';
  if (error.responseCode !== undefined && !isAboutTls) return byReply(error, why);
  if (isInterrupted) return retryLater('interrupted', 'was interrupted', { maybe: isDataSent });
  const broken = `the mail server ${reasonOf(error)}`;
  switch (code) {
    case 'EAUTH':
    case 'ENOAUTH':
      return refused('auth', `the mail server offers no login that fits: ${message}`);
    case 'ETIMEDOUT':
    case 'EABORT':
      return retryLater('timeout', 'the mail server did not answer in time', {
        maybe: isDataSent,
      });
    case 'EMESSAGE':
    case 'EENVELOPE':
      return refused('client', message);
    default:
      return retryLater('network', broken, { maybe: isDataSent });
  }
}

/** All recipients may be refused for reasons of their own; one that may pass is worth a try. */
function byReply(error: NodemailerError, why: string): Delivery {
  const { code, responseCode = 0, rejectedErrors = [] } = error;
  const isAuth = code === 'EAUTH' || responseCode === 530 || responseCode === 535;
  const isPassing =
    error.permanent === false || rejectedErrors.some(({ permanent }) => permanent === false);
  if (isPassing) return retryLater(isAuth ? 'auth' : 'server', why);
  return refused(isAuth ? 'auth' : 'client', why);
}

function reasonOf({ code, originalCode, message }: NodemailerError): string {
  switch (originalCode ?? code) {
    case 'ECONNREFUSED':
      return 'refused the connection';
    case 'EDNS':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'has no address at the moment';
    case 'ETLS':
      return `did not agree on TLS: ${message}`;
    case 'ECONNECTION':
    case 'ECONNRESET':
    case 'EPIPE':
      return 'closed the connection';
    default:
      return `could not be talked to: ${message}`;
  }
}
