/** A file that somebody else keeps while a notice is under way. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { sendDue } from '../../../packs/finance/alerts/send/send.ts';
import { openOutbox } from '../../../packs/finance/wire.ts';
import { fakePackContext } from '../../../src/sdk/testing.ts';
import { queue } from '../../support/alert-store.ts';
import { temporaryFolder } from '../../support/host.ts';
import { noticeRow } from '../../support/notice.ts';
import { scriptedServer } from '../../support/scripted-server.ts';

const T = Date.parse('2026-03-02T07:00:00Z');

it('what was sent is written down, though somebody keeps the file meanwhile', async () => {
  const root = temporaryFolder();
  const pack = { name: 'finance', version: '0.1.0', root: '/' };
  const context = fakePackContext(root, pack, { now: new Date(T).toISOString(), env: {} });
  const ports = await openOutbox({ ...context, fetch: globalThis.fetch }, { isWriting: true });
  queue(ports.store, [noticeRow({ key: 'team g 1', channel: 'team', group: 'g', sequence: 1 })], T);
  const other = new DatabaseSync(join(root, 'data/finance/state.db'));
  let answered = (): void => undefined;
  const locked = new Promise<void>((done) => {
    answered = done;
  });
  const server = await scriptedServer(() => {
    other.exec('BEGIN IMMEDIATE');
    answered();
    return { status: 200 };
  });
  const setting = (text: string) => ({ text, isSecret: true });
  const to = {
    type: 'webhook',
    url: setting(server.origin),
    secret: setting('of nobody'),
  } as const;
  const channel = { name: 'team', minSeverity: 'info', to, at: { line: 1, column: 1 } } as const;
  const config = { channels: [channel], fallback: [], integrations: [], reports: [] };
  const sending = sendDue(ports, { config });
  await locked;
  // The first try waits as long as a write does, and fails; what follows finds the file free.
  await new Promise((done) => setTimeout(done, 50));
  other.exec('ROLLBACK');
  expect(await sending).toMatchObject({ waiting: 0 });
  expect(ports.store.outbox(['delivered'])).toHaveLength(1);
  expect(server.received).toHaveLength(1);
  other.close();
  await ports.close();
});
