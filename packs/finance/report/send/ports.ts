/** What sending reports asks of the world; `wire-reports.ts` opens it. */
import type { PackContext } from 'brctl/sdk';
import type { AlertConfig } from '../../core/alert-config/config.ts';
import type { ReportChannel } from '../../core/alert-config/report-channel.ts';
import type { SendReport } from '../../core/alert-state/sending.ts';
import type { ReportOutbox } from '../../ports/report-outbox.ts';
import type { AlertSettings } from '../../ports/settings.ts';
import type { ReportPorts } from '../ports.ts';

/** Whom a channel reaches now. No word of it is a secret. */
export type Reach = Readonly<{
  /** Addresses, roles resolved, each once. */
  recipients: readonly string[];
  /** Why nothing could be sent. */
  problem: string | undefined;
}>;

export type ReportSendPorts = Readonly<{
  report: Pick<ReportPorts, 'warehouse' | 'state' | 'settings'>;
  settings: Pick<AlertSettings, 'alerts'>;
  outbox: ReportOutbox;
  reach(channel: ReportChannel): Promise<Reach>;
  /** Sends what is due for these channels, and tells the fallback of what is given up. */
  send(config: AlertConfig, isAsked: (channel: string) => boolean): Promise<SendReport>;
  /** Closes all of the above; called once, also after an error. */
  close(): Promise<void>;
}>;

/** `readOnly`: a dry run; nothing is created or migrated. */
export type OpenReportSend = (
  context: PackContext,
  options: Readonly<{ readOnly: boolean }>,
) => Promise<ReportSendPorts>;
