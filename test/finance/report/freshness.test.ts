/** What is known of a period, and what is said about the rest: unknown is never zero. */
import { describe, expect, it } from 'vitest';
import { dayRange, formatDay, parseDay } from '../../../packs/finance/core/day.ts';
import { reportOf } from '../../support/build-report.ts';
import { charge } from '../../support/charge.ts';

const said = async (given: Parameters<typeof reportOf>[0]) =>
  (await reportOf(given)).findings.map(({ code, severity, subject }) => [code, severity, subject]);

const sourceOf = async (given: Parameters<typeof reportOf>[0]) =>
  (await reportOf(given)).sources[0];

const inDecember = charge({ day: '2025-12-10' });

describe('a source', () => {
  it('that reaches the last day is complete', async () => {
    const given = { charges: [charge()], through: { demo: '2025-12-28' } };
    expect(await sourceOf(given)).toMatchObject({ status: 'complete', provisionalFrom: undefined });
    expect(await said(given)).toEqual([]);
  });

  it('that is complete and without charges cost nothing', async () => {
    const report = await reportOf({ charges: [inDecember], through: { demo: '2025-12-31' } });
    expect(report.sources[0]).toMatchObject({ status: 'complete', actual: 0n });
    expect(report.total).toMatchObject({ actual: { shown: 0n }, status: 'unused' });
  });

  it('that ends within the period is provisional from the day after', async () => {
    const given = { charges: [charge()], through: { demo: '2025-12-26' } };
    expect(await sourceOf(given)).toMatchObject({
      status: 'provisional',
      provisionalFrom: parseDay('2025-12-27'),
    });
    expect(await said(given)).toEqual([['source-stale', 'warning', 'demo']]);
  });

  it('that ends before the period but has charges in it is provisional throughout', async () => {
    const given = { charges: [charge()], through: { demo: '2025-12-20' } };
    expect(await sourceOf(given)).toMatchObject({ provisionalFrom: parseDay('2025-12-22') });
    expect(await said(given)).toEqual([['source-stale', 'warning', 'demo']]);
  });

  it('that ends before the period is missing, and its cost unknown', async () => {
    const given = {
      charges: [inDecember, charge({ source: 'b' })],
      through: { b: '2025-12-31', demo: '2025-12-20' },
    };
    const { sources } = await reportOf(given);
    expect(sources[1]).toMatchObject({ name: 'demo', status: 'missing', actual: undefined });
    expect(await said(given)).toEqual([['source-silent', 'warning', 'demo']]);
  });

  it('whose month was left out is missing, although later months are there', async () => {
    const given = {
      charges: [
        charge({ day: '2025-11-10' }),
        charge({ day: '2026-01-10' }),
        charge({ source: 'b' }),
      ],
      through: { b: '2025-12-31', demo: '2026-01-31' },
    };
    expect(await said(given)).toEqual([['source-silent', 'warning', 'demo']]);
  });

  it('is one of many that are told in one sentence when they are equally far', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const charges = names.slice(0, 3).map((source) => charge({ source }));
    const through = {
      a: '2025-12-26',
      b: '2025-12-26',
      c: '2025-12-25',
      d: '2025-12-20',
      e: '2025-12-20',
    };
    expect((await reportOf({ charges, through })).findings.map(({ message }) => message)).toEqual([
      'a, b are complete through 26 Dec only: 27 Dec to 28 Dec may be missing or still change',
      'c is complete through 25 Dec only: 26 Dec to 28 Dec may be missing or still change',
      'no data of d, e for this period: complete through 20 Dec only',
    ]);
  });

  it('that begins later is absent, which is told and asks for nobody', async () => {
    const given = {
      charges: [charge({ day: '2026-01-10' }), charge({ source: 'b' })],
      through: { b: '2025-12-31', demo: '2026-01-31' },
    };
    expect((await reportOf(given)).sources[1]).toMatchObject({
      status: 'absent',
      actual: undefined,
    });
    expect(await said(given)).toEqual([['source-absent', 'info', 'demo']]);
  });

  it('with charges and no import on record has no complete day', async () => {
    const given = { charges: [charge()], through: {} };
    expect(await sourceOf(given)).toMatchObject({
      completeThrough: undefined,
      status: 'provisional',
    });
    expect(await said(given)).toEqual([['source-stale', 'warning', 'demo']]);
  });

  it('without any complete day is silent', async () => {
    const given = { charges: [charge({ source: 'b' })], through: { b: '2025-12-31', demo: null } };
    expect(await said(given)).toEqual([['source-silent', 'warning', 'demo']]);
  });
});

describe('actuals', () => {
  it('are unknown when no source has data', async () => {
    const { total, categories, findings } = await reportOf({ through: { demo: '2025-12-20' } });
    expect([total, ...categories].map(({ actual, status }) => [actual, status])).toEqual([
      [undefined, 'no data'],
      [undefined, 'no data'],
    ]);
    expect(findings.map(({ code }) => code)).toEqual(['no-data', 'source-silent']);
  });

  it('are unknown when all charges are in another currency', async () => {
    const { total, findings } = await reportOf({ charges: [charge({ BillingCurrency: 'CAD' })] });
    expect(total.actual).toBeUndefined();
    expect(findings.map(({ code }) => code)).toEqual(['no-data', 'other-currency']);
  });
});

describe('a period that is not over', () => {
  const charges = [charge()];

  it('is provisional, and a source through yesterday is as fresh as can be', async () => {
    const given = { charges, today: '2025-12-24', through: { demo: '2025-12-23' } };
    expect((await reportOf(given)).isOpen).toBe(true);
    expect(await said(given)).toEqual([['provisional', 'info', '2025-12-22 to 2025-12-28']]);
  });

  it('tells of older sources without asking for anybody', async () => {
    const given = {
      charges,
      today: '2025-12-24',
      through: { demo: '2025-12-22', b: '2025-12-01' },
    };
    expect(await said(given)).toEqual([
      ['source-silent', 'info', 'b'],
      ['source-stale', 'info', 'demo'],
      ['provisional', 'info', '2025-12-22 to 2025-12-28'],
    ]);
  });

  it('has no data on its first morning, and that is no alarm', async () => {
    const given = { today: '2025-12-22', through: { demo: '2025-12-21' }, charges: [inDecember] };
    expect(await said(given)).toEqual([
      ['no-data', 'info', '2025-12-22 to 2025-12-28'],
      ['provisional', 'info', '2025-12-22 to 2025-12-28'],
    ]);
  });

  it('is over when the day after its last begins', async () => {
    const given = { charges, today: '2025-12-29', through: { demo: '2025-12-28' } };
    expect((await reportOf(given)).isOpen).toBe(false);
    expect(await said(given)).toEqual([]);
  });
});

it('a range over two months needs a file of one of them', async () => {
  const period = dayRange(parseDay('2025-12-29'), parseDay('2026-01-05'));
  const given = { period, charges: [inDecember], through: { demo: '2026-01-31' } };
  const { sources } = await reportOf(given);
  expect(sources.map(({ status }) => status)).toEqual(['complete']);
  expect(formatDay(period.end)).toBe('2026-01-05');
});
