import { describe, expect, it } from 'vitest';
import { formatDay, parseDay } from '../../../packs/finance/core/day.ts';
import { choosePeriod, type PeriodWords } from '../../../packs/finance/report/period-choice.ts';

/** A Wednesday in 2026-W02. */
const TODAY = parseDay('2026-01-07');

const choose = (words: Partial<PeriodWords>, today = TODAY) =>
  choosePeriod({ week: undefined, from: undefined, to: undefined, ...words }, today);

function refusal(words: Partial<PeriodWords>) {
  try {
    choose(words);
  } catch (error) {
    return error;
  }
  return expect.fail('was accepted');
}

describe('the week of a report', () => {
  it.each(['52', 'W52', 'w52', '2025-W52', '2025W52', '2025-w52'])('can be said as %s', (week) => {
    expect(choose({ week }).week?.label).toBe('2025-W52');
  });

  it('is the last that is over when nothing is said', () => {
    expect(choose({}).week?.label).toBe('2026-W01');
    expect(choose({}, parseDay('2026-01-04')).week?.label).toBe('2025-W52');
  });

  it('is for a bare number the latest that is over, be it years ago', () => {
    expect(choose({ week: '1' }).week?.label).toBe('2026-W01');
    expect(choose({ week: '02' }).week?.label).toBe('2025-W02');
    expect(choose({ week: '53' }).week?.label).toBe('2020-W53');
  });

  it('may be the present one when it is named in full', () => {
    expect(choose({ week: '2026-W02' }).week?.label).toBe('2026-W02');
  });
});

describe('a range of days', () => {
  it('includes both days that are named', () => {
    const { week, range } = choose({ from: '2025-12-01', to: '2025-12-28' });
    expect(week).toBeUndefined();
    expect([formatDay(range.start), formatDay(range.end)]).toEqual(['2025-12-01', '2025-12-29']);
  });

  it('may be one day, and may end in the future', () => {
    expect(choose({ from: '2026-01-07', to: '2026-01-07' }).range.end).toBe(TODAY + 1);
    expect(choose({ from: '2026-01-07', to: '2026-02-01' }).range.start).toBe(TODAY);
  });
});

describe('words that name no period', () => {
  it.each([
    [
      { week: '2025-W53' },
      'week-missing',
      '--week 2025-W53: 2025 has no week 53',
      'its last is 2025-W52 (Mon 22 – Sun 28 Dec 2025), and then comes 2026-W01',
    ],
    [
      { week: '0' },
      'week-missing',
      '--week 0: there is no week 0',
      'weeks are numbered from 1 to 52, in some years to 53',
    ],
    [
      { week: '54' },
      'week-missing',
      '--week 54: there is no week 54',
      'weeks are numbered from 1 to 52, in some years to 53',
    ],
    [
      { week: '2025-W00' },
      'week-missing',
      '--week 2025-W00: there is no week 0',
      'weeks are numbered from 1 to 52, in some years to 53',
    ],
    [
      { week: '1900-W10' },
      'week-missing',
      '--week 1900-W10: years start with 1970',
      'the last week that is over is 2026-W01 (Mon 29 Dec 2025 – Sun 4 Jan 2026)',
    ],
    [
      { week: '2026-W03' },
      'week-not-started',
      '--week 2026-W03: 2026-W03 has not started (Mon 12 – Sun 18 Jan 2026)',
      'the last week that is over is 2026-W01 (Mon 29 Dec 2025 – Sun 4 Jan 2026)',
    ],
    [
      { week: 'last' },
      'week-malformed',
      '--week last: this is no week',
      'a number (--week 52) or a year and a number (--week 2026-W01)',
    ],
    [
      { week: '2025-W5' },
      'week-malformed',
      '--week 2025-W5: this is no week',
      'a number (--week 52) or a year and a number (--week 2026-W01)',
    ],
    [
      { week: '' },
      'week-malformed',
      '--week : this is no week',
      'a number (--week 52) or a year and a number (--week 2026-W01)',
    ],
    [
      { week: '52', from: '2025-12-01' },
      'period-conflict',
      '--week and --from/--to both say which days',
      'give one of them',
    ],
    [
      { from: '2025-12-01' },
      'period-incomplete',
      '--from needs --to',
      'both name a day that is in',
    ],
    [{ to: '2025-12-01' }, 'period-incomplete', '--to needs --from', 'both name a day that is in'],
    [
      { from: '2025-12-02', to: '2025-12-01' },
      'period-reversed',
      '--to 2025-12-01 lies before --from 2025-12-02',
      'swap the two days',
    ],
    [
      { from: '2025-02-29', to: '2025-12-01' },
      'day-malformed',
      '--from 2025-02-29: this is no day',
      'write it like 2025-12-28',
    ],
    [
      { from: '2025-12-01', to: '28.12.2025' },
      'day-malformed',
      '--to 28.12.2025: this is no day',
      'write it like 2025-12-28',
    ],
    [
      { from: '2026-01-08', to: '2026-01-09' },
      'period-not-started',
      '--from 2026-01-08 is in the future',
      'today is 2026-01-07 UTC',
    ],
    [
      { from: '2000-01-01', to: '9999-12-31' },
      'period-too-long',
      '--from 2000-01-01 --to 9999-12-31: 2921940 days; the limit is 3660',
      'ask for ten years at most',
    ],
  ])('are a usage error that says what to do: %j', (words, code, message, hint) => {
    expect(refusal(words)).toMatchObject({ kind: 'usage', code, message, hint });
  });
});
