/** Whose a limit of usage is, and what a reading that was taken back does to its alerts. */
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../packs/finance/core/usage/usage.ts';
import { evaluate, noticesOf, type Played } from '../../support/alert-evaluation.ts';
import { charge } from '../../support/charge.ts';
import { usage } from '../../support/readings.ts';

const config = (limit: string, rest = '') => `global:
  notification_channels: [{ type: file, path: told.jsonl }]
  escalation: { critical: { notify: [file] } }
service_alerts:
  supabase:
    alerts:
      ${limit}
${rest}`;
const step = '[{ percent: 90, severity: critical }]';
const STORAGE = config(`storage: { metric: storage_gb, limit: 10, thresholds: ${step} }`);
const DAILY = config(`commands: { metric: daily_commands, limit: 1000, thresholds: ${step} }`);
const MONTH = config(
  `bandwidth: { metric: bandwidth_gb, limit: 100, period: month, thresholds: ${step} }`,
);

const storage = (value: string, at: string) => usage({ value, at });
const commands = (value: string, hour: number) =>
  usage({
    ...{ metric: 'daily_commands', kind: 'amount', unit: 'commands', value },
    start: `2026-03-02T${String(hour).padStart(2, '0')}:00:00Z`,
    at: `2026-03-02T${String(hour + 1).padStart(2, '0')}:00:00Z`,
  });
const bandwidth = (value: string, at: string) =>
  usage({ metric: 'bandwidth_gb', kind: 'running', value, start: '2026-03-01T00:00:00Z', at });

describe('a reading that is taken back', () => {
  async function playing(
    text: string,
    moments: readonly Readonly<{ readings: readonly Reading[]; now: string }>[],
  ): Promise<readonly string[]> {
    let last: Played | undefined;
    const told: string[] = [];
    for (const each of moments) {
      last = await evaluate({ config: text, ...each, ...(last && { memory: last.memory }) });
      told.push(...noticesOf(last));
    }
    return told;
  }
  const [noon, one] = ['2026-03-02T12:00:00Z', '2026-03-02T13:00:00Z'];
  const later = '2026-03-02T14:00:00Z';

  it('of a level is revised at its instant; a lower one later is resolved', async () => {
    const fired = { readings: [storage('9.5', noon)], now: one };
    const rule = 'service/supabase/storage/90';
    expect(await playing(STORAGE, [fired, { readings: [storage('5', noon)], now: later }])).toEqual(
      [`file first: ${rule}`, `file revised: ${rule} ended`],
    );
    const fell = { readings: [storage('9.5', noon), storage('5', one)], now: later };
    expect(await playing(STORAGE, [fired, fell])).toEqual([
      `file first: ${rule}`,
      `file resolved: ${rule} ended`,
    ]);
  });

  it('in another unit is none', async () => {
    const again = usage({ value: '8900', unit: 'MB', at: noon });
    const same = usage({ value: '9500', unit: 'MB', at: noon });
    const fired = { readings: [storage('9.5', noon)], now: one };
    expect(await playing(STORAGE, [fired, { readings: [same], now: later }])).toHaveLength(1);
    expect((await playing(STORAGE, [fired, { readings: [again], now: later }]))[1]).toMatch(
      /^file revised/,
    );
  });

  it('of amounts is a sum that is less than it was, whatever came in besides', async () => {
    const rule = 'service/supabase/commands/90';
    const fired = { readings: [commands('500', 9), commands('450', 10)], now: noon };
    const restated = [commands('500', 9), commands('45', 10), commands('100', 12)];
    expect(await playing(DAILY, [fired, { readings: restated, now: later }])).toEqual([
      `file first: ${rule}`,
      `file revised: ${rule} ended`,
    ]);
  });

  it('of a counter is less than it was since the same beginning', async () => {
    const rule = 'service/supabase/bandwidth/90';
    const fired = { readings: [bandwidth('95', noon)], now: one };
    const restated = { readings: [bandwidth('95', noon), bandwidth('60', one)], now: later };
    expect(await playing(MONTH, [fired, restated])).toEqual([
      `file first: ${rule}`,
      `file revised: ${rule} ended`,
    ]);
  });

  it('makes the next crossing of that period news again', async () => {
    const rule = 'service/supabase/bandwidth/90';
    const fired = { readings: [bandwidth('95', noon)], now: one };
    const restated = { readings: [bandwidth('60', noon)], now: later };
    const again = { readings: [bandwidth('92', later)], now: '2026-03-02T15:00:00Z' };
    expect((await playing(MONTH, [fired, restated, again])).at(-1)).toBe(`file first: ${rule}`);
  });
});

describe('the owner of a limit, by a tag', () => {
  const owned = (owner: string) =>
    config(`storage: { metric: storage_gb, limit: 10, owner: ${owner}, thresholds: ${step} }`);
  const spent = (day: string, cost: string, team: string, change = {}) =>
    charge({ day, cost, ServiceProviderName: 'Supabase', tags: { team }, ...change });
  const ownerIn = async (text: string, charges: Parameters<typeof evaluate>[0]['charges']) => {
    const readings = [storage('9.5', '2026-03-02T12:00:00Z')];
    const now = '2026-03-02T13:00:00Z';
    const { notices } = await evaluate({ config: text, charges: charges ?? [], readings, now });
    return notices[0]!.alerts[0]!.annotations.owner;
  };

  it('is whom most was spent for in four weeks on that service', async () => {
    const charges = [
      spent('2026-03-01', '2', 'web'),
      spent('2026-02-20', '3', 'data'),
      spent('2026-03-01', '9', 'ml', { ServiceProviderName: 'OpenAI' }),
      spent('2026-01-20', '9', 'old'),
    ];
    expect(await ownerIn(owned('Tags.team'), charges)).toBe('data, web');
  });

  it('in several currencies is named once, and without charges not at all', async () => {
    const charges = [
      spent('2026-03-01', '2', 'web'),
      spent('2026-03-01', '2', 'web', { currency: 'EUR' }),
    ];
    expect(await ownerIn(owned('Tags.team'), charges)).toBe('web');
    expect(await ownerIn(owned('Tags.team'), [])).toBeUndefined();
  });

  it('by a role asks the ledger for nothing', async () => {
    expect(await ownerIn(owned('pm'), [])).toBe('pm');
  });
});
