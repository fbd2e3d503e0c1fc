/**
 * A process that reconciles and writes, with the real ports, and may kill itself before or after
 * one of the things that it writes. Run by reconcile-kill.test.ts.
 *
 *     node reconcile-until.ts <target> <tracker> <in place: 1 or 0> <kill at point, or 0>
 */
import { reconcileCommand } from '../../packs/finance/reconcile/run.ts';
import { openReconcile } from '../../packs/finance/wire-reconcile.ts';
import { createHost } from '../../src/host.ts';
import { pathsOf } from '../../src/pack/paths.ts';
import { killPoints } from './kill-point.ts';

const [target = '', tracker = '', inPlace = '', killAt = ''] = process.argv.slice(2);

const { aroundAsync: around, count, point } = killPoints(killAt);

const pack = { name: 'finance', version: '0.1.0', root: target };
const place = { target: pathsOf(target).forPack('finance'), pack, roles: async () => [] };
const context = { ...createHost(process), now: new Date('2026-03-20T09:00:00Z'), ...place };
const command = reconcileCommand(async (given, options) => {
  const ports = await openReconcile(given, options);
  const record: typeof ports.store.record = (run) => {
    point();
    const isNew = ports.store.record(run);
    point();
    return isNew;
  };
  return {
    ...ports,
    store: { ...ports.store, record },
    files: { ...ports.files, writeTracker: around(ports.files.writeTracker) },
    saveReport: around(ports.saveReport),
  };
});
const flags = { 'in-place': inPlace === '1' };
const words = { arguments: [tracker], flags, dryRun: false, inputFormat: undefined };
const input = { ...words, out: undefined, format: 'json' };
const plan = await command.plan(command.parse(input, context), context);
await command.apply!(plan, context);
await command.release!(plan, context);
process.stdout.write(`${count()}\n`);
