/** Wiring of reconciliation; see wire.ts. */
import { join } from 'node:path';
import type { PackContext } from 'brctl/sdk';
import type { ReconcileFiles } from './ports/reconcile-files.ts';
import type { MemoryPorts, ReconcilePorts } from './reconcile/ports.ts';

const REPORTS = 'reports';

export async function openReconcile(
  context: PackContext,
  { readOnly }: Readonly<{ readOnly: boolean }>,
): Promise<ReconcilePorts> {
  const root = context.target.data;
  const [{ openState }, { openWarehouse }, { reportFolder }, { fileDigest }] = await Promise.all([
    import('./adapters/sqlite/state.ts'),
    import('./adapters/duckdb/warehouse.ts'),
    import('./adapters/report-folder/report-folder.ts'),
    import('./adapters/file-digest/file-digest.ts'),
  ]);
  const state = await openState(context, join(root, 'state.db'), { readOnly });
  const warehouse = await openWarehouse({ context, root });
  const memory = await openMemory(context, { readOnly });
  const folder = join(root, REPORTS);
  return {
    ...{ warehouse, state },
    files: await reconcileFiles(context),
    ...{ settings: memory.settings, store: memory.store, digest: fileDigest(context.cwd) },
    saveReport: reportFolder({ context, folder }).save,
    reportPath: (name) => join(folder, name),
    close: async () => {
      await warehouse.close();
      await memory.close();
      state.close();
    },
  };
}

/** Confirming and rejecting only write the config. */
export async function openMatches(context: PackContext): Promise<MemoryPorts> {
  return openMemory(context, { readOnly: true });
}

async function openMemory(
  context: PackContext,
  { readOnly }: Readonly<{ readOnly: boolean }>,
): Promise<MemoryPorts> {
  const [{ openReconcileStore }, { yamlReconcile }] = await Promise.all([
    import('./adapters/sqlite/reconcile-store.ts'),
    import('./adapters/yaml-config/reconcile.ts'),
  ]);
  const path = join(context.target.data, 'state.db');
  const store = await openReconcileStore(context, path, { readOnly });
  return {
    store,
    settings: yamlReconcile({ context, folder: context.target.config }),
    close: async () => store.close(),
  };
}

async function reconcileFiles(context: PackContext): Promise<ReconcileFiles> {
  const [{ localReconcileFiles }, mapped, { readMapping }, ofx, camt, stripe, detail] =
    await Promise.all([
      import('./adapters/tracker-csv/local-files.ts'),
      import('./adapters/mapped-csv/mapped-csv.ts'),
      import('./adapters/mapped-csv/mapping.ts'),
      import('./adapters/ofx/ofx.ts'),
      import('./adapters/camt/camt.ts'),
      import('./adapters/stripe-files/stripe.ts'),
      import('./adapters/invoice-detail/read.ts'),
    ]);
  return localReconcileFiles({
    ...{ context, cwd: context.cwd, mapping: readMapping },
    invoices: [detail.readInvoiceDetail, stripe.readStripeInvoices, mapped.readMappedInvoices],
    statements: [ofx.readOfx, camt.readCamt, stripe.readStripeStatement, mapped.readMappedBank],
  });
}
