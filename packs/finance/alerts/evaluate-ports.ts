/** What `alerts evaluate` asks of the world; `wire.ts` opens it. */
import type { PackContext } from 'brctl/sdk';
import type { ActionsDone } from '../core/actions/outcome.ts';
import type { AlertConfig } from '../core/alert-config/config.ts';
import type { AlertRecord } from '../core/alert-state/memory.ts';
import type { AlertStore } from '../ports/alert-state.ts';
import type { MetricsFile } from '../ports/metrics.ts';
import type { AlertSettings, Settings } from '../ports/settings.ts';
import type { State } from '../ports/state.ts';
import type { UsageStore } from '../ports/usage.ts';
import type { Warehouse } from '../ports/warehouse.ts';
import type { SendPorts } from './send/ports.ts';

export type EvaluatePorts = Readonly<{
  /** What the sender takes; it asks for nothing where nothing is to be sent. */
  send: Omit<SendPorts, 'store'>;
  warehouse: Pick<Warehouse, 'aggregate' | 'periods'>;
  usage: Pick<UsageStore, 'totals'>;
  state: Pick<State, 'freshness'>;
  settings: Settings & Pick<AlertSettings, 'alerts'>;
  alerts: AlertStore;
  metrics: MetricsFile;
  /** Runs the actions that these alerts trigger; what they do is told through the outbox. */
  act(config: AlertConfig, records: readonly AlertRecord[]): Promise<ActionsDone | undefined>;
  /** Closes all of the above; called once, also after an error. */
  close(): Promise<void>;
}>;

export type OpenEvaluate = (
  context: PackContext,
  options: Readonly<{
    /** A dry run or a look back: nothing is created or migrated. */
    readOnly: boolean;
    /** Where a channel of type stdout writes: not where a script reads the result. */
    stdout: 'out' | 'err';
  }>,
) => Promise<EvaluatePorts>;
