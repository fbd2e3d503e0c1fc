/** One note per report about what was said before, whatever the number of imports since. */
import { expect, it } from 'vitest';
import { parseDay } from '../../../packs/finance/core/day.ts';
import { parseUnits } from '../../../packs/finance/core/money.ts';
import type { Restatement } from '../../../packs/finance/ports/state.ts';
import { type ReportCase, reportOf } from '../../support/build-report.ts';
import { charge } from '../../support/charge.ts';

function restated(before: string, after: string, change: Partial<Restatement> = {}): Restatement {
  return {
    importId: 'i7',
    source: 'demo',
    period: '2025-12',
    start: parseDay('2025-12-22'),
    end: parseDay('2025-12-29'),
    basis: 'effective',
    currency: 'USD',
    before: parseUnits(before),
    after: parseUnits(after),
    at: new Date('2026-01-03T06:00:00Z'),
    ...change,
  };
}

const notes = async (cost: string, restatements: Restatement[], more: ReportCase = {}) => {
  const report = await reportOf({ charges: [charge({ cost })], ...more, restatements });
  return report.findings.filter(({ code }) => code === 'restated').map(({ message }) => message);
};

it('it is of just these days, this basis and currency', async () => {
  const change = restated('2', '1');
  const others: Restatement[] = [
    { ...change, basis: 'billed' },
    { ...change, end: parseDay('2025-12-30') },
    { ...change, currency: 'EUR' },
  ];
  expect(await notes('1', others)).toEqual([]);
  expect(await notes('1', [change, ...others])).toEqual([
    'reported before as 2.00 USD, now 1.00: demo 2025-12 was imported again on 2026-01-03',
  ]);
});

it('it leads from what was said first to what is true, and names the latest import', async () => {
  const later = { source: 'other', at: new Date('2026-01-05T06:00:00Z') };
  const chain = [restated('10', '11'), restated('11', '12'), restated('12', '13', later)];
  expect(await notes('13', chain)).toEqual([
    'reported before as 10.00 USD, now 13.00: other 2025-12 was imported again on 2026-01-05, ' +
      'the latest of 3 changes',
  ]);
});

it('it tells what was said in between when the numbers came back', async () => {
  expect(await notes('10', [restated('10', '12'), restated('12', '10')])).toEqual([
    'reported before as 12.00 USD, now 10.00: demo 2025-12 was imported again on 2026-01-03, ' +
      'the latest of 2 changes',
  ]);
});

it('it is left out where a reader would see no difference', async () => {
  expect(await notes('59.812', [restated('59.811', '59.812')])).toEqual([]);
  expect(
    await notes('59.812', [restated('59.8149', '59.81'), restated('59.81', '59.812')]),
  ).toEqual([]);
});

it('it calls a source new that had nothing here before', async () => {
  const fresh = charge({ source: 'new', cost: '2.5' });
  const change = restated('1', '3.5', { source: 'new' });
  const given = { charges: [charge(), fresh] };
  expect(await notes('1', [change], given)).toEqual([
    'reported before as 1.00 USD, now 3.50: a new source, new, was imported on 2026-01-03',
  ]);
});

it('it calls a month imported, not imported again, when the source only had others', async () => {
  const days = ['2025-11-03', '2025-12-22'];
  const given = {
    charges: [charge(), ...days.map((day) => charge({ source: 'new', cost: '2.5', day }))],
  };
  expect(await notes('1', [restated('1', '3.5', { source: 'new' })], given)).toEqual([
    'reported before as 1.00 USD, now 3.50: new 2025-12 was imported on 2026-01-03',
  ]);
});
