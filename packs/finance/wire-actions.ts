/** What carries out actions, behind their ports: the part of wire.ts that only they need. */
import { join, resolve } from 'node:path';
import type { PackContext } from 'brctl/sdk';
import type { ActionPorts, ActionTools, AuditPorts, OpenActions } from './actions/ports.ts';
import type { SendPorts } from './alerts/send/ports.ts';
import type { AlertConfig } from './core/alert-config/config.ts';
import type { AlertStore } from './ports/alert-state.ts';

const STATE = 'state.db';
const ACTION_LOCK = 'action-lock.db';
const REPORTS = 'reports';

export async function openActions(
  context: PackContext,
  { readOnly, stdout = 'err' }: Parameters<OpenActions>[1],
): Promise<ActionPorts> {
  const root = context.target.data;
  const [{ runningClock }, { openActionStore, sha256 }, { yamlSettings }, variables] =
    await Promise.all([
      import('./alerts/send/running-clock.ts'),
      import('./adapters/sqlite/actions-store.ts'),
      import('./adapters/yaml-config/settings.ts'),
      import('./adapters/environment/variables.ts'),
    ]);
  const paths = { path: join(root, STATE), lock: join(root, ACTION_LOCK) };
  const state = await openActionStore(context, { ...paths, readOnly });
  const clock = runningClock(context.now);
  const { openAlertStore } = await import('./adapters/sqlite/alerts-store.ts');
  const alerts = await openAlertStore(context, paths.path, { readOnly });
  return {
    state,
    settings: yamlSettings(context.target.config),
    variables: variables.environmentVariables(context),
    tools: actionTools(context),
    audit: auditPorts(context),
    records: () => alerts.peek().memory.alerts,
    quiet: () => ({ silences: alerts.silences(), windows: alerts.windows() }),
    roles: context.roles,
    tell: (config) => tell(context, { config, store: alerts, clock, stdout }),
    clock,
    sha256,
    signal: context.signal,
    close: async () => {
      alerts.close();
      state.close();
    },
  };
}

type Told = Readonly<{
  config: AlertConfig;
  store: AlertStore;
  clock: () => number;
  stdout: 'out' | 'err';
}>;

async function tell(context: PackContext, { config, store, clock, stdout }: Told) {
  const [{ sendDue }, { notifierOf }, { environmentVariables }, channels] = await Promise.all([
    import('./alerts/send/send.ts'),
    import('./wire-channels.ts'),
    import('./adapters/environment/variables.ts'),
    import('./core/alert-config/integration.ts'),
  ]);
  const { streams, roles, uniqueId, signal } = context;
  const said = { ...context, streams: { ...streams, out: streams[stdout] } };
  const variables = environmentVariables(context);
  const notifier: SendPorts['notifier'] = (channel) => notifierOf(said, channel);
  const ports = { variables, roles, notifier, store, clock, uniqueId, signal };
  return sendDue(ports, { config: { ...config, channels: channels.deliveryChannels(config) } });
}

/** Each is loaded by the action that needs it. */
function actionTools(context: PackContext): ActionTools {
  return {
    ollama: async (given) => {
      const { ollamaProbe } = await import('./adapters/ollama/probe.ts');
      return ollamaProbe({ context, ...given });
    },
    litellm: async (given) => {
      const { litellmActuator } = await import('./adapters/litellm/actuator.ts');
      return litellmActuator({ context, ...given });
    },
    envFile: async (given) => {
      const { envFileActuator } = await import('./adapters/env-file/actuator.ts');
      // Where commands are started too, unless it says from the root.
      return envFileActuator({ ...given, path: resolve(context.target.data, given.path) });
    },
    webhook: async (given) => {
      const { actionWebhook } = await import('./adapters/webhook/action-event.ts');
      const { withRunningClock } = await import('./alerts/send/running-clock.ts');
      return actionWebhook({ context: withRunningClock(context), ...given });
    },
    commands: async (given) => {
      const { commands } = await import('./adapters/exec/commands.ts');
      return commands({ context, folder: context.target.data, ...given });
    },
  };
}

function auditPorts(context: PackContext): AuditPorts {
  const root = context.target.data;
  return {
    warehouse: async () => {
      const { openWarehouse } = await import('./adapters/duckdb/warehouse.ts');
      return openWarehouse({ context, root });
    },
    freshness: async () => {
      const { openState } = await import('./adapters/sqlite/state.ts');
      const state = await openState(context, join(root, STATE), { readOnly: true });
      const found = state.freshness();
      state.close();
      return found;
    },
    config: async () => {
      const { readAlertsText } = await import('./adapters/yaml-config/settings.ts');
      return readAlertsText(context.target.config);
    },
    save: async (name, text) => {
      const { reportFolder } = await import('./adapters/report-folder/report-folder.ts');
      return reportFolder({ context, folder: join(root, REPORTS) }).save(name, text);
    },
  };
}
