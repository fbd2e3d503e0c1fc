/** Active hours against a clock on the wall that is looked at each minute, around every change. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type ActiveHours,
  activeAround,
  activeIntervals,
  nextActive,
  quietIntervals,
} from '../../packs/finance/core/alert-config/active-hours.ts';
import { isWithin } from '../../packs/finance/core/alert-state/silence.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** With a day on which each does something: an hour, half an hour, a whole day, or nothing. */
const CHANGES: readonly (readonly [zone: string, day: string])[] = [
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['America/Sao_Paulo', '2018-11-04'],
  ['Pacific/Apia', '2011-12-30'],
  ['Africa/Casablanca', '2026-02-15'],
  ['Asia/Kolkata', '2026-06-01'],
  ['UTC', '1969-12-31'],
];

const WEEKDAYS = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');

/** What the clock on the wall shows, by another part of the language than the code asks. */
function wallAt(zone: string): (ms: number) => { day: number; minute: number } {
  const clock = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  });
  return (ms) => {
    const [, day = '', hour, minute] = /^(\w{3}),? (\d\d):(\d\d)$/.exec(clock.format(ms)) ?? [];
    return { day: WEEKDAYS.indexOf(day), minute: Number(hour) * 60 + Number(minute) };
  };
}

function isActive({ days, from, until }: ActiveHours, wall: { day: number; minute: number }) {
  const { day, minute } = wall;
  if (until > from) return days.includes(day) && from <= minute && minute < until;
  const isOfDay = days.includes(day) && minute >= from;
  return isOfDay || (days.includes((day + 6) % 7) && minute < until);
}

const someMinute = fc.oneof(
  fc.integer({ min: 0, max: 1439 }),
  fc.constantFrom(0, 60, 90, 120, 150, 180, 1439),
);

const someHours = (timezone: string): fc.Arbitrary<ActiveHours> =>
  fc.record({
    days: fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 }),
    from: someMinute,
    until: fc.oneof(someMinute, fc.constant(1440)),
    timezone: fc.constant(timezone),
  });

it.each(CHANGES)('of %s around %s', (zone, day) => {
  const middleMs = Date.parse(day);
  const range = { startMs: middleMs - 2 * DAY, endMs: middleMs + 2 * DAY };
  const shown = wallAt(zone);
  const minutes = Array.from({ length: 4 * 1440 }, (_, i) => range.startMs + i * MINUTE);
  const walls = minutes.map(shown);
  const check = (hours: ActiveHours): void => {
    const wanted = walls.map((wall) => isActive(hours, wall));
    const found = activeIntervals(hours, range);
    expect(minutes.map((ms) => isWithin(found, ms))).toEqual(wanted);
    for (const [i, { startMs, endMs }] of found.entries()) {
      expect(startMs).toBeLessThan(endMs);
      expect(startMs).toBeGreaterThan(found[i - 1]?.endMs ?? -Infinity);
    }
    const quiet = quietIntervals([hours], range);
    expect(minutes.map((ms) => isWithin(quiet, ms))).toEqual(wanted.map((each) => !each));
  };
  fc.assert(fc.property(someHours(zone), check), { numRuns: 15 });
});

it('around an instant says the same of it, and when they begin next', () => {
  fc.assert(
    fc.property(
      fc
        .constantFrom(...CHANGES)
        .chain(([zone, day]) =>
          fc.tuple(someHours(zone), fc.integer({ min: -DAY, max: DAY }), fc.constant(day)),
        ),
      ([hours, offset, day]) => {
        const nowMs = Date.parse(day) + offset;
        const isNow = isActive(hours, wallAt(hours.timezone)(nowMs));
        expect(isWithin(activeAround(hours, nowMs), nowMs)).toBe(isNow);
        const next = nextActive(hours, nowMs);
        if (isNow) expect(next).toBe(nowMs);
        else if (next !== undefined) {
          const shown = wallAt(hours.timezone);
          expect(isActive(hours, shown(next))).toBe(true);
          expect(isActive(hours, shown(next - 1))).toBe(false);
        }
      },
    ),
    { numRuns: 300 },
  );
});
