/** `alerts outbox list` and `retry`: what did not arrive, and once more. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openAlertStore } from '../../../packs/finance/adapters/sqlite/alerts-store.ts';
import { outboxListCommand } from '../../../packs/finance/alerts/outbox/list.ts';
import { outboxRetryCommand } from '../../../packs/finance/alerts/outbox/retry.ts';
import { delivered, refused, retryLater } from '../../../packs/finance/core/notices/outcome.ts';
import type { AlertStore } from '../../../packs/finance/ports/alert-state.ts';
import { openOutbox } from '../../../packs/finance/wire.ts';
import { fakeContext } from '../../../src/sdk/testing.ts';
import { alertTarget, answer } from '../../support/alert-command.ts';
import { deliver, queue } from '../../support/alert-store.ts';
import { mixedRow, noticeRow } from '../../support/notice.ts';
import { scriptedServer } from '../../support/scripted-server.ts';

const T = Date.parse('2026-03-02T07:00:00Z');
const MINUTE = 60_000;
const list = outboxListCommand(openOutbox);
const retry = outboxRetryCommand(openOutbox);

const CONFIG = `
global:
  notification_channels:
    - { type: file, name: log, path: log.jsonl }
`;

async function stateOf(path: string): Promise<AlertStore> {
  return openAlertStore(fakeContext(), path);
}

async function filled(config = CONFIG) {
  const here = alertTarget(config);
  const store = await stateOf(here.state);
  const rows = [
    noticeRow({ key: 'k1', channel: 'log', group: 'g' }),
    noticeRow({ key: 'k2', channel: 'log', group: 'h' }),
    mixedRow({ key: 'k3', channel: 'log', group: 'i' }),
    mixedRow({ key: 'k4', channel: 'pager', group: 'j' }),
    noticeRow({ key: 'k5', channel: 'pager', group: 'k' }),
  ];
  queue(store, rows, T);
  deliver(store, T, refused('client', 'is a folder\nand no file'), 'log');
  deliver(store, T + MINUTE, delivered(), 'log');
  deliver(store, T + MINUTE, retryLater('timeout', 'did not answer', { maybe: true }), 'log');
  store.claim({ channel: 'pager', claim: 'x', nowMs: T, leaseMs: 2 * MINUTE, limit: 1 });
  return { here, store };
}

it('the list says what waits, what never arrived and why', async () => {
  const { here, store } = await filled();
  const { text, outcome } = await answer(list, here.contextAt(T + 5 * MINUTE));
  store.close();
  expect(outcome).toBe('ok');
  expect(text.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['Id', 'Written', 'Channel', 'Why', 'About', 'Status', 'Tries', 'Note'],
    ...[
      ['6ab9f1eb8f7d', AT, 'log', 'first', ONE, `dead ${AT}`, '1', 'is a folder and no file'],
      [
        '2f5052c9fd15',
        AT,
        'log',
        'new step',
        THREE,
        LATER,
        '1',
        'did not answer; may have arrived',
      ],
      ['94091dd64a21', AT, 'pager', 'new step', THREE, SENDING, '1', '-'],
      ['88dbf612972c', AT, 'pager', 'first', ONE, `queued for ${AT}`, '0', '-'],
    ],
    [''],
  ]);
});

const AT = '2026-03-02T07:00:00Z';
const LATER = 'queued for 2026-03-02T07:01:18Z';
const SENDING = 'sending, until 2026-03-02T07:02:00Z';
const ONE = 'budget/weekly_spend/90 fires';
const THREE = 'budget/weekly_spend/80 fires, 2 more';

it('in JSON every notice has the same keys', async () => {
  const { here, store } = await filled();
  store.close();
  const { text } = await answer(list, here.contextAt(T), { format: 'json' });
  const { schema, notices } = JSON.parse(text);
  expect([schema, notices.length]).toEqual(['brctl.finance/outbox/v1', 4]);
  for (const notice of notices) expect(Object.keys(notice)).toEqual(KEYS);
  const flags = { status: 'delivered' };
  const ended = await answer(list, here.contextAt(T), { format: 'json', flags });
  expect(JSON.parse(ended.text).notices).toMatchObject([
    { channel: 'log', status: 'delivered', next_at: null, ended_at: '2026-03-02T07:01:00Z' },
  ]);
});

const KEYS = [
  'id',
  'channel',
  'route',
  'group',
  'sequence',
  'reason',
  'headline',
  'alerts',
  'report',
  'status',
  'attempts',
  'next_at',
  'maybe',
  'cause',
  'note',
  'instead_of',
  'created_at',
  'ended_at',
];

it('retry sends what was given up, now', async () => {
  const { here, store } = await filled();
  const context = here.contextAt(T + 5 * MINUTE);
  const look = await answer(retry, context, { flags: { dead: true }, dryRun: true });
  expect([look.outcome, store.outbox(['dead']).length]).toEqual(['ok', 1]);
  const { text, outcome } = await answer(retry, context, { flags: { dead: true } });
  // The other one was due, and the channel of the last two is not in the config.
  expect(text).toContain('delivered  log: first (');
  expect(outcome).toMatch(/^operational: 2 notices were not delivered: pager: the config has no/);
  expect(store.outbox(['delivered']).map(({ row }) => row.key)).toEqual(['k1', 'k2', 'k3']);
  store.close();
  const file = readFileSync(join(here.root, 'data/finance/log.jsonl'), 'utf8');
  expect(file.trim().split('\n')).toHaveLength(2);
});

it('retry takes the beginning of an id, and says what it cannot do', async () => {
  const { here, store } = await filled();
  const [dead, done, waiting, sending] = store.outbox();
  const at = here.contextAt(T + MINUTE);
  const said = async (...words: string[]) =>
    (await answer(retry, at, { arguments: words })).outcome;
  expect(await said(done!.id)).toBe(`usage: the notice ${done!.id} has arrived`);
  expect(await said(sending!.id)).toBe(
    `usage: the notice ${sending!.id} is being sent at this moment`,
  );
  expect(await said('')).toBe('usage: there is no notice ""');
  await said(dead!.id.slice(0, 10), waiting!.id.toUpperCase());
  expect(store.outbox(['delivered'])).toHaveLength(3);
  store.close();
});

it('a notice that was overtaken is left alone', async () => {
  const here = alertTarget(CONFIG);
  const store = await stateOf(here.state);
  queue(
    store,
    ['k1', 'k2'].map((key) => noticeRow({ key, channel: 'log', group: 'g' })),
    T,
  );
  deliver(store, T, refused('client', 'no'), 'log');
  deliver(store, T, delivered(), 'log');
  const { text, outcome } = await answer(retry, here.contextAt(T), { flags: { dead: true } });
  const id = store.outbox()[0]!.id.slice(0, 12);
  expect([outcome, text]).toEqual([
    'ok',
    `left alone  log: ${id}: a later notice has arrived\nthere is nothing to try again\n`,
  ]);
  expect(store.outbox(['dead'])).toHaveLength(1);
  store.close();
});

it('a channel that says no again is the exit, and no secret is in any word', async () => {
  const secret = 'planted-secret-0123456789';
  const server = await scriptedServer({ status: 401, body: secret });
  const config = `
global:
  notification_channels:
    - { type: webhook, name: hook, url: '${server.origin}/${secret}', secret: ${secret} }
`;
  const here = alertTarget(config);
  const store = await stateOf(here.state);
  queue(store, [noticeRow({ channel: 'hook' })], T);
  deliver(store, T, refused('client', 'no'), 'hook');
  const { text, outcome } = await answer(retry, here.contextAt(T), {
    flags: { dead: true },
    format: 'json',
  });
  expect(outcome).toMatch(/^auth: 1 notice was not delivered: hook: .*401/);
  expect(JSON.parse(text).sending.sent).toMatchObject([{ outcome: 'dead', cause: 'auth' }]);
  store.close();
  const bytes = readFileSync(here.state, 'latin1');
  for (const each of [text, outcome, bytes]) expect(each).not.toContain(secret);
  rmSync(here.state);
});
