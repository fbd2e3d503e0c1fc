/**
 * A channel of the config as an adapter needs it: variables looked up, roles turned into addresses.
 * What is missing is a reason in words, said when the channel is used and not before.
 */
import { isBrctlError, type RoleBinding } from 'brctl/sdk';
import type { Channel, Destination, Recipient } from '../../core/alert-config/config.ts';
import {
  resolveSetting,
  type Setting,
  variable,
  variablesIn,
} from '../../core/alert-config/variable.ts';
import { isHostWritten } from '../../core/notices/host.ts';
import type {
  EmailDestination,
  ResolvedChannel,
  ResolvedDestination,
} from '../../ports/notifier.ts';
import type { Variable } from '../../ports/variables.ts';
import { destinationSettings } from '../config-settings.ts';
import { addressOf, unreached } from '../role-holders.ts';
import type { ChannelPorts } from './ports.ts';

export type Resolution =
  | Readonly<{ channel: ResolvedChannel; problem?: undefined }>
  | Readonly<{ channel?: undefined; problem: string }>;

type Ports = Pick<ChannelPorts, 'variables' | 'roles'>;

export async function resolveChannel(
  { name, to }: Pick<Channel, 'name' | 'to'>,
  ports: Ports,
): Promise<Resolution> {
  const settings = destinationSettings(to).map(({ setting }) => setting);
  // A webhook of Slack is bound to its channel: what the config says of it is for people.
  const used = to.type === 'slack' && to.via === 'webhook' ? [to.webhookUrl] : settings;
  const names = [...new Set(used.flatMap(({ text }) => variablesIn(text)))];
  const values = await ports.variables.lookUp(names);
  const problem = problemIn(names, values);
  if (problem !== undefined) return { problem };
  const textOf = (setting: Setting): string =>
    resolveSetting(setting, (each) => values.get(each)?.value).value ?? '';
  if (to.type !== 'email') return { channel: { name, to: destinationOf(to, textOf) } };
  const found = await recipientsOf(to.recipients, { ports, textOf });
  if (found.problem !== undefined) return found;
  const email: EmailDestination = {
    type: 'email',
    smtpUrl: textOf(to.smtpUrl),
    from: textOf(to.from),
    recipients: found.recipients,
  };
  return { channel: { name, to: email } };
}

function problemIn(
  names: readonly string[],
  values: ReadonlyMap<string, Variable>,
): string | undefined {
  const problems = names.flatMap((name) => {
    const found = values.get(name);
    if (found?.value !== undefined) return [];
    return `${variable(name)}: ${found?.problem ?? `${name} is not set`}`;
  });
  return problems.length === 0 ? undefined : problems.join('; ');
}

type TextOf = (setting: Setting) => string;

function destinationOf(
  to: Exclude<Destination, { type: 'email' }>,
  textOf: TextOf,
): ResolvedDestination {
  switch (to.type) {
    case 'slack':
      return to.via === 'webhook'
        ? { type: 'slack', via: 'webhook', webhookUrl: textOf(to.webhookUrl) }
        : {
            type: 'slack',
            via: 'token',
            token: textOf(to.token),
            channel: textOf(to.channel),
          };
    case 'pagerduty':
      return { type: 'pagerduty', routingKey: textOf(to.routingKey) };
    case 'webhook':
      return {
        type: 'webhook',
        url: textOf(to.url),
        secret: textOf(to.secret),
        isHostWritten: isHostWritten(to.url),
      };
    case 'file':
      return { type: 'file', path: textOf(to.path) };
    case 'stdout':
      return to;
    case 'grafana':
      return {
        type: 'grafana',
        url: textOf(to.url),
        token: textOf(to.token),
        dashboard: to.dashboard && textOf(to.dashboard),
      };
    case 'datadog':
      return { type: 'datadog', url: textOf(to.url), apiKey: textOf(to.apiKey) };
    default:
      return to satisfies never;
  }
}

/**
 * Whom a channel of type e-mail reaches, and why nothing could be sent there: for people to look
 * at before anything is.
 */
export async function reachOf(
  channel: Pick<Channel, 'name' | 'to'>,
  ports: Ports,
): Promise<Readonly<{ recipients: readonly string[]; problem: string | undefined }>> {
  const { channel: resolved, problem } = await resolveChannel(channel, ports);
  if (resolved?.to.type === 'email') return { recipients: resolved.to.recipients, problem };
  if (channel.to.type !== 'email') return { recipients: [], problem };
  const { recipients } = channel.to;
  const addresses = recipients.flatMap((each) => (each.by === 'address' ? [each.address] : []));
  const names = [...new Set(addresses.flatMap(({ text }) => variablesIn(text)))];
  const values = await ports.variables.lookUp(names);
  // What is missing keeps its name: the problem says so.
  const textOf = (setting: Setting): string =>
    resolveSetting(setting, (each) => values.get(each)?.value).value ?? setting.text;
  const found = await recipientsOf(recipients, { ports, textOf });
  return { recipients: found.recipients ?? [], problem };
}

type Found =
  | Readonly<{ recipients: readonly string[]; problem?: undefined }>
  | Readonly<{ recipients?: undefined; problem: string }>;

/** Each address once, in the order of the config. */
async function recipientsOf(
  recipients: readonly Recipient[],
  { ports, textOf }: Readonly<{ ports: Ports; textOf: TextOf }>,
): Promise<Found> {
  const needsRoles = recipients.some(({ by }) => by === 'role');
  let bindings: readonly RoleBinding[] = [];
  try {
    if (needsRoles) bindings = await ports.roles();
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return { problem: error.message };
  }
  const addresses: string[] = [];
  const problems: string[] = [];
  for (const recipient of recipients) {
    if (recipient.by === 'address') addresses.push(textOf(recipient.address));
    else {
      const holders = bindings.filter(({ role }) => role === recipient.role);
      const found = holders.flatMap((holder) => addressOf(holder) ?? []);
      if (found.length === 0) problems.push(unreached(recipient.role, holders));
      addresses.push(...found);
    }
  }
  // Whoever can be told is told; that a role reaches nobody is a reason only where it leaves none.
  if (addresses.length === 0) return { problem: problems.join('; ') };
  const seen = new Map(addresses.map((address) => [address.toLowerCase(), address]));
  return { recipients: [...seen.values()] };
}
