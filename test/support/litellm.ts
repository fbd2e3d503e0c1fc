/** A LiteLLM proxy and an Ollama on loopback: what they know changes as the real ones' does. */
import type { Answer, Received, ScriptedServer, ScriptedStep } from './scripted-server.ts';
import { scriptedServer } from './scripted-server.ts';

export const LITELLM_KEY = 'sk-planted-litellm-key';

export type ProxyModel = {
  id: string;
  name: string;
  model: string;
  apiBase?: string;
  isInDatabase?: boolean;
};

export type LitellmProxy = Readonly<{
  origin: string;
  received: readonly Received[];
  models: ProxyModel[];
  /** Takes the place of the next answer to a request that begins so: `PATCH`. */
  fault: { method?: string; step?: Exclude<ScriptedStep, string | { cut: Answer }> };
  /** The deployment that chat requests name in their header. */
  answering: { id: string | undefined };
}>;

const json = (value: unknown, headers: Record<string, string> = {}): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});

export async function litellmProxy(models: ProxyModel[]): Promise<LitellmProxy> {
  const fault: LitellmProxy['fault'] = {};
  const answering: LitellmProxy['answering'] = { id: models[0]?.id };
  const answer = (request: Received): Answer => {
    const { method, path, headers, body } = request;
    if (headers.authorization !== `Bearer ${LITELLM_KEY}`) {
      return { status: 401, body: `{"error":"bad key ${headers.authorization}"}` };
    }
    if (fault.method === method && fault.step !== undefined) {
      const { step } = fault;
      delete fault.step;
      return typeof step === 'function' ? step(request) : step;
    }
    if (path === '/model/info') {
      return json({
        data: models.map(({ id, name, model, apiBase, isInDatabase = true }) => ({
          model_name: name,
          litellm_params: { model, ...(apiBase === undefined ? {} : { api_base: apiBase }) },
          model_info: { id, db_model: isInDatabase },
        })),
      });
    }
    if (method === 'PATCH') {
      const found = models.find(({ id }) => path === `/model/${id}/update`);
      if (found === undefined) return { status: 404, body: 'no such model' };
      const { model, api_base } = JSON.parse(body).litellm_params;
      found.model = model;
      if (api_base !== undefined) found.apiBase = api_base;
      return json({ model_id: found.id });
    }
    const headersOut: Record<string, string> =
      answering.id === undefined ? {} : { 'x-litellm-model-id': answering.id };
    return json({ choices: [{ message: { content: 'Hi' } }] }, headersOut);
  };
  const { origin, received }: ScriptedServer = await scriptedServer(answer);
  return { origin, received, models, fault, answering };
}

export type OllamaModel = Readonly<{ name: string; remote_host?: string }>;

export async function ollamaServer(
  models: readonly OllamaModel[] = [{ name: 'llama3.2:latest' }],
  overrides: Readonly<Record<string, Answer>> = {},
): Promise<ScriptedServer> {
  return scriptedServer(({ path }) => {
    const other = overrides[path];
    if (other !== undefined) return other;
    if (path === '/api/version') return json({ version: '0.12.0' });
    if (path === '/api/tags') return json({ models });
    return json({ response: 'Hi', done: true });
  });
}
