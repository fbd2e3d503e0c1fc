/** A line whose charges always came from sources that are silent now is unknown, not unused. */
import { describe, expect, it } from 'vitest';
import type { ChargeRecord } from '../../../packs/finance/adapters/memory/charge-record.ts';
import { parseDay } from '../../../packs/finance/core/day.ts';
import { formatScaled } from '../../../packs/finance/core/money.ts';
import type { Freshness } from '../../../packs/finance/ports/state.ts';
import { reportAsCsv } from '../../../packs/finance/report/render/as-csv.ts';
import { reportAsJson } from '../../../packs/finance/report/render/as-json.ts';
import type { Row } from '../../../packs/finance/report/weekly-report.ts';
import { allowance, budgets, line, rule, service } from '../../support/budgets.ts';
import { type ReportCase, reportOf } from '../../support/build-report.ts';
import { charge } from '../../support/charge.ts';
import { deployment, importFiles } from '../../support/finance.ts';
import { cost, focusCsv } from '../../support/focus-csv.ts';
import { reportLedger } from '../../support/ledger-report.ts';
import { freshThrough } from '../../support/reference-weeks.ts';
import { runReport } from '../../support/report.ts';

const config = budgets({
  lines: [
    line('Hosting', '10', rule({ ServiceName: 'Web' })),
    line('AI', '50', rule({ ServiceName: ['Model', 'Local'] })),
    line('Reserve', '5'),
  ],
  services: [
    service('Web', { allowance: allowance('10') }),
    service('Model', { allowance: allowance('40') }),
    service('Local', { allowance: allowance('10') }),
  ],
});

const web = charge({ source: 'cloud', ServiceName: 'Web', cost: '4' });
const local = charge({ source: 'cloud', ServiceName: 'Local', cost: '2' });
const model = (day: string) => charge({ source: 'ai', ServiceName: 'Model', day, cost: '30' });

const told = ({ name, actual, percent, status }: Row) => [
  name,
  actual && formatScaled(actual.shown, 2),
  percent,
  status,
];
const found = async (given: ReportCase) =>
  (await reportOf(given)).findings
    .filter(({ code }) => code === 'no-feed')
    .map(({ severity, subject, message }) => [severity, subject, message]);

const SILENT: ReportCase = {
  charges: [model('2025-12-10'), web],
  config,
  through: { ai: '2025-12-14', cloud: '2025-12-31' },
};

describe('a line that only silent sources ever charged', () => {
  it('has no actual, and neither have its services; the total is of the others', async () => {
    const { categories, services, total } = await reportOf(SILENT);
    expect([...categories, total].map(told)).toEqual([
      ['Hosting', '4.00', -600n, 'under'],
      ['AI', undefined, undefined, 'no data'],
      ['Reserve', '0.00', -1000n, 'unused'],
      ['Total', '4.00', -938n, 'under'],
    ]);
    expect(services.map(told)).toEqual([
      ['Web', '4.00', -600n, 'under'],
      ['Model', undefined, undefined, 'no data'],
      ['Local', '0.00', -1000n, 'unused'],
    ]);
  });

  it('is null in JSON and blank in CSV', async () => {
    const report = await reportOf(SILENT);
    expect(JSON.parse(reportAsJson(report)).categories[1]).toEqual({
      name: 'AI',
      budget: '50.00',
      actual: null,
      variance: null,
      variance_percent: null,
      status: 'no data',
    });
    expect(reportAsCsv(report)).toContain('2025-W52,AI,50.00,,,,no data,USD,effective\n');
  });

  it('is a dash in a table', async () => {
    const { charges = [] } = SILENT;
    const world = { charges, config, freshness: freshness(charges) };
    const { text } = await runReport(world, { flags: { week: '52' } });
    expect(text).toMatch(/^AI +50\.00 +\u2013 +no data$/m);
    expect(text).toMatch(/^ {2}Local +10\.00 +0\.00 +\u221210\.00 +unused$/m);
  });

  it('is said, as is the total, and no longer that nothing was charged', async () => {
    expect(await found(SILENT)).toEqual([
      [
        'warning',
        'AI',
        'the actuals of AI are unknown, not zero, and the total is without them: ' +
          'their charges only ever came from ai',
      ],
    ]);
    const { findings } = await reportOf(SILENT);
    expect(findings.filter(({ code }) => code === 'no-charges')).toMatchObject([
      { subject: 'Local' },
    ]);
  });

  it('is told without alarm where the ledger of its sources begins later', async () => {
    const charges = [model('2026-01-10'), web];
    const through = { ai: '2026-01-31', cloud: '2025-12-31' };
    expect((await found({ ...SILENT, charges, through }))[0]!.slice(0, 2)).toEqual(['info', 'AI']);
  });

  it('is known again when any source of it is', async () => {
    const before = charge({ source: 'cloud', ServiceName: 'Model', day: '2025-12-09' });
    const { categories } = await reportOf({ ...SILENT, charges: [...SILENT.charges!, before] });
    expect(told(categories[1]!)).toEqual(['AI', '0.00', -1000n, 'unused']);
  });

  it('is unknown too when the sources have charges here but no complete day', async () => {
    const other = charge({ source: 'ai', ServiceName: 'Web', cost: '1' });
    const { categories } = await reportOf({ ...SILENT, charges: [...SILENT.charges!, other] });
    expect(categories.map(({ status }) => status)).toEqual(['under', 'no data', 'unused']);
  });

  it('makes the total unknown where nothing at all was charged', async () => {
    const charges = [model('2025-12-10'), charge({ source: 'cloud', day: '2025-12-09' })];
    const { total } = await reportOf({ ...SILENT, charges });
    expect(told(total)).toEqual(['Total', undefined, undefined, 'no data']);
    expect((await found({ ...SILENT, charges }))[0]![2]).toContain('and so is the total');
  });
});

it('a service of a line that has charges is unknown on its own', async () => {
  const { categories, services, findings } = await reportOf({
    ...SILENT,
    charges: [...SILENT.charges!, local],
  });
  expect(told(categories[1]!)).toEqual(['AI', '2.00', -960n, 'under']);
  expect(told(services[1]!)).toEqual(['Model', undefined, undefined, 'no data']);
  expect(findings.filter(({ code }) => code === 'no-feed')).toMatchObject([{ subject: 'Model' }]);
});

it('a source that was charged in another currency feeds no line', async () => {
  const foreign = { ...model('2025-12-10') };
  const columns = { ...foreign.columns, BillingCurrency: 'EUR' };
  const { categories } = await reportOf({ ...SILENT, charges: [{ ...foreign, columns }, web] });
  expect(categories[1]!.status).toBe('unused');
});

it('the weeks of the sectioned layout are as unknown as their reports', async () => {
  const charges = [model('2025-12-10'), web];
  const world = { charges, config, freshness: freshness(charges) };
  const flags = { week: '52', layout: 'sections' };
  const { text } = await runReport(world, { flags, view: { format: 'csv' } });
  expect(text).toContain('Week,Total Spend,Hosting,AI,Reserve,Notes\n');
  expect(text).toMatch(/^Week 50,\$30\.00,\$0\.00,\$30\.00,\$0\.00,$/m);
  expect(text).toMatch(/^Week 52,\$4\.00,\$4\.00,,\$0\.00,$/m);
});

it('the ledger on disk answers the same', async () => {
  const here = deployment();
  const bring = (source: string, ServiceName: string, day: number) => {
    const ChargePeriodStart = `2025-12-${day}T00:00:00Z`;
    const ChargePeriodEnd = `2025-12-${day + 1}T00:00:00Z`;
    const row = { ...cost('5'), ServiceName, ServiceProviderName: ServiceName };
    const csv = focusCsv([{ ...row, ChargePeriodStart, ChargePeriodEnd }]);
    return importFiles(here, [here.file(`${source}.csv`, csv)], { source, now: NOW });
  };
  await bring('ai', 'OpenAI', 10);
  await bring('cloud', 'Railway', 28);
  const { json } = await reportLedger(here, { now: NOW });
  expect(json.categories.map((row: { actual: string | null }) => row.actual)).toEqual([
    '5.00',
    null,
    '0.00',
    '0.00',
  ]);
  expect(json.total.actual).toBe('5.00');
});

const NOW = '2026-01-05T09:00:00Z';

function freshness(charges: readonly ChargeRecord[]): readonly Freshness[] {
  const completeThrough = parseDay('2025-12-14');
  return freshThrough(charges, '2025-12-31').map((each) =>
    each.source === 'ai' ? { ...each, completeThrough } : each,
  );
}
