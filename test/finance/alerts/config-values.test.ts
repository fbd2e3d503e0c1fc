/** The small values of an alert config: durations, schedules, variables, periods, windows. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MaintenanceWindow } from '../../../packs/finance/core/alert-config/config.ts';
import { parseCron } from '../../../packs/finance/core/alert-config/cron.ts';
import {
  formatDuration,
  parseDuration,
} from '../../../packs/finance/core/alert-config/duration.ts';
import { occurrencesBetween } from '../../../packs/finance/core/alert-config/occurrence.ts';
import { isCostMetric, periodInName } from '../../../packs/finance/core/alert-config/period.ts';
import {
  isLiteralSecret,
  isSettingText,
  resolveSetting,
  shownSetting,
  variable,
  variablesIn,
} from '../../../packs/finance/core/alert-config/variable.ts';
import { overrunOf, weekTime } from '../../../packs/finance/core/alert-config/window.ts';

const HOUR = 3_600_000;

describe('a duration', () => {
  it.each([
    ['15m', HOUR / 4],
    ['24h', 24 * HOUR],
    ['7d', 168 * HOUR],
    ['1w', 168 * HOUR],
    ['1h30m', 1.5 * HOUR],
    ['60s', HOUR / 60],
    ['0s', 0],
  ])('%s is %d milliseconds', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '15', 'h', '15 m', '1.5h', '-1h', '30m1h', '1h1h', '15M', '99999d'])(
    '%j is none',
    (text) => {
      expect(() => parseDuration(text)).toThrow(RangeError);
    },
  );

  it('is written so that it is read as the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300_000_000 }), (seconds) => {
        expect(parseDuration(formatDuration(seconds * 1000))).toBe(seconds * 1000);
      }),
    );
    expect(formatDuration(36 * HOUR)).toBe('1d12h');
  });
});

describe('a schedule', () => {
  it('takes names of months and weekdays, lists, ranges and steps', () => {
    expect(parseCron('*/20 9-17/4 1,15 jan,JUL MON')).toMatchObject({
      minutes: [0, 20, 40],
      hours: [9, 13, 17],
      days: [1, 15],
      months: [1, 7],
      weekdays: [1],
    });
  });

  it.each([
    ['0 0 * * SAT-SUN', [0, 6]],
    ['0 0 * * 6-7', [0, 6]],
    ['0 0 * * 0-1', [0, 1]],
    ['0 0 * * SUN-MON', [0, 1]],
    ['0 0 * * 7', [0]],
    ['0 0 * * FRI-0', [0, 5, 6]],
    ['0 0 * * *', [0, 1, 2, 3, 4, 5, 6]],
    ['0 0 * * */2', [0, 2, 4, 6]],
    ['0 0 * * 5/1', [5, 6]],
  ])('%s is on the weekdays %j', (text, weekdays) => {
    expect(parseCron(text).weekdays).toEqual(weekdays);
  });

  it.each([
    ['', 'one field'],
    ['0 9 * *', '4 fields'],
    ['0 0 9 * * MON', '6 fields'],
    ['60 9 * * *', 'the minute "60" is not from 0 to 59'],
    ['0 24 * * *', 'the hour "24"'],
    ['0 9 0 * *', 'the day of the month "0"'],
    ['0 9 * 13 *', 'the month "13"'],
    ['0 9 * * MUN', 'the day of the week "MUN" is not from 0 to 7 or SUN to SAT'],
    ['0 9 * * FRI-MON', 'ends before it begins'],
    ['0 17-9 * * *', 'ends before it begins'],
    ['*/0 9 * * *', 'has a step that is no number above 0'],
    ['*/x 9 * * *', 'has a step'],
    ['1- 9 * * *', 'is no value'],
    ['*-5 9 * * *', 'is no range'],
    ['1,,2 9 * * *', 'the minute ""'],
    ['@daily', 'one field'],
    ['0 9 30 2 *', 'is a day that no month has'],
    ['0 9 31 4,6,9,11 *', 'is a day that no month has'],
  ])('%j is none', (text, why) => {
    expect(() => parseCron(text)).toThrow(why);
  });

  it('may name a day that only some years have, or a weekday beside it', () => {
    expect(parseCron('0 0 29 2 *').days).toEqual([29]);
    expect(parseCron('0 0 30 2 MON').weekdays).toEqual([1]);
  });

  // Of March 2026, which begins with a Sunday: as Debian's cron has it.
  it.each([
    ['0 9 1 * MON', [1, 2, 9, 16, 23, 30]],
    ['0 9 */2 * MON', [9, 23]],
    ['0 9 */10 * *', [1, 11, 21, 31]],
    ['0 9 1-7 * */3', [1, 4, 7]],
    ['0 9 *,9 * MON', [2, 9, 16, 23, 30]],
    ['0 9 1-31/2 * MON', [1, 2, 3, 5, 7, 9, 11, 13, 15, 16, 17, 19, 21, 23, 25, 27, 29, 30, 31]],
    ['0 9 1-31 * MON', Array.from({ length: 31 }, (_, i) => i + 1)],
    ['0 9 5 * 0-6', Array.from({ length: 31 }, (_, i) => i + 1)],
  ])('%s comes on the days %j', (text, days) => {
    const cron = parseCron(text);
    const comes = Array.from({ length: 31 }, (_, i) => i + 1).filter((day) => {
      const ms = Date.UTC(2026, 2, day);
      return occurrencesBetween(cron, ms, ms + 24 * HOUR) > 0;
    });
    expect(comes).toEqual(days);
  });

  it('that needs both days may never come', () => {
    expect(() => parseCron('0 9 31 2 */2')).toThrow('is a day that no month has');
  });

  it('has only values that its fields have', () => {
    const field = fc.stringMatching(/^[0-9*,/-]{1,6}$/);
    fc.assert(
      fc.property(fc.array(field, { minLength: 5, maxLength: 5 }), (fields) => {
        const cron = attempt(() => parseCron(fields.join(' ')));
        if (cron === undefined) return;
        expect(cron.minutes.every((each) => 0 <= each && each <= 59)).toBe(true);
        expect(cron.weekdays.every((each) => 0 <= each && each <= 6)).toBe(true);
        expect(cron.days.length * cron.months.length * cron.hours.length).toBeGreaterThan(0);
      }),
    );
  });
});

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return undefined;
  }
}

describe('a variable', () => {
  const [hook, key] = [variable('HOOK'), variable('KEY_2')];
  const secret = (text: string) => ({ text, isSecret: true });

  it('is found wherever it stands', () => {
    expect(variablesIn(`${hook}/x/${key}?${hook}`)).toEqual(['HOOK', 'KEY_2']);
    expect(variablesIn('$HOOK {HOOK} $(HOOK)')).toEqual([]);
  });

  it.each([`\${}`, `\${A B}`, `\${1A}`, `\${A`, `\${A:-b}`])('%s is not well formed', (text) => {
    expect(isSettingText(text)).toBe(false);
  });

  it('is resolved once, when it is used', () => {
    const known = new Map([
      ['HOOK', `https://hooks.example/${key}`],
      ['EMPTY', ''],
    ]);
    const lookUp = (name: string) => known.get(name);
    expect(resolveSetting(secret(`${hook}#1`), lookUp)).toEqual({
      value: `https://hooks.example/${key}#1`,
    });
    const missing = secret(hook + key + variable('EMPTY'));
    expect(resolveSetting(missing, lookUp)).toEqual({ missing: ['KEY_2', 'EMPTY'] });
    expect(resolveSetting(secret('plain'), lookUp)).toEqual({ value: 'plain' });
  });

  it('is shown by its name, and what is secret beside it is not', () => {
    expect(shownSetting(secret(hook))).toBe(hook);
    expect(shownSetting(secret(`https://x:pass@${hook}`))).toBe('(hidden)');
    expect(shownSetting(secret('xoxb-1'))).toBe('(hidden)');
    expect(shownSetting(secret(''))).toBe('(hidden)');
    expect(shownSetting({ text: '#finops', isSecret: false })).toBe('#finops');
    expect(isLiteralSecret(secret('xoxb-1'))).toBe(true);
    expect(isLiteralSecret(secret(hook))).toBe(false);
  });
});

describe('the name of a metric', () => {
  it.each([
    ['weekly_spend', 'week', true],
    ['monthly_cost', 'month', true],
    ['daily_spend', 'day', true],
    ['spend', undefined, true],
    ['daily_commands', 'day', false],
    ['build_minutes', undefined, false],
    ['monthly_cost_events', 'month', false],
    ['daily_weekly', undefined, false],
    ['weekday_spend', undefined, false],
  ])('%s says the period %s and whether it is money', (name, period, isCost) => {
    expect(periodInName(name)).toBe(period);
    expect(isCostMetric(name)).toBe(isCost);
  });
});

describe('a window that begins every week', () => {
  const overrun = (schedule: string, hours: number) =>
    overrunOf({
      name: 'W',
      schedule: parseCron(schedule),
      durationMs: hours * HOUR,
      suppress: ['info'],
      at: { line: 1, column: 1 },
    } satisfies MaintenanceWindow);

  it('that ends before it begins again is well', () => {
    expect(overrun('0 0 * * SAT', 48)).toBeUndefined();
    expect(overrun('0 2 * * *', 4)).toBeUndefined();
    expect(overrun('0 0 * * SAT-SUN', 23)).toBeUndefined();
  });

  it('and again before it has ended runs on', () => {
    const found = overrun('0 0 * * SAT-SUN', 48);
    expect(found).toEqual({ by: 'runs-on', from: 6 * 1440, until: 9 * 1440 });
    expect([weekTime(6 * 1440), weekTime(9 * 1440)]).toEqual(['Sat 00:00', 'Tue 00:00']);
  });

  it('may never end', () => {
    expect(overrun('0 0 * * *', 24)).toEqual({ by: 'never-ends' });
    expect(overrun('0 0 * * MON', 168)).toEqual({ by: 'never-ends' });
    expect(overrun('0 0 1 * *', 10_000)).toBeUndefined();
  });

  it('covers as much as a count of its minutes says', () => {
    const day = fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 });
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 100 }), (days, hours) => {
        const covered = new Set(
          days.flatMap((each) => Array.from({ length: hours }, (_, i) => (each * 24 + i) % 168)),
        );
        const found = overrun(`0 0 * * ${days.join(',')}`, hours);
        expect(found?.by === 'never-ends').toBe(covered.size === 168);
        // Apart from stretches that only touch, which are one window too.
        const touching = days.some((each) => days.includes((each + hours / 24) % 7));
        const overlaps = covered.size < days.length * hours || touching;
        expect(found !== undefined).toBe(overlaps);
      }),
    );
  });
});
