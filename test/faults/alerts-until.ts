/**
 * A process that evaluates a timeline with the real store and sends with the real sender, and may
 * kill itself before or after one of the things it does. Run by alerts-kill.test.ts.
 *
 *     node alerts-until.ts <target> <origin> <script as JSON> <from> <until> <kill at point, or 0>
 *
 * Prints `ready`, then the number of each step that it has done.
 */
import { sendDue } from '../../packs/finance/alerts/send/send.ts';
import type { Channel } from '../../packs/finance/core/alert-config/config.ts';
import type { Notifier } from '../../packs/finance/ports/notifier.ts';
import { openOutbox } from '../../packs/finance/wire.ts';
import { createHost } from '../../src/host.ts';
import { pathsOf } from '../../src/pack/paths.ts';
import { instantOf, type Script, stepOf } from './alerts-script.ts';
import { killPoints } from './kill-point.ts';

const [target = '', origin = '', words = '', from = '', until = '', killAt = ''] =
  process.argv.slice(2);
const script: Script = JSON.parse(words);

const { around, point } = killPoints(killAt);

function killing(notifier: Notifier): Notifier {
  return {
    ...notifier,
    send: async (row, handle) => {
      point();
      const delivery = await notifier.send(row, handle);
      point();
      return delivery;
    },
  };
}

const host = createHost(process);
const pack = { name: 'finance', version: '0.1.0', root: target };
const context = { ...host, target: pathsOf(target).forPack('finance'), pack };
const ports = await openOutbox({ ...context, roles: async () => [] }, { isWriting: true });
const { store } = ports;
const channels = script.channels.map(
  (name): Channel => ({
    name,
    minSeverity: 'info',
    at: { line: 1, column: 1 },
    to: {
      type: 'webhook',
      url: { text: `${origin}/${name}`, isSecret: true },
      secret: { text: 'a secret of nobody', isSecret: true },
    },
  }),
);

process.stdout.write('ready\n');
for (let step = Number(from); step < Number(until); step += 1) {
  around(store.advance)(instantOf(script, step), (before) => {
    const done = stepOf(script, step, before);
    point();
    return done;
  });
  const began = performance.now();
  const running = {
    ...ports,
    store: { ...store, claim: around(store.claim), mark: around(store.mark) },
    clock: () => instantOf(script, step) + Math.floor(performance.now() - began),
    notifier: async (to: Parameters<typeof ports.notifier>[0]) => killing(await ports.notifier(to)),
  };
  await sendDue(running, { config: { channels, fallback: [], integrations: [], reports: [] } });
  process.stdout.write(`${step}\n`);
}
await ports.close();
