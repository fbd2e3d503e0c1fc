/** Usage readings for tests: valid unless a test says otherwise, and any readings at all. */
import fc from 'fast-check';
import { parseUnits } from '../../packs/finance/core/money.ts';
import type { UsageWindow } from '../../packs/finance/core/usage/figure.ts';
import { parseInstant } from '../../packs/finance/core/usage/instant.ts';
import { type Reading, USAGE_KINDS } from '../../packs/finance/core/usage/usage.ts';

export type ReadingChange = Partial<
  Omit<Reading, 'value' | 'limit' | 'startMs' | 'endMs' | 'recordedMs'>
> &
  Readonly<{ value?: string; limit?: string; start?: string; at?: string; recorded?: string }>;

/** 7.2 GB of supabase storage on 2 March 2026. */
export function usage(change: ReadingChange = {}): Reading {
  const { value = '7.2', limit, at = '2026-03-02T12:00:00Z', recorded = at, ...rest } = change;
  const { start, ...names } = rest;
  return {
    ...{ source: 'manual', service: 'supabase', metric: 'storage', kind: 'level', unit: 'GB' },
    ...names,
    startMs: parseInstant(start ?? at),
    endMs: parseInstant(at),
    value: parseUnits(value),
    limit: limit === undefined ? undefined : parseUnits(limit),
    recordedMs: parseInstant(recorded),
  };
}

/** Few names and instants, so that readings meet; two months, so that files do. */
const HOUR_MS = 3_600_000;
const FROM_MS = parseInstant('2026-02-26');
const hour = fc.integer({ min: 0, max: 8 * 24 }).map((hours) => FROM_MS + hours * HOUR_MS);

export function someReadings(max = 25): fc.Arbitrary<readonly Reading[]> {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 32n - 1n });
  const reading = fc
    .record({
      source: fc.constantFrom('manual', 'api', 'b'),
      service: fc.constantFrom('supabase', 'vercel', "o'brien", 'ünï'),
      metric: fc.constantFrom('storage', 'build_minutes'),
      kind: fc.constantFrom(...USAGE_KINDS),
      unit: fc.constantFrom('GB', 'MB', 'min', '%', '"'),
      value: amount,
      limit: fc.option(
        amount.map((each) => each + 1n),
        { nil: undefined },
      ),
      endMs: hour,
      hours: fc.constantFrom(1, 5, 24, 50),
      recordedMs: hour,
    })
    .map(({ hours, ...rest }): Reading => {
      const startMs = rest.kind === 'level' ? rest.endMs : rest.endMs - hours * HOUR_MS;
      return { ...rest, startMs };
    });
  return fc.array(reading, { maxLength: max });
}

export function someWindows(): fc.Arbitrary<readonly UsageWindow[]> {
  const window = fc.tuple(fc.option(hour, { nil: undefined }), hour).map(([startMs, end]) => ({
    startMs,
    endMs: startMs === undefined ? end : Math.max(startMs + HOUR_MS, end),
  }));
  return fc.array(window, { maxLength: 4 });
}
