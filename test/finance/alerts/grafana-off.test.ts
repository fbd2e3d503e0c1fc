/** Grafana is switched off, or its token is refused, while an alert goes on. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { alertsEvaluateCommand } from '../../../packs/finance/alerts/evaluate.ts';
import { openEvaluate } from '../../../packs/finance/wire.ts';
import { alertTarget, answer } from '../../support/alert-command.ts';
import { chargeMarch } from '../../support/march-charges.ts';
import { type ScriptedStep, scriptedServer } from '../../support/scripted-server.ts';

const at = (day: string, time = '08:00'): number => Date.parse(`2026-03-${day}T${time}:00Z`);
const added = (id: number) => ({ status: 200, body: JSON.stringify({ id }) });
const PATCHED = { status: 200, body: '{}' };

async function world(...script: ScriptedStep[]) {
  const { origin, received } = await scriptedServer(...script);
  const text = `
global:
  notification_channels:
    - { type: file, name: ops, path: told.jsonl }
budget_alerts:
  weekly_spend:
    budget: 100.00
    currency: USD
    alerts:
      - { threshold_percent: 80, severity: warning }
integrations:
  grafana: { enabled: true, url: "${origin}" }
`;
  const here = alertTarget(text, { GRAFANA_TOKEN: 'glsa_token' });
  const budgets = 'currency: USD\nlines:\n  - { name: Reserve, amount: 100.00, per: week }\n';
  writeFileSync(join(here.root, 'config/finance/budgets.yaml'), budgets);
  const file = join(here.root, 'config/finance/usage-alerts-config.yaml');
  const turn = (from: boolean, to: boolean): void =>
    writeFileSync(file, readFileSync(file, 'utf8').replace(`enabled: ${from}`, `enabled: ${to}`));
  const run = async (charges: number[], nowMs: number) => {
    await chargeMarch(here.root, charges);
    return answer(alertsEvaluateCommand(openEvaluate), here.contextAt(nowMs));
  };
  const asked = () => received.map(({ method, path }) => `${method} ${path.slice(16)}`);
  return { run, turn, asked };
}

it('is not told what ended while it was off; what fires then is marked on its own', async () => {
  const { run, turn, asked } = await world(added(41), added(42), PATCHED);
  await run([40, 30, 15], at('05'));
  turn(true, false);
  await run([40, 10, 15], at('05', '11:00'));
  expect(asked()).toEqual(['POST ']);
  turn(false, true);
  await run([40, 10, 15], at('05', '12:00'));
  expect(asked()).toEqual(['POST ']);
  await run([40, 30, 15], at('05', '18:00'));
  await run([40, 10, 15], at('06', '01:00'));
  expect(asked()).toEqual(['POST ', 'POST ', 'PATCH /42']);
});

it('goes on with the annotation of what still fires when it is on again', async () => {
  const { run, turn, asked } = await world(added(41), PATCHED);
  await run([40, 30, 15], at('05'));
  turn(true, false);
  await run([40, 30, 15], at('05', '11:00'));
  turn(false, true);
  await run([40, 30, 15], at('05', '17:00'));
  await run([40, 10, 15], at('06', '01:00'));
  expect(asked()).toEqual(['POST ', 'PATCH /41']);
});

it('ends in the end what could not be ended for a wrong token', async () => {
  const { run, asked } = await world(added(41), { status: 401 }, added(42), PATCHED);
  await run([40, 30, 15], at('05'));
  const denied = await run([40, 10, 15], at('05', '11:00'));
  expect(denied.outcome).toMatch(/^auth: /);
  await run([40, 30, 15], at('05', '17:00'));
  expect(asked()).toEqual(['POST ', 'PATCH /41', 'POST ', 'PATCH /41']);
});
