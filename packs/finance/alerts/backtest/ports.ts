/** What `alerts backtest` asks of the world; `wire-prove.ts` opens it. */
import type { PackContext } from 'brctl/sdk';
import type { AlertSettings, Settings } from '../../ports/settings.ts';
import type { State } from '../../ports/state.ts';
import type { UsageStore } from '../../ports/usage.ts';
import type { Warehouse } from '../../ports/warehouse.ts';

export type BacktestPorts = Readonly<{
  warehouse: Pick<Warehouse, 'aggregate' | 'periods'>;
  usage: Pick<UsageStore, 'latest' | 'series'>;
  state: Pick<State, 'freshness'>;
  settings: Settings & AlertSettings;
  close(): Promise<void>;
}>;

export type OpenBacktest = (context: PackContext) => Promise<BacktestPorts>;
