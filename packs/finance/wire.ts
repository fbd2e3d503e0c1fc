/**
 * Configuration -> adapters behind ports: the only file that sees both sides. Adapters are
 * imported when a command opens its ports, so a command loads only what it uses.
 */
import { join } from 'node:path';
import type { ConfigText, Diagnostic, PackContext } from 'brctl/sdk';
import type { actOn } from './actions/run.ts';
import type { EvaluatePorts, OpenEvaluate } from './alerts/evaluate-ports.ts';
import type { NotifyPorts } from './alerts/notify/ports.ts';
import type { OutboxPorts } from './alerts/outbox/ports.ts';
import type { AlertCheckPorts } from './alerts/ports.ts';
import type { RoutesPorts } from './alerts/routes/ports.ts';
import type { ChannelPorts } from './alerts/send/ports.ts';
import type { SilencePorts } from './alerts/silence/ports.ts';
import type { WindowPorts } from './alerts/window/ports.ts';
import type { ImportPorts } from './import/plan.ts';
import type { AlertStore } from './ports/alert-state.ts';
import type { ReportPorts } from './report/ports.ts';
import type { UsagePorts } from './usage/ports.ts';

const STATE = 'state.db';
const IMPORT_LOCK = 'import-lock.db';
/** Of its own: a long import does not keep readings waiting. */
const USAGE_LOCK = 'usage-lock.db';
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
  const opened: (() => unknown)[] = [unlock];
  const close = async () => {
    for (const end of opened.splice(0).reverse()) await end();
  };
  try {
    const state = await openState(context, join(root, STATE));
    opened.push(() => state.close());
    const intake = await openIntake({ context, root });
    opened.push(() => intake.close());
    const warehouse = await openWarehouse({ context, root });
    opened.push(() => warehouse.close());
    return { exports: localExportFiles({ cwd: context.cwd }), intake, warehouse, state, close };
  } catch (error) {
    await close();
    throw error;
  }
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
  const [{ yamlSettings }, { environmentVariables }] = await Promise.all([
    import('./adapters/yaml-config/settings.ts'),
    import('./adapters/environment/variables.ts'),
  ]);
  return {
    settings: yamlSettings(context.target.config),
    variables: environmentVariables(context),
    roles: context.roles,
    privateAddress: async (hostname) => {
      const { privateAddress } = await import('./adapters/webhook/private-address.ts');
      return privateAddress(hostname);
    },
  };
}

export async function openEvaluate(
  context: PackContext,
  options: Parameters<OpenEvaluate>[1],
): Promise<EvaluatePorts> {
  const root = context.target.data;
  const [
    { runningClock },
    { openState },
    { openWarehouse },
    { openUsageStore },
    { prometheusFile },
    settings,
  ] = await Promise.all([
    import('./alerts/send/running-clock.ts'),
    import('./adapters/sqlite/state.ts'),
    import('./adapters/duckdb/warehouse.ts'),
    import('./adapters/duckdb/usage/usage-store.ts'),
    import('./adapters/prometheus-file/prometheus-file.ts'),
    import('./adapters/yaml-config/settings.ts'),
  ]);
  const state = await openState(context, join(root, STATE), options);
  const alerts = await openAlertStore(context, { isWriting: !options.readOnly });
  const { streams } = context;
  const said = { ...streams, out: streams[options.stdout] };
  const channels = await openChannels({ ...context, streams: said });
  const { uniqueId, signal } = context;
  const warehouse = await openWarehouse({ context, root });
  const usage = await openUsageStore({ context, root });
  return {
    send: { ...channels, clock: runningClock(context.now), uniqueId, signal },
    act: (config, records) => act(context, { config, records }),
    ...{ warehouse, usage, state, alerts },
    metrics: prometheusFile({ context, folder: root }),
    settings: settings.yamlSettings(context.target.config),
    close: async () => {
      await usage.close();
      await warehouse.close();
      alerts.close();
      state.close();
    },
  };
}

async function act(
  context: PackContext,
  asked: Parameters<typeof actOn>[1],
): ReturnType<EvaluatePorts['act']> {
  const { actions, definitions } = asked.config;
  // What was switched is undone by its definition, also without a trigger.
  if (actions.length === 0 && definitions.length === 0) return undefined;
  const [{ openActions }, { actOn: run }] = await Promise.all([
    import('./wire-actions.ts'),
    import('./actions/run.ts'),
  ]);
  const ports = await openActions(context, { readOnly: false });
  try {
    return await run(ports, asked);
  } finally {
    await ports.close();
  }
}

/** Where it writes it holds the lock of readings until `close`. */
export async function openUsage(
  context: PackContext,
  { isWriting }: Readonly<{ isWriting: boolean }>,
): Promise<UsagePorts> {
  const root = context.target.data;
  const [{ lockImports }, { openUsageStore }, { localUsageFiles }, { yamlSettings }] =
    await Promise.all([
      import('./adapters/sqlite/import-lock.ts'),
      import('./adapters/duckdb/usage/usage-store.ts'),
      import('./adapters/usage-files/usage-files.ts'),
      import('./adapters/yaml-config/settings.ts'),
    ]);
  const unlock = isWriting ? await lockImports(context, join(root, USAGE_LOCK)) : undefined;
  const store = await openUsageStore({ context, root });
  return {
    store,
    files: localUsageFiles({ cwd: context.cwd }),
    settings: yamlSettings(context.target.config),
    close: async () => {
      await store.close();
      unlock?.();
    },
  };
}

type Writing = Readonly<{ isWriting: boolean }>;

async function openAlertStore(context: PackContext, { isWriting }: Writing): Promise<AlertStore> {
  const { openAlertStore: open } = await import('./adapters/sqlite/alerts-store.ts');
  return open(context, join(context.target.data, STATE), { readOnly: !isWriting });
}

export async function openSilences(context: PackContext, writing: Writing): Promise<SilencePorts> {
  const store = await openAlertStore(context, writing);
  return { store, close: async () => store.close() };
}

export async function openWindows(context: PackContext, writing: Writing): Promise<WindowPorts> {
  const { yamlSettings } = await import('./adapters/yaml-config/settings.ts');
  const store = await openAlertStore(context, writing);
  const settings = yamlSettings(context.target.config);
  return { settings, store, close: async () => store.close() };
}

export async function openRoutes(context: PackContext, writing: Writing): Promise<RoutesPorts> {
  const { yamlSettings } = await import('./adapters/yaml-config/settings.ts');
  const store = await openAlertStore(context, writing);
  const settings = yamlSettings(context.target.config);
  return { settings, store, roles: context.roles, close: async () => store.close() };
}

/** The store, the channels and what else the sender takes. */
export async function openOutbox(context: PackContext, writing: Writing): Promise<OutboxPorts> {
  const [{ yamlSettings }, { runningClock }, channels, store] = await Promise.all([
    import('./adapters/yaml-config/settings.ts'),
    import('./alerts/send/running-clock.ts'),
    openChannels(context),
    openAlertStore(context, writing),
  ]);
  return {
    ...channels,
    store,
    settings: yamlSettings(context.target.config),
    clock: runningClock(context.now),
    uniqueId: context.uniqueId,
    signal: context.signal,
    close: async () => store.close(),
  };
}

export async function openNotify(context: PackContext): Promise<NotifyPorts> {
  const { yamlSettings } = await import('./adapters/yaml-config/settings.ts');
  return { ...(await openChannels(context)), settings: yamlSettings(context.target.config) };
}

async function openChannels(context: PackContext): Promise<ChannelPorts> {
  const [{ environmentVariables }, { notifierOf }, { withRunningClock }] = await Promise.all([
    import('./adapters/environment/variables.ts'),
    import('./wire-channels.ts'),
    import('./alerts/send/running-clock.ts'),
  ]);
  const running = withRunningClock(context);
  return {
    variables: environmentVariables(context),
    roles: context.roles,
    notifier: (channel) => notifierOf(running, channel),
  };
}
