/** What people are told of actions: what came of them, and what waits for somebody, once each. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openAlertStore } from '../../../packs/finance/adapters/sqlite/alerts-store.ts';
import { decodeAction, encodeAction } from '../../../packs/finance/core/actions/codec.ts';
import type { NoticeRow } from '../../../packs/finance/core/alert-state/notice.ts';
import { parseMatcher } from '../../../packs/finance/core/alert-state/silence.ts';
import { actionConfig, firing, type Place, place } from '../../support/action-ports.ts';
import { DAY, HOUR, instance, NOON } from '../../support/actions.ts';
import { temporaryFolder } from '../../support/host.ts';

const MIDNIGHT = DAY + 24 * HOUR;
const DOES = 'kind: exec\napproval: none\nrun: [/bin/true]\nundo: [/bin/true]';
const CALM = firing({ phase: 'resolved', end: 'resolved', endedMs: NOON });

function storeOf(at: Place, nowMs = NOON) {
  return openAlertStore(at.context(nowMs), join(at.root, 'data/finance/state.db'));
}

async function toldBy(at: Place) {
  const store = await storeOf(at);
  const rows = store.outbox().map(({ row, nextMs }) => ({ row: row as NoticeRow, nextMs }));
  store.close();
  return rows.map(({ row, nextMs }) => {
    const [alert] = row.alerts;
    return { nextMs, status: alert!.status, message: alert!.annotations.message ?? '' };
  });
}

const words = async (at: Place) =>
  (await toldBy(at)).map(({ message }) => message.slice(0, message.indexOf(':')));

describe('an action', () => {
  it('is told once when it is done and once when it is undone, each with its reason', async () => {
    const at = place(temporaryFolder(), actionConfig(DOES));
    await at.run(NOON);
    await at.run(NOON + HOUR);
    await at.run(MIDNIGHT);
    const told = await toldBy(at);
    expect(told.map(({ status }) => status)).toEqual(['firing', 'resolved']);
    expect(told[0]!.message).toMatch(/^cap done: service\S+ fires on reported numbers; it exited/);
    expect(told[1]!.message).toMatch(/^cap undone: its period 2026-03-02 is over; it exited/);
  });

  it('that waits for approval is told when it waits, and when it is no longer wanted', async () => {
    const at = place(temporaryFolder(), actionConfig(DOES.replace('none', 'policy-steward')));
    await at.run(NOON);
    await at.run(NOON + HOUR, [CALM]);
    expect(await words(at)).toEqual(['cap waits for approval', 'cap not done after all']);
  });

  it('that nobody had heard of is not told off', async () => {
    const at = place(temporaryFolder(), actionConfig(`${DOES}\nactive_hours: 08:00-18:00`));
    const armed = instance({ phase: 'armed', before: null, sequence: 1 });
    const ports = await at.open(NOON);
    ports.state.change(NOON, () => ({ instances: [armed], entries: [], rows: [] }));
    await ports.close();
    await at.run(NOON, [CALM]);
    expect(await toldBy(at)).toEqual([]);
  });
});

describe('a failure', () => {
  const failing = (repeat: string) =>
    actionConfig(`kind: exec\napproval: none\ncooldown: 1m\nrun: [/bin/false]`).replace(
      '{ notify: [stdout] }',
      `{ notify: [stdout]${repeat} }`,
    );

  it('that repeats unchanged is told once, and again when it fails in another way', async () => {
    const root = temporaryFolder();
    const at = place(root, failing(''));
    for (const minutes of [0, 5, 10, 300]) await at.run(NOON + minutes * 60_000);
    expect(await words(at)).toEqual(['cap failed']);
    const [{ message } = { message: '' }] = await toldBy(at);
    expect(message).toMatch(/exited with 1; .*; tried again from 2026-03-02 12:0[12] UTC on while/);
    const other = place(root, failing('').replace('/bin/false', '/bin/nothing-of-that-name'));
    await other.run(NOON + 6 * HOUR);
    expect(await words(at)).toEqual(['cap failed', 'cap failed']);
  });

  it('is told again where alerts of its severity are', async () => {
    const at = place(temporaryFolder(), failing(', repeat_interval: 1h'));
    for (const minutes of [0, 30, 59, 61, 70]) await at.run(NOON + minutes * 60_000);
    expect(await words(at)).toEqual(['cap failed', 'cap failed']);
  });

  it('that is over is told as over', async () => {
    const root = temporaryFolder();
    const at = place(root, failing(''));
    await at.run(NOON);
    await place(root, actionConfig(DOES)).run(NOON + 2 * HOUR);
    expect(await words(at)).toEqual(['cap failed', 'cap done']);
  });
});

describe('what keeps alerts quiet', () => {
  it('keeps actions quiet: what a silence mutes is done, and not told', async () => {
    const at = place(temporaryFolder(), actionConfig(DOES));
    const store = await storeOf(at);
    const said = { author: 'ada', comment: 'known' };
    store.addSilence({
      ...{ id: 's1', matchers: [parseMatcher('action=cap')], ...said },
      ...{ startsMs: NOON - HOUR, endsMs: NOON + HOUR },
    });
    store.close();
    const { entries } = await at.run(NOON);
    expect(entries.at(-1)?.to).toBe('switched');
    // Nor is the end told to those who heard of no beginning.
    await at.run(MIDNIGHT);
    expect(await toldBy(at)).toEqual([]);
  });

  it.each([
    ['every night', '"0 12 * * *"', 'critical', 0],
    ['by hand', 'manual', 'critical', 0],
    ['of another severity', '"0 12 * * *"', 'warning', 1],
  ])('a window %s', async (_, schedule, severity, count) => {
    const text = `${actionConfig(DOES)}maintenance_windows:
  - name: works
    schedule: ${schedule}${schedule === 'manual' ? '' : '\n    duration: 2h'}
    suppress_severity: [${severity}]
`;
    const at = place(temporaryFolder(), text);
    const store = await storeOf(at);
    store.openWindow({
      ...{ name: 'works', openedMs: NOON - HOUR, closesMs: null, author: 'ada', comment: null },
    });
    store.close();
    await at.run(NOON);
    expect(await toldBy(at)).toHaveLength(count);
  });

  it('what comes outside of the hours of a channel waits until they begin', async () => {
    const hours = '{ days: MON-FRI, from: "14:00", to: "18:00", timezone: UTC }';
    const text = actionConfig(DOES).replace(
      '- type: stdout',
      `- type: stdout\n      active_hours: ${hours}`,
    );
    const at = place(temporaryFolder(), text);
    await at.run(NOON);
    const store = await storeOf(at);
    expect(store.dueChannels(NOON + HOUR)).toEqual([]);
    expect(store.dueChannels(NOON + 2 * HOUR)).toEqual(['stdout']);
    store.close();
    await at.run(MIDNIGHT);
    // Monday at noon until 14:00; Tuesday at midnight until 14:00 of Tuesday.
    const times = (await toldBy(at)).map(({ nextMs }) => nextMs);
    expect(times).toEqual([NOON + 2 * HOUR, MIDNIGHT + 14 * HOUR]);
  });
});

describe('an action that was written before it said what was told', () => {
  it('reads, as one that was told', () => {
    const { told: _, ...old } = JSON.parse(encodeAction(instance()));
    expect(decodeAction(JSON.stringify(old)).told).toMatchObject({ phase: 'switched' });
    expect(() => decodeAction(JSON.stringify({ ...old, told: { phase: 'gone' } }))).toThrow(
      RangeError,
    );
  });
});
