/**
 * A process that sends what is due of reports, with the real store and the real sender, and may
 * kill itself before or after one of the things it does. Run by report-kill.test.ts.
 *
 *     node report-until.ts <target> <port of the mail server> <now> <kill at point, or 0>
 */
import { sendDue } from '../../packs/finance/alerts/send/send.ts';
import type { Notifier } from '../../packs/finance/ports/notifier.ts';
import { reportSendCommand } from '../../packs/finance/report/send/send.ts';
import { openOutbox } from '../../packs/finance/wire.ts';
import { openReportSend } from '../../packs/finance/wire-reports.ts';
import { createHost } from '../../src/host.ts';
import { pathsOf } from '../../src/pack/paths.ts';
import { killPoints } from './kill-point.ts';

const [target = '', port = '', now = '', killAt = ''] = process.argv.slice(2);

const { around, count, point } = killPoints(killAt);

function killing(notifier: Notifier): Notifier {
  return {
    ...notifier,
    report: async (row, handle) => {
      point();
      const delivery = await notifier.report!(row, handle);
      point();
      return delivery;
    },
  };
}

const env = { SMTP_URL: `smtp://127.0.0.1:${port}`, SMTP_FROM: 'finops@example.com' };
const pack = { name: 'finance', version: '0.1.0', root: target };
const place = { target: pathsOf(target).forPack('finance'), pack, roles: async () => [] };
const context = { ...createHost(process), env, now: new Date(now), ...place };
const command = reportSendCommand(async (given, options) => {
  const ports = await openReportSend(given, options);
  const sender = await openOutbox(given, { isWriting: true });
  const store = {
    ...sender.store,
    claim: around(sender.store.claim),
    mark: around(sender.store.mark),
  };
  const notifier: typeof sender.notifier = async (to) => killing(await sender.notifier(to));
  return {
    ...ports,
    outbox: { ...ports.outbox, see: around(ports.outbox.see), queue: around(ports.outbox.queue) },
    send: (config, isAsked) => sendDue({ ...sender, store, notifier }, { config, isAsked }),
  };
});
const words = { arguments: [], flags: {}, dryRun: false, inputFormat: undefined, out: undefined };
const plan = await command.plan(command.parse({ ...words, format: 'json' }, context), context);
await command.apply!(plan, context);
process.stdout.write(`${count()}\n`);
process.exit(0);
