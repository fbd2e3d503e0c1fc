/**
 * What every UsageStore adapter must do, to the last digit. An adapter's test hands in a function
 * that makes an empty store.
 */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryUsage } from '../../packs/finance/adapters/memory/usage.ts';
import { parseInstant } from '../../packs/finance/core/usage/instant.ts';
import {
  compareReadings,
  mergeReadings,
  type Reading,
} from '../../packs/finance/core/usage/usage.ts';
import type { UsageStore } from '../../packs/finance/ports/usage.ts';
import { someReadings, someWindows, usage } from '../support/readings.ts';

export type MakeUsage = () => Promise<UsageStore>;

const MARCH = { startMs: parseInstant('2026-03-01'), endMs: parseInstant('2026-04-01') };
const EVER = { startMs: 0, endMs: parseInstant('2100-01-01') };

export function runUsageContract(name: string, make: MakeUsage): void {
  describe(`the contract of usage readings, kept by ${name}`, () => {
    const opened: UsageStore[] = [];
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });
    const holding = async (...puts: readonly (readonly Reading[])[]): Promise<UsageStore> => {
      const store = await make();
      opened.push(store);
      for (const readings of puts) await store.put(readings);
      return store;
    };
    const storage = (store: UsageStore) =>
      store.series({ service: 'supabase', metric: 'storage', ...EVER });

    describe('nothing there', () => none(holding));
    describe('what is put', () => puts(holding, storage));
    describe('the newest', () => newest(holding));
    describe('totals', () => totals(holding));
    describe('whatever is put', () => anything(holding));
  });
}

type Holding = (...puts: readonly (readonly Reading[])[]) => Promise<UsageStore>;

function none(holding: Holding): void {
  it('answers every question with nothing', async () => {
    const store = await holding();
    expect(await store.around([usage()])).toEqual([]);
    expect(await store.latest({})).toEqual([]);
    expect(await store.series({ service: 'a', metric: 'b', ...EVER })).toEqual([]);
    expect(await store.totals([MARCH, { startMs: undefined, endMs: MARCH.endMs }])).toEqual([]);
    await store.put([]);
    expect(await store.latest({})).toEqual([]);
  });
}

function puts(holding: Holding, storage: (store: UsageStore) => Promise<readonly Reading[]>): void {
  it('comes back as it was, to the last digit', async () => {
    const exact = usage({ value: '99999999999999999999.999999999999', limit: '0.000000000001' });
    const late = usage({
      at: '2026-03-31T23:59:59.999Z',
      unit: 'Gäbe "x"\\',
      recorded: '2026-05-01',
    });
    const store = await holding([late, exact]);
    expect(await storage(store)).toEqual([exact, late]);
  });

  it('replaces what was there of the same time, whatever it says', async () => {
    const later = usage({ value: '8', unit: 'MB', limit: '9', recorded: '2026-03-01' });
    const store = await holding([usage()], [later]);
    expect(await storage(store)).toEqual([later]);
  });

  it('keeps when it was recorded first where it says the same', async () => {
    const store = await holding([usage()], [usage({ recorded: '2026-03-09' })]);
    expect(await storage(store)).toEqual([usage()]);
  });

  it('is another reading from another source, and at another start or end', async () => {
    const counter = { kind: 'running', start: '2026-03-01' } as const;
    const all = [
      usage({ source: 'api' }),
      usage(),
      usage(counter),
      usage({ ...counter, start: '2026-02-01' }),
    ];
    const store = await holding(all);
    expect(await storage(store)).toEqual([...all].sort(compareReadings));
  });

  it('may come in any order', async () => {
    const early = usage({ at: '2026-01-02' });
    const store = await holding([usage()], [early]);
    expect(await storage(store)).toEqual([early, usage()]);
    const [latest] = await store.latest({});
    expect(latest).toEqual({ reading: usage(), count: 2 });
  });
}

function newest(holding: Holding): void {
  const old = usage({ at: '2026-02-01' });
  const api = usage({ source: 'api', at: '2026-03-05' });
  const vercel = usage({ service: 'vercel', metric: 'build_minutes', unit: 'min' });

  it('is one of each service, metric and source, with their number', async () => {
    const store = await holding([old, usage(), api, vercel]);
    expect(await store.latest({})).toEqual([
      { reading: api, count: 1 },
      { reading: usage(), count: 2 },
      { reading: vercel, count: 1 },
    ]);
    expect(await store.latest({ service: 'vercel' })).toEqual([{ reading: vercel, count: 1 }]);
    expect(await store.latest({ metric: 'other' })).toEqual([]);
    const { endMs } = usage();
    expect(await store.latest({ service: 'supabase', sinceMs: endMs })).toMatchObject([
      { reading: api },
      { reading: usage(), count: 1 },
    ]);
    expect(await store.latest({ sinceMs: endMs + 1 })).toMatchObject([{ reading: api }]);
  });

  it('of any source comes around, and those that meet of the same source', async () => {
    const day = (at: string, start: string) => usage({ kind: 'amount', source: 'api', start, at });
    const days = [day('2026-03-02', '2026-03-01'), day('2026-03-03', '2026-03-02')];
    const store = await holding([...days, old, usage(), vercel]);
    const around = (given: Reading) => store.around([given]);
    expect(await around(day('2026-03-01', '2026-02-27'))).toEqual(days);
    expect(await around(day('2026-02-28', '2026-02-27'))).toEqual([days[1]]);
    expect(await around(usage({ at: '2026-02-01' }))).toEqual([days[1], old]);
    expect(await around(usage({ service: 'neon' }))).toEqual([]);
  });
}

function totals(holding: Holding): void {
  const week = { startMs: parseInstant('2026-03-02'), endMs: parseInstant('2026-03-09') };
  const amount = (start: string, at: string, value: string) =>
    usage({ kind: 'amount', start, at, value });

  it('of a level are its latest up to the end', async () => {
    const readings = ['2026-03-01', '2026-03-09', '2026-03-09T00:00:00.001Z'].map((at, i) =>
      usage({ at, value: String(i), limit: '8' }),
    );
    const [total] = await (await holding(readings)).totals([week]);
    expect(total).toMatchObject({ count: 2, astray: 0, newestMs: week.endMs });
    expect(total!.counted).toMatchObject({ value: 10n ** 12n, limit: 8n * 10n ** 12n });
  });

  it('of amounts are the sum of those inside, and tell of those across an edge', async () => {
    const store = await holding([
      amount('2026-03-02', '2026-03-03', '0.1'),
      amount('2026-03-08', '2026-03-09', '0.2'),
      amount('2026-03-01', '2026-03-02', '40'),
      amount('2026-03-09', '2026-03-10', '80'),
    ]);
    const [total] = await store.totals([week]);
    expect(total).toMatchObject({ count: 2, astray: 0 });
    const counted = { value: 3n * 10n ** 11n, coveredMs: 2 * 86_400_000, endMs: week.endMs };
    expect(total!.counted).toMatchObject({ ...counted, startMs: week.startMs });
    await store.put([amount('2026-03-01T12:00:00Z', '2026-03-02T00:00:01Z', '1')]);
    expect(await store.totals([week])).toMatchObject([{ count: 2, astray: 1 }]);
    await store.put([amount('2026-03-08T23:00:00Z', '2026-03-09T00:00:01Z', '1')]);
    expect(await store.totals([week])).toMatchObject([{ count: 2, astray: 2 }]);
    const open = await store.totals([{ startMs: undefined, endMs: week.endMs }]);
    expect(open).toMatchObject([{ count: 0, astray: 0, counted: null }]);
  });

  it('of a counter are the latest of the one that began with the window', async () => {
    const counter = (start: string, at: string, value: string) =>
      usage({ kind: 'running', start, at, value });
    const store = await holding([
      counter('2026-02-01', '2026-03-01', '90'),
      counter('2026-03-01', '2026-03-04', '5'),
      counter('2026-03-01', '2026-03-03', '4'),
    ]);
    const open = { startMs: undefined, endMs: MARCH.endMs };
    const [march, inWeek, ever] = await store.totals([MARCH, week, open]);
    expect(march).toMatchObject({ count: 2, astray: 0, counted: { value: 5n * 10n ** 12n } });
    expect(inWeek).toMatchObject({ count: 0, astray: 2, counted: null });
    expect(ever).toMatchObject({ count: 3, astray: 0, counted: { value: 5n * 10n ** 12n } });
  });

  it('stay apart by source, kind and unit', async () => {
    const store = await holding([
      usage({ source: 'api' }),
      usage(),
      usage({ at: '2026-03-03', unit: 'MB' }),
    ]);
    const rows = await store.totals([MARCH]);
    expect(rows.map(({ source, unit }) => `${source} ${unit}`)).toEqual([
      'api GB',
      'manual GB',
      'manual MB',
    ]);
  });
}

function anything(holding: Holding): void {
  it('gives what the reference gives', async () => {
    const twice = fc.tuple(someReadings(), someReadings(8), someWindows());
    await fc.assert(
      fc.asyncProperty(twice, async ([first, second, windows]) => {
        const store = await holding(first, second);
        const reference = memoryUsage(mergeReadings(first, second));
        expect(await store.latest({})).toEqual(await reference.latest({}));
        expect(await store.around(second)).toEqual(await reference.around(second));
        expect(await store.totals(windows)).toEqual(await reference.totals(windows));
      }),
      { numRuns: 15 },
    );
  });

  it('is the same in whatever order it is put, where no two are of the same time', async () => {
    await fc.assert(
      fc.asyncProperty(someReadings(12), async (given) => {
        const readings = mergeReadings([], given);
        const [all, each] = [await holding(readings), await holding(...readings.map((r) => [r]))];
        expect(await all.totals([MARCH])).toEqual(await each.totals([MARCH]));
        expect(await all.latest({})).toEqual(await each.latest({}));
      }),
      { numRuns: 5 },
    );
  });
}
