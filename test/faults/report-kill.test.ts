/**
 * SIGKILL at any moment of a run that sends a report: the next runs bring it, the same mail, and
 * at most one is sent twice. Two runs at once send one.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openAlertStore } from '../../packs/finance/adapters/sqlite/alerts-store.ts';
import { fakeContext } from '../../src/sdk/testing.ts';
import { mailServer } from '../support/mail-server.ts';
import { sendTarget } from '../support/report-send.ts';

const CONFIG = `
reporting:
  weekly_report: { schedule: 0 9 * * MON, recipients: [cfo@example.com] }
`;
/** Code that was read once need not be compiled by each process. */
const CACHE = mkdtempSync(join(tmpdir(), 'brctl-cache-'));
afterAll(() => rmSync(CACHE, { recursive: true, force: true }));

const DRIVER = join(import.meta.dirname, 'report-until.ts');
const SEEN = '2025-12-23T10:00:00Z';
const MONDAY = '2025-12-29T09:05:00Z';
/** The lease of whoever died is over. */
const LATER = '2025-12-29T09:15:00Z';

async function world() {
  const server = await mailServer();
  const { root, state, send } = sendTarget(CONFIG, {
    SMTP_URL: `smtp://127.0.0.1:${server.port}`,
    SMTP_FROM: 'finops@example.com',
  });
  await send(SEEN);
  const run = async (now: string, killAt = 0) => {
    const words = [DRIVER, root, server.port, now, killAt].map(String);
    const env = { ...process.env, NODE_COMPILE_CACHE: CACHE };
    const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    const [, signal] = await once(child, 'close');
    return { isKilled: signal === 'SIGKILL', points: Number(said) };
  };
  const delivered = async (): Promise<number> => {
    const store = await openAlertStore(fakeContext(), state);
    const { length } = store.outbox(['delivered']);
    store.close();
    return length;
  };
  return { server, run, send, delivered };
}

const idsOf = (mails: readonly Readonly<{ raw: string }>[]) =>
  new Set(mails.map(({ raw }) => /^Message-ID:\s+(\S+)/im.exec(raw)![1]));

it('a death at any point loses no report, and costs at most one duplicate', async () => {
  const whole = await world();
  const { points } = await whole.run(MONDAY);
  expect(whole.server.mails.length).toBe(1);
  expect(points).toBeGreaterThan(8);
  for (let killAt = 1; killAt <= points; killAt += 1) {
    const { server, run, send, delivered } = await world();
    expect(await run(MONDAY, killAt)).toMatchObject({ isKilled: true });
    const before = server.mails.length;
    await send(LATER);
    expect({ killAt, delivered: await delivered() }).toEqual({ killAt, delivered: 1 });
    expect(server.mails.length - before).toBeLessThanOrEqual(1);
    expect(server.mails.length).toBeGreaterThanOrEqual(1);
    expect(idsOf(server.mails).size).toBe(1);
  }
}, 120_000);

it('two runs at once send one report', async () => {
  const { server, run, delivered } = await world();
  await Promise.all([run(MONDAY), run(MONDAY), run(MONDAY)]);
  await run(LATER);
  expect([server.mails.length, await delivered()]).toEqual([1, 1]);
});
