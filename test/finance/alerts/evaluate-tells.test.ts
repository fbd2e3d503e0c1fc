/** `brctl finance alerts evaluate` over days: what is told, once, and what has to wait. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { alertsEvaluateCommand } from '../../../packs/finance/alerts/evaluate.ts';
import { variable } from '../../../packs/finance/core/alert-config/variable.ts';
import { openEvaluate } from '../../../packs/finance/wire.ts';
import { type AlertTarget, alertTarget, answer } from '../../support/alert-command.ts';
import { chargeMarch } from '../../support/march-charges.ts';
import { scriptedServer } from '../../support/scripted-server.ts';

const command = alertsEvaluateCommand(openEvaluate);

const config = (channel: string): string => `
global:
  notification_channels:
    - ${channel}
  escalation:
    warning: { notify: [ops], repeat_interval: 24h }
    critical: { notify: [ops] }
budget_alerts:
  weekly_spend:
    budget: 100.00
    currency: USD
    alerts:
      - { threshold_percent: 80, severity: warning, message: four fifths }
      - { threshold_percent: 100, severity: critical, message: all of it }
`;
const BUDGETS = 'currency: USD\nlines:\n  - { name: Reserve, amount: 100.00, per: week }\n';
const SECRET = 'planted-secret-4711';
const webhook = (url: string): string =>
  `{ type: webhook, name: ops, url: "${url}", secret: "${variable('OPS_SECRET')}" }`;

function target(channel: string, env: Readonly<Record<string, string>> = {}): AlertTarget {
  const here = alertTarget(config(channel), env);
  writeFileSync(join(here.root, 'config/finance/budgets.yaml'), BUDGETS);
  return here;
}

const charge = ({ root }: AlertTarget, amounts: readonly number[]) => chargeMarch(root, amounts);

const at = (day: string, time = '08:00'): number => Date.parse(`2026-03-${day}T${time}:00Z`);

const told = (bodies: readonly { body: string }[]): string[] =>
  bodies.map(({ body }) => {
    const { headline, alerts } = JSON.parse(body);
    const each = alerts.map((alert: { rule: string; why: string }) => `${alert.rule} ${alert.why}`);
    return `${headline}: ${each.join(', ')}`;
  });

it('each step is told once, a repeat when it is due, and the new week begins anew', async () => {
  const server = await scriptedServer({ status: 200 });
  const here = target(webhook(`${server.origin}/hook`), { OPS_SECRET: SECRET });
  const run = (nowMs: number) => answer(command, here.contextAt(nowMs));
  await charge(here, [40, 30]);
  expect((await run(at('04'))).outcome).toBe('ok');
  await charge(here, [40, 30, 15]);
  const first = await run(at('05'));
  expect(first.outcome).toBe('findings');
  expect(first.text).toContain('delivered  ops: first');
  await run(at('05', '08:01'));
  await run(at('05', '20:00'));
  expect(told(server.received)).toEqual(['first: budget/weekly_spend/80 first']);
  await run(at('06'));
  await charge(here, [40, 30, 15, 5, 20]);
  await run(at('07', '09:00'));
  await run(at('07', '10:00'));
  const [, ...later] = told(server.received);
  expect(later[0]).toBe('repeat: budget/weekly_spend/80 still');
  expect(later[1]).toContain('new step: budget/weekly_spend/100 new step');
  expect(server.received.map(({ body }) => body).join()).not.toContain(SECRET);
  expect(readFileSync(here.state).includes(SECRET)).toBe(false);
  for (const { headers } of server.received) {
    expect(headers['x-brctl-signature']).toMatch(/^v1=[0-9a-f]{64}$/);
  }
});

it('data that was corrected ends it as revised', async () => {
  const here = target('{ type: file, name: ops, path: told.jsonl }');
  const run = (nowMs: number) => answer(command, here.contextAt(nowMs));
  await charge(here, [40, 30, 15]);
  expect((await run(at('05'))).outcome).toBe('findings');
  await charge(here, [40, 10, 15]);
  expect((await run(at('05', '09:00'))).outcome).toBe('ok');
  const lines = readFileSync(join(here.root, 'data/finance/told.jsonl'), 'utf8').trim().split('\n');
  expect(told(lines.map((body) => ({ body })))).toEqual([
    'first: budget/weekly_spend/80 first',
    'revised: budget/weekly_spend/80 revised',
  ]);
});

it('what cannot be delivered waits, is said, and arrives once when it can be', async () => {
  const server = await scriptedServer({ status: 503 }, { status: 200 });
  const here = target(webhook(server.origin), { OPS_SECRET: SECRET });
  await charge(here, [40, 30, 15]);
  const failed = await answer(command, here.contextAt(at('05')));
  expect(failed.outcome).toMatch(/^operational: 1 notice was not delivered: ops: /);
  expect(failed.text).toContain('1 notice has not arrived');
  for (const time of ['08:30', '09:00']) {
    expect((await answer(command, here.contextAt(at('05', time)))).outcome).toBe('findings');
  }
  expect(server.received).toHaveLength(2);
  expect(told(server.received)[0]).toBe(told(server.received)[1]);
  const ids = server.received.map(({ headers }) => headers['x-brctl-event-id']);
  expect(ids[0]).toBe(ids[1]);
});

it('a variable that is missing keeps its notices, and a dry run writes nothing', async () => {
  const here = target(webhook('https://example.com'));
  await charge(here, [40, 30, 15]);
  const before = readFileSync(here.state);
  const dry = await answer(command, here.contextAt(at('05')), { dryRun: true });
  expect([dry.outcome, readFileSync(here.state).equals(before)]).toEqual(['findings', true]);
  expect(dry.text).toContain('would tell ops (first): budget/weekly_spend/80 2026-W10');
  const { outcome, text } = await answer(command, here.contextAt(at('05')), { format: 'json' });
  expect(outcome).toContain(
    `nothing was sent to ops: ${variable('OPS_SECRET')}: OPS_SECRET is not set`,
  );
  expect(JSON.parse(text).notices).toHaveLength(1);
});

it('a channel on standard output never mixes with a result that is read by a script', async () => {
  const here = target('{ type: stdout, name: ops }');
  await charge(here, [40, 30, 15]);
  const context = here.contextAt(at('05'));
  const out: string[] = [];
  const err: string[] = [];
  const streams = {
    ...context.streams,
    out: (text: string) => out.push(text),
    err: (text: string) => err.push(text),
  };
  await answer(command, { ...context, streams }, { format: 'json' });
  expect([out, err.join()]).toEqual([[], expect.stringContaining('weekly_spend')]);
  rmSync(join(here.root, 'data/finance/state.db'));
});
