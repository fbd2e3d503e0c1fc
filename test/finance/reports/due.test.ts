/** Which occurrence of a schedule is due, and which days its report is of. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCron } from '../../../packs/finance/core/alert-config/cron.ts';
import {
  COUNT_MAX,
  occurrenceAfter,
  occurrenceUntil,
} from '../../../packs/finance/core/alert-config/occurrence.ts';
import { formatDay } from '../../../packs/finance/core/day.ts';
import {
  daysBefore,
  daysReported,
  dueOf,
  type ScheduleMemory,
  usualPeriod,
} from '../../../packs/finance/core/report-schedule/due.ts';

const at = (text: string): number => Date.parse(text);
const MONDAYS = parseCron('0 9 * * MON');
const FIRSTS = parseCron('0 9 1 * *');

function memory(since: string, last: string | null = null, cron = MONDAYS): ScheduleMemory {
  const lastMs = last === null ? null : at(last);
  return { name: 'weekly', cron: cron.text, sinceMs: at(since), lastMs };
}

describe('what is due', () => {
  // 2025-12-22 and 2025-12-29 are Mondays.
  it.each([
    ['never seen', undefined, '2025-12-29T09:00:00Z', undefined, 0],
    ['seen, none came', memory('2025-12-22T09:00:00Z'), '2025-12-29T08:59:59Z', undefined, 0],
    ['to the second', memory('2025-12-22T09:00:00Z'), '2025-12-29T09:00:00Z', '2025-12-29', 0],
    ['later that week', memory('2025-12-22T09:00:00Z'), '2026-01-03T00:00:00Z', '2025-12-29', 0],
    ['two were missed', memory('2025-12-08T08:59:00Z'), '2025-12-23T00:00:00Z', '2025-12-22', 2],
    [
      'written before',
      memory('2025-12-01T00:00:00Z', '2025-12-29T09:00:00Z'),
      '2025-12-30T00:00:00Z',
      undefined,
      0,
    ],
    [
      'one missed since the last',
      memory('2025-11-01T00:00:00Z', '2025-12-15T09:00:00Z'),
      '2025-12-30T00:00:00Z',
      '2025-12-29',
      1,
    ],
    [
      'another cron than before is a new one',
      memory('2025-11-01T00:00:00Z', null, FIRSTS),
      '2025-12-30T00:00:00Z',
      undefined,
      0,
    ],
    [
      'the same times in other words',
      memory('2025-12-22T09:00:00Z', null, parseCron('00 9 */1 1-12 1')),
      '2025-12-30T00:00:00Z',
      '2025-12-29',
      0,
    ],
    [
      'a cron that nobody can read any more',
      { name: 'weekly', cron: '0 9 * * MOO', sinceMs: at('2025-12-22T09:00:00Z'), lastMs: null },
      '2025-12-30T00:00:00Z',
      undefined,
      0,
    ],
    [
      'a clock that was set back',
      memory('2099-01-01T00:00:00Z'),
      '2025-12-30T00:00:00Z',
      undefined,
      0,
    ],
  ])('%s', (_, known, now, day, missed) => {
    const due = dueOf(MONDAYS, known, at(now));
    expect(due).toEqual(day && { occurrenceMs: at(`${day}T09:00:00Z`), missed });
  });

  it('counts no further than somebody wants to know', () => {
    const every = parseCron('* * * * *');
    const known = { name: 'x', cron: every.text, sinceMs: 0, lastMs: null };
    expect(dueOf(every, known, at('2026-01-01T00:00:30Z'))).toEqual({
      occurrenceMs: at('2026-01-01T00:00:00Z'),
      missed: COUNT_MAX + 1,
    });
    const minutes = (count: number) => at('2026-01-01T00:00:30Z') - count * 60_000;
    const just = (count: number) => ({ ...known, sinceMs: minutes(count) });
    for (const missed of [COUNT_MAX - 1, COUNT_MAX, COUNT_MAX + 1]) {
      const due = dueOf(every, just(missed + 1), at('2026-01-01T00:00:30Z'));
      expect(due?.missed).toBe(missed);
    }
  });
});

const CRONS = ['0 9 * * MON', '0 9 1 * *', '30 6 * * *', '0 */6 * * *', '15 10 29 2 *'];
const START = at('2024-02-20T00:00:00Z');

it('any sequence of runs sends each at most once, and the newest always', () => {
  const runs = fc.array(fc.integer({ min: 0, max: 40 * 24 * 60 }), { maxLength: 30 });
  fc.assert(
    fc.property(fc.constantFrom(...CRONS), runs, (text, minutes) => {
      const cron = parseCron(text);
      const sent: number[] = [];
      let known: ScheduleMemory | undefined;
      let handled = 0;
      for (const minute of minutes.toSorted((a, b) => a - b)) {
        const nowMs = START + minute * 60_000;
        const due = dueOf(cron, known, nowMs);
        if (known === undefined) {
          expect(due).toBeUndefined();
          known = { name: 'x', cron: cron.text, sinceMs: nowMs, lastMs: null };
          continue;
        }
        const newest = occurrenceUntil(cron, nowMs);
        const isNew = newest !== undefined && newest > (known.lastMs ?? known.sinceMs);
        expect(due?.occurrenceMs).toBe(isNew ? newest : undefined);
        if (due === undefined) continue;
        sent.push(due.occurrenceMs);
        handled += 1 + due.missed;
        known = { ...known, lastMs: due.occurrenceMs };
      }
      expect(new Set(sent).size).toBe(sent.length);
      expect(sent).toEqual(sent.toSorted((a, b) => a - b));
      // Sent or counted as missed: every one between the first run and the last that was sent.
      let all = 0;
      let next = known && occurrenceAfter(cron, known.sinceMs);
      while (next !== undefined && next <= (sent.at(-1) ?? 0)) {
        all += 1;
        next = occurrenceAfter(cron, next);
      }
      expect(handled).toBe(all);
    }),
    { numRuns: 60 },
  );
});

describe('the days of a report', () => {
  it.each([
    ['0 9 * * MON', '2025-12-29T09:00:00Z', '2025-W52'],
    ['0 9,17 * * WED', '2025-12-31T17:00:00Z', '2025-W52'],
    ['0 9 * * *', '2025-12-29T09:00:00Z', '2025-12-28'],
    ['0 */6 * * *', '2025-12-29T18:00:00Z', '2025-12-28'],
    ['0 9 * * MON-FRI', '2025-12-29T09:00:00Z', '2025-12-26 to 2025-12-28'],
    ['0 9,17 * * MON-FRI', '2025-12-29T17:00:00Z', '2025-12-26 to 2025-12-28'],
    ['0 9 * * MON-FRI', '2025-12-30T09:00:00Z', '2025-12-29'],
    ['0 9 1 * *', '2025-03-01T09:00:00Z', '2025-02'],
    ['0 9 1,15 * *', '2025-02-01T09:00:00Z', '2025-01-15 to 2025-01-31'],
    ['0 9 31 * *', '2025-03-31T09:00:00Z', '2025-01-31 to 2025-03-30'],
    ['0 9 1 1,4,7,10 *', '2025-04-01T09:00:00Z', '2025-01-01 to 2025-03-31'],
    ['0 9 1 1-11 *', '2025-03-01T09:00:00Z', '2025-02'],
    ['0 9 1,8,15,22 9 *', '2025-09-08T09:00:00Z', '2025-W36'],
  ])('of %s at %s are %s', (text, now, label) => {
    const schedule = parseCron(text);
    expect(daysReported({ schedule, period: undefined }, at(now)).label).toBe(label);
    expect(daysReported({ schedule, period: 'day' }, at(now)).label).toMatch(/^[\d-]{10}$/);
  });

  it('are each day once, whatever the schedule', () => {
    const list = (min: number, max: number) =>
      fc
        .uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 4 })
        .map((values) => values.join(','));
    const field = (min: number, max: number) => fc.oneof(fc.constant('*'), list(min, max));
    const crons = fc.tuple(field(0, 23), field(1, 28), field(1, 12), field(0, 6));
    fc.assert(
      fc.property(crons, ([hours, days, months, weekdays]) => {
        const schedule = parseCron(`0 ${hours} ${days} ${months} ${weekdays}`);
        let nextMs = occurrenceAfter(schedule, START)!;
        let { range: before } = daysReported({ schedule, period: undefined }, nextMs);
        for (let i = 0; i < 30; i += 1) {
          nextMs = occurrenceAfter(schedule, nextMs)!;
          const { range } = daysReported({ schedule, period: undefined }, nextMs);
          const isSame = range.start === before.start && range.end === before.end;
          if (!isSame) expect(range.start).toBe(before.end);
          before = range;
        }
      }),
      { numRuns: 100 },
    );
  });

  it('by hand are of the week', () => expect(usualPeriod('manual')).toBe('week'));

  it.each([
    ['day', '2026-01-01T00:00:00Z', '2025-12-31', '2025-12-31', '2026-01-01'],
    ['week', '2025-12-29T09:00:00Z', '2025-W52', '2025-12-22', '2025-12-29'],
    ['week', '2025-12-28T23:59:00Z', '2025-W51', '2025-12-15', '2025-12-22'],
    ['month', '2026-01-01T09:00:00Z', '2025-12', '2025-12-01', '2026-01-01'],
    ['month', '2024-03-31T09:00:00Z', '2024-02', '2024-02-01', '2024-03-01'],
  ] as const)('the %s before %s is %s', (period, now, label, start, end) => {
    const days = daysBefore(at(now), period);
    const { range } = days;
    expect([days.label, formatDay(range.start), formatDay(range.end)]).toEqual([label, start, end]);
  });
});
