/** Wiring of `alerts test` and `alerts backtest`; see wire.ts. */
import { join } from 'node:path';
import type { PackContext } from 'brctl/sdk';
import type { BacktestPorts } from './alerts/backtest/ports.ts';
import type { ProvePorts } from './alerts/prove/ports.ts';

export async function openProve({ target }: PackContext): Promise<ProvePorts> {
  const { alertTestFiles } = await import('./adapters/yaml-config/alerts-test/files.ts');
  return { files: alertTestFiles(target.config) };
}

/** Only looks: nothing is created or migrated. */
export async function openBacktest(context: PackContext): Promise<BacktestPorts> {
  const root = context.target.data;
  const [{ openState }, { openWarehouse }, { openUsageStore }, { yamlSettings }] =
    await Promise.all([
      import('./adapters/sqlite/state.ts'),
      import('./adapters/duckdb/warehouse.ts'),
      import('./adapters/duckdb/usage/usage-store.ts'),
      import('./adapters/yaml-config/settings.ts'),
    ]);
  const state = await openState(context, join(root, 'state.db'), { readOnly: true });
  const warehouse = await openWarehouse({ context, root });
  const usage = await openUsageStore({ context, root });
  return {
    ...{ warehouse, usage, state },
    settings: yamlSettings(context.target.config),
    close: async () => {
      await usage.close();
      await warehouse.close();
      state.close();
    },
  };
}
