/**
 * SIGKILL at any moment of a whole `alerts evaluate`: ledger, states, outbox, actions and channels.
 * However often it dies, what is told and done in the end is what an undisturbed run tells and
 * does. `KILLS=200` for more than a sample.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { openActionStore } from '../../packs/finance/adapters/sqlite/actions-store.ts';
import { variable } from '../../packs/finance/core/alert-config/variable.ts';
import { fakeContext } from '../../src/sdk/testing.ts';
import { alertTarget } from '../support/alert-command.ts';
import { ollamaServer } from '../support/litellm.ts';
import { chargeMarch } from '../support/march-charges.ts';
import { scriptedServer } from '../support/scripted-server.ts';

const KILLS = Number(process.env.KILLS ?? 12);
const DRIVER = join(import.meta.dirname, 'evaluate-until.ts');
const BUDGETS = 'currency: USD\nlines:\n  - { name: Reserve, amount: 100.00, per: week }\n';
const [OLD, NEW] = ['MODEL=gpt-4o\n', 'MODEL=llama3.2\n'];
/** Longer than a claim of a row or an action is held, and than anything waits to be tried again. */
const LATER_MS = 15 * 60_000;

const config = (at: Readonly<{ hook: string; ollama: string; root: string }>): string => `
global:
  notification_channels:
    - { type: webhook, name: ops, url: "${at.hook}", secret: "${variable('OPS_SECRET')}" }
  escalation:
    warning: { notify: [ops] }
    critical: { notify: [ops] }
budget_alerts:
  weekly_spend:
    budget: 100.00
    currency: USD
    alerts:
      - { threshold_percent: 80, severity: warning }
      - { threshold_percent: 100, severity: critical }
service_alerts:
  openai:
    provider: OpenAI
    currency: USD
    alerts:
      daily_cost:
        metric: daily_spend
        limit: 15.00
        thresholds: [{ amount: 15.00, severity: critical }]
automated_actions:
  cost_controls:
    - { trigger: openai_daily_limit_reached, action: cap, enabled: true }
actions:
  cap:
    kind: switch_to_ollama
    approval: none
    act_on: estimates
    ollama: { url: "${at.ollama}", model: llama3.2 }
    env_file: { path: "${at.root}/app.env", set: { MODEL: llama3.2 } }
`;

/** The charges that are there, and when it is run then. */
const STEPS: readonly Readonly<{ now: string; amounts: readonly number[]; env: string }>[] = [
  { now: '2026-03-03T10:00:00Z', amounts: [40, 5], env: OLD },
  { now: '2026-03-04T10:00:00Z', amounts: [40, 5, 16], env: NEW },
  { now: '2026-03-04T12:00:00Z', amounts: [40, 5, 36], env: NEW },
  { now: '2026-03-05T10:00:00Z', amounts: [40, 5, 36, 2], env: OLD },
  { now: '2026-03-05T12:00:00Z', amounts: [40, 5, 36, 20], env: NEW },
  { now: '2026-03-05T14:00:00Z', amounts: [40, 5, 30, 2], env: OLD },
  { now: '2026-03-10T10:00:00Z', amounts: [40, 5, 30, 2, 1, 1, 1, 1, 1], env: OLD },
];

type Lived = Readonly<{ isKilled: boolean; ms: number }>;

/** With `killMs` it dies so long after it began, if it has not ended by then. */
async function evaluate(root: string, nowMs: number, killMs?: number): Promise<Lived> {
  const child = spawn(process.execPath, [DRIVER, root, `${nowMs}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let beganMs = 0;
  let outcome = '';
  let timer: NodeJS.Timeout | undefined;
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line !== 'ready') {
      outcome = line;
      return;
    }
    beganMs = performance.now();
    if (killMs !== undefined) timer = setTimeout(() => child.kill('SIGKILL'), killMs);
  });
  const [, signal] = await once(child, 'close');
  clearTimeout(timer);
  expect(said).toBe('');
  const isKilled = signal === 'SIGKILL';
  if (!isKilled) expect(outcome).toMatch(/^(?:ok|findings)$/);
  return { isKilled, ms: performance.now() - beganMs };
}

type World = Readonly<{
  root: string;
  /** What arrived, once each, and how often in all. */
  told(): Readonly<{ once: readonly string[]; arrivals: number }>;
  moves(): Promise<readonly string[]>;
}>;

async function world(): Promise<World> {
  const hook = await scriptedServer({ status: 204 });
  const ollama = await ollamaServer();
  const { root, state } = alertTarget('');
  const text = config({ hook: `${hook.origin}/hook`, ollama: ollama.origin, root });
  writeFileSync(join(root, 'config/finance/usage-alerts-config.yaml'), text);
  writeFileSync(join(root, 'config/finance/budgets.yaml'), BUDGETS);
  writeFileSync(join(root, 'app.env'), OLD);
  return {
    root,
    told: () => {
      const ids = new Map<string, string>();
      for (const { headers, body } of hook.received) {
        const id = String(headers['x-brctl-event-id']);
        if (ids.has(id)) expect(body).toBe(ids.get(id));
        ids.set(id, body);
      }
      return { once: [...ids.values()].map(summary).sort(), arrivals: hook.received.length };
    },
    moves: async () => {
      const lock = join(root, 'data/finance/action-lock.db');
      const store = await openActionStore(fakeContext(), { path: state, lock, readOnly: true });
      const moves = store.journal().map(({ to }) => to);
      store.close();
      return moves;
    },
  };
}

function summary(body: string): string {
  const { headline, alerts } = JSON.parse(body);
  const each = alerts.map(
    ({ rule, why, status, period }: Record<string, string>) => `${rule} ${period} ${status} ${why}`,
  );
  return `${headline}: ${each.join(', ')}`;
}

/** mulberry32 */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const DEATHS_A_STEP = 3;

it(`${KILLS} deaths change nothing of what is told and done in the end`, async () => {
  const calm = await world();
  let longestMs = 0;
  for (const { now, amounts, env } of STEPS) {
    await chargeMarch(calm.root, amounts);
    const { ms } = await evaluate(calm.root, Date.parse(now));
    longestMs = Math.max(longestMs, ms);
    expect(readFileSync(join(calm.root, 'app.env'), 'utf8'), now).toBe(env);
  }
  const expected = { told: calm.told().once, moves: await calm.moves() };
  expect(expected.told.length).toBeGreaterThan(STEPS.length);

  const random = seeded(4711);
  let deaths = 0;
  while (deaths < KILLS) {
    const here = await world();
    let own = 0;
    for (const { now, amounts, env } of STEPS) {
      await chargeMarch(here.root, amounts);
      for (let life = 0; ; life += 1) {
        const isMortal = life < DEATHS_A_STEP && deaths < KILLS;
        const killMs = isMortal ? random() * longestMs * 1.2 : undefined;
        const nowMs = Date.parse(now) + life * LATER_MS;
        const { isKilled } = await evaluate(here.root, nowMs, killMs);
        if (!isKilled) break;
        deaths += 1;
        own += 1;
      }
      expect(readFileSync(join(here.root, 'app.env'), 'utf8'), now).toBe(env);
    }
    expect(existsSync(join(here.root, 'data/finance/state.db'))).toBe(true);
    const { once: told, arrivals } = here.told();
    expect(told).toEqual(expected.told);
    expect(arrivals - told.length).toBeLessThanOrEqual(own);
    expect(await here.moves()).toEqual(expected.moves);
  }
}, 3_600_000);
