/**
 * Deployments of a LiteLLM proxy made to answer with Ollama, and back. Only those that LiteLLM
 * keeps in its database: what its config.yaml declares is refused, with what to do instead.
 *
 * A deployment keeps its id and its name, so clients notice nothing. After the change a real
 * request is sent, and the deployment that answers must be one that was switched: in a group with
 * others the traffic would go on to them.
 */
import type { ActionResult } from '../../core/actions/action.ts';
import { decodeKept, encodeKept, type Kept } from '../../core/actions/codec.ts';
import { cleanResult } from '../../core/actions/words.ts';
import { secretsInUrl } from '../../core/notices/secrets.ts';
import type { Actuator, Looked, Standing } from '../../ports/action-runner.ts';
import { answering, type Deployment, deployments, type LitellmApi, patchModel } from './api.ts';

export type LitellmOptions = LitellmApi &
  Readonly<{
    /** Ids of deployments. */
    models: readonly string[];
    /** Of Ollama: `llama3.2`. */
    model: string;
    /** Where LiteLLM reaches Ollama; null: as it knows it. */
    apiBase: string | null;
  }>;

const NAMES = ['id', 'name', 'model', 'apiBase'];

export function litellmActuator(options: LitellmOptions): Actuator {
  const secrets = [options.key, ...secretsInUrl(options.url).filter((each) => each.length > 16)];
  const clean = <T extends object>(result: T): T => cleanResult(result, secrets);
  return {
    look: async () => clean(await look(options)),
    act: async (before) => clean(await act(options, decodeKept(before, NAMES))),
    check: async (before) => clean(await check(options, decodeKept(before, NAMES))),
    undo: async (before) => clean(await undo(options, decodeKept(before, NAMES))),
    forget: async () => undefined,
  };
}

type Params = Readonly<{ model: string; apiBase: string | null }>;

function target({ model, apiBase }: LitellmOptions): Params {
  return { model: `ollama_chat/${model}`, apiBase };
}

async function look(options: LitellmOptions): Promise<Looked> {
  const listed = await deployments(options);
  if (listed.value === undefined) return { kind: 'refused', why: listed.problem };
  const kept: Record<string, string | null>[] = [];
  for (const id of options.models) {
    const found = listed.value.find((each) => each.id === id);
    const why = found === undefined ? `LiteLLM has no model ${id}` : refusal(found, options);
    if (why !== undefined) return { kind: 'refused', why };
    const { name, model, apiBase } = found!;
    kept.push({ id, name, model, apiBase });
  }
  const note = kept.map(({ name, model }) => `${name} is ${model}`).join(', ');
  return { kind: 'ready', before: encodeKept(kept), note };
}

function refusal(found: Deployment, options: LitellmOptions): string | undefined {
  const { name, id, apiBase, model, isInDatabase } = found;
  if (!isInDatabase) {
    return `${name} (${id}) stands in the config.yaml of LiteLLM: edit that and reload it, or keep \
the model in its database (STORE_MODEL_IN_DB)`;
  }
  if (options.apiBase !== null && apiBase === null) {
    return `${name} (${id}) has no api_base, and LiteLLM cannot take one away again: leave out \
api_base here, or give the model one`;
  }
  if (apiBase !== null && options.apiBase === null) {
    return `${name} (${id}) has an api_base, which would stay: write api_base, where LiteLLM \
reaches Ollama`;
  }
  if (apiBase !== null && hasLogin(apiBase)) return `${name} (${id}) has a login in its api_base`;
  const isSwitched = model === target(options).model;
  return isSwitched ? `${name} (${id}) answers with ${model} already` : undefined;
}

/** It would be a secret in the state. */
function hasLogin(address: string): boolean {
  if (!URL.canParse(address)) return true;
  const { username, password, search } = new URL(address);
  return username !== '' || password !== '' || search !== '';
}

async function act(options: LitellmOptions, kept: Kept): Promise<ActionResult> {
  const failed = await patchAll(options, kept, () => target(options));
  if (failed !== undefined) return takenBack(options, kept, failed);
  const problem = await problemAfter(options, kept);
  if (problem !== undefined) return takenBack(options, kept, problem);
  const names = [...new Set(kept.map(({ name }) => name))].join(', ');
  return { kind: 'done', note: `LiteLLM answers ${names} with ${target(options).model}` };
}

async function patchAll(
  options: LitellmOptions,
  kept: Kept,
  paramsOf: (one: Kept[number]) => Params,
): Promise<string | undefined> {
  for (const one of kept) {
    const patched = await patchModel(options, one.id!, paramsOf(one));
    if (patched.value === undefined) return patched.problem;
  }
  return undefined;
}

/** Half a switch is worse than none. */
async function takenBack(options: LitellmOptions, kept: Kept, why: string): Promise<ActionResult> {
  const failed = await patchAll(options, kept, previous);
  const standing = failed === undefined ? await check(options, kept) : undefined;
  return standing?.is === 'before'
    ? { kind: 'failed', why: `${why}; taken back`, maybe: false }
    : { kind: 'failed', why: `${why}; and it could not be taken back`, maybe: true };
}

function previous({ model, apiBase }: Kept[number]): Params {
  return { model: model!, apiBase: apiBase ?? null };
}

async function problemAfter(options: LitellmOptions, kept: Kept): Promise<string | undefined> {
  const standing = await check(options, kept);
  if (standing.is !== 'done') {
    return standing.is === 'unknown' || standing.is === 'drifted'
      ? standing.why
      : 'LiteLLM took the change and does not show it';
  }
  for (const name of new Set(kept.map((one) => one.name!))) {
    const answered = await answering(options, name);
    if (answered.value === undefined) return answered.problem;
    const isOurs = answered.value === null || kept.some(({ id }) => id === answered.value);
    if (!isOurs) return `${name} is answered by another deployment: ${answered.value}`;
  }
  return undefined;
}

async function check(options: LitellmOptions, kept: Kept): Promise<Standing> {
  const listed = await deployments(options);
  if (listed.value === undefined) return { is: 'unknown', why: listed.problem };
  const wanted = target(options);
  let [done, before] = [0, 0];
  for (const one of kept) {
    const found = listed.value.find(({ id }) => id === one.id);
    if (found === undefined) return { is: 'drifted', why: `LiteLLM has no model ${one.id} now` };
    if (isSame(found, wanted)) done += 1;
    else if (isSame(found, previous(one))) before += 1;
    else return { is: 'drifted', why: `${one.name} (${one.id}) is ${found.model} now` };
  }
  if (done === kept.length) return { is: 'done' };
  return { is: before === kept.length ? 'before' : 'partly' };
}

function isSame(found: Deployment, { model, apiBase }: Params): boolean {
  const bare = (address: string | null): string | null => address?.replace(/\/+$/, '') ?? null;
  return found.model === model && bare(found.apiBase) === bare(apiBase);
}

async function undo(options: LitellmOptions, kept: Kept): Promise<ActionResult> {
  const standing = await check(options, kept);
  if (standing.is === 'drifted') return { kind: 'drifted', why: standing.why };
  if (standing.is === 'unknown') return { kind: 'failed', why: standing.why, maybe: true };
  if (standing.is !== 'before') {
    const failed = await patchAll(options, kept, previous);
    if (failed !== undefined) return { kind: 'failed', why: failed, maybe: true };
    const after = await check(options, kept);
    if (after.is !== 'before') {
      return { kind: 'failed', why: 'LiteLLM took the change and does not show it', maybe: true };
    }
  }
  const note = kept.map(({ name, model }) => `${name} is ${model} again`).join(', ');
  return { kind: 'done', note };
}
