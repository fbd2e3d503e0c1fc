/** What the report asks of the world; `wire.ts` opens it. */
import type { PackContext } from 'brctl/sdk';
import type { ReportStore } from '../ports/report-store.ts';
import type { Settings } from '../ports/settings.ts';
import type { State } from '../ports/state.ts';
import type { Warehouse } from '../ports/warehouse.ts';

export type ReportPorts = Readonly<{
  warehouse: Warehouse;
  state: Pick<State, 'freshness' | 'recordReport' | 'restatements'>;
  settings: Settings;
  saveReport: ReportStore['save'];
  /** Closes all of the above; called once, also after an error. */
  close(): Promise<void>;
}>;

/** `readOnly`: a dry run; nothing is created or migrated. */
export type OpenReportPorts = (
  context: PackContext,
  options: Readonly<{ readOnly: boolean }>,
) => Promise<ReportPorts>;
