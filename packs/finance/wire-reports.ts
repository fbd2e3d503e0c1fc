/** The ports of `reports send`: the report's own, the outbox and the sender of the alerts. */
import { join } from 'node:path';
import type { PackContext } from 'brctl/sdk';
import type { OpenReportSend, ReportSendPorts } from './report/send/ports.ts';
import { openOutbox, openReport } from './wire.ts';

export async function openReportSend(
  context: PackContext,
  { readOnly }: Parameters<OpenReportSend>[1],
): Promise<ReportSendPorts> {
  const path = join(context.target.data, 'state.db');
  const [{ openReportOutbox }, { reachOf }, { sendDue }] = await Promise.all([
    import('./adapters/sqlite/report-outbox.ts'),
    import('./alerts/send/resolve.ts'),
    import('./alerts/send/send.ts'),
  ]);
  const report = await openReport(context, { readOnly });
  const sender = await openOutbox(context, { isWriting: !readOnly });
  const outbox = await openReportOutbox(context, path, { readOnly });
  return {
    report,
    settings: sender.settings,
    outbox,
    reach: (channel) => reachOf(channel, sender),
    send: (config, isAsked) => sendDue(sender, { config, isAsked }),
    close: async () => {
      outbox.close();
      await sender.close();
      await report.close();
    },
  };
}
