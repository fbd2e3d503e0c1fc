/** `global` of usage-alerts-config.yaml: where alerts go, and how often they are repeated. */
import {
  CHANNEL_TYPES,
  type Channel,
  type Destination,
  type Escalation,
  type Recipient,
} from '../../../core/alert-config/config.ts';
import { EMAIL_DEFAULTS } from '../../../core/alert-config/report-channel.ts';
import { SEVERITIES, type Severity } from '../../../core/alert-config/severity.ts';
import {
  fieldsOf,
  isList,
  itemsOf,
  type Part,
  requiredField,
  type Source,
  say,
  textOf,
} from '../part.ts';
import { readActiveHours } from './active-hours.ts';
import { isRole } from './options.ts';
import {
  ask,
  type Fields,
  given,
  itemsOrOne,
  NAME_FORM,
  oneOf,
  positionOf,
  readBoolean,
  readInterval,
  readItems,
  readLine,
  readSetting,
  refuseMisplaced,
} from './values.ts';

type ChannelType = (typeof CHANNEL_TYPES)[number];

const GLOBAL_KEYS = ['enabled', 'notification_channels', 'escalation', 'fallback'];
const ESCALATION_KEYS = ['notify', 'repeat_interval'];
const COMMON_KEYS = ['type', 'name', 'severity_threshold', 'active_hours'];
const KEYS_OF: Readonly<Record<ChannelType, readonly string[]>> = {
  email: ['recipients', 'smtp_url', 'from'],
  slack: ['webhook_url', 'token', 'channel'],
  pagerduty: ['service_key', 'routing_key'],
  webhook: ['url', 'secret'],
  file: ['path'],
  stdout: [],
};
const CHANNEL_KEYS = [...COMMON_KEYS, ...new Set(Object.values(KEYS_OF).flat())];

export type Global = Readonly<{
  isEnabled: boolean;
  channels: readonly Channel[];
  fallback: readonly string[];
  escalation: ReadonlyMap<Severity, Escalation>;
}>;

export const NO_GLOBAL: Global = {
  isEnabled: true,
  channels: [],
  fallback: [],
  escalation: new Map(),
};

export function readGlobal(source: Source, part: Part): Global {
  const fields = fieldsOf(source, part, GLOBAL_KEYS);
  if (fields === undefined) return NO_GLOBAL;
  const before = source.problems.length;
  const channels = readChannels(source, fields.get('notification_channels'));
  // A channel that could not be read is no reason to complain of its name.
  const known = { channels, isComplete: source.problems.length === before };
  const escalationField = fields.get('escalation');
  const fallback = fields.get('fallback');
  return {
    isEnabled: given(source, fields, 'enabled', readBoolean) ?? true,
    channels,
    fallback: fallback === undefined ? [] : readNotify(source, fallback, known),
    escalation: escalationField
      ? readEscalation(source, escalationField, known)
      : NO_GLOBAL.escalation,
  };
}

function readChannels(source: Source, part: Part | undefined): readonly Channel[] {
  const seen = new Set<string>();
  return readItems(source, part, (_, item) => {
    const channel = readChannel(source, item);
    if (channel === undefined) return undefined;
    const folded = channel.name.toLowerCase();
    if (seen.has(folded)) {
      const message = `the channel "${channel.name}" is given twice`;
      say(source, item, 'duplicate-name', message, 'give each of its type a name of its own');
    }
    seen.add(folded);
    return channel;
  });
}

function readChannel(source: Source, part: Part): Channel | undefined {
  const fields = fieldsOf(source, part, CHANNEL_KEYS);
  const typeField = fields && requiredField(source, part, fields, 'type');
  const type = typeField && oneOf(CHANNEL_TYPES)(source, typeField);
  if (fields === undefined || type === undefined) return undefined;
  const allowed = [...COMMON_KEYS, ...KEYS_OF[type]];
  refuseMisplaced(source, part, fields, { all: CHANNEL_KEYS, allowed, to: `to ${type}` });
  const to = READ[type](source, part, fields);
  const name = given(source, fields, 'name', readChannelName) ?? type;
  const minSeverity = given(source, fields, 'severity_threshold', oneOf(SEVERITIES)) ?? 'info';
  const hours = given(source, fields, 'active_hours', readActiveHours);
  const heard = { minSeverity, ...(hours === undefined ? {} : { hours }) };
  return to && { name, ...heard, to, at: positionOf(source, part) };
}

function readChannelName(source: Source, part: Part): string | undefined {
  const name = readLine(source, part);
  if (name === undefined || NAME_FORM.test(name)) return name;
  const hint = 'letters, digits, _ . and -, for example on-call';
  say(source, part, 'bad-name', `${JSON.stringify(name)} is no name`, hint);
  return undefined;
}

type ReadDestination = (source: Source, part: Part, fields: Fields) => Destination | undefined;

const READ: Readonly<Record<ChannelType, ReadDestination>> = {
  email: (source, part, fields) => {
    const field = requiredField(source, part, fields, 'recipients');
    const recipients = field && readRecipients(source, field);
    const smtpUrl = given(source, fields, 'smtp_url', readSetting(true)) ?? EMAIL_DEFAULTS.smtpUrl;
    const from = given(source, fields, 'from', readSetting(false)) ?? EMAIL_DEFAULTS.from;
    return recipients && { type: 'email', recipients, smtpUrl, from };
  },
  slack: readSlack,
  pagerduty: (source, part, fields) => {
    const key = either(source, part, fields, ['routing_key', 'service_key']);
    const routingKey = key === undefined ? key : readSetting(true)(source, fields.get(key)!);
    return routingKey && { type: 'pagerduty', routingKey };
  },
  webhook: (source, part, fields) => {
    const urlField = requiredField(source, part, fields, 'url');
    const secretField = requiredField(source, part, fields, 'secret');
    const url = urlField && readSetting(true)(source, urlField);
    const secret = secretField && readSetting(true)(source, secretField);
    return url && secret && { type: 'webhook', url, secret };
  },
  file: (source, part, fields) => {
    const field = requiredField(source, part, fields, 'path');
    const path = field && readSetting(false)(source, field);
    return path && { type: 'file', path };
  },
  stdout: () => ({ type: 'stdout' }),
};

/** A bot token reaches any channel, so it needs one; a webhook is bound to its own. */
function readSlack(source: Source, part: Part, fields: Fields): Destination | undefined {
  const key = either(source, part, fields, ['webhook_url', 'token']);
  const secret = key === undefined ? key : readSetting(true)(source, fields.get(key)!);
  const channel = given(source, fields, 'channel', readSetting(false));
  if (key === 'token' && !fields.has('channel')) {
    requiredField(source, part, fields, 'channel');
  }
  if (secret === undefined) return undefined;
  if (key === 'webhook_url') return { type: 'slack', via: 'webhook', webhookUrl: secret, channel };
  return channel && { type: 'slack', via: 'token', token: secret, channel };
}

/** Exactly one of two keys. */
function either(
  source: Source,
  part: Part,
  fields: Fields,
  keys: readonly [string, string],
): string | undefined {
  const found = keys.filter((key) => fields.has(key));
  if (found.length === 1) return found[0];
  const [a, b] = keys;
  if (found.length === 0) say(source, part, 'missing-key', `missing key "${a}" or "${b}"`);
  else say(source, fields.get(b)!, 'misplaced-key', `${a} is given too`, 'give one of them');
  return undefined;
}

export function readRecipients(source: Source, part: Part): readonly Recipient[] {
  const items = itemsOf(source, part) ?? [];
  if (isList(part) && items.length === 0) {
    say(source, part, 'missing-value', 'must hold at least one recipient');
  }
  return items.flatMap((item) => readRecipient(source, item) ?? []);
}

const ADDRESS = /^[^\s@<>(),;:"[\]\\]+@[^\s@<>(),;:"[\]\\]+$/;

function readRecipient(source: Source, part: Part): Recipient | undefined {
  const address = readSetting(false)(source, part);
  if (address === undefined) return undefined;
  const { text } = address;
  if (isRole(text)) return { by: 'role', role: text };
  if (text.includes('${') || ADDRESS.test(text)) return { by: 'address', address };
  const hint = 'an e-mail address, a role such as growth-catalyst, or a variable in braces';
  const message = `${JSON.stringify(text)} is nobody a message can be sent to`;
  say(source, part, 'bad-recipient', message, hint);
  return undefined;
}

type KnownChannels = Readonly<{ channels: readonly Channel[]; isComplete: boolean }>;

function readEscalation(
  source: Source,
  part: Part,
  known: KnownChannels,
): ReadonlyMap<Severity, Escalation> {
  const found = new Map<Severity, Escalation>();
  const fields = fieldsOf(source, part, SEVERITIES) ?? new Map<string, Part>();
  for (const severity of SEVERITIES) {
    const each = fields.get(severity);
    const inner = each && fieldsOf(source, each, ESCALATION_KEYS);
    if (each === undefined || inner === undefined) continue;
    const field = requiredField(source, each, inner, 'notify');
    const notify = field === undefined ? [] : readNotify(source, field, known);
    const repeatMs = given(source, inner, 'repeat_interval', readInterval);
    found.set(severity, { notify, repeatMs, at: positionOf(source, each) });
  }
  return found;
}

/** Names of channels; the name of a type is every channel of it. */
function readNotify(
  source: Source,
  part: Part,
  { channels, isComplete }: KnownChannels,
): readonly string[] {
  const known = [...new Set(channels.flatMap(({ name, to }) => [name, to.type]))];
  const names = itemsOrOne(source, part).flatMap((item) => {
    const word = textOf(source, item);
    if (word === undefined) return [];
    const named = channels.filter(({ name }) => name === word);
    const found = named.length > 0 ? named : channels.filter(({ to }) => to.type === word);
    if (found.length === 0 && isComplete) {
      const message = `"${word}" is no channel of notification_channels${ask(word, known)}`;
      const hint = known.length === 0 ? undefined : `the channels are ${known.join(', ')}`;
      say(source, item, 'channel-unknown', message, hint);
    }
    return found.map(({ name }) => name);
  });
  return [...new Set(names)];
}
