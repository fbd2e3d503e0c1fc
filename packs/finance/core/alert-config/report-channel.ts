/**
 * Each report schedule that is on is a channel of its own for the sender: its recipients, by mail,
 * with the server and sender of the first e-mail channel. So a report waits, is tried again and is
 * told of as any notice is. No channel of the operator has a name with a slash.
 */
import type { AlertConfig, Channel, EmailSettings, ReportSchedule } from './config.ts';
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
