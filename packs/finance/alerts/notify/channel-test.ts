/**
 * `brctl finance notify test`: one notice to one channel that says it is a test, sent as alerts
 * are. The state of alerts is neither read nor written. Exit codes: 0 it arrived, 2 no such
 * channel, 3 it did not arrive, 4 a key or permission is wrong.
 */
import {
  BrctlError,
  defineCommand,
  type Input,
  operationalError,
  type PackContext,
  suggest,
  textFlag,
  usageError,
} from 'brctl/sdk';
import type { Channel } from '../../core/alert-config/config.ts';
import { deliveryChannels } from '../../core/alert-config/integration.ts';
import { SEVERITIES, type Severity } from '../../core/alert-config/severity.ts';
import type { NoticeRow } from '../../core/alert-state/notice.ts';
import type { Delivery } from '../../core/notices/outcome.ts';
import { sampleRow } from '../../core/notices/sample.ts';
import type { ResolvedChannel } from '../../ports/notifier.ts';
import { resolveChannel } from '../send/resolve.ts';
import type { NotifyPorts, OpenNotify } from './ports.ts';
import { renderTest } from './render.ts';

type Words = Readonly<{ channel: string; severity: Severity; now: Date; id: string }>;

export type ChannelTest = Readonly<{
  name: string;
  type: Channel['to']['type'];
  resolved: ResolvedChannel;
  rows: readonly NoticeRow[];
  /** One for each row that was sent; the last one says why there are no more. */
  deliveries: readonly Delivery[];
  ports: NotifyPorts;
}>;

export function notifyTestCommand(open: OpenNotify) {
  return defineCommand<Words, ChannelTest>({
    path: ['notify', 'test'],
    summary: 'Send a test notice to a channel of the alert config.',
    description:
      'Variables and roles are resolved as alerts resolve them, and the notice says that it is a ' +
      'test. At PagerDuty the incident is resolved right away. Alerts, silences and the outbox ' +
      'have no part in it. Exit code 3: it did not arrive; 4: a key or permission is wrong.',
    examples: [
      'brctl finance notify test pm',
      'brctl finance notify test slack --severity critical --dry-run',
    ],
    arguments: [{ name: 'channel', summary: 'its name in the alert config', required: true }],
    flags: {
      severity: {
        type: 'string',
        placeholder: 'SEVERITY',
        summary: 'as if it mattered so much',
        choices: SEVERITIES,
        default: 'info',
      },
    },
    formats: ['table', 'json'],
    dryRun: true,
    parse,
    plan: async (words, context) => planTest(words, await open(context)),
    apply: async (test) => ({ ...test, deliveries: await sendRows(test) }),
    render: renderTest,
    outcome: (test) => {
      requireDelivered(test);
      return 'ok';
    },
  });
}

function parse(input: Input, context: PackContext): Words {
  const [channel = ''] = input.arguments;
  const severity = SEVERITIES.find((each) => each === textFlag(input, 'severity')) ?? 'info';
  return { channel, severity, now: context.now, id: context.uniqueId() };
}

async function planTest(words: Words, ports: NotifyPorts): Promise<ChannelTest> {
  const channels = deliveryChannels(await ports.settings.alerts());
  const { name, to } = channelNamed(channels, words.channel);
  const { channel: resolved, problem } = await resolveChannel({ name, to }, ports);
  if (resolved === undefined) {
    throw operationalError('channel-unready', `nothing can be sent to ${name}: ${problem}`);
  }
  const sample = (status: 'firing' | 'resolved'): NoticeRow =>
    withSeverity(sampleRow({ channel: name, now: words.now, id: words.id, status }), words);
  // What begins an incident has to end it.
  const rows =
    to.type === 'pagerduty' || to.type === 'grafana'
      ? [sample('firing'), sample('resolved')]
      : [sample('firing')];
  return { name, type: to.type, resolved, rows, deliveries: [], ports };
}

function withSeverity(row: NoticeRow, { severity }: Words): NoticeRow {
  const alerts = row.alerts.map((alert) => ({ ...alert, labels: { ...alert.labels, severity } }));
  return { ...row, alerts };
}

function channelNamed(channels: readonly Channel[], name: string): Channel {
  const exact = channels.find((each) => each.name === name);
  const alike = channels.filter((each) => each.name.toLowerCase() === name.toLowerCase());
  const found = exact ?? (alike.length === 1 ? alike[0] : undefined);
  if (found !== undefined) return found;
  const names = channels.map((each) => each.name);
  const guess = suggest(name, names);
  throw usageError(
    'channel-unknown',
    `"${name}" is no channel of notification_channels`,
    names.length === 0
      ? 'the alert config has none'
      : guess === undefined
        ? `they are ${names.join(', ')}`
        : `did you mean "${guess}"?`,
  );
}

async function sendRows({ ports, resolved, rows }: ChannelTest): Promise<readonly Delivery[]> {
  const notifier = await ports.notifier(resolved);
  const deliveries: Delivery[] = [];
  try {
    for (const row of rows) {
      const before = deliveries.at(-1);
      const handle = before?.kind === 'delivered' ? (before.handle ?? null) : null;
      const delivery = await notifier.send(row, handle);
      deliveries.push(delivery);
      if (delivery.kind !== 'delivered') break;
    }
  } finally {
    await notifier.close();
  }
  return deliveries;
}

function requireDelivered({ name, deliveries }: ChannelTest): void {
  const last = deliveries.at(-1);
  if (last === undefined || last.kind === 'delivered') return;
  const isRefused = last.kind === 'refused';
  const maybe = last.kind === 'retry-later' && last.maybe ? ' (it may have arrived)' : '';
  const what = isRefused ? 'refused' : 'not delivered';
  throw new BrctlError(last.cause === 'auth' ? 'auth' : 'operational', {
    code: isRefused ? 'notice-refused' : 'notice-undelivered',
    message: `the test notice to ${name} was ${what}: ${last.why}${maybe}`,
    hint: isRefused ? undefined : 'an alert would be tried again by later runs',
  });
}
