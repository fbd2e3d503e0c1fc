/**
 * A channel that takes notices: one row of the outbox at a time, in the order of their sequence
 * within a group. Sending is at least once: a row may be sent again after a crash, or after an
 * answer that did not come (`maybe`), and carries the same id then, as far as the other side knows
 * such a thing: the event id of a webhook, the Message-ID of an e-mail, the dedup_key of PagerDuty,
 * metadata of a Slack message.
 *
 * Nothing is retried in here, and nothing waits longer than a request takes: `retry-later` says
 * what went wrong and how long the other side wants to be left alone. No word of a delivery holds
 * a secret.
 */

import type { NoticeRow, ReportRow } from '../core/alert-state/notice.ts';
import type { Delivery, Handle } from '../core/notices/outcome.ts';

export type { Cause, Delivery, Handle } from '../core/notices/outcome.ts';

export type Notifier = Readonly<{
  /**
   * `handle` is the last one that a delivery of the same channel, route and group gave back,
   * whether it was delivered or is to be tried again; null where there was none. Whoever keeps it
   * writes it down with the result. What is not understood is treated as none.
   *
   * Never throws for anything the world does.
   */
  send(row: NoticeRow, handle: Handle | null): Promise<Delivery>;
  /** The same with a report; without it the channel takes none. */
  report?(row: ReportRow, handle: Handle | null): Promise<Delivery>;
  /** Lets go of connections. */
  close(): Promise<void>;
}>;

/** A channel of the config with its variables looked up and its roles turned into addresses. */
export type ResolvedChannel<T extends ResolvedDestination = ResolvedDestination> = Readonly<{
  name: string;
  to: T;
}>;

export type EmailDestination = Readonly<{
  type: 'email';
  /** `smtp://user:password@host:587`, `smtps://…`; `?tls=never|always` instead of the default. */
  smtpUrl: string;
  /** `someone@example.com` or `Name <someone@example.com>` */
  from: string;
  /** Addresses, at least one. */
  recipients: readonly string[];
}>;

export type SlackBotDestination = Readonly<{
  type: 'slack';
  via: 'token';
  token: string;
  /** An id such as C0123456789, or a name such as #finops. */
  channel: string;
  /** Where Slack is, if not where it always is: `https://slack.com/api/`. */
  apiUrl?: string | undefined;
}>;

export type SlackWebhookDestination = Readonly<{
  type: 'slack';
  via: 'webhook';
  webhookUrl: string;
}>;

export type PagerDutyDestination = Readonly<{
  type: 'pagerduty';
  routingKey: string;
  /** `https://events.pagerduty.com/v2/enqueue`; that of the EU is another. */
  eventsUrl?: string | undefined;
}>;

export type WebhookDestination = Readonly<{
  type: 'webhook';
  url: string;
  /** Signs what is sent. */
  secret: string;
  /** The config itself names the host (core/notices/host.ts), not a variable. */
  isHostWritten: boolean;
}>;

export type FileDestination = Readonly<{
  type: 'file';
  /** Absolute, or relative to the data folder of the pack. */
  path: string;
}>;

export type StdoutDestination = Readonly<{ type: 'stdout' }>;

export type GrafanaDestination = Readonly<{
  type: 'grafana';
  /** Where Grafana is, with the path it is served from, if any. */
  url: string;
  /** Of a service account that may write annotations. */
  token: string;
  /** The uid of a dashboard; undefined: all that ask for the tags. */
  dashboard: string | undefined;
}>;

export type DatadogDestination = Readonly<{
  type: 'datadog';
  /** Where the API is: `https://api.datadoghq.com`. */
  url: string;
  apiKey: string;
}>;

export type ResolvedDestination =
  | EmailDestination
  | SlackBotDestination
  | SlackWebhookDestination
  | PagerDutyDestination
  | WebhookDestination
  | FileDestination
  | StdoutDestination
  | GrafanaDestination
  | DatadogDestination;
