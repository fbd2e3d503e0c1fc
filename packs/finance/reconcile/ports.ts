/** What `finance reconcile` asks of the world. */
import type { PackContext } from 'brctl/sdk';
import type { ReconcileFiles } from '../ports/reconcile-files.ts';
import type { ReconcileSettings } from '../ports/reconcile-settings.ts';
import type { ReconcileStore } from '../ports/reconcile-store.ts';
import type { ReportStore } from '../ports/report-store.ts';
import type { State } from '../ports/state.ts';
import type { Warehouse } from '../ports/warehouse.ts';

export type ReconcilePorts = Readonly<{
  files: ReconcileFiles;
  warehouse: Pick<Warehouse, 'aggregate'>;
  state: Pick<State, 'freshness'>;
  settings: ReconcileSettings;
  store: ReconcileStore;
  /** SHA-256 of a file that a person names. */
  digest(path: string): Promise<string>;
  saveReport: ReportStore['save'];
  /** Where `saveReport` puts a name: what writes bytes of its own goes there too. */
  reportPath(name: string): string;
  close(): Promise<void>;
}>;

export type OpenReconcilePorts = (
  context: PackContext,
  options: Readonly<{ readOnly: boolean }>,
) => Promise<ReconcilePorts>;

/** What the commands that remember need: no ledger and no files. */
export type MemoryPorts = Pick<ReconcilePorts, 'settings' | 'store' | 'close'>;
export type OpenMemoryPorts = (context: PackContext) => Promise<MemoryPorts>;
