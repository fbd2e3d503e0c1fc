/** One POST, bounded in time and in what is read of the answer; redirects are an error. */
import { type Context, readBoundedText } from 'brctl/sdk';

export const POST_LIMITS = { timeoutMs: 15_000, answerBytes: 64 * 1024 } as const;

export type Post = Readonly<{
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  timeoutMs: number;
}>;

export type Reply = Readonly<{
  status: number;
  retryAfter: string | null;
  /** Undefined: it broke off, took too long or was too much. */
  body: string | undefined;
}>;

/** @throws what `fetch` throws, where there was no answer at all. */
export async function post(
  { fetch, signal }: Pick<Context, 'fetch' | 'signal'>,
  { url, headers, body, timeoutMs }: Post,
): Promise<Reply> {
  const response = await fetch(url, {
    method: 'POST',
    headers,
    body,
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: await readBoundedText(
      response,
      POST_LIMITS.answerBytes,
      () => new RangeError('too long an answer'),
    ).catch(() => undefined),
  };
}
