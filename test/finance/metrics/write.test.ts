/** What Prometheus is shown follows the config: nothing of before stays there. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { prometheusFile } from '../../../packs/finance/adapters/prometheus-file/prometheus-file.ts';
import { writeMetrics } from '../../../packs/finance/alerts/metrics/write.ts';
import type { AlertConfig } from '../../../packs/finance/core/alert-config/config.ts';
import { temporaryFolder } from '../../support/host.ts';

const NOTHING = { rows: [], judged: [], freshness: [], nowMs: 0 };

function configOf(prefix: string, isEnabled: boolean): AlertConfig {
  const settings = [['metrics_prefix', { text: prefix, isSecret: false }]];
  const prometheus = { name: 'prometheus', isEnabled, settings };
  return { integrations: [prometheus] } as unknown as AlertConfig;
}

it('exposes nothing of before under another prefix, or when it is off', async () => {
  const folder = temporaryFolder();
  const file = prometheusFile({ folder, context: { uniqueId: () => 'id' } });
  const write = (config: AlertConfig) => writeMetrics(file, { ...NOTHING, config });
  const there = () => readdirSync(join(folder, 'metrics')).sort();
  mkdirSync(join(folder, 'metrics'));
  writeFileSync(join(folder, 'metrics/node.prom'), 'a 1\n');
  expect(await write(configOf('finops', true))).toBeUndefined();
  expect(there()).toEqual(['finops.prom', 'node.prom']);
  await write(configOf('money', true));
  expect(there()).toEqual(['money.prom', 'node.prom']);
  await write(configOf('money', false));
  expect(there()).toEqual(['node.prom']);
});
