/**
 * A process that reads the hello pack as each command does before it runs, over and over until it
 * is told to end, and says what it saw that no single generation holds.
 *
 *     node read-loop.ts <target> <trees by version as JSON>
 */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readManifest } from '../../src/pack/manifest/manifest.ts';
import { MANIFEST, pathsOf } from '../../src/pack/paths.ts';
import { loadCommand, readInstalled } from '../../src/pack/store/installed.ts';
import { readReceipt } from '../../src/pack/store/receipt.ts';
import { readTree } from '../../src/pack/store/tree.ts';

const [target = '', trees = ''] = process.argv.slice(2);
const wanted: Readonly<Record<string, string>> = JSON.parse(trees);
const versions = new Set<string>();
const wrong: string[] = [];
let isOver = false;
process.stdin.on('end', () => {
  isOver = true;
});
process.stdin.resume();

async function read(): Promise<void> {
  const { packs, broken } = readInstalled(pathsOf(target));
  for (const { error } of broken) wrong.push(error.message);
  const [pack] = packs;
  if (pack === undefined) {
    wrong.push('no pack');
    return;
  }
  const { root, index } = pack;
  const { manifest } = readManifest(readFileSync(join(root, MANIFEST)), MANIFEST);
  const receipt = readReceipt(root);
  const seen = [manifest?.version, receipt.version, ...versionOf(wanted, readTree(root).hash)];
  const isOne = seen.every((version) => version === index.version);
  const isSame = [basename(root), pack.generation].every((name) => name === receipt.generation);
  if (!isOne || !isSame) wrong.push([...seen, pack.generation, root].join(' '));
  await loadCommand(pack, index.commands[0]!);
  versions.add(index.version);
}

function versionOf(known: Readonly<Record<string, string>>, tree: string): string[] {
  const found = Object.entries(known).filter(([, hash]) => hash === tree);
  return found.length === 0 ? ['unknown'] : found.map(([version]) => version);
}

let reads = 0;
while (!isOver && wrong.length === 0) {
  await read();
  reads += 1;
  // The one who writes needs the processor as well.
  await sleep(1);
}
process.stdout.write(JSON.stringify({ reads, versions: [...versions].sort(), wrong }));
process.stdin.destroy();
