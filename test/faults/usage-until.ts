/**
 * A process that imports usage readings and says when it begins to change anything, so that it can
 * be killed while it does. Run by usage-kill.test.ts.
 *
 *     node usage-until.ts <target> <file>
 */
import { usageImportCommand } from '../../packs/finance/usage/import.ts';
import { openUsage } from '../../packs/finance/wire.ts';
import { createHost } from '../../src/host.ts';
import { pathsOf } from '../../src/pack/paths.ts';

const [target = '', file = ''] = process.argv.slice(2);
const pack = { name: 'finance', version: '0.1.0', root: target };
const roles = async () => [];
const forPack = pathsOf(target).forPack('finance');
const context = { ...createHost(process), target: forPack, pack, roles };
const command = usageImportCommand(openUsage);
const words = { arguments: [file], flags: {}, dryRun: false, format: 'json' };
const options = command.parse({ ...words, inputFormat: undefined, out: undefined }, context);
const plan = await command.plan(options, context);
process.stdout.write('planned\n');
await command.apply!(plan, context);
await command.release!(plan, context);
