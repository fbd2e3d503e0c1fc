/**
 * Whether Ollama can take over: it answers, has the model on this machine (a model with a remote
 * host is billed elsewhere), and the model says a word.
 */
import { type Context, readBoundedText } from 'brctl/sdk';
import { cleanWords } from '../../core/actions/words.ts';
import { addressProblem } from '../../core/notices/host.ts';
import { byFailure } from '../../core/notices/outcome.ts';
import type { OllamaProbe } from '../../ports/action-runner.ts';

export type OllamaOptions = Readonly<{
  context: Pick<Context, 'fetch' | 'signal'>;
  /** `http://127.0.0.1:11434` */
  url: string;
  model: string;
  timeoutMs: number;
  /** What must not be seen in words. */
  secrets: readonly string[];
}>;

const ANSWER_BYTES = 4 * 1024 * 1024;

export function ollamaProbe(options: OllamaOptions): OllamaProbe {
  return {
    problem: async () => {
      const found = await problemOf(options);
      return found === undefined ? undefined : cleanWords(found, options.secrets);
    },
  };
}

async function problemOf(options: OllamaOptions): Promise<string | undefined> {
  const { url, model } = options;
  const problem = addressProblem(url);
  if (problem !== undefined) return `the address of Ollama ${problem}`;
  const version = await ask(options, '/api/version');
  if (version.problem !== undefined) return `Ollama ${version.problem}`;
  if (textIn(version.body, 'version') === undefined) return 'what answers is not Ollama';
  const tags = await ask(options, '/api/tags');
  if (tags.problem !== undefined) return `Ollama ${tags.problem}`;
  const found = modelsIn(tags.body).find((each) => isNamed(each, model));
  if (found === undefined) return `Ollama does not have ${model}: ollama pull ${model}`;
  const remote = textIn(found, 'remote_host') ?? textIn(found, 'remote_model');
  if (remote !== undefined) return `${model} is not on this machine but with ${remote}`;
  const prompt = { model, prompt: 'Hello', stream: false, options: { num_predict: 1 } };
  const spoken = await ask(options, '/api/generate', prompt);
  if (spoken.problem !== undefined) return `${model} ${spoken.problem}`;
  const isDone = isJson(spoken.body) && spoken.body.done === true;
  return isDone ? undefined : `${model} did not say a word`;
}

type Json = Readonly<Record<string, unknown>>;
type Asked =
  | Readonly<{ body: unknown; problem?: undefined }>
  | Readonly<{ body?: undefined; problem: string }>;

async function ask(options: OllamaOptions, path: string, body?: Json): Promise<Asked> {
  const { context, url, timeoutMs } = options;
  const sent =
    body === undefined
      ? { method: 'GET' }
      : {
          method: 'POST',
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        };
  try {
    const response = await context.fetch(`${url.replace(/\/+$/, '')}${path}`, {
      ...sent,
      redirect: 'error',
      signal: AbortSignal.any([context.signal, AbortSignal.timeout(timeoutMs)]),
    });
    const text = await readBoundedText(
      response,
      ANSWER_BYTES,
      () => new RangeError('answered with too much'),
    );
    if (response.status !== 200) return { problem: `answered ${response.status}: ${text}` };
    return { body: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: 'answered with something that is no JSON' };
    if (error instanceof RangeError) return { problem: error.message };
    const failed = byFailure(error, context.signal.aborted);
    return { problem: failed.kind === 'delivered' ? 'did not answer' : failed.why };
  }
}

function isJson(body: unknown): body is Json {
  return typeof body === 'object' && body !== null;
}

function modelsIn(body: unknown): readonly Json[] {
  const models = isJson(body) ? body.models : undefined;
  return Array.isArray(models) ? models.filter(isJson) : [];
}

/** `llama3.2` is `llama3.2:latest`. */
function isNamed(found: Json, model: string): boolean {
  const wanted = model.includes(':') ? model : `${model}:latest`;
  return textIn(found, 'name') === wanted || textIn(found, 'model') === wanted;
}

function textIn(body: unknown, key: string): string | undefined {
  const value = isJson(body) ? body[key] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
