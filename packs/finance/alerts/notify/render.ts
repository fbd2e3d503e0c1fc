/** What became of a test notice, for people and as `brctl.finance/notify-test/v1`. No secrets. */

import { toJson, type View } from 'brctl/sdk';
import { alertMessage } from '../../core/notices/message.ts';
import type { Delivery } from '../../core/notices/outcome.ts';
import { messageText } from '../../core/notices/text.ts';
import { oneLine } from '../../core/one-line.ts';
import type { ResolvedDestination } from '../../ports/notifier.ts';
import type { ChannelTest } from './channel-test.ts';

export function renderTest(test: ChannelTest, view: View): string {
  if (view.format === 'json') return asJson(test);
  const { name, type, resolved, rows, deliveries } = test;
  const to = addressText(resolved.to);
  const where = `${name} (${type}${to === undefined ? '' : `: ${oneLine(to)}`})`;
  const text = messageText(alertMessage(rows[0]!));
  if (deliveries.length === 0) return `would send to ${where}:\n\n${text}`;
  return `${deliveries.map((each, i) => deliveryText(each, { where, i })).join('')}\n${text}`;
}

function deliveryText(
  delivery: Delivery,
  { where, i }: Readonly<{ where: string; i: number }>,
): string {
  const what = i === 0 ? '' : ' and resolved';
  switch (delivery.kind) {
    case 'delivered': {
      const note = delivery.note === undefined ? '' : ` (${oneLine(delivery.note)})`;
      return i === 0 ? `delivered to ${where}${note}\n` : `resolved at ${where}${note}\n`;
    }
    case 'retry-later':
      return `not delivered${what} to ${where}: ${oneLine(delivery.why)}\n`;
    case 'refused':
      return `refused${what} by ${where}: ${oneLine(delivery.why)}\n`;
    default:
      return delivery satisfies never;
  }
}

/** What is no secret of where it goes. */
function addressText(to: ResolvedDestination): string | undefined {
  switch (to.type) {
    case 'email':
      return to.recipients.join(', ');
    case 'slack':
      return to.via === 'token' ? to.channel : undefined;
    case 'file':
      return to.path;
    case 'grafana':
      return to.dashboard;
    case 'webhook':
    case 'pagerduty':
    case 'stdout':
    case 'datadog':
      return undefined;
    default:
      return to satisfies never;
  }
}

function asJson({ name, type, resolved, rows, deliveries }: ChannelTest): string {
  return toJson({
    schema: 'brctl.finance/notify-test/v1',
    channel: name,
    type,
    to: addressText(resolved.to) ?? null,
    title: alertMessage(rows[0]!).title,
    deliveries: deliveries.map((delivery) => ({
      outcome: delivery.kind,
      cause: delivery.kind === 'delivered' ? null : delivery.cause,
      note: (delivery.kind === 'delivered' ? delivery.note : delivery.why) ?? null,
      maybe: delivery.kind === 'retry-later' ? delivery.maybe : false,
    })),
  });
}
