/**
 * SIGKILL at any moment of an evaluation and of what it sends: no notice is lost, at most one is
 * sent twice for each death, none says what is not so. `KILLS=1000` for more than a sample.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { idOf } from '../../packs/finance/adapters/sqlite/alerts-outbox.ts';
import { openAlertStore } from '../../packs/finance/adapters/sqlite/alerts-store.ts';
import { fakeContext } from '../../src/sdk/testing.ts';
import { temporaryFolder } from '../support/host.ts';
import { expectedRows, type Script } from './alerts-script.ts';

const KILLS = Number(process.env.KILLS ?? 30);
const STEPS = 30;
/** Long after all leases and waits of the timeline. */
const AFTERWARDS = 8;

const HOURLY = { steps: STEPS, stepMs: 3_600_000 };

type Arrived = Readonly<{ channel: string; id: string; body: string }>;

/** One answer in ten is a 503, and each takes some milliseconds. */
async function listener(fate: () => number) {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const isDown = fate() < 0.1;
      const id = String(request.headers['x-brctl-event-id']);
      if (!isDown) arrived.push({ channel: request.url!.slice(1), id, body });
      setTimeout(() => response.writeHead(isDown ? 503 : 204).end(), fate() * 6);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { arrived, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
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

type Life = Readonly<{
  target: string;
  origin: string;
  script: Script;
  from: number;
  until: number;
  killAt: number;
}>;

type Running = Readonly<{
  child: ChildProcess;
  ready: Promise<void>;
  /** The step to go on with, whether it died, and what it said about that. */
  ended: Promise<Readonly<{ next: number; isKilled: boolean; said: string }>>;
}>;

const DRIVER = join(import.meta.dirname, 'alerts-until.ts');
/** Code that was read once need not be compiled by each process. */
const CACHE = mkdtempSync(join(tmpdir(), 'brctl-cache-'));
afterAll(() => rmSync(CACHE, { recursive: true, force: true }));

function begin({ target, origin, script, from, until, killAt }: Life): Running {
  const words = [DRIVER, target, origin, JSON.stringify(script), from, until, killAt].map(String);
  const env = { ...process.env, NODE_COMPILE_CACHE: CACHE };
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let next = from;
  let said = '';
  let isReady = (): void => undefined;
  const ready = new Promise<void>((done) => {
    isReady = done;
  });
  child.stderr!.on('data', (chunk) => {
    said += chunk;
  });
  createInterface({ input: child.stdout! }).on('line', (line) => {
    if (line === 'ready') isReady();
    else next = Number(line) + 1;
  });
  const ended = once(child, 'close').then(([, signal]) => {
    isReady();
    return { next, isKilled: signal === 'SIGKILL', said };
  });
  return { child, ready, ended };
}

type Played = Readonly<{ script: Script; arrived: readonly Arrived[]; kills: number }>;

/** A whole timeline, with a death after each stretch of it. */
async function play(script: Script, killsMax: number): Promise<Played> {
  const random = seeded(script.seed);
  const { arrived, origin } = await listener(random);
  const target = temporaryFolder();
  const life = { target, origin, script };
  let kills = 0;
  let from = 0;
  while (from < STEPS) {
    const isLast = kills >= killsMax;
    const isTimed = random() < 0.5;
    const killAt = isLast || isTimed ? 0 : 1 + Math.floor(random() * 24);
    const running = begin({ ...life, from, until: STEPS, killAt });
    if (!isLast && isTimed) {
      await running.ready;
      await new Promise((done) => setTimeout(done, random() * 60));
      running.child.kill('SIGKILL');
    }
    const { next, isKilled, said } = await running.ended;
    expect(said).toBe('');
    kills += isKilled ? 1 : 0;
    from = next;
  }
  // Steps at which nothing is new: only what was left is sent.
  for (let late = 1; late <= AFTERWARDS; late += 1) await drain(life, late * 30);
  return { script, arrived, kills };
}

/** At the instant of a later step, without evaluating anything new. */
async function drain(life: Omit<Life, 'from' | 'until' | 'killAt'>, later: number): Promise<void> {
  const store = await openAlertStore(fakeContext(), join(life.target, 'data/finance/state.db'));
  const open = store.outbox(['queued', 'sending']).length;
  store.close();
  if (open === 0) return;
  const from = STEPS + later;
  await begin({ ...life, from, until: from + 1, killAt: 0 }).ended;
}

type Tally = Readonly<{ kills: number; notices: number; duplicates: number; lost: number }>;

function tally({ script, arrived, kills }: Played): Tally {
  const expected = new Map(expectedRows(script).map((row) => [idOf(row), row]));
  const firsts = new Map<string, Arrived>();
  for (const each of arrived) if (!firsts.has(each.id)) firsts.set(each.id, each);
  // Nothing that the timeline does not say: no wrong resolve either.
  expect([...firsts.keys()].filter((id) => !expected.has(id))).toEqual([]);
  for (const { id, channel, body } of firsts.values()) {
    const row = expected.get(id)!;
    const notice = JSON.parse(body);
    expect([notice.id, notice.status, channel]).toEqual([id, statusOf(row.alerts), row.channel]);
  }
  for (const { id, body } of arrived) expect(body).toBe(firsts.get(id)!.body);
  const order = Map.groupBy([...firsts.keys()], (id) => {
    const { channel, route, group } = expected.get(id)!;
    return JSON.stringify([channel, route, group]);
  });
  for (const ids of order.values()) {
    const sequence = ids.map((id) => expected.get(id)!.sequence);
    expect(sequence).toEqual(sequence.toSorted((a, b) => a - b));
  }
  const lost = [...expected.keys()].filter((id) => !firsts.has(id)).length;
  return { kills, notices: expected.size, duplicates: arrived.length - firsts.size, lost };
}

function statusOf(alerts: readonly Readonly<{ status: string }>[]): string {
  return alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved';
}

it(`of ${KILLS} deaths none loses a notice, and each costs at most one duplicate`, async () => {
  const total = { kills: 0, notices: 0, duplicates: 0, lost: 0 };
  for (let seed = 1; total.kills < KILLS; seed += 1) {
    const script = { ...HOURLY, seed, channels: ['team'] };
    const { kills, notices, duplicates, lost } = tally(await play(script, KILLS - total.kills));
    expect({ seed, lost }).toEqual({ seed, lost: 0 });
    expect(duplicates).toBeLessThanOrEqual(kills);
    total.kills += kills;
    total.notices += notices;
    total.duplicates += duplicates;
  }
  if (KILLS > 30) process.stderr.write(`${JSON.stringify(total)}\n`);
}, 3_600_000);

it('with several channels at once, at most one on each', async () => {
  const channels = ['team', 'desk'];
  const played = await play({ ...HOURLY, seed: 7, channels }, 6);
  expect(tally(played).lost).toBe(0);
  for (const channel of channels) {
    const own = played.arrived.filter((each) => each.channel === channel);
    const duplicates = own.length - new Set(own.map(({ id }) => id)).size;
    expect(duplicates).toBeLessThanOrEqual(played.kills);
  }
});

it('two evaluators at once never send twice', async () => {
  // So close that one is never behind by the length of a lease.
  const script = { seed: 11, channels: ['team'], steps: STEPS, stepMs: 1000 };
  const { arrived, origin } = await listener(() => 0.5);
  const life = { target: temporaryFolder(), origin, script, from: 0, until: STEPS, killAt: 0 };
  const both = [begin(life), begin(life)];
  const ends = await Promise.all(both.map(({ ended }) => ended));
  expect(ends.map(({ said }) => said)).toEqual(['', '']);
  expect(tally({ script, arrived, kills: 0 })).toMatchObject({ lost: 0, duplicates: 0 });
});
