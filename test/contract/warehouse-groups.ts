/** The part of the warehouse contract about what separates cells, keys, and files. */
import { expect, it } from 'vitest';
import type { ChargeRecord } from '../../packs/finance/adapters/memory/charge-record.ts';
import { charge } from '../support/charge.ts';
import { type CellsOf, type MakeWarehouse, question, WEEK_52 } from './warehouse-question.ts';

export function emptyLedger(open: MakeWarehouse): void {
  it('has no cells, no periods and nothing to describe', async () => {
    const warehouse = await open([]);
    expect(await warehouse.aggregate(question({ ...WEEK_52, by: ['ServiceName'] }))).toEqual([]);
    expect(await warehouse.periods()).toEqual([]);
    expect(await warehouse.describe('demo', '2025-12')).toBeUndefined();
  });
}

export function keptApart(cellsOf: CellsOf): void {
  it('currencies, even without grouping', async () => {
    const charges = [charge({ BillingCurrency: 'USD' }), charge({ BillingCurrency: 'CAD' })];
    const cells = await cellsOf(charges, WEEK_52);
    expect(cells.map(({ currency }) => currency)).toEqual(['CAD', 'USD']);
  });

  it('sources and cost sources', async () => {
    const charges = [
      charge({ source: 'b' }),
      charge({ source: 'a', x_CostSource: 'provider_estimated' }),
      charge({ source: 'a', x_CostSource: 'derived_price_card' }),
      charge({ source: 'a' }),
    ];
    const cells = await cellsOf(charges, WEEK_52);
    expect(cells.map(({ source, costSource }) => [source, costSource])).toEqual([
      ['a', 'derived_price_card'],
      ['a', 'provider_billed'],
      ['a', 'provider_estimated'],
      ['b', 'provider_billed'],
    ]);
  });

  it('identical charges are two charges', async () => {
    const cells = await cellsOf([charge(), charge()], WEEK_52);
    expect(cells).toMatchObject([{ units: 2_000_000_000_000n, charges: 2 }]);
  });
}

export function grouping(cellsOf: CellsOf): void {
  const keysBy = async (charges: readonly ChargeRecord[], ...by: string[]) =>
    (await cellsOf(charges, { ...WEEK_52, by })).map(({ key }) => key);

  it('gives keys in the order asked for', async () => {
    const charges = [charge({ ServiceName: 'S', RegionId: 'r' })];
    expect(await keysBy(charges, 'ServiceName', 'RegionId')).toEqual([['S', 'r']]);
    expect(await keysBy(charges, 'RegionId', 'ServiceName')).toEqual([['r', 'S']]);
  });

  it('sorts text by code point and null last', async () => {
    const names = ['b', 'B', 'ä', 'a', 'a b', '1', '\u{1F600}', '\uFF5E', null];
    const charges = names.map((ServiceName) => charge({ ServiceName }));
    expect((await keysBy(charges, 'ServiceName')).flat()).toEqual([
      '1',
      'B',
      'a',
      'a b',
      'b',
      'ä',
      '\uFF5E',
      '\u{1F600}',
      null,
    ]);
  });

  it('knows the feed as Source', async () => {
    const charges = [charge({ source: 'openai' }), charge({ source: 'aws-main' })];
    expect(await keysBy(charges, 'Source')).toEqual([['aws-main'], ['openai']]);
  });

  it('reads one tag, whatever characters its key has', async () => {
    const keys = ['team', 'cost center', 'a.b', "it's", 'say "so"', 'x:y/z', '$', '*'];
    const tags = Object.fromEntries(keys.map((key, i) => [key, `value ${i}`]));
    const found = keys.map((key) => keysBy([charge({ tags })], `Tags.${key}`));
    expect(await Promise.all(found)).toEqual(keys.map((_, i) => [[`value ${i}`]]));
  });

  it('takes numbers and booleans of tags as text, and null or missing as null', async () => {
    const values = ['core', 7, true, null];
    const charges = [...values.map((team) => charge({ tags: { team } })), charge({ tags: {} })];
    expect(await keysBy([...charges, charge()], 'Tags.team')).toEqual([
      ['7'],
      ['core'],
      ['true'],
      [null],
    ]);
  });

  it('tells keys of tags by case', async () => {
    const charges = [charge({ tags: { Team: 'big', team: 'small' } })];
    expect(await keysBy(charges, 'Tags.team', 'Tags.Team')).toEqual([['small', 'big']]);
  });

  it('reads x_ columns, also where only some files have them', async () => {
    const charges = [
      charge({ source: 'a', x_Project: 'apollo' }),
      charge({ source: 'b' }),
      charge({ source: 'c', period: '2025-11' }),
    ];
    expect(await keysBy(charges, 'x_Project')).toEqual([['apollo'], [null], [null]]);
  });

  it('gives null for a column that no file has', async () => {
    expect(await keysBy([charge()], 'x_Nowhere', 'ServiceName')).toEqual([[null, 'Demo Service']]);
  });
}

export function files(open: MakeWarehouse): void {
  const charges = [
    charge({ source: 'b', period: '2025-12', cost: '1.5' }),
    charge({ source: 'b', period: '2025-12', cost: '-0.5', BillingCurrency: 'CAD' }),
    charge({ source: 'b', period: '2025-12', cost: '0.000000000001' }),
    charge({ source: 'b', period: '2025-11', day: '2025-11-30' }),
    charge({ source: 'a-2', period: '2026-01' }),
  ];

  it('are listed by source and period', async () => {
    const warehouse = await open(charges);
    expect(await warehouse.periods()).toEqual([
      { source: 'a-2', period: '2026-01' },
      { source: 'b', period: '2025-11' },
      { source: 'b', period: '2025-12' },
    ]);
  });

  it('are described by rows and billed totals per currency', async () => {
    const warehouse = await open(charges);
    expect(await warehouse.describe('b', '2025-12')).toEqual({
      period: '2025-12',
      rows: 3,
      totals: [
        { currency: 'CAD', units: -500_000_000_000n },
        { currency: 'USD', units: 1_500_000_000_001n },
      ],
    });
    expect(await warehouse.describe('b', '2026-01')).toBeUndefined();
    expect(await warehouse.describe('a', '2026-01')).toBeUndefined();
  });
}
