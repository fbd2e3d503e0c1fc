/**
 * Other systems that are kept up to date, as the config has them. Grafana and Datadog are channels
 * like any other, so their notices wait, are tried again and are listed as all notices are; but
 * nobody reads them at night. So they count as nobody: what they hear of is still unheard, they
 * stand in for no fallback, and what they did not take is told to no one else.
 *
 * Prometheus is told nothing: it comes and reads a file that every evaluation writes.
 */
import type { AlertConfig, Channel, Destination, Integration } from './config.ts';
import { parseDuration } from './duration.ts';
import { type Setting, variable } from './variable.ts';

/** Where an integration that says nothing of its own looks. */
const GRAFANA_URL: Setting = { text: variable('GRAFANA_URL'), isSecret: false };
const GRAFANA_TOKEN: Setting = { text: variable('GRAFANA_TOKEN'), isSecret: true };

/** https://docs.datadoghq.com/getting_started/site/ : of each the API is at `api.` */
export const DATADOG_SITES = [
  'datadoghq.com',
  'us3.datadoghq.com',
  'us5.datadoghq.com',
  'datadoghq.eu',
  'ap1.datadoghq.com',
  'ap2.datadoghq.com',
  'ddog-gov.com',
  'us2.ddog-gov.com',
] as const;

const METRICS_PREFIX = 'brctl_finance';

type Given = Pick<AlertConfig, 'channels' | 'integrations'>;

/** Those that hear of alerts; they hear everything, each change once. */
export function integrationChannels({ channels, integrations }: Given): readonly Channel[] {
  const taken = new Set(channels.map(({ name }) => name.toLowerCase()));
  return integrations.flatMap((each) => {
    const to = destinationOf(each);
    if (to === undefined) return [];
    const name = taken.has(each.name) ? `integration/${each.name}` : each.name;
    return [{ name, minSeverity: 'info', to, at: each.at } satisfies Channel];
  });
}

/** All that notices can be sent to: the channels of the operator first. */
export function deliveryChannels(config: Given): readonly Channel[] {
  return [...config.channels, ...integrationChannels(config)];
}

export function isIntegration({ type }: Destination): boolean {
  return type === 'grafana' || type === 'datadog';
}

function destinationOf(integration: Integration): Destination | undefined {
  const { name, isEnabled } = integration;
  if (!isEnabled) return undefined;
  const setting = (key: string): Setting | undefined => settingOf(integration, key);
  if (name === 'grafana' && isAnnotating(integration)) {
    return {
      type: 'grafana',
      url: setting('url') ?? GRAFANA_URL,
      token: setting('token') ?? GRAFANA_TOKEN,
      dashboard: setting('dashboard_id'),
    };
  }
  const apiKey = setting('api_key');
  if (name !== 'datadog' || apiKey === undefined) return undefined;
  const site = setting('site')?.text ?? DATADOG_SITES[0];
  const url = setting('url') ?? { text: datadogAddress(site), isSecret: false };
  return { type: 'datadog', apiKey, url };
}

export function isAnnotating(integration: Integration): boolean {
  return settingOf(integration, 'alert_annotations')?.text !== 'false';
}

/**
 * The address to write down where one is needed: brctl lets a pack talk to hosts that its manifest
 * or this file names, and a site that is named without its address is neither.
 */
export function unnamedAddress(integration: Integration): string | undefined {
  const { name, isEnabled } = integration;
  const site = settingOf(integration, 'site')?.text ?? DATADOG_SITES[0];
  if (name !== 'datadog' || !isEnabled || site === DATADOG_SITES[0]) return undefined;
  return settingOf(integration, 'url') === undefined ? datadogAddress(site) : undefined;
}

function datadogAddress(site: string): string {
  return `https://api.${site}`;
}

export type Metrics = Readonly<{
  /** Of the names of all metrics, and of the file. */
  prefix: string;
  /** How old the file may get before it is read as if it were new; undefined: not said. */
  intervalMs: number | undefined;
}>;

/** What is written for Prometheus; undefined where nobody asked. */
export function metricsOf({ integrations }: Pick<Given, 'integrations'>): Metrics | undefined {
  const asked = integrations.find(({ name, isEnabled }) => name === 'prometheus' && isEnabled);
  if (asked === undefined) return undefined;
  const interval = settingOf(asked, 'scrape_interval')?.text;
  return {
    prefix: settingOf(asked, 'metrics_prefix')?.text ?? METRICS_PREFIX,
    intervalMs: interval === undefined ? undefined : parseDuration(interval),
  };
}

/** Below the data folder of the pack. */
export const METRICS_FOLDER = 'metrics';

/** Below the data folder of the pack; node_exporter reads what ends in .prom. */
export function metricsFile({ prefix }: Metrics): string {
  return `${METRICS_FOLDER}/${prefix}.prom`;
}

function settingOf({ settings }: Integration, key: string): Setting | undefined {
  return settings.find(([name]) => name === key)?.[1];
}
