/**
 * The four calls to a LiteLLM proxy that a switch needs; what it answers is checked at the door.
 */
import { type Context, readBoundedText } from 'brctl/sdk';
import { addressProblem } from '../../core/notices/host.ts';
import { byFailure } from '../../core/notices/outcome.ts';

export type LitellmApi = Readonly<{
  context: Pick<Context, 'fetch' | 'signal'>;
  url: string;
  key: string;
  timeoutMs: number;
}>;

/** A deployment as /model/info has it. */
export type Deployment = Readonly<{
  id: string;
  /** What clients ask for; deployments of one name are a group. */
  name: string;
  model: string;
  apiBase: string | null;
  /** Kept in the database: what stands in config.yaml cannot be changed while it runs. */
  isInDatabase: boolean;
}>;

export type Answered<T> =
  | Readonly<{ value: T; problem?: undefined }>
  /** `maybe`: it may have been done all the same. */
  | Readonly<{ value?: undefined; problem: string; maybe: boolean }>;

const ANSWER_BYTES = 16 * 1024 * 1024;

export async function deployments(api: LitellmApi): Promise<Answered<readonly Deployment[]>> {
  const answered = await call(api, 'GET', '/model/info');
  if (answered.value === undefined) return answered;
  const data = jsonIn(answered.value.body)?.data;
  if (!Array.isArray(data)) {
    return { problem: 'LiteLLM listed no models: is this key an admin key?', maybe: false };
  }
  return { value: data.flatMap((each) => deploymentIn(each) ?? []) };
}

type Json = Readonly<Record<string, unknown>>;

function jsonIn(value: unknown): Json | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Json) : undefined;
}

function deploymentIn(value: unknown): Deployment | undefined {
  const entry = jsonIn(value);
  const info = jsonIn(entry?.model_info);
  const params = jsonIn(entry?.litellm_params);
  const [id, name, model] = [info?.id, entry?.model_name, params?.model];
  if (typeof id !== 'string' || typeof name !== 'string' || typeof model !== 'string') {
    return undefined;
  }
  const base = params?.api_base;
  const apiBase = typeof base === 'string' && base !== '' ? base : null;
  return { id, name, model, apiBase, isInDatabase: info?.db_model === true };
}

/** Only what is named is changed; LiteLLM takes no null that would take an address away. */
export async function patchModel(
  api: LitellmApi,
  id: string,
  { model, apiBase }: Readonly<{ model: string; apiBase: string | null }>,
): Promise<Answered<true>> {
  const params = apiBase === null ? { model } : { model, api_base: apiBase };
  const path = `/model/${encodeURIComponent(id)}/update`;
  const answered = await call(api, 'PATCH', path, { litellm_params: params });
  return answered.value === undefined ? answered : { value: true };
}

/** Which deployment answers for a name; null where the proxy does not say. */
export async function answering(api: LitellmApi, name: string): Promise<Answered<string | null>> {
  const answered = await call(api, 'POST', '/v1/chat/completions', {
    model: name,
    messages: [{ role: 'user', content: 'Hello' }],
    max_tokens: 1,
  });
  if (answered.value === undefined) return answered;
  if (!Array.isArray(jsonIn(answered.value.body)?.choices)) {
    return { problem: `${name} did not answer with a choice`, maybe: false };
  }
  return { value: answered.value.headers.get('x-litellm-model-id') };
}

type Reply = Readonly<{ body: unknown; headers: Headers }>;

async function call(
  { context, url, key, timeoutMs }: LitellmApi,
  method: string,
  path: string,
  body?: Json,
): Promise<Answered<Reply>> {
  const problem = addressProblem(url);
  if (problem !== undefined) return { problem: `the address of LiteLLM ${problem}`, maybe: false };
  try {
    const response = await context.fetch(`${url.replace(/\/+$/, '')}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      redirect: 'error',
      signal: AbortSignal.any([context.signal, AbortSignal.timeout(timeoutMs)]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await readBoundedText(
      response,
      ANSWER_BYTES,
      () => new Error('it answered with too much'),
    );
    if (response.status === 200)
      return { value: { body: parsed(text), headers: response.headers } };
    const isOurs = response.status >= 400 && response.status < 500;
    return { problem: `LiteLLM answered ${response.status}: ${text}`, maybe: !isOurs };
  } catch (error) {
    const failed = byFailure(error, context.signal.aborted);
    const why = failed.kind === 'delivered' ? 'did not answer' : failed.why;
    return { problem: `LiteLLM ${why}`, maybe: failed.kind === 'retry-later' && failed.maybe };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
