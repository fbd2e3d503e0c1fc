/** A run of the sender has so much time, and says what it was too short for. */
import { expect, it } from 'vitest';
import { sendDue } from '../../../packs/finance/alerts/send/send.ts';
import { requireSent } from '../../../packs/finance/alerts/send/send-report.ts';
import type { Channel, Destination } from '../../../packs/finance/core/alert-config/config.ts';
import { openOutbox } from '../../../packs/finance/wire.ts';
import { fakePackContext } from '../../../src/sdk/testing.ts';
import { queue } from '../../support/alert-store.ts';
import { temporaryFolder } from '../../support/host.ts';
import { noticeRow } from '../../support/notice.ts';

const T = Date.parse('2026-03-02T07:00:00Z');

const row = (group: string) =>
  noticeRow({ key: `log ${group} 1`, channel: 'log', group, sequence: 1 });

it('says what the time of the run was too short for, and a later run sends it', async () => {
  const root = temporaryFolder();
  const pack = { name: 'finance', version: '0.1.0', root: '/' };
  const ports = await openOutbox(fakePackContext(root, pack), { isWriting: true });
  queue(ports.store, ['g', 'h', 'i'].map(row), T);
  const to: Destination = { type: 'file', path: { text: 'log.jsonl', isSecret: false } };
  const channel: Channel = { name: 'log', minSeverity: 'info', to, at: { line: 1, column: 1 } };
  const config = { integrations: [], reports: [], channels: [channel], fallback: [] };
  let [now, claims] = [T, 0];
  const store = {
    ...ports.store,
    claim: (...asked: Parameters<typeof ports.store.claim>) => {
      claims += 1;
      now += 400;
      return ports.store.claim(...asked);
    },
  };
  const brief = { ...ports, store, clock: () => now };
  const first = await sendDue(brief, { config, budgetMs: 700 });
  expect([first.sent.length, first.waiting, first.untried, claims]).toEqual([2, 1, 1, 2]);
  expect(() => requireSent(first)).toThrow(
    expect.objectContaining({
      kind: 'operational',
      message: '1 message was not sent: the time that a run has for sending was over',
    }),
  );
  const second = await sendDue(brief, { config });
  expect([second.sent.length, second.waiting, second.untried]).toEqual([1, 0, 0]);
  expect(() => requireSent(second)).not.toThrow();
  await ports.close();
});
