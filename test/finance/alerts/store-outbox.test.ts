/** The outbox: who may send which row, in which order, and what is written down of it. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { NoticeRow } from '../../../packs/finance/core/alert-state/notice.ts';
import { fallbackRows } from '../../../packs/finance/core/alert-state/send-fallback.ts';
import { delivered, refused, retryLater } from '../../../packs/finance/core/notices/outcome.ts';
import { alertStoreHere, deliver, queue } from '../../support/alert-store.ts';
import { noticeRow } from '../../support/notice.ts';

const T = Date.parse('2026-03-02T07:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LEASE = 2 * MINUTE;

/** Named `channel group number`. */
function row(name: string): NoticeRow {
  const [channel = '', group = '', number = '1'] = name.split(' ');
  return noticeRow({ key: name, channel, group, sequence: Number(number) });
}

const rows = (...names: string[]): NoticeRow[] => names.map(row);
const claimAt = (nowMs: number, claim = 'me', limit = 10) => ({
  ...{ claim, nowMs, leaseMs: LEASE, limit },
});
const later = (afterMs?: number) => retryLater('server', 'is busy', { afterMs });

it('hands out the first of each group, and the next only when that has ended', async () => {
  const { store } = await alertStoreHere();
  queue(store, rows('a g 1', 'a g 2', 'a h 1', 'b g 1'), T);
  const keys = () => store.claim(claimAt(T)).map((each) => each.row.key);
  expect(keys()).toEqual(['a g 1', 'a h 1', 'b g 1']);
  expect(keys()).toEqual([]);
  const [first] = store.outbox();
  const outcome = { kind: 'delivered', note: undefined, handle: undefined } as const;
  store.mark({ id: first!.id, claim: 'me', nowMs: T, outcome, fallback: [] });
  expect(keys()).toEqual(['a g 2']);
});

it('a row that waits keeps those behind it waiting, and no others', async () => {
  const { store } = await alertStoreHere();
  queue(store, rows('a g 1', 'a g 2', 'a h 1'), T);
  expect(deliver(store, T, later(HOUR))).toBe('a g 1');
  expect(deliver(store, T, delivered())).toBe('a h 1');
  expect(deliver(store, T, delivered())).toBeUndefined();
  expect(store.dueChannels(T + HOUR - 1)).toEqual([]);
  expect(store.dueChannels(T + HOUR)).toEqual(['a']);
  expect(deliver(store, T + HOUR, delivered())).toBe('a g 1');
  expect(deliver(store, T + HOUR, delivered())).toBe('a g 2');
});

it('a dead row lets the next one pass', async () => {
  const { store } = await alertStoreHere();
  queue(store, rows('a g 1', 'a g 2'), T);
  expect(deliver(store, T, refused('client', 'no such channel'))).toBe('a g 1');
  expect(deliver(store, T, delivered())).toBe('a g 2');
});

it('two senders never have the same row; one that died gives it back with its lease', async () => {
  const { store, another } = await alertStoreHere();
  const other = await another();
  queue(store, rows('a g 1'), T);
  expect(store.claim(claimAt(T))).toHaveLength(1);
  expect(other.claim(claimAt(T + LEASE - 1, 'other'))).toEqual([]);
  expect(store.renew('me', T + 2 * LEASE)).toBe(1);
  expect(other.claim(claimAt(T + LEASE, 'other'))).toEqual([]);
  const [claimed] = other.claim(claimAt(T + 2 * LEASE, 'other'));
  expect(claimed).toMatchObject({ attempts: 2, row: { key: 'a g 1' } });
  expect(other.outbox()).toMatchObject([{ status: 'sending', maybe: true }]);
  expect(store.renew('me', T + 9 * LEASE)).toBe(0);
  other.close();
});

it('who lost a claim cannot put the row back, but a delivery counts', async () => {
  const { store } = await alertStoreHere();
  queue(store, rows('a g 1'), T);
  const { id } = store.claim(claimAt(T))[0]!;
  store.claim(claimAt(T + LEASE, 'other'));
  const mark = (claim: string, outcome: Parameters<typeof store.mark>[0]['outcome']) =>
    store.mark({ id, claim, nowMs: T + LEASE, outcome, fallback: [] });
  const dead = { kind: 'dead', cause: 'client', why: 'no', maybe: false } as const;
  expect(mark('me', dead)).toBe(false);
  expect(store.outbox()).toMatchObject([{ status: 'sending' }]);
  expect(mark('me', { kind: 'delivered', note: undefined, handle: { ts: '1' } })).toBe(true);
  expect(mark('other', dead)).toBe(false);
  expect(store.outbox()).toMatchObject([{ status: 'delivered', note: null }]);
});

it('keeps what a channel gave back for the next notice of the same group', async () => {
  const { store } = await alertStoreHere();
  queue(store, rows('a g 1', 'a g 2', 'a h 1'), T);
  deliver(store, T, delivered({ ts: '1.5', to: ['x'] }));
  const handles = store.claim(claimAt(T)).map(({ row: { key }, handle }) => [key, handle]);
  expect(handles).toEqual([
    ['a g 2', { ts: '1.5', to: ['x'] }],
    ['a h 1', null],
  ]);
});

it('a clock that was set back keeps nothing from being sent', async () => {
  const { store } = await alertStoreHere();
  queue(store, rows('a g 1', 'b g 1'), T);
  deliver(store, T, later(20 * HOUR), 'a');
  store.claim({ ...claimAt(T), channel: 'b' });
  const back = T - 100 * HOUR;
  expect(store.claim(claimAt(back)).map((each) => each.row.key)).toEqual(['a g 1', 'b g 1']);
});

it('a channel that asks to be left alone is, and a blocked one says why', async () => {
  const { store } = await alertStoreHere();
  queue(store, rows('a g 1', 'a h 1', 'b g 1'), T);
  store.postpone('a', T + HOUR);
  expect(store.dueChannels(T)).toEqual(['b']);
  // Never earlier than it was.
  store.postpone('a', T + MINUTE);
  expect(store.dueChannels(T + HOUR - 1)).toEqual(['b']);
  store.block('b', 'a variable is missing');
  expect(store.outbox().at(-1)).toMatchObject({ status: 'queued', cause: 'config', attempts: 0 });
  expect(store.dueChannels(T)).toEqual(['b']);
});

it('what was interrupted does not count as a try', async () => {
  const { store } = await alertStoreHere();
  queue(store, rows('a g 1'), T);
  deliver(store, T, retryLater('interrupted', 'was interrupted', { maybe: true }));
  expect(store.outbox()).toMatchObject([{ attempts: 0, maybe: true, nextMs: T, status: 'queued' }]);
});

it('retry makes a dead row due, unless a later one of its group has arrived', async () => {
  const { store } = await alertStoreHere();
  queue(store, rows('a g 1', 'a g 2', 'a h 1'), T);
  deliver(store, T, refused('client', 'no'));
  deliver(store, T, delivered());
  deliver(store, T, refused('client', 'no'));
  const ids = store.outbox().map(({ id }) => id);
  expect(store.retry(ids, T + HOUR)).toBe(1);
  expect(store.outbox().map(({ row: { key }, status }) => [key, status])).toEqual([
    ['a g 1', 'dead'],
    ['a g 2', 'delivered'],
    ['a h 1', 'queued'],
  ]);
});

it('a death is told to the fallback once, however often it dies', async () => {
  const { store } = await alertStoreHere();
  queue(store, rows('a g 1'), T);
  const kill = (): void => {
    const [claimed] = store.claim({ ...claimAt(T), channel: 'a' });
    const { id, row: own } = claimed!;
    const at = { line: 1, column: 1 };
    const to = { type: 'stdout' } as const;
    const channels = [{ name: 'desk', minSeverity: 'info' as const, to, at }];
    const told = { row: own, why: 'answered 403', nowMs: T };
    const fallback = fallbackRows(told, { channels, fallback: ['desk', 'a'] });
    const outcome = { kind: 'dead', cause: 'auth', why: 'answered 403', maybe: false } as const;
    expect(store.mark({ id, claim: 'me', nowMs: T, outcome, fallback })).toBe(true);
  };
  kill();
  const [dead, told] = store.outbox();
  expect(told).toMatchObject({ origin: dead!.id, status: 'queued', row: { channel: 'desk' } });
  expect((told!.row as NoticeRow).alerts[0]!.annotations.message).toBe(
    'Weekly spend is nearly used up (not delivered to a: answered 403)',
  );
  store.retry([dead!.id], T);
  kill();
  expect(store.outbox()).toHaveLength(2);
});

it('a key that is there is not written again', async () => {
  const { store } = await alertStoreHere();
  queue(store, rows('a g 1', 'a g 1'), T);
  deliver(store, T, delivered());
  queue(store, rows('a g 1', 'a g 2'), T + 1);
  expect(store.outbox().map(({ status }) => status)).toEqual(['delivered', 'queued']);
});

it('in any order of events, each group arrives in order and nothing arrives twice', async () => {
  const { store } = await alertStoreHere();
  let now = T;
  let count = 0;
  const event = fc.constantFrom('write', 'write', 'deliver', 'fail', 'die', 'wait');
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      count += 1;
      const groups = [`x${count}`, `y${count}`];
      const arrived: string[] = [];
      let written = 0;
      for (const each of events) {
        now += MINUTE;
        const channel = 'a';
        if (each === 'write') {
          written += 1;
          queue(store, rows(`a ${groups[written % 2]} ${written}`), now);
        } else if (each === 'deliver') {
          const key = deliver(store, now, delivered(), channel);
          if (key !== undefined) arrived.push(key);
        } else if (each === 'fail') deliver(store, now, later(), channel);
        else if (each === 'die') store.claim(claimAt(now, 'dead', 1));
        else now += HOUR;
      }
      now += HOUR;
      for (let key = deliver(store, now, delivered()); key !== undefined; ) {
        arrived.push(key);
        key = deliver(store, now, delivered());
      }
      expect(new Set(arrived).size).toBe(written);
      expect(arrived).toHaveLength(written);
      for (const group of groups) {
        const own = arrived.filter((key) => key.split(' ')[1] === group);
        const numbers = own.map((key) => Number(key.split(' ')[2]));
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      }
    }),
    { numRuns: 25 },
  );
});
