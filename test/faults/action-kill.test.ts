/** SIGKILL between an intent and its result: done once, undone once, told once. */
import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openAlertStore } from '../../packs/finance/adapters/sqlite/alerts-store.ts';
import { actionConfig, place } from '../support/action-ports.ts';
import { DAY, HOUR, NOON } from '../support/actions.ts';
import { ROOT, temporaryFolder } from '../support/host.ts';
import { ollamaServer } from '../support/litellm.ts';

const execute = promisify(execFile);
const MIDNIGHT = DAY + 24 * HOUR;
const OLD = 'A=1\nOPENAI_MODEL=gpt-4o\n';
const NEW = 'A=1\nOPENAI_MODEL=llama3.2\n';

type World = Readonly<{ root: string; env: string; log: string; text: string }>;

/** Sets a name of a file, and writes a line for each reload. */
async function world(): Promise<World> {
  const root = temporaryFolder();
  const [env, log] = [join(root, '.env'), join(root, 'reloads')];
  writeFileSync(env, OLD);
  const { origin } = await ollamaServer();
  const say = `require('fs').appendFileSync('${log}', process.env.BRCTL_ACTION_ID + '\\\\n')`;
  const text = actionConfig(`kind: switch_to_ollama
approval: none
ollama: { url: "${origin}", model: llama3.2 }
env_file:
  path: "${env}"
  set: { OPENAI_MODEL: llama3.2 }
  reload: ["${process.execPath}", -e, "${say}"]`);
  appendFileSync(join(root, 'config.yaml'), text);
  return { root, env, log, text };
}

async function killAt({ root }: World, nowMs: number, step: number): Promise<boolean> {
  const script = join(ROOT, 'test/faults/action-until.ts');
  const words = [script, root, join(root, 'config.yaml'), `${nowMs}`, `${step}`];
  try {
    await execute(process.execPath, words, { cwd: ROOT });
    return false;
  } catch (error) {
    expect((error as { signal?: string }).signal, String((error as Error).message)).toBe('SIGKILL');
    return true;
  }
}

/** Every move of the journal; each outcome among them was told once, and nothing else. */
async function movesOf({ root, text }: World) {
  const at = place(root, text);
  const ports = await at.open(NOON);
  const moves = ports.state.journal().map(({ to }) => to);
  await ports.close();
  const store = await openAlertStore(at.context(NOON), join(root, 'data/finance/state.db'));
  const told = store.outbox().map(({ row }) => row.sequence);
  store.close();
  const outcomes = moves.flatMap((to, i) => (/^(switched|restored)$/.test(to) ? i + 1 : []));
  expect(told).toEqual(outcomes);
  return moves;
}

function reloadsOf({ log }: World): readonly string[] {
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
}

const SWITCHED = ['armed', 'switching', 'switched'];

/** How many of the runs were killed: a run has only so many steps. */
async function sweep(steps: readonly number[], nowMs: number): Promise<number> {
  let killed = 0;
  for (const step of steps) {
    const each = await world();
    const { root, env, text } = each;
    if (nowMs === MIDNIGHT) await place(root, text).run(NOON);
    const isKilled = await killAt(each, nowMs, step);
    killed += isKilled ? 1 : 0;
    expect([OLD, NEW]).toContain(readFileSync(env, 'utf8'));
    await place(root, text).run(nowMs + 1);
    const isOver = nowMs === MIDNIGHT;
    expect(readFileSync(env, 'utf8'), `step ${step}`).toBe(isOver ? OLD : NEW);
    const moves = isOver ? [...SWITCHED, 'restoring', 'restored'] : SWITCHED;
    expect(await movesOf(each), `step ${step}`).toEqual(moves);
    // At least once, each time under the id of its step.
    expect(new Set(reloadsOf(each)).size).toBe(isOver ? 2 : 1);
    expect(reloadsOf(each).length).toBeLessThanOrEqual((isOver ? 2 : 1) + (isKilled ? 1 : 0));
    const beside = readdirSync(root).filter((name) => name.startsWith('.env.'));
    // What a kill leaves beside it is at most the lines as they were.
    expect(beside.length).toBeLessThanOrEqual(1);
  }
  return killed;
}

describe('a run of actions that is killed', () => {
  const points = (count: number, offset: number): readonly number[] =>
    Array.from({ length: count }, (_, i) => 2 * i + 1 + offset);

  async function sweeps(count: number, nowMs: number): Promise<number> {
    const halves = [sweep(points(count, 0), nowMs), sweep(points(count, 1), nowMs)];
    return (await Promise.all(halves)).reduce((a, b) => a + b);
  }

  it('while it switches is finished by the next one', async () => {
    expect(await sweeps(8, NOON)).toBe(16);
  });

  it('while it restores is finished by the next one', async () => {
    expect(await sweeps(7, MIDNIGHT)).toBe(14);
  });
});
