/** One value for a period, or the reason why there is none. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryUsage } from '../../../packs/finance/adapters/memory/usage.ts';
import { formatExact, parseUnits } from '../../../packs/finance/core/money.ts';
import { measure, usageFigures } from '../../../packs/finance/core/usage/figure.ts';
import { formatInstant, parseInstant } from '../../../packs/finance/core/usage/instant.ts';
import { type Reading, usageName } from '../../../packs/finance/core/usage/usage.ts';
import { type ReadingChange, usage } from '../../support/readings.ts';

const MARCH = { startMs: parseInstant('2026-03-01'), endMs: parseInstant('2026-04-01') };
const ALWAYS = { startMs: undefined, endMs: MARCH.endMs };

/** `7.2 GB at 2026-03-02T12:00:00Z`, or the code of the reason. */
async function figure(readings: readonly Reading[], window: typeof MARCH | typeof ALWAYS = MARCH) {
  const figures = usageFigures(await memoryUsage(readings).totals([window]));
  const found = figures.get(0)?.get(usageName('Supabase', 'storage'));
  if (found === undefined) return undefined;
  if (found.none !== undefined) return found.none.code;
  const { value, unit, endMs } = found.figure;
  return `${formatExact(value, 0)} ${unit} at ${formatInstant(endMs)}`;
}

const amount = (day: number, change: ReadingChange = {}) =>
  usage({
    kind: 'amount',
    start: formatInstant(MARCH.startMs + (day - 1) * 86_400_000),
    at: formatInstant(MARCH.startMs + day * 86_400_000),
    unit: 'min',
    ...change,
  });
const counter = (at: string, value: string, start = '2026-03-01') =>
  usage({ kind: 'running', start, at, value });

describe('a level', () => {
  it('is the newest of any source, in its own unit, also from before', async () => {
    const api = usage({ source: 'api', at: '2026-03-03', value: '7300', unit: 'MB' });
    expect(await figure([api, usage()])).toBe('7300 MB at 2026-03-03T00:00:00Z');
    expect(await figure([usage({ at: '2026-01-01' })])).toBe('7.2 GB at 2026-01-01T00:00:00Z');
    expect(await figure([usage()], ALWAYS)).toBe('7.2 GB at 2026-03-02T12:00:00Z');
  });

  it('that there is none of is no 0', async () => {
    expect(await figure([])).toBe(undefined);
    expect(await figure([usage({ at: '2026-05-01' })])).toBe(undefined);
  });
});

describe('amounts', () => {
  it('add up within the period, in the finest of their units', async () => {
    const readings = [amount(1), amount(2, { unit: 'h', value: '1.5' }), amount(3, { value: '0' })];
    expect(await figure(readings)).toBe('97.2 min at 2026-03-04T00:00:00Z');
  });

  it('of two sources may be the same use', async () => {
    expect(await figure([amount(1), amount(2, { source: 'api' })])).toBe('sources-mixed');
  });

  it('across an edge belong to no period alone', async () => {
    const readings = [amount(1), amount(3, { start: '2026-03-31', at: '2026-04-02' })];
    expect(await figure(readings)).toBe('period-differs');
  });

  it('of another period are none', async () => {
    const february = amount(1, { start: '2026-02-01', at: '2026-02-28' });
    expect(await figure([february])).toBe('no-reading');
    expect(await figure([february], ALWAYS)).toBe('no-reading');
  });

  it('in units that do not convert are no sum', async () => {
    expect(await figure([amount(1), amount(2, { unit: 'GB' })])).toBe('units-mixed');
    const counts = ['count', 'requests', 'tokens'].map((unit, i) => amount(i + 1, { unit }));
    expect(await figure(counts.slice(0, 2))).toBe('14.4 count at 2026-03-03T00:00:00Z');
    expect(await figure(counts)).toBe('units-mixed');
  });

  it('add up to the same in any order and any split into units', () => {
    const part = fc.tuple(fc.bigInt(0n, 10n ** 20n), fc.constantFrom('s', 'min', 'h'));
    return fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 20 }), async (parts) => {
        const readings = parts.map(([value, unit], i) => ({ ...amount(i + 1, { unit }), value }));
        const totals = await memoryUsage(readings).totals([MARCH]);
        const found = usageFigures(totals).get(0)!.values().next().value!;
        const seconds = { s: 1n, min: 60n, h: 3600n } as const;
        const sum = parts.reduce((n, [value, unit]) => n + value * seconds[unit], 0n);
        const { value, unit } = found.figure!;
        expect(value * seconds[unit as 's']).toBe(sum);
      }),
    );
  });
});

describe('a counter', () => {
  it('is its latest of the period', async () => {
    const readings = [counter('2026-03-05', '5'), counter('2026-03-03', '3')];
    expect(await figure(readings)).toBe('5 GB at 2026-03-05T00:00:00Z');
    const before = counter('2026-02-20', '90', '2026-02-01');
    expect(await figure([...readings, before])).toBe('5 GB at 2026-03-05T00:00:00Z');
    expect(await figure([before])).toBe('no-reading');
    expect(await figure([before], ALWAYS)).toBe('90 GB at 2026-02-20T00:00:00Z');
  });

  it('of another period, or begun anew within it, is not of this one', async () => {
    expect(await figure([counter('2026-03-10', '9', '2026-02-15')])).toBe('period-differs');
    const anew = counter('2026-03-16', '1', '2026-03-15');
    expect(await figure([counter('2026-03-14', '80'), anew])).toBe('period-differs');
    expect(await figure([counter('2026-03-20', '80'), anew])).toMatch(/^80 GB/);
  });
});

describe('kinds', () => {
  it('that are mixed give no figure, until one is long past', async () => {
    expect(await figure([usage(), counter('2026-03-05', '5')])).toBe('kinds-mixed');
    expect(await figure([usage({ at: '2026-01-01' }), counter('2026-03-05', '5')])).toMatch(
      /^5 GB/,
    );
  });
});

describe('a figure beside a limit', () => {
  const at = (value: string, unit: string, limit?: string) => ({
    ...{ value: parseUnits(value), unit },
    limit: limit === undefined ? undefined : parseUnits(limit),
  });
  const shown = (found: ReturnType<typeof measure>) =>
    found.reason === undefined
      ? `${formatExact(found.value, 0)} ${found.unit}, ${formatExact(found.percent ?? 0n, 0)} %`
      : found.reason;

  it.each<readonly [string, string, readonly [string, string, string?], string]>([
    ['database_storage_mb', '500', ['0.45', 'GB'], '450 MB, 90 %'],
    ['database_storage_mb', '500', ['500', 'MiB'], '524.288 MB, 104.8576 %'],
    ['compute_hours', '500', ['100', 'min'], '1.666666666666 h, 0.333333333333 %'],
    ['daily_commands', '10000', ['7.2', 'k commands'], '7200 count, 72 %'],
    ['realtime_connections', '200', ['160', 'connections'], '160 connections, 80 %'],
    ['requests_per_minute', '60', ['48', 'requests/min'], '48 requests/minute, 80 %'],
    ['requests_per_minute', '60', ['1', 'count/s'], '60 requests/minute, 100 %'],
    ['cpu_percent', '100', ['83', '%'], '83 %, 83 %'],
    ['storage', '8', ['7.2', 'GB', '8'], '7.2 GB, 90 %'],
  ])('of %s and a limit of %s', (metric, limit, typed, expected) => {
    expect(shown(measure(at(...typed), { metric, limit: parseUnits(limit) }))).toBe(expected);
  });

  it.each([
    ['database_storage_mb', '%', undefined],
    ['database_storage_mb', 'count', undefined],
    ['daily_commands', 'GB', undefined],
    ['storage', 'MB', undefined],
    ['storage', 'MB', '8000'],
    ['requests_per_minute', 'requests', undefined],
  ])('%s cannot follow %s', (metric, unit, own) => {
    const found = measure(at('7200', unit, own), { metric, limit: parseUnits('8') });
    expect(found.reason).toMatch(/its readings are/);
  });

  it('without a limit has no percentage', () => {
    const found = measure(at('1', 'GB'), { metric: 'egress_mb', limit: undefined });
    expect(found).toEqual({ value: parseUnits('1000'), percent: undefined, unit: 'MB' });
  });
});
