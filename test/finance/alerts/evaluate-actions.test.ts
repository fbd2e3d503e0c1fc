/** What `brctl finance alerts evaluate` says of the actions that it ran. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect, it } from 'vitest';
import { openActionStore } from '../../../packs/finance/adapters/sqlite/actions-store.ts';
import { alertsEvaluateCommand } from '../../../packs/finance/alerts/evaluate.ts';
import { openEvaluate } from '../../../packs/finance/wire.ts';
import { fakeContext } from '../../../src/sdk/testing.ts';
import { type AlertTarget, alertTarget, answer } from '../../support/alert-command.ts';
import { chargeMarch } from '../../support/march-charges.ts';

const command = alertsEvaluateCommand(openEvaluate);
const schema = new URL('../../../schemas/finance/alerts.schema.json', import.meta.url);
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
formats.default(ajv);
const valid = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));

const TRIGGER = 'trigger: openai_daily_limit_reached';
const BUDGETS = 'currency: USD\nlines:\n  - { name: Reserve, amount: 100.00, per: week }\n';
const NAMES = ['works', 'fails', 'asks', 'sleeps', 'unknown'];
const CONFIG = `
global:
  notification_channels:
    - { type: file, name: ops, path: told.jsonl }
  escalation:
    critical: { notify: [ops] }
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
${NAMES.map((name) => `    - { ${TRIGGER}, action: ${name}, enabled: true }`).join('\n')}
    - { trigger: openai_daily_limit_reached, action: off }
actions:
  works: { kind: exec, approval: none, act_on: estimates, run: [/bin/true], undo: [/bin/true] }
  fails: { kind: exec, approval: none, act_on: estimates, run: [/bin/false] }
  asks: { kind: exec, act_on: estimates, run: [/bin/true] }
  sleeps: { kind: exec, act_on: estimates, run: [/bin/true], active_hours: 01:00-02:00 }
  off: { kind: exec, approval: none, act_on: estimates, run: [/bin/true] }
`;
function target(): AlertTarget {
  const here = alertTarget(CONFIG);
  writeFileSync(join(here.root, 'config/finance/budgets.yaml'), BUDGETS);
  return here;
}

const at = (day: string, time: string) => Date.parse(`2026-03-${day}T${time}:00Z`);

async function run(here: AlertTarget, nowMs: number, dryRun = false) {
  const context = here.contextAt(nowMs);
  const { text, outcome } = await answer(command, context, { format: 'json', dryRun });
  const json = JSON.parse(text);
  expect(valid(json), ajv.errorsText(valid.errors)).toBe(true);
  const actions: Record<string, string>[] | undefined = json.actions;
  return { outcome, actions, states: statesOf(actions ?? []) };
}

function statesOf(actions: readonly Record<string, string>[]): Record<string, string> {
  return Object.fromEntries(actions.map(({ action, state }) => [action, state]));
}

it('what they did, failed at, left waiting or held back, with the reason', async () => {
  const here = target();
  await chargeMarch(here.root, [5, 16]);
  expect((await run(here, at('03', '12:00'), true)).actions).toBeUndefined();
  const first = await run(here, at('03', '12:00'));
  expect(first.states).toEqual({
    ...{ works: 'switched', fails: 'failed', asks: 'waiting-approval' },
    ...{ sleeps: 'held', unknown: 'held', off: 'held' },
  });
  const reasons = Object.fromEntries(first.actions!.map(({ action, reason }) => [action, reason]));
  expect(reasons).toMatchObject({
    fails: 'it exited with 1',
    sleeps: expect.stringContaining('01:00-02:00 UTC only'),
    unknown: expect.stringContaining('nothing says what it does'),
    off: expect.stringContaining('dry run (enabled: false)'),
  });
  // What is done is done; what waits or is kept back is said each time.
  const second = await run(here, at('03', '12:10'));
  expect(second.states).toEqual({
    ...{ fails: 'held', asks: 'waiting-approval' },
    ...{ sleeps: 'held', unknown: 'held', off: 'held' },
  });
  const { text } = await answer(command, here.contextAt(at('03', '12:20')));
  expect(text).toMatch(
    /^held back {2}fails for service\S+ 2026-03-03: it failed: tried again from /m,
  );
  expect(text).toMatch(/^waits {6}asks for .* \(alerts actions approve [0-9a-f]{12}\)$/m);
});

it('an end, and an alert whose period is over when it is seen', async () => {
  const here = target();
  await chargeMarch(here.root, [5, 16]);
  await run(here, at('03', '12:00'));
  await chargeMarch(here.root, [5, 16, 1]);
  const { states, outcome } = await run(here, at('04', '12:00'));
  expect(states).toMatchObject({ works: 'restored' });
  expect(outcome).toBe('findings');

  const late = target();
  await chargeMarch(late.root, [5, 16, 1]);
  const seen = await run(late, at('04', '12:00'));
  expect(seen.actions?.find(({ action }) => action === 'works')).toMatchObject({
    state: 'held',
    reason: 'its period is over: there is nothing left to switch',
  });
});

it('that somebody else is acting', async () => {
  const here = target();
  await chargeMarch(here.root, [5, 16]);
  const lock = here.state.replace('state.db', 'action-lock.db');
  const store = await openActionStore(fakeContext(), { path: here.state, lock, readOnly: false });
  const unlock = store.lock()!;
  const { text } = await answer(command, here.contextAt(at('03', '12:00')));
  unlock();
  store.close();
  expect(text).toContain('another process is carrying out actions; none was begun here');
});
