/**
 * Each report schedule that is on is a channel of its own for the sender: its recipients, by mail,
 * with the server and sender of the first e-mail channel. So a report waits, is tried again and is
 * told of as any notice is. No channel of the operator has a name with a slash.
 */
import type { AlertConfig, Channel, EmailSettings, Recipient, ReportSchedule } from './config.ts';
import { deliveryChannels } from './integration.ts';
import { variable } from './variable.ts';

/** What an e-mail channel uses that says nothing of its own. */
export const EMAIL_DEFAULTS: EmailSettings = {
  smtpUrl: { text: variable('SMTP_URL'), isSecret: true },
  from: { text: variable('SMTP_FROM'), isSecret: false },
};

const PREFIX = 'reporting/';

export function reportChannelName(schedule: string): string {
  return PREFIX + schedule;
}

export function isReportChannel(name: string): boolean {
  return name.startsWith(PREFIX);
}

export type ReportChannel = Pick<Channel, 'name' | 'to'>;

export function reportChannel(
  { channels }: Pick<AlertConfig, 'channels'>,
  { name, recipients }: Pick<ReportSchedule, 'name' | 'recipients'>,
): ReportChannel {
  const mail = channels.map(({ to }) => to).find((to) => to.type === 'email');
  const { smtpUrl, from } = mail ?? EMAIL_DEFAULTS;
  return { name: reportChannelName(name), to: { type: 'email', recipients, smtpUrl, from } };
}

/**
 * Of a report that waits, whose schedule was renamed or taken out of the config since: it goes to
 * those it was made for. One that is still there and off is not sent.
 */
export function formerChannel(
  config: Pick<AlertConfig, 'channels' | 'reports'>,
  channel: string,
  recipients: readonly Recipient[],
): ReportChannel | undefined {
  const name = channel.slice(PREFIX.length);
  if (!isReportChannel(channel) || recipients.length === 0) return undefined;
  if (config.reports.some((each) => each.name === name)) return undefined;
  return reportChannel(config, { name, recipients });
}

/** Why the outbox has rows for a channel that is none now. */
export function goneText({ reports }: Pick<AlertConfig, 'reports'>, channel: string): string {
  const report = reports.find(({ name }) => reportChannelName(name) === channel);
  if (report !== undefined) return `the report ${report.name} is switched off in the config`;
  return `the config has no channel "${channel}"`;
}

/** Whatever the outbox may have a row for; undefined where the config has it no more. */
export function channelNamed(
  config: Pick<AlertConfig, 'channels' | 'integrations' | 'reports'>,
  name: string,
): ReportChannel | undefined {
  const report = config.reports.find(
    (each) => each.isEnabled && reportChannelName(each.name) === name,
  );
  if (report !== undefined) return reportChannel(config, report);
  return deliveryChannels(config).find((each) => each.name === name);
}
