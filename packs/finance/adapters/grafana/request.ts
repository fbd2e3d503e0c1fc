/** One request of Grafana's API, bounded in time and in what is read of the answer. */
import { type Context, readBoundedText } from 'brctl/sdk';

export const REQUEST_LIMITS = { timeoutMs: 15_000, answerBytes: 256 * 1024 } as const;

export type Request = Readonly<{
  method: 'GET' | 'POST' | 'PATCH';
  url: string;
  token: string;
  body?: unknown;
  timeoutMs: number;
}>;

export type Reply = Readonly<{
  status: number;
  retryAfter: string | null;
  /** Undefined: it broke off, took too long or was too much. */
  body: string | undefined;
}>;

/** @throws what `fetch` throws, where there was no answer at all; a redirect is an error. */
export async function request(
  { fetch, signal }: Pick<Context, 'fetch' | 'signal'>,
  { method, url, token, body, timeoutMs }: Request,
): Promise<Reply> {
  const response = await fetch(url, {
    method,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: await readBoundedText(
      response,
      REQUEST_LIMITS.answerBytes,
      () => new RangeError('too long an answer'),
    ).catch(() => undefined),
  };
}

/** Undefined for what is no JSON. */
export function jsonOf({ body }: Pick<Reply, 'body'>): unknown {
  try {
    return body === undefined ? undefined : JSON.parse(body);
  } catch {
    return undefined;
  }
}
