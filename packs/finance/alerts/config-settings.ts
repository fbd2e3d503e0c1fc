/** Every value of a config that may name variables, with where it stands. */
import { settingsOfWork } from '../core/actions/settings.ts';
import type { AlertConfig, Destination, Recipient } from '../core/alert-config/config.ts';
import { integrationChannels } from '../core/alert-config/integration.ts';
import type { Setting } from '../core/alert-config/variable.ts';

export type Placed = Readonly<{ subject: string; key: string; setting: Setting }>;

export function settingsOf(config: AlertConfig): readonly Placed[] {
  const { channels, reports, integrations, definitions } = config;
  return [
    ...channels.flatMap(({ name, to }) =>
      destinationSettings(to).map((each) => ({ subject: name, ...each })),
    ),
    ...reports.flatMap(({ name, recipients }) =>
      addressesOf(recipients).map((each) => ({ subject: name, ...each })),
    ),
    ...integrations.flatMap(({ name, settings }) =>
      settings.map(([key, setting]) => ({ subject: name, key, setting })),
    ),
    ...unsaid(config),
    ...definitions.flatMap(({ name, work }) =>
      settingsOfWork(work).map((each) => ({ subject: name, ...each })),
    ),
  ];
}

/** Addresses that signed posts go to: of channels, and of actions. */
export function webhooksOf({ channels, definitions }: AlertConfig): readonly Placed[] {
  return [
    ...channels.flatMap(({ name, to }) =>
      to.type === 'webhook' ? [{ subject: name, key: 'url', setting: to.url }] : [],
    ),
    ...definitions.flatMap(({ name, work }) =>
      settingsOfWork(work)
        .filter(({ key }) => key === 'webhook.url')
        .map((each) => ({ subject: name, ...each })),
    ),
  ];
}

/** What integrations use that the file does not say. */
function unsaid(config: AlertConfig): readonly Placed[] {
  return integrationChannels(config).flatMap(({ to }) => {
    const said = config.integrations.find(({ name }) => name === to.type)?.settings ?? [];
    return destinationSettings(to)
      .filter(({ key }) => !said.some(([name]) => name === key))
      .map((each) => ({ subject: to.type, ...each }));
  });
}

type Keyed = Readonly<{ key: string; setting: Setting }>;

export function destinationSettings(to: Destination): readonly Keyed[] {
  switch (to.type) {
    case 'email':
      return [
        ...addressesOf(to.recipients),
        { key: 'smtp_url', setting: to.smtpUrl },
        { key: 'from', setting: to.from },
      ];
    case 'slack': {
      const secret =
        to.via === 'token'
          ? { key: 'token', setting: to.token }
          : { key: 'webhook_url', setting: to.webhookUrl };
      return to.channel === undefined
        ? [secret]
        : [secret, { key: 'channel', setting: to.channel }];
    }
    case 'pagerduty':
      return [{ key: 'routing_key', setting: to.routingKey }];
    case 'webhook':
      return [
        { key: 'url', setting: to.url },
        { key: 'secret', setting: to.secret },
      ];
    case 'file':
      return [{ key: 'path', setting: to.path }];
    case 'stdout':
      return [];
    case 'grafana':
      return [
        { key: 'url', setting: to.url },
        { key: 'token', setting: to.token },
        ...(to.dashboard === undefined ? [] : [{ key: 'dashboard_id', setting: to.dashboard }]),
      ];
    case 'datadog':
      return [
        { key: 'url', setting: to.url },
        { key: 'api_key', setting: to.apiKey },
      ];
    default:
      return to satisfies never;
  }
}

function addressesOf(recipients: readonly Recipient[]): readonly Keyed[] {
  return recipients.flatMap((each) =>
    each.by === 'address' ? [{ key: 'recipients', setting: each.address }] : [],
  );
}
