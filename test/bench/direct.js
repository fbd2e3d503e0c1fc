/**
 * A command of a pack without brctl around it: the same bundle, imported and called by hand. Plain
 * JavaScript: stripping types at start would be charged to the baseline.
 *
 *     node direct.js <root of a built pack> <command> [argument…]
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [root = '', name, ...words] = process.argv.slice(2);
const { entry } = JSON.parse(readFileSync(join(root, 'commands.json'), 'utf8'));
const { default: pack } = await import(pathToFileURL(join(root, entry)).href);
const command = pack.commands.find(({ path }) => path.join(' ') === name);
const input = { arguments: words, flags: {}, dryRun: false, format: 'table' };
const plan = await command.plan(command.parse(input, {}), {});
process.stdout.write(command.render(plan, { format: 'table', isTTY: false, width: 80 }));
