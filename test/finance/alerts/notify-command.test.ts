/** `notify test`: the same way as an alert, and without a trace in the state of alerts. */
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { pagerDuty } from '../../../packs/finance/adapters/webhook/pagerduty.ts';
import { notifyTestCommand } from '../../../packs/finance/alerts/notify/channel-test.ts';
import type { OpenNotify } from '../../../packs/finance/alerts/notify/ports.ts';
import { openNotify } from '../../../packs/finance/wire.ts';
import { type AlertTarget, alertTarget, answer } from '../../support/alert-command.ts';
import { type ScriptedStep, scriptedServer } from '../../support/scripted-server.ts';

const T = Date.parse('2026-03-02T07:00:00Z');
const SECRET = 'planted-secret-0123456789';

async function hooked(...script: ScriptedStep[]) {
  const server = await scriptedServer(...script);
  const here = alertTarget(
    `
global:
  notification_channels:
    - type: webhook
      name: hook
      url: ${server.origin}/\${PATH_TOKEN}
      secret: \${HOOK_SECRET}
`,
    { PATH_TOKEN: `path-${SECRET}`, HOOK_SECRET: SECRET },
  );
  return { server, here };
}

function test(here: AlertTarget, flags = {}, open: OpenNotify = openNotify, format = 'table') {
  const asked = { arguments: ['hook'], flags, format };
  return answer(notifyTestCommand(open), here.contextAt(T), asked);
}

it('sends one notice that says it is a test', async () => {
  const { server, here } = await hooked({ status: 204 });
  const { text, outcome } = await test(here, { severity: 'critical' });
  expect(outcome).toBe('ok');
  expect(text).toMatch(/^delivered to hook \(webhook\)\n\nCRITICAL notify\/test/);
  expect(server.received).toHaveLength(1);
  const body = JSON.parse(server.received[0]!.body);
  expect(body).toMatchObject({ severity: 'critical', status: 'firing', channel: 'hook' });
  expect(server.received[0]!.body).toContain('This is a test of the channel hook');
  expect(existsSync(here.state)).toBe(false);
});

it.each([
  [{ status: 401, body: SECRET }, 'auth', 'was refused'],
  [{ status: 404, body: `no /path-${SECRET}` }, 'operational', 'was refused'],
  [{ status: 500, body: SECRET }, 'operational', 'was not delivered'],
  ['reset', 'operational', 'was not delivered'],
] as const)('an answer of %j is %s: it %s', async (step, kind, words) => {
  const { here } = await hooked(step);
  for (const format of ['table', 'json']) {
    const { text, outcome } = await test(here, {}, openNotify, format);
    expect(outcome.startsWith(`${kind}: the test notice to hook ${words}`)).toBe(true);
    expect(text.length).toBeGreaterThan(0);
    expect(text + outcome).not.toContain(SECRET);
  }
});

it('at PagerDuty it ends what it began', async () => {
  const server = await scriptedServer({ status: 202, body: '{"status":"success"}' });
  const here = alertTarget(`
global:
  notification_channels:
    - { type: pagerduty, name: hook, routing_key: 0123456789abcdef0123456789abcdef }
`);
  const open: OpenNotify = async (context) => ({
    ...(await openNotify(context)),
    notifier: async ({ name, to }) => {
      if (to.type !== 'pagerduty') throw new Error(to.type);
      return pagerDuty({ context, channel: { name, to: { ...to, eventsUrl: server.origin } } });
    },
  });
  const { text, outcome } = await test(here, {}, open);
  expect(outcome).toBe('ok');
  expect(text).toMatch(/^delivered to hook \(pagerduty\)\nresolved at hook \(pagerduty\)\n\n/);
  const events = server.received.map(({ body }) => JSON.parse(body));
  expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'resolve']);
  expect(new Set(events.map(({ dedup_key }) => dedup_key)).size).toBe(1);
});
