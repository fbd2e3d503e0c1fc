/**
 * Configuration -> adapters behind ports: the only file that sees both sides. Adapters are
 * imported when a command opens its ports, so a command loads only what it uses.
 */
import { join } from 'node:path';
import type { ConfigText, Diagnostic, PackContext } from 'brctl/sdk';
import type { AlertCheckPorts } from './alerts/ports.ts';
import type { ImportPorts } from './import/plan.ts';
import type { ReportPorts } from './report/ports.ts';

const STATE = 'state.db';
const IMPORT_LOCK = 'import-lock.db';
const REPORTS = 'reports';

export async function checkConfig(file: ConfigText): Promise<readonly Diagnostic[]> {
  const { problemsIn } = await import('./adapters/yaml-config/check.ts');
  return problemsIn(file);
}

/** Holds the import lock until `close`. */
export async function openImport(context: PackContext): Promise<ImportPorts> {
  const root = context.target.data;
  const [{ lockImports }, { openState }, { localExportFiles }, { openIntake }, { openWarehouse }] =
    await Promise.all([
      import('./adapters/sqlite/import-lock.ts'),
      import('./adapters/sqlite/state.ts'),
      import('./adapters/exports/export-files.ts'),
      import('./adapters/duckdb/intake.ts'),
      import('./adapters/duckdb/warehouse.ts'),
    ]);
  const unlock = await lockImports(context, join(root, IMPORT_LOCK));
  const state = await openState(context, join(root, STATE));
  const intake = await openIntake({ context, root });
  const warehouse = await openWarehouse({ context, root });
  return {
    exports: localExportFiles({ cwd: context.cwd }),
    intake,
    warehouse,
    state,
    close: async () => {
      await warehouse.close();
      intake.close();
      state.close();
      unlock();
    },
  };
}

export async function openReport(
  context: PackContext,
  options: Readonly<{ readOnly: boolean }>,
): Promise<ReportPorts> {
  const root = context.target.data;
  const [{ openState }, { openWarehouse }, { yamlSettings }, { reportFolder }] = await Promise.all([
    import('./adapters/sqlite/state.ts'),
    import('./adapters/duckdb/warehouse.ts'),
    import('./adapters/yaml-config/settings.ts'),
    import('./adapters/report-folder/report-folder.ts'),
  ]);
  const state = await openState(context, join(root, STATE), options);
  const warehouse = await openWarehouse({ context, root });
  return {
    warehouse,
    state,
    settings: yamlSettings(context.target.config),
    saveReport: reportFolder({ context, folder: join(root, REPORTS) }).save,
    close: async () => {
      await warehouse.close();
      state.close();
    },
  };
}

export async function openAlertCheck(context: PackContext): Promise<AlertCheckPorts> {
  const { yamlSettings } = await import('./adapters/yaml-config/settings.ts');
  return { settings: yamlSettings(context.target.config) };
}
