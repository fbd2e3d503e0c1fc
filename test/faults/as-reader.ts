/**
 * brctl as somebody who may read a target and not write to it. As root it becomes nobody, after
 * it has run on a copy once: what is loaded late may lie where nobody may read.
 *
 *     node as-reader.ts <target> <copy that may be written> <list of words as JSON>
 *
 * Prints one result for each, as JSON.
 */
import { createHost } from '../../src/host.ts';
import { main } from '../../src/main.ts';

const NOBODY = 65_534;
const [target = '', copy = '', commands = ''] = process.argv.slice(2);

const host = createHost(process);

async function brctl(words: readonly string[], at: string) {
  let out = '';
  let err = '';
  const streams = {
    ...host.streams,
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  const code = await main([...words, `--target=${at}`], { ...host, streams, confirm: undefined });
  return { code, out, err };
}

const all: string[][] = JSON.parse(commands);
for (const words of all) await brctl(words, copy);
if (process.getuid?.() === 0) {
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}
const results = [];
for (const words of all) results.push(await brctl(words, target));
process.stdout.write(JSON.stringify(results));
