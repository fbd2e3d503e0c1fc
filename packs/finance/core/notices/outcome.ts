/**
 * What became of a notice that was sent: delivered, worth another try, or refused for good. Values,
 * not exceptions, so that one loop decides about all channels.
 */
import { oneLine } from '../one-line.ts';
import { clipped } from './clip.ts';

/** What a channel wants to know again of the same group: plain JSON, and nobody else's business. */
export type Handle = Readonly<Record<string, string | number | readonly string[]>>;

export const CAUSES = [
  /** Key, token, password or permission. */
  'auth',
  'rate-limited',
  /** What was sent, or where: it will not be taken however often it is tried. */
  'client',
  'server',
  /** Not reached. */
  'network',
  'timeout',
  /** Ctrl-C. */
  'interrupted',
] as const;
export type Cause = (typeof CAUSES)[number];

export type Delivery =
  | Readonly<{
      kind: 'delivered';
      handle: Handle | undefined;
      /** Worth saying though it arrived: one of the recipients was refused. */
      note: string | undefined;
    }>
  | Readonly<{
      kind: 'retry-later';
      cause: Cause;
      why: string;
      /** What the other side asked for; undefined: whoever tries again decides. */
      afterMs: number | undefined;
      /** It may have arrived all the same. */
      maybe: boolean;
      /** How far it came. */
      handle: Handle | undefined;
    }>
  | Readonly<{
      kind: 'refused';
      cause: Cause;
      why: string;
      /** How far it came; what is sent again, and later notices, go on from there. */
      handle?: Handle | undefined;
    }>;

export function delivered(handle?: Handle, note?: string): Delivery {
  return { kind: 'delivered', handle, note };
}

export function retryLater(
  cause: Cause,
  why: string,
  more: Readonly<{ afterMs?: number | undefined; maybe?: boolean; handle?: Handle }> = {},
): Delivery {
  const { afterMs, maybe = false, handle } = more;
  return { kind: 'retry-later', cause, why, afterMs, maybe, handle };
}

export function refused(cause: Cause, why: string): Delivery {
  return { kind: 'refused', cause, why };
}

/** With its words put through `clean`: no secret and no line break leaves an adapter. */
export function cleaned(delivery: Delivery, clean: (text: string) => string): Delivery {
  // Again on the one line: what is left out of it may have stood in the middle of a secret.
  const tidy = (text: string): string => clipped(clean(oneLine(clean(text))), WORDS_MAX);
  if (delivery.kind !== 'delivered') return { ...delivery, why: tidy(delivery.why) };
  return delivery.note === undefined ? delivery : { ...delivery, note: tidy(delivery.note) };
}

const WORDS_MAX = 400;

/** With what was achieved before it failed. */
export function withHandle(delivery: Delivery, handle: Handle | undefined): Delivery {
  return delivery.kind === 'delivered' ? delivery : { ...delivery, handle };
}

export type Answer = Readonly<{ status: number; retryAfter: string | null; said: string }>;

/** What a status means that is not the one hoped for. */
export function byStatus({ status, retryAfter, said }: Answer, now: Date): Delivery {
  const why = `answered ${status}${said === '' ? '' : `: ${said}`}`;
  const afterMs = retryAfterMs(retryAfter, now);
  if (status === 401 || status === 403) return refused('auth', why);
  if (status === 429) return retryLater('rate-limited', why, { afterMs });
  if (status === 408 || status === 425) return retryLater('timeout', why, { afterMs });
  // Whoever answers for somebody behind it does not know what that one did.
  if (status >= 500) return retryLater('server', why, { afterMs, maybe: status !== 503 });
  if (status >= 300) return refused('client', why);
  return retryLater('server', why, { maybe: true });
}

const WAIT_MAX_MS = 86_400_000;

/** Seconds or a date of HTTP; at most a day, never negative. */
export function retryAfterMs(header: string | null, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : httpDateMs(text) - now.getTime();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), WAIT_MAX_MS);
}

/** A bare number is a date to `Date.parse`, and none to HTTP. */
function httpDateMs(text: string): number {
  return /^[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : Number.NaN;
}

/** Told before anything was sent. */
const UNREACHED: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ENETDOWN: 'cannot be reached: this machine has no network',
  ENOTFOUND: 'has no address',
  EAI_AGAIN: 'has no address at the moment',
  UND_ERR_CONNECT_TIMEOUT: 'did not take the connection in time',
};

/** Of the host, where it checks each hop; of the platform it is a message. */
const REDIRECT = 'redirect-refused';

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|^ERR_TLS|^ERR_SSL|HOSTNAME_MISMATCH/;

/**
 * What a failed request means. All that is not known to have failed before the request was sent
 * may have arrived.
 */
export function byFailure(error: unknown, isInterrupted: boolean): Delivery {
  const chain = causesOf(error);
  const host = chain.find(({ kind }) => kind === 'consent');
  if (host !== undefined) return refused('client', host.message);
  const codes = chain.map(({ code }) => code);
  if (chain.some(({ code, message }) => code === REDIRECT || message === 'unexpected redirect')) {
    return refused('client', 'redirects to another address: write that one into the config');
  }
  if (chain.some(({ message }) => message === 'bad port')) {
    return refused('client', 'has a port that belongs to another protocol');
  }
  const unreached = codes.find((code) => Object.hasOwn(UNREACHED, code));
  if (unreached !== undefined) {
    const cause = unreached.includes('TIMEOUT') ? 'timeout' : 'network';
    return retryLater(cause, `${UNREACHED[unreached]} (${unreached})`);
  }
  const certificate = codes.find((code) => CERTIFICATE.test(code));
  if (certificate !== undefined) {
    return retryLater('network', `has a certificate that is not trusted (${certificate})`);
  }
  if (isInterrupted) return retryLater('interrupted', 'was interrupted', { maybe: true });
  if (chain.some(({ name }) => name === 'TimeoutError')) {
    return retryLater('timeout', 'did not answer in time', { maybe: true });
  }
  const code = codes.find((each) => each !== '');
  const why = code === undefined ? (chain.at(-1)?.message ?? '') : code;
  return retryLater('network', `broke the connection (${why})`, { maybe: true });
}

type Failed = Readonly<{ name: string; code: string; kind: string; message: string }>;

const DEPTH_MAX = 8;

function causesOf(error: unknown): readonly Failed[] {
  const found: Failed[] = [];
  let each = error;
  while (typeof each === 'object' && each !== null && found.length < DEPTH_MAX) {
    const { name, code, kind, message, cause, original, errors } = each as Record<string, unknown>;
    const text = (value: unknown): string => (typeof value === 'string' ? value : '');
    found.push({ name: text(name), code: text(code), kind: text(kind), message: text(message) });
    // `errors`: each address of a host that was tried.
    each = cause ?? original ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
  return found;
}
