/** From cells to rows: what is added, what is not, and what each line is called. */
import { describe, expect, it } from 'vitest';
import { formatExact, formatScaled } from '../../../packs/finance/core/money.ts';
import type { Row } from '../../../packs/finance/report/weekly-report.ts';
import { allowance, budgets, line, rule, service } from '../../support/budgets.ts';
import { ONE_LINE, type ReportCase, reportOf } from '../../support/build-report.ts';
import { charge } from '../../support/charge.ts';

const named = (ServiceName: string, cost: string) => charge({ ServiceName, cost });
const shown = ({ name, actual }: Row) => [name, actual && formatScaled(actual.shown, 2)];
const messages = async (given: ReportCase) =>
  (await reportOf(given)).findings.map(({ message }) => message);

const TWO_LINES = budgets({
  lines: [
    line('Storage', '10', rule({ ServiceName: 'S*' })),
    line('Rest', '0', rule({ ServiceName: 'R*' })),
  ],
});

describe('the status of a line', () => {
  it.each([
    ['9.99', 'under'],
    ['9.996', 'on budget'],
    ['10.00', 'on budget'],
    ['10.004', 'on budget'],
    ['10.01', 'over'],
    ['0', 'under'],
    ['0.004', 'under'],
    ['-3', 'under'],
  ])('of 10.00 with %s is %s: the rounded amount decides', async (cost, status) => {
    const { categories } = await reportOf({ charges: [charge({ cost })] });
    expect(categories[0]!.status).toBe(status);
  });

  it('is unused without a charge, and under when charges cancel out', async () => {
    const { categories } = await reportOf({ charges: [named('R', '1')], config: TWO_LINES });
    expect(categories[0]!.status).toBe('unused');
    const charges = [named('S', '5'), named('S', '-5')];
    const report = await reportOf({ charges, config: TWO_LINES });
    expect(report.categories[0]).toMatchObject({ actual: { exact: 0n }, status: 'under' });
  });

  it('of 0.00 is on budget without charges and over with any', async () => {
    const statusOf = async (cost: string) =>
      (await reportOf({ charges: [named('R', cost)], config: TWO_LINES })).categories[1]!.status;
    expect([await statusOf('0'), await statusOf('0.01')]).toEqual(['on budget', 'over']);
  });

  it('has no percentage without a budget', async () => {
    const { categories } = await reportOf({ charges: [named('R', '1')], config: TWO_LINES });
    expect(categories[1]!.percent).toBeUndefined();
  });
});

describe('the status of a service', () => {
  const cases: [string, Parameters<typeof service>[1], string][] = [
    ['0', { tier: 'Free' }, 'free tier'],
    ['0', { tier: 'Free', allowance: allowance('0') }, 'free tier'],
    ['0.01', { tier: 'Free', allowance: allowance('0') }, 'over'],
    ['0.01', { tier: 'Free' }, 'no budget'],
    ['0', {}, 'no budget'],
    ['0', { tier: 'Pro', allowance: allowance('5') }, 'under'],
    ['5', { tier: 'Pro', allowance: allowance('5') }, 'on budget'],
  ];

  it.each(cases)('with %s and %o is %s', async (cost, change, status) => {
    const config = { ...ONE_LINE, services: [service('S', change)] };
    const { services } = await reportOf({ charges: [named('S', cost)], config });
    expect(services[0]!.status).toBe(status);
  });

  it('without charges is unused, and without a line unbudgeted', async () => {
    const config = { ...TWO_LINES, services: [service('S', { allowance: allowance('5') })] };
    const { services } = await reportOf({ charges: [named('X', '1')], config });
    expect(services.map(({ name, status }) => [name, status])).toEqual([
      ['S', 'unused'],
      ['X', 'unbudgeted'],
    ]);
  });
});

describe('services', () => {
  it('stand in their category as the config has them, the others by amount', async () => {
    const config = { ...TWO_LINES, services: [service('Sz'), service('Sa')] };
    const names = ['S1', 'Sa', 'R1', 'S2', 'Sz', 'S3'];
    const charges = names.map((name, i) => named(name, `${i}`));
    const { services } = await reportOf({ charges, config });
    expect(services.map(({ category, name }) => `${category} ${name}`)).toEqual([
      'Storage Sz',
      'Storage Sa',
      'Storage S3',
      'Storage S2',
      'Storage S1',
      'Rest R1',
    ]);
  });

  it('foot to their category, and categories to the total', async () => {
    const charges = ['S1', 'S2', 'S3', 'R1'].map((name) => named(name, '0.335'));
    const { services, categories, total } = await reportOf({ charges, config: TWO_LINES });
    expect(services.map(shown)).toEqual([
      ['S1', '0.33'],
      ['S2', '0.33'],
      ['S3', '0.34'],
      ['R1', '0.34'],
    ]);
    expect([...categories, total].map(shown)).toEqual([
      ['Storage', '1.00'],
      ['Rest', '0.34'],
      ['Total', '1.34'],
    ]);
  });

  it('of the config are listed without charges, where their rules point', async () => {
    const config = { ...TWO_LINES, services: [service('S'), service('Elsewhere')] };
    const { services } = await reportOf({ charges: [named('R', '1')], config });
    expect(services.map(({ name, category }) => [name, category])).toEqual([
      ['S', 'Storage'],
      ['R', 'Rest'],
      ['Elsewhere', undefined],
    ]);
  });

  it('paid by two lines are shown in both, without the budget that is neither', async () => {
    const match = [rule({ ServiceProviderName: 'Demo' })];
    const config = {
      ...TWO_LINES,
      services: [service('Demo', { match, allowance: allowance('5') })],
    };
    const report = await reportOf({ charges: [named('S', '1'), named('R', '2')], config });
    expect(
      report.services.map(({ category, budget, status }) => [category, budget, status]),
    ).toEqual([
      ['Storage', undefined, 'no budget'],
      ['Rest', undefined, 'no budget'],
    ]);
    expect(report.findings.map(({ message }) => message)).toEqual([
      'Demo is paid by Storage and Rest, so its own budget is not shown',
    ]);
  });

  it('without a name have one', async () => {
    const charges = [charge({ ServiceName: null })];
    const { services, categories } = await reportOf({ charges });
    expect(services.map(({ name, category }) => [name, category])).toEqual([
      ['(no service name)', 'Unbudgeted'],
    ]);
    expect(categories.map(({ name }) => name)).toEqual(['All', 'Unbudgeted']);
  });
});

describe('what is not in the numbers', () => {
  it('is said: charges without a line', async () => {
    const charges = [named('S', '1'), named('X', '2'), named('X', '0.005'), named('Y', '0')];
    expect(await messages({ charges, config: TWO_LINES })).toEqual([
      'no budget line matches 2 charges of 2.00 USD: X 2.00; add a rule to budgets.yaml',
    ]);
  });

  it('is said: other currencies, never added', async () => {
    const other = (BillingCurrency: string, cost: string) => charge({ BillingCurrency, cost });
    const charges = [charge(), other('JPY', '150'), other('EUR', '1.5'), other('EUR', '-0.001')];
    const report = await reportOf({ charges });
    expect(report.total.actual!.exact).toBe(1_000_000_000_000n);
    expect(report.findings.map(({ message }) => message)).toEqual([
      '2 charges of 1.50 EUR from demo are not in this report, which is in USD',
      '1 charge of 150 JPY from demo is not in this report, which is in USD',
    ]);
  });

  it('is said: amounts that are null on this basis', async () => {
    const charges = [charge(), charge({ EffectiveCost: null }), charge({ EffectiveCost: null })];
    expect(await messages({ charges })).toEqual([
      '2 charges have no effective cost and are not counted: Demo Service 2',
    ]);
    expect(await messages({ charges, basis: 'billed' })).toEqual([]);
  });

  it('makes a line unknown when it is all that the line has', async () => {
    const charges = [charge({ ServiceName: 'S', EffectiveCost: null }), named('R', '1')];
    const { categories, services, total } = await reportOf({ charges, config: TWO_LINES });
    expect([...categories, ...services, total].map((row) => [...shown(row), row.status])).toEqual([
      ['Storage', undefined, 'no data'],
      ['Rest', '1.00', 'over'],
      ['S', undefined, 'no data'],
      ['R', '1.00', 'no budget'],
      ['Total', '1.00', 'under'],
    ]);
  });

  it('is never rounded to a zero that it is not', async () => {
    const charges = [named('S', '1'), named('X', '0.000001')];
    expect(await messages({ charges, config: TWO_LINES })).toEqual([
      'no budget line matches 1 charge of 0.000001 USD: X 0.000001; add a rule to budgets.yaml',
    ]);
  });
});

describe('what explains the numbers', () => {
  it('is told: estimates, by how they came to be', async () => {
    const from = (source: string, x_CostSource: string, cost: string) =>
      charge({ source, x_CostSource, cost });
    const charges = [
      from('a', 'provider_estimated', '1'),
      from('b', 'provider_estimated', '2'),
      from('a', 'derived_price_card', '4'),
      from('a', 'provider_billed', '8'),
    ];
    const through = { a: '2025-12-31', b: '2025-12-31' };
    const { findings, sources, total } = await reportOf({ charges, through });
    expect(findings.map(({ severity, message }) => [severity, message])).toEqual([
      ['info', '3.00 USD is estimated by the provider, not billed: b 2.00, a 1.00'],
      ['info', '4.00 USD is derived from a price card, not billed: a 4.00'],
    ]);
    expect(sources.map(({ estimated }) => formatExact(estimated!))).toEqual(['5.00', '2.00']);
    expect(formatExact(total.actual!.exact)).toBe('15.00');
  });
});

it('a currency without decimals is shown without', async () => {
  const config = budgets({
    currency: 'JPY',
    lines: [line('All', '1000', rule({ ServiceName: '*' }))],
  });
  const charges = ['A', 'B', 'C'].map((ServiceName) =>
    charge({ ServiceName, cost: '333.4', BillingCurrency: 'JPY' }),
  );
  const { total, services } = await reportOf({ charges, config });
  expect([total, ...services].map(({ actual }) => actual!.shown)).toEqual([
    1000n,
    334n,
    333n,
    333n,
  ]);
  expect(total.status).toBe('on budget');
});
