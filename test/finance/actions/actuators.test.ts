import { describe, expect, it } from 'vitest';
import { commands } from '../../../packs/finance/adapters/exec/commands.ts';
import { litellmActuator } from '../../../packs/finance/adapters/litellm/actuator.ts';
import { ollamaProbe } from '../../../packs/finance/adapters/ollama/probe.ts';
import { actionWebhook } from '../../../packs/finance/adapters/webhook/action-event.ts';
import type { Looked } from '../../../packs/finance/ports/action-runner.ts';
import { instance } from '../../support/actions.ts';
import { channelContext } from '../../support/channel-context.ts';
import { temporaryFolder } from '../../support/host.ts';
import {
  LITELLM_KEY,
  type LitellmProxy,
  litellmProxy,
  ollamaServer,
} from '../../support/litellm.ts';
import { closedOrigin, scriptedServer } from '../../support/scripted-server.ts';

const ID = '1f2e3d4c'.repeat(8);
const OTHER = 'a0b1c2d3'.repeat(8);

function beforeOf(looked: Looked): string {
  if (looked.kind !== 'ready') throw new Error(looked.why);
  return looked.before;
}

const gpt = () => ({ id: 'dep-1', name: 'gpt-4o', model: 'openai/gpt-4o' });

function litellm(
  proxy: LitellmProxy,
  options: { models?: string[]; key?: string; apiBase?: string } = {},
) {
  const { models = ['dep-1'], key = LITELLM_KEY, apiBase = null } = options;
  return litellmActuator({
    ...{ context: channelContext(), url: proxy.origin, key, timeoutMs: 2000 },
    ...{ models, model: 'llama3.2', apiBase },
  });
}

describe('a LiteLLM proxy', () => {
  it('is switched, checked by a real request, and put back', async () => {
    const proxy = await litellmProxy([gpt()]);
    const actuator = litellm(proxy);
    const before = beforeOf(await actuator.look(ID));
    expect(await actuator.check(before)).toEqual({ is: 'before' });
    expect(await actuator.act(before, ID)).toMatchObject({ kind: 'done' });
    expect(proxy.models[0]!.model).toBe('ollama_chat/llama3.2');
    expect(proxy.received.map(({ path }) => path)).toContain('/v1/chat/completions');
    expect(await actuator.check(before)).toEqual({ is: 'done' });
    expect(await actuator.undo(before, ID)).toMatchObject({ kind: 'done' });
    expect(proxy.models[0]!.model).toBe('openai/gpt-4o');
    expect(before).not.toContain(LITELLM_KEY);
  });

  it.each([
    ['what config.yaml declares', { isInDatabase: false }, {}, /config\.yaml/],
    ['a model that is not there', {}, { models: ['dep-9'] }, /no model dep-9/],
    ['an address that could not be taken away', {}, { apiBase: 'http://o:1' }, /no api_base/],
    ['an address that would stay', { apiBase: 'https://api.openai.com/v1' }, {}, /would stay/],
    [
      'a login in an address',
      { apiBase: 'https://a:b@x.test' },
      { apiBase: 'http://o:1' },
      /login/,
    ],
    ['a key that is wrong', {}, { key: 'sk-planted-wrong-key' }, /401/],
  ])('refuses %s', async (_, model, options, why) => {
    const looked = await litellm(await litellmProxy([{ ...gpt(), ...model }]), options).look(ID);
    expect(looked).toMatchObject({ kind: 'refused', why: expect.stringMatching(why) });
    expect(JSON.stringify(looked)).not.toMatch(/planted/);
  });

  it('takes back half a switch, and one that traffic would go around', async () => {
    const proxy = await litellmProxy([gpt(), { ...gpt(), id: 'dep-2' }]);
    const actuator = litellm(proxy, { models: ['dep-1', 'dep-2'] });
    const before = beforeOf(await actuator.look(ID));
    proxy.fault.method = 'PATCH';
    proxy.fault.step = { status: 400, body: 'config.yaml owns this' };
    const half = { kind: 'failed', maybe: false };
    expect(await actuator.act(before, ID)).toMatchObject(half);
    expect(proxy.models.map(({ model }) => model)).toEqual(['openai/gpt-4o', 'openai/gpt-4o']);
    proxy.answering.id = 'dep-3';
    const around = await actuator.act(before, ID);
    expect(around).toMatchObject({ ...half, why: expect.stringMatching(/another deployment/) });
    expect(proxy.models[0]!.model).toBe('openai/gpt-4o');
  });

  it('does not overwrite what somebody else has changed', async () => {
    const proxy = await litellmProxy([gpt()]);
    const actuator = litellm(proxy);
    const before = beforeOf(await actuator.look(ID));
    await actuator.act(before, ID);
    proxy.models[0]!.model = 'azure/gpt-5';
    expect(await actuator.undo(before, ID)).toMatchObject({ kind: 'drifted' });
    expect(proxy.models[0]!.model).toBe('azure/gpt-5');
  });

  it('that does not answer may have taken it', async () => {
    const proxy = await litellmProxy([gpt()]);
    const before = beforeOf(await litellm(proxy).look(ID));
    const gone = litellm({ ...proxy, origin: await closedOrigin() });
    expect(await gone.undo(before, ID)).toMatchObject({ kind: 'failed', maybe: true });
    expect(await gone.check(before)).toMatchObject({ is: 'unknown' });
  });
});

describe('Ollama', () => {
  const probe = (origin: string, model = 'llama3.2') =>
    ollamaProbe({
      ...{ context: channelContext(), url: origin, model, timeoutMs: 500, secrets: [] },
    }).problem();

  it('answers, has the model and says a word', async () => {
    const { origin, received } = await ollamaServer();
    expect(await probe(origin)).toBeUndefined();
    expect(JSON.parse(received.at(-1)!.body)).toMatchObject({ options: { num_predict: 1 } });
  });

  it.each([
    ['a model that is not pulled', [{ name: 'mistral:latest' }], {}, /ollama pull llama3\.2/],
    [
      'a model of the cloud',
      [{ name: 'llama3.2:latest', remote_host: 'https://ollama.com' }],
      {},
      /not on this machine/,
    ],
    ['something else', undefined, { '/api/version': { status: 200, body: '{}' } }, /not Ollama/],
    ['garbage', undefined, { '/api/tags': { status: 200, body: '<html>' } }, /no JSON/],
    [
      'a model that does not load',
      undefined,
      { '/api/generate': { status: 500, body: 'out of memory' } },
      /out of memory/,
    ],
  ])('is refused for %s', async (_, models, overrides, why) => {
    const { origin } = await ollamaServer(models, overrides);
    expect(await probe(origin)).toMatch(why);
  });

  it('is refused where nobody listens or nobody answers', async () => {
    expect(await probe(await closedOrigin())).toMatch(/refused the connection/);
    expect(await probe((await scriptedServer('silence')).origin)).toMatch(/in time/);
    expect(await probe('http://ollama.example.com:11434')).toMatch(/http address/);
  });
});

describe('a command', () => {
  const start = (argv: readonly string[], options: { timeoutMs?: number; env?: object } = {}) => {
    const context = { ...channelContext(), env: { PATH: process.env.PATH, ...options.env } };
    return commands({ context, folder: temporaryFolder(), secrets: ['planted-secret'] }).run(argv, {
      timeoutMs: options.timeoutMs ?? 5000,
      variables: { BRCTL_ACTION_ID: ID },
    });
  };
  const node = (code: string, ...words: string[]) => [process.execPath, '-e', code, ...words];

  it('runs without a shell, with its id and nothing secret around it', async () => {
    const code = 'console.log(process.argv[1], JSON.stringify(process.env))';
    const result = await start(node(code, '$(id); `x` && y'), {
      env: { SECRET: 'planted-secret' },
    });
    expect(result).toMatchObject({ kind: 'exited', code: 0 });
    const { output } = result as { output: string };
    expect(output).toContain('$(id); `x` && y');
    expect(output).toContain(ID);
    expect(output).not.toContain('SECRET');
  });

  it('has its output bounded, and secrets taken out', async () => {
    const code = 'console.error("planted-secret\\u001b[31m"); console.log("x".repeat(9000), "end")';
    const result = (await start(node(code))) as { output: string };
    expect(result.output.length).toBeLessThan(2100);
    expect(result.output).toMatch(/end$/);
    const short = (await start(node('console.log("a planted-secret b")'))) as { output: string };
    expect(short.output).toBe('a (hidden) b');
  });

  it('ends after its time, and says when it cannot be started', async () => {
    const slow = await start(node('setInterval(() => {}, 1000)'), { timeoutMs: 300 });
    expect(slow).toMatchObject({
      kind: 'killed',
      why: expect.stringMatching(/longer than 0\.3 s/),
    });
    expect(await start(['/no/such/program'])).toMatchObject({ kind: 'unstarted' });
    expect(await start(['./beside'])).toMatchObject({ kind: 'unstarted' });
    expect(await start(node('process.exit(3)'))).toMatchObject({ kind: 'exited', code: 3 });
  });
});

describe('an action as a webhook', () => {
  const hook = (origin: string) =>
    actionWebhook({
      ...{ context: channelContext(), url: `${origin}/hook/abcdefghijklmnop`, timeoutMs: 500 },
      ...{ secret: 'planted-webhook-secret', isHostWritten: true, subject: instance().subject },
    });

  it('is signed, under an id of its own for each step', async () => {
    const { origin, received } = await scriptedServer({ status: 204 });
    const actuator = hook(origin);
    const before = beforeOf(await actuator.look(ID));
    for (const id of [ID, ID, OTHER]) {
      expect(await actuator.act(before, id)).toMatchObject({ kind: 'done' });
    }
    await actuator.undo(before, ID);
    const ids = received.map(({ headers }) => headers['x-brctl-event-id']);
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
    expect(received[0]!.headers['x-brctl-signature']).toMatch(/^v1=[0-9a-f]{64}$/);
    expect(JSON.parse(received[3]!.body)).toMatchObject({ event: 'undo', action: 'cap' });
  });

  it.each([
    [{ status: 503 }, true],
    ['reset', true],
    ['silence', true],
    [{ status: 400, body: 'planted-webhook-secret is wrong' }, false],
  ] as const)('that is answered by %j has failed, maybe: %s', async (step, maybe) => {
    const { origin } = await scriptedServer(step);
    const result = await hook(origin).act('[]', ID);
    expect(result).toMatchObject({ kind: 'failed', maybe });
    expect(JSON.stringify(result)).not.toMatch(/planted|abcdefghijklmnop/);
  });
});
