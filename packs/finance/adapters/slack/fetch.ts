/** `fetch` for Slack's client: bounded in time and in what is read, ended by Ctrl-C. */
import type { WebClientOptions } from '@slack/web-api';
import type { Context } from 'brctl/sdk';

const ANSWER_BYTES_MAX = 1024 * 1024;
const WITHOUT_BODY = new Set([204, 205, 304]);

export function boundedFetch(
  { fetch, signal }: Pick<Context, 'fetch' | 'signal'>,
  timeoutMs: number,
): NonNullable<WebClientOptions['fetch']> {
  return async (url, { method, headers, body } = {}) => {
    const response = await fetch(url, {
      method: method ?? 'POST',
      headers: headers ?? {},
      body: body ?? null,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const { status, headers: answered } = response;
    if (WITHOUT_BODY.has(status)) return new Response(null, { status, headers: answered });
    return new Response(await bytesOf(response), { status, headers: answered });
  };
}

async function bytesOf(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new RangeError('too long an answer');
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
