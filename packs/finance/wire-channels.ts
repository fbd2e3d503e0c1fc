/** Channels -> the adapters that send to them: a part of wire.ts. */
import type { PackContext } from 'brctl/sdk';
import type { Notifier, ResolvedChannel } from './ports/notifier.ts';

/** A vendor's package is loaded by the channel that needs it. */
export async function notifierOf(
  context: PackContext,
  channel: ResolvedChannel,
): Promise<Notifier> {
  const { name, to } = channel;
  switch (to.type) {
    case 'email': {
      const { smtpMail } = await import('./adapters/smtp/mail.ts');
      return smtpMail({ context, channel: { name, to } });
    }
    case 'slack': {
      if (to.via === 'token') {
        const { slackBot } = await import('./adapters/slack/bot.ts');
        return slackBot({ context, channel: { name, to } });
      }
      const { incomingSlack } = await import('./adapters/webhook/incoming-slack.ts');
      return incomingSlack({ context, channel: { name, to } });
    }
    case 'pagerduty': {
      const { pagerDuty } = await import('./adapters/webhook/pagerduty.ts');
      return pagerDuty({ context, channel: { name, to } });
    }
    case 'webhook': {
      const { signedWebhook } = await import('./adapters/webhook/signed.ts');
      return signedWebhook({ context, channel: { name, to } });
    }
    case 'file': {
      const { fileChannel } = await import('./adapters/file-channel/file.ts');
      return fileChannel({ folder: context.target.data, channel: { name, to } });
    }
    case 'stdout': {
      const { stdoutChannel } = await import('./adapters/file-channel/stdout.ts');
      return stdoutChannel(context);
    }
    case 'grafana': {
      const { grafanaAnnotations } = await import('./adapters/grafana/annotations.ts');
      return grafanaAnnotations({ context, channel: { name, to } });
    }
    case 'datadog': {
      const { datadogEvents } = await import('./adapters/datadog/events.ts');
      return datadogEvents({ context, channel: { name, to } });
    }
    default:
      return to satisfies never;
  }
}
