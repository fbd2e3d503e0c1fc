/** Status and percentage are those of a row's own amounts; only what is printed foots. */
import { describe, expect, it } from 'vitest';
import { formatScaled } from '../../../packs/finance/core/money.ts';
import { reportAsJson } from '../../../packs/finance/report/render/as-json.ts';
import type { Row, WeeklyReport } from '../../../packs/finance/report/weekly-report.ts';
import { allowance, budgets, line, rule, service } from '../../support/budgets.ts';
import { type ReportCase, reportOf } from '../../support/build-report.ts';
import { charge } from '../../support/charge.ts';

/** 75.00 a month over the seven days of week 52. */
const WEEK_OF_75 = '16.935483870968';

const monthly = (name: string, amount: string) => ({
  ...line(name, '0', rule({ ServiceName: name })),
  allowance: allowance(amount, 'month'),
});
const THREE = budgets({ lines: ['A', 'B', 'C'].map((name) => monthly(name, '75')) });

const spent = (amounts: Readonly<Record<string, string>>) =>
  Object.entries(amounts).map(([ServiceName, cost]) => charge({ ServiceName, cost }));

const printed = ({ name, budget, actual, variance, status }: Row) => [
  name,
  ...[budget, actual, variance].map((each) => each && formatScaled(each.shown, 2)),
  status,
];

const judged = ({ percent, status }: Row) => [percent, status];

const rowNamed = ({ categories }: WeeklyReport, wanted: string) =>
  categories.find(({ name }) => name === wanted)!;

describe('a line on budget', () => {
  const given: ReportCase = { charges: spent({ A: WEEK_OF_75, B: '3', C: '4.5' }), config: THREE };

  it('is on budget by 0.0 %, whatever the cents of the others', async () => {
    const report = await reportOf(given);
    expect(judged(rowNamed(report, 'A'))).toEqual([0n, 'on budget']);
    expect(JSON.parse(reportAsJson(report)).categories[0]).toMatchObject({
      budget: '16.935483870967',
      actual: WEEK_OF_75,
      variance_percent: '0.0',
      status: 'on budget',
    });
  });

  it('is seen to be: the cents that are missing are taken from lines that are not', async () => {
    const { categories, total } = await reportOf(given);
    expect([...categories, total].map(printed)).toEqual([
      ['A', '16.94', '16.94', '0.00', 'on budget'],
      ['B', '16.93', '3.00', '-13.93', 'under'],
      ['C', '16.94', '4.50', '-12.44', 'under'],
      ['Total', '50.81', '24.44', '-26.37', 'under'],
    ]);
  });

  it('shows the cent of a column that no other line can take, and stays on budget', async () => {
    const lines = ['A', 'B'].map((name) => line(name, '0.335', rule({ ServiceName: name })));
    const charges = spent({ A: '0.335', B: '0.340' });
    const { categories, total } = await reportOf({ charges, config: budgets({ lines }) });
    expect([...categories, total].map(printed)).toEqual([
      ['A', '0.33', '0.34', '0.01', 'on budget'],
      ['B', '0.34', '0.34', '0.00', 'on budget'],
      ['Total', '0.67', '0.68', '0.01', 'over'],
    ]);
    expect(categories.map(({ percent }) => percent)).toEqual([0n, 0n]);
  });
});

it('columns of the same amounts foot alike, and their totals are equal', async () => {
  const charges = spent({ A: WEEK_OF_75, B: WEEK_OF_75, C: WEEK_OF_75 });
  const { categories, total } = await reportOf({ charges, config: THREE });
  expect([...categories, total].map(({ variance }) => variance!.shown)).toEqual([0n, 0n, 0n, 0n]);
  expect([...categories, total].map(judged)).toEqual(Array(4).fill([0n, 'on budget']));
});

it('a service on budget is not moved while another service can be', async () => {
  const config = budgets({
    lines: [line('All', '10', rule({ ServiceName: '*' }))],
    services: [service('S', { allowance: allowance('0.335') })],
  });
  const charges = ['S', 'T', 'U'].map((name) => charge({ ServiceName: name, cost: '0.335' }));
  const { services } = await reportOf({ charges, config });
  expect(services.map(printed)).toEqual([
    ['S', '0.34', '0.34', '0.00', 'on budget'],
    ['T', undefined, '0.33', undefined, 'no budget'],
    ['U', undefined, '0.33', undefined, 'no budget'],
  ]);
});
