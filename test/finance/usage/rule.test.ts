/** Which alerts follow a reading: names as the config has them, units that its limits are in. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { yamlSettings } from '../../../packs/finance/adapters/yaml-config/settings.ts';
import type { AlertConfig } from '../../../packs/finance/core/alert-config/config.ts';
import { unfollowed, usageNamesOf } from '../../../packs/finance/core/usage/rule.ts';
import { usageName } from '../../../packs/finance/core/usage/usage.ts';
import { SHARED } from '../../support/finance.ts';
import { temporaryFolder } from '../../support/host.ts';
import { type ReadingChange, usage } from '../../support/readings.ts';

async function configOf(text: string): Promise<AlertConfig> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'usage-alerts-config.yaml'), text);
  return yamlSettings(folder).alerts();
}

const CONFIG = `
global: { notification_channels: [{ type: stdout }] }
service_alerts:
  Supabase:
    alerts:
      storage:
        metric: database_storage_mb
        limit: 500
        thresholds: [{ percent: 90, severity: critical }]
      spend:
        { metric: daily_spend, currency: USD, thresholds: [{ amount: 5, severity: info }] }
  upstash:
    alerts:
      commands:
        { metric: daily_commands, limit: 10000, thresholds: [{ percent: 70, severity: info }] }
  vercel:
    alerts:
      builds:
        { metric: build_minutes, limit: 6000, thresholds: [{ percent: 80, severity: warning }] }
`;

const about = async (change: ReadingChange) => unfollowed(usage(change), await configOf(CONFIG));

describe('a reading', () => {
  it('is followed under the metric or the key of an alert', async () => {
    expect(await about({})).toEqual([]);
    expect(await about({ metric: 'database_storage_mb', unit: 'MiB' })).toEqual([]);
    const { ladders } = await configOf(CONFIG);
    const names = ['database_storage_mb', 'storage'].map((name) => usageName('supabase', name));
    expect(usageNamesOf(ladders[0]!)).toEqual(names);
    expect(usageNamesOf(ladders[1]!)).toEqual([]);
  });

  it('that nobody follows is told, with what there is', async () => {
    expect(await about({ metric: 'egress' })).toEqual([
      'no alert follows it: the service supabase has alerts about database_storage_mb',
    ]);
    expect(await about({ service: 'neon' })).toEqual([
      'no alert follows it: the service neon has no usage alerts',
    ]);
    expect(await about({ metric: 'daily_spend' })).toEqual([
      'no alert follows it: daily_spend is money of the ledger, which brctl finance import ' +
        'fills, and no reading',
    ]);
  });

  it('that its alert cannot use is told why', async () => {
    expect(await about({ unit: 'requests' })).toEqual([
      'alert service/Supabase/storage cannot follow it: its readings are in requests, which does ' +
        'not convert to MB',
    ]);
    const amount = { kind: 'amount', start: '2026-03-02', unit: 'min' } as const;
    // Amounts add up within the month where the config says no period.
    expect(await about({ service: 'vercel', metric: 'build_minutes', ...amount })).toEqual([]);
    const commands = { service: 'upstash', metric: 'daily_commands', unit: 'k', kind: 'running' };
    const running = { ...commands, kind: 'running' } as const;
    expect(await about({ ...running, start: '2026-03-02' })).toEqual([]);
    expect((await about({ ...running, start: '2026-03-01' })).join()).toContain(
      'its counter does not begin with the day',
    );
  });
});

const file = join(SHARED, 'intelliflow/usage-alerts-config.yaml');

describe.skipIf(!existsSync(file))('the config beside the checkout', () => {
  it.each([
    ['supabase', 'database_storage_mb', 'MB', 'level'],
    ['supabase', 'storage', 'GB', 'level'],
    ['supabase', 'bandwidth_gb', 'GiB', 'running'],
    ['supabase', 'realtime_connections', 'connections', 'level'],
    ['vercel', 'bandwidth_gb', 'MB', 'running'],
    ['vercel', 'build_minutes', 'h', 'running'],
    ['railway', 'compute_hours', 'min', 'running'],
    ['openai', 'requests_per_minute', 'requests/min', 'level'],
    ['upstash', 'daily_commands', 'k commands', 'level'],
  ] as const)('follows %s %s in %s', async (service, metric, unit, kind) => {
    const config = await configOf(
      readFileSync(file, 'utf8').replace('service_key:', 'routing_key:'),
    );
    const start = kind === 'running' ? { start: '2026-03-01' } : {};
    expect(unfollowed(usage({ service, metric, unit, kind, ...start }), config)).toEqual([]);
  });
});
