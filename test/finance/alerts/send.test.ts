/** The sender, from the outbox to real servers on loopback. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { OutboxPorts } from '../../../packs/finance/alerts/outbox/ports.ts';
import { sendingText } from '../../../packs/finance/alerts/send/render-report.ts';
import { sendDue } from '../../../packs/finance/alerts/send/send.ts';
import { requireSent } from '../../../packs/finance/alerts/send/send-report.ts';
import type { Channel, Destination } from '../../../packs/finance/core/alert-config/config.ts';
import type { NoticeRow } from '../../../packs/finance/core/alert-state/notice.ts';
import { openOutbox } from '../../../packs/finance/wire.ts';
import { plainPaint } from '../../../src/sdk/index.ts';
import { fakePackContext } from '../../../src/sdk/testing.ts';
import { queue } from '../../support/alert-store.ts';
import { temporaryFolder } from '../../support/host.ts';
import { noticeRow } from '../../support/notice.ts';
import { type ScriptedStep, scriptedServer } from '../../support/scripted-server.ts';

const NOW = '2026-03-02T07:00:00Z';
const T = Date.parse(NOW);
const HOUR = 3_600_000;
const SECRET = 'planted-secret-0123456789';

type World = Readonly<{
  root: string;
  /** As time stands in a run: `at` for the next one. */
  ports(at?: number): Promise<OutboxPorts>;
}>;

function world(env: Readonly<Record<string, string>> = { HOOK_SECRET: SECRET }): World {
  const root = temporaryFolder();
  const pack = { name: 'finance', version: '0.1.0', root: '/' };
  const ports = async (at = T): Promise<OutboxPorts> => {
    const now = new Date(at).toISOString();
    const context = { ...fakePackContext(root, pack, { now, env }), fetch: globalThis.fetch };
    return openOutbox(context, { isWriting: true });
  };
  return { root, ports };
}

const setting = (text: string, isSecret = false) => ({ text, isSecret });

function channel(name: string, to: Destination): Channel {
  return { name, minSeverity: 'info', to, at: { line: 1, column: 1 } };
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: as a config has it.
const HOOK_SECRET = setting('${HOOK_SECRET}', true);

const hook = (name: string, url: string): Channel =>
  channel(name, { type: 'webhook', url: setting(url, true), secret: HOOK_SECRET });

const file = (name: string): Channel =>
  channel(name, { type: 'file', path: setting(`${name}.jsonl`) });

function row(name: string): NoticeRow {
  const [to = '', group = '', number = '1'] = name.split(' ');
  return noticeRow({ key: name, channel: to, group, sequence: Number(number) });
}

const linesOf = (root: string, name: string): string[] =>
  readFileSync(join(root, `data/finance/${name}.jsonl`), 'utf8')
    .trim()
    .split('\n');

const idsAt = (received: readonly { headers: Record<string, unknown> }[]) =>
  received.map(({ headers }) => headers['x-brctl-event-id']);

const NONE = { integrations: [], reports: [] };
const OK: ScriptedStep = { status: 200 };

it('sends what is due, in the order of each group, and marks it', async () => {
  const server = await scriptedServer(OK);
  const ports = await world().ports();
  queue(ports.store, [row('team g 1'), row('team g 2'), row('log h 1')], T);
  const config = {
    ...NONE,
    channels: [hook('team', `${server.origin}/x`), file('log')],
    fallback: [],
  };
  const report = await sendDue(ports, { config });
  expect(report.sent.map(({ channel: to, outcome }) => [to, outcome.kind]).sort()).toEqual([
    ['log', 'delivered'],
    ['team', 'delivered'],
    ['team', 'delivered'],
  ]);
  expect(report).toMatchObject({ waiting: 0, nextMs: null, blocked: [] });
  expect(() => requireSent(report)).not.toThrow();
  const written = ports.store.outbox().filter(({ row: { channel: to } }) => to === 'team');
  expect(idsAt(server.received)).toEqual(written.map(({ id }) => id));
  expect((await sendDue(ports, { config })).sent).toEqual([]);
  await ports.close();
});

it('waits as long as the other side asks, for all of the channel, and tries again', async () => {
  const server = await scriptedServer({ status: 429, headers: { 'retry-after': '900' } }, OK);
  const here = world();
  const ports = await here.ports();
  queue(ports.store, [row('team g 1'), row('team h 1')], T);
  const config = { ...NONE, channels: [hook('team', server.origin)], fallback: [] };
  const report = await sendDue(ports, { config });
  expect(report.sent).toMatchObject([{ outcome: { kind: 'queued', cause: 'rate-limited' } }]);
  expect(server.received).toHaveLength(1);
  expect(Math.abs(report.nextMs! - (T + 900_000))).toBeLessThan(5000);
  expect(() => requireSent(report)).toThrow(/1 notice was not delivered: team: .*429/);
  await ports.close();
  const early = await here.ports(T + 890_000);
  expect((await sendDue(early, { config })).sent).toEqual([]);
  await early.close();
  const again = await here.ports(T + 910_000);
  expect((await sendDue(again, { config })).waiting).toBe(0);
  expect(server.received).toHaveLength(3);
  await again.close();
});

it('a refused notice is told to the fallback once with the reason, and never on', async () => {
  const no = await scriptedServer({ status: 403, body: `no entry for ${SECRET}` });
  const down = await scriptedServer({ status: 410 });
  const here = world();
  const ports = await here.ports();
  queue(ports.store, [row('team g 1')], T);
  const channels = [hook('team', no.origin), file('log'), hook('desk', down.origin)];
  const config = { ...NONE, channels, fallback: ['log', 'desk', 'team'] };
  const report = await sendDue(ports, { config });
  const outcomes = report.sent.map(({ channel: to, outcome }) => `${to} ${outcome.kind}`);
  expect(outcomes.toSorted()).toEqual(['desk dead', 'log delivered', 'team dead']);
  expect(report.sent[0]!.fallback).toEqual(['log', 'desk']);
  expect(no.received).toHaveLength(1);
  expect(down.received).toHaveLength(1);
  expect(ports.store.outbox()).toHaveLength(3);
  const log = readFileSync(join(here.root, 'data/finance/log.jsonl'), 'utf8');
  expect(log).toContain('not delivered to team: ');
  expect(log).toContain('403');
  expect(() => requireSent(report)).toThrow(expect.objectContaining({ kind: 'auth' }));
  expect((await sendDue(ports, { config })).sent).toEqual([]);
  const all = JSON.stringify([report, ports.store.outbox(), log]);
  expect(all).not.toContain(SECRET);
  await ports.close();
});

it('a missing variable keeps the row queued with the reason, until it is there', async () => {
  const server = await scriptedServer(OK);
  const here = world({});
  const ports = await here.ports();
  queue(ports.store, [row('team g 1'), row('log g 1')], T);
  const config = {
    ...NONE,
    channels: [hook('team', server.origin), file('log')],
    fallback: ['log'],
  };
  const report = await sendDue(ports, { config });
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as the config has it.
  const why = '${HOOK_SECRET}: HOOK_SECRET is not set';
  expect(report).toMatchObject({ blocked: [{ channel: 'team', why }], waiting: 1, nextMs: null });
  expect(() => requireSent(report)).toThrow(`nothing was sent to team: ${why}`);
  expect(ports.store.outbox(['queued'])).toMatchObject([{ attempts: 0, note: why }]);
  await ports.close();
  const secret = join(here.root, 'secret');
  writeFileSync(secret, `${SECRET}\n`);
  const context = fakePackContext(
    here.root,
    { name: 'finance', version: '0.1.0', root: '/' },
    { now: new Date(T + 30 * HOUR).toISOString(), env: { HOOK_SECRET_FILE: secret } },
  );
  const fixed = await openOutbox({ ...context, fetch: globalThis.fetch }, { isWriting: true });
  expect(await sendDue(fixed, { config })).toMatchObject({ waiting: 0, blocked: [] });
  expect(server.received).toHaveLength(1);
  await fixed.close();
});

it('a channel that lacks its variable for a day is dead, and the fallback hears', async () => {
  const server = await scriptedServer(OK);
  const here = world({});
  const first = await here.ports();
  queue(first.store, [row('team g 1')], T);
  queue(first.store, [row('team h 1')], T + 20 * HOUR);
  const config = {
    ...NONE,
    channels: [hook('team', server.origin), file('log')],
    fallback: ['log'],
  };
  await first.close();
  const runAt = async (at: number) => {
    const ports = await here.ports(at);
    const report = await sendDue(ports, { config });
    const dead = ports.store.outbox(['dead']).map((each) => each.row.key);
    await ports.close();
    return { report, dead };
  };
  expect((await runAt(T + 24 * HOUR - 1000)).dead).toEqual([]);
  expect(existsSync(join(here.root, 'data/finance/log.jsonl'))).toBe(false);
  const { report, dead } = await runAt(T + 24 * HOUR);
  expect(dead).toEqual(['team g 1']);
  expect(report).toMatchObject({ blocked: [{ channel: 'team' }], waiting: 1 });
  expect(() => requireSent(report)).toThrow('HOOK_SECRET is not set');
  expect(linesOf(here.root, 'log')).toHaveLength(1);
  await runAt(T + 25 * HOUR);
  expect(linesOf(here.root, 'log')).toHaveLength(1);
  expect((await runAt(T + 44 * HOUR)).dead).toEqual(['team g 1', 'team h 1']);
  expect(server.received).toEqual([]);
});

it('a channel that is gone from the config is a dead letter, and the fallback hears', async () => {
  const here = world();
  const ports = await here.ports();
  queue(ports.store, [row('gone g 1')], T);
  const config = { ...NONE, channels: [file('log')], fallback: ['log'] };
  const report = await sendDue(ports, { config });
  expect(report.sent).toMatchObject([
    { channel: 'gone', outcome: { kind: 'dead', why: 'the config has no channel "gone"' } },
    { channel: 'log', isTelling: true, outcome: { kind: 'delivered' } },
  ]);
  expect(existsSync(join(here.root, 'data/finance/log.jsonl'))).toBe(true);
  await ports.close();
});

it('an outage ends in a dead letter, after enough tries for long enough', async () => {
  const server = await scriptedServer({ status: 500 });
  const here = world();
  const config = { ...NONE, channels: [hook('team', server.origin)], fallback: [] };
  const first = await here.ports();
  queue(first.store, [row('team g 1')], T);
  await first.close();
  let status = 'queued';
  let hours = 0;
  for (; status === 'queued' && hours < 100; hours += 2) {
    const ports = await here.ports(T + hours * HOUR);
    await sendDue(ports, { config });
    const [entry] = ports.store.outbox();
    status = entry!.status;
    if (status === 'dead') expect(entry!.note).toContain('given up after 13 attempts in 24 hours');
    await ports.close();
  }
  expect([status, hours, server.received.length]).toEqual(['dead', 26, 13]);
});

it('a slow channel keeps no other one waiting, and its lease is renewed meanwhile', async () => {
  let answer = (): void => undefined;
  const slow = new Promise<void>((done) => {
    answer = done;
  });
  const here = world();
  const ports = await here.ports();
  queue(ports.store, [row('slow g 1'), row('log g 1')], T);
  const running: OutboxPorts = {
    ...ports,
    notifier: async (to) => {
      const notifier = await ports.notifier(to);
      if (to.name !== 'slow') return notifier;
      return {
        ...notifier,
        send: async (each, handle) => {
          await slow;
          return notifier.send(each, handle);
        },
      };
    },
  };
  const config = { ...NONE, channels: [file('slow'), file('log')], fallback: [] };
  const sending = sendDue(running, { config, leaseMs: 400 });
  await expect.poll(() => ports.store.outbox(['delivered'])).toHaveLength(1);
  await new Promise((done) => setTimeout(done, 700));
  const other = await here.ports(T + 700);
  expect((await sendDue(other, { config })).sent).toEqual([]);
  await other.close();
  answer();
  expect(await sending).toMatchObject({ waiting: 0 });
  expect(linesOf(here.root, 'slow')).toHaveLength(1);
  await ports.close();
});

it('what is behind another is not due before it, and what was given up counts', async () => {
  const server = await scriptedServer({ status: 503 }, { status: 400 }, OK);
  const here = world();
  const ports = await here.ports();
  queue(ports.store, [row('team g 1'), row('team g 2')], T);
  const config = { ...NONE, channels: [hook('team', server.origin)], fallback: [] };
  const report = await sendDue(ports, { config });
  expect(report).toMatchObject({ waiting: 2, dead: 0 });
  expect(report.nextMs!).toBeGreaterThan(T + 10_000);
  await ports.close();
  const again = await here.ports(T + HOUR);
  const ended = await sendDue(again, { config });
  expect(ended).toMatchObject({ waiting: 0, nextMs: null, dead: 1 });
  expect(sendingText(ended, plainPaint)).toContain('\n1 notice was given up: brctl finance alerts');
  await again.close();
});

it('a run that has used up its time begins nothing new', async () => {
  const ports = await world().ports();
  queue(ports.store, [row('log g 1')], T);
  const config = { ...NONE, channels: [file('log')], fallback: [] };
  expect(await sendDue(ports, { config, budgetMs: 0 })).toMatchObject({ sent: [], waiting: 1 });
  const stopped = { ...ports, signal: AbortSignal.abort() };
  expect(await sendDue(stopped, { config })).toMatchObject({ sent: [], waiting: 1 });
  await ports.close();
});
