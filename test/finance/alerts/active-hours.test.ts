/** Hours in which a channel may be disturbed: what they are, and what it is told of and when. */
import { describe, expect, it } from 'vitest';
import {
  activeIntervals,
  formatActiveHours,
  nextActive,
  parseClock,
  parseDays,
} from '../../../packs/finance/core/alert-config/active-hours.ts';
import { zoneNamed } from '../../../packs/finance/core/alert-config/active-hours-zone.ts';
import { routesOf } from '../../../packs/finance/core/alert-rules/delivery.ts';
import { configOf, evaluate, noticesOf, type Scene } from '../../support/alert-evaluation.ts';
import { channel, ms, play, push, routed } from '../../support/alert-timeline.ts';
import { charge } from '../../support/charge.ts';

const BERLIN = { days: [1, 2, 3, 4, 5], from: 480, until: 1080, timezone: 'Europe/Berlin' };
const iso = (at: number | undefined) => at && new Date(at).toISOString().slice(0, 16);
const between = (hours: typeof BERLIN, from: string, to: string) =>
  activeIntervals(hours, { startMs: Date.parse(from), endMs: Date.parse(to) }).map(
    ({ startMs, endMs }) => `${iso(startMs)} ${iso(endMs)}`,
  );

describe('active hours', () => {
  it('begin and end by the clock on the wall, before and after it is changed', () => {
    expect(between(BERLIN, '2026-03-27T00:00Z', '2026-03-31T00:00Z')).toEqual([
      '2026-03-27T07:00 2026-03-27T17:00',
      '2026-03-30T06:00 2026-03-30T16:00',
    ]);
  });

  it('that run over midnight belong to the day on which they begin', () => {
    const night = { ...BERLIN, days: [5], from: 1320, until: 360, timezone: 'UTC' };
    expect(between(night, '2026-03-05T00:00Z', '2026-03-09T00:00Z')).toEqual([
      '2026-03-06T22:00 2026-03-07T06:00',
    ]);
    expect(between({ ...night, until: 1320 }, '2026-03-05T00:00Z', '2026-03-09T00:00Z')).toEqual([
      '2026-03-06T22:00 2026-03-07T22:00',
    ]);
  });

  it('in the hour that is left out never come, and in the one that comes twice do twice', () => {
    const early = { ...BERLIN, days: [0], from: 135, until: 165 };
    expect(between(early, '2026-03-29T00:00Z', '2026-03-30T00:00Z')).toEqual([]);
    expect(between(early, '2026-10-25T00:00Z', '2026-10-26T00:00Z')).toEqual([
      '2026-10-25T00:15 2026-10-25T00:45',
      '2026-10-25T01:15 2026-10-25T01:45',
    ]);
  });

  it('are said as they are written', () => {
    expect(formatActiveHours(BERLIN)).toBe('MON-FRI 08:00-18:00 Europe/Berlin');
    const days = [0, 2, 6];
    expect(formatActiveHours({ days, from: 0, until: 1440, timezone: 'UTC' })).toBe(
      'TUE,SAT-SUN UTC',
    );
    const all = [0, 1, 2, 3, 4, 5, 6];
    expect(formatActiveHours({ ...BERLIN, days: all })).toContain('every day 08:00');
    expect(parseDays('fri-mon')).toEqual([5, 6, 0, 1]);
    expect(parseDays('MON, WED')).toEqual([1, 3]);
    for (const text of ['', 'MON-', 'MON-TUE-WED', 'MO', 'MON;TUE', 'toString']) {
      expect(() => parseDays(text)).toThrow(RangeError);
    }
    expect(parseClock('24:00', 'until')).toBe(1440);
    for (const text of ['24:00', '8:00', '08:60', '0800', '-1:00', '25:00', '08:00Z']) {
      expect(() => parseClock(text, 'from')).toThrow(RangeError);
    }
    for (const name of ['Berlin', '+01:00', '', 'Europe/Berlin\n']) {
      expect(() => zoneNamed(name)).toThrow(RangeError);
    }
  });

  it('come next at the first moment they may', () => {
    expect(iso(nextActive(BERLIN, Date.parse('2026-03-06T17:00Z')))).toBe('2026-03-09T07:00');
    expect(iso(nextActive(BERLIN, Date.parse('2026-03-09T08:30Z')))).toBe('2026-03-09T08:30');
  });
});

const test1 = { alertname: 'test1' };
const test2 = { alertname: 'test2' };
const HOURS = { startMs: ms(10), endMs: ms(20) };
const office = (repeat = 3600) =>
  routed([0, 1, repeat], {
    channels: [channel({ name: 'office', active: [HOURS] }), channel({ name: 'pager' })],
  });
const toOffice = (told: readonly string[]) => told.filter((each) => each.includes(' office '));

describe('a channel outside of its hours', () => {
  it('is told then of what still fires when they begin, as of something new', () => {
    const told = play({ delivery: office(), inputs: [[1, push(test1)]], until: 15 });
    expect(told).toEqual([
      '1 pager first notification: test1(1)',
      '10 office first notification: test1(1)',
    ]);
  });

  it('is not told of what came and went before they began', () => {
    const told = play({
      delivery: office(),
      inputs: [[1, push(test1, { start: 1, end: 5 })]],
      until: 15,
    });
    expect(toOffice(told)).toEqual([]);
    expect(told).toHaveLength(2);
  });

  it('is told of the end of what it heard of, and of nothing else that ended', () => {
    const next = { startMs: ms(30), endMs: ms(40) };
    const channels = [channel({ name: 'office', active: [HOURS, next] })];
    const told = play({
      delivery: routed([0, 1, 3600], { channels }),
      inputs: [
        [11, push(test1)],
        [22, push(test2, { start: 22, end: 24 })],
        [25, push(test1, { start: 11, end: 25 })],
      ],
      until: 35,
    });
    expect(told).toEqual([
      '11 office first notification: test1(11)',
      '30 office all alerts resolved: test1(11-25)',
    ]);
  });

  it('is repeated nothing until they begin', () => {
    const told = play({ delivery: office(4), inputs: [[12, push(test1)]], until: 29 });
    expect(toOffice(told)).toEqual([
      '12 office first notification: test1(12)',
      '16 office repeat interval elapsed: test1(12)',
    ]);
  });

  it('keeps what is queued, which is not recalled', () => {
    const told = play({
      delivery: office(),
      inputs: [[19, push(test1)]],
      isDown: (name, seconds) => name === 'office' && seconds < 25,
      retryEvery: 1,
      until: 28,
    });
    expect(toOffice(told)).toEqual(['25 office first notification: test1(19)']);
  });
});

const CONFIG = `global:
  notification_channels:
    - type: stdout
      name: desk
      active_hours: { days: MON-FRI, from: "08:00", to: "18:00", timezone: Europe/Berlin }
    - { type: file, name: log, path: a.jsonl }
  fallback: log
  escalation:
    critical: { notify: [desk] }
    warning: { notify: [desk, log] }
budget_alerts:
  daily_spend: { amount: 5, currency: USD, severity: critical }
`;

describe('the config', () => {
  it('gives the channel its hours, and asks no fallback while it sleeps', () => {
    const active = (now: string) =>
      routesOf(configOf(CONFIG), Date.parse(now)).map(({ name, channels }) => [
        name,
        channels.map((each) => `${each.name} ${each.active?.length ?? 'always'}`).join(),
      ]);
    expect(active('2026-03-07T12:00Z')).toEqual([
      ['info', 'log always'],
      ['warning', 'desk 1,log always'],
      ['critical', 'desk 1'],
      ['emergency', 'log always'],
    ]);
  });

  it('holds back an evaluation at night, and tells it in the morning', async () => {
    const charges = [charge({ BilledCost: '9', EffectiveCost: '9', day: '2026-03-05' })];
    const scene = (now: string, change: Partial<Scene> = {}): Scene => ({
      ...{ config: CONFIG, charges, through: { demo: '2026-03-05' }, now, ...change },
    });
    const night = await evaluate(scene('2026-03-06T06:59:59.999Z'));
    expect(night.rows.map(({ state }) => state)).toContain('firing');
    expect(noticesOf(night)).toEqual([]);
    const morning = await evaluate(scene('2026-03-06T07:00:00Z', { memory: night.memory }));
    expect(noticesOf(morning)).toEqual(['desk first: budget/daily_spend/5.00']);
  });
});
