/** Plays a transcript in a deployment: the same blocks with what really came out. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readTree } from '../../src/pack/store/tree.ts';
import { type Deployed, emptyFolder, installed, NOW } from './deployed.ts';
import { ROOT } from './host.ts';
import type { Block, Step, Transcript } from './transcript.ts';

export type Player = Readonly<{
  /** Blocks are played in their order: each finds what the ones before it left. */
  play(block: Block): Promise<Block>;
  remove(): void;
}>;

export async function player({ isEmptyFolder }: Transcript): Promise<Player> {
  const place = isEmptyFolder ? emptyFolder() : await installed();
  const shown = withPlaceholders(place.root);
  let now = NOW;
  const playStep = async (step: Step): Promise<Step> => {
    if (step.kind === 'clock') now = step.now;
    if (step.kind === 'file') write(join(place.root, step.path), step.text);
    if (step.kind !== 'command') return step;
    const { code, out, err } = await command(place, wordsOf(step.line), now);
    return { ...step, code, out: shown(out), err: shown(err) };
  };
  return {
    play: async ({ title, steps }) => {
      const played: Step[] = [];
      for (const step of steps) played.push(await playStep(step));
      return { title, steps: played };
    },
    remove: place.remove,
  };
}

async function command(place: Deployed, words: readonly string[], now: string) {
  const [program, ...rest] = words;
  if (program === 'brctl') return place.brctl(rest, now);
  if (program !== 'cat') throw new Error(`a transcript knows brctl and cat, not ${program}`);
  const path = join(place.root, rest.join());
  if (!existsSync(path)) return { code: 1, out: '', err: `cat: ${rest.join()}: no such file\n` };
  return { code: 0, out: readFileSync(path, 'utf8'), err: '' };
}

/** Words stand between spaces: a transcript, like an example, is no shell. */
export function wordsOf(line: string): string[] {
  if (/["'`$\\|<>*?]/.test(line)) throw new Error(`this takes a shell to read: ${line}`);
  return line.split(' ');
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Exact texts that differ between machines and builds, and what stands for them. */
function withPlaceholders(root: string): (text: string) => string {
  const pack = readTree(join(ROOT, 'dist/packs/finance'));
  const known: readonly [string, string][] = [
    [root, '<target>'],
    [`${pack.files.length} files from ${ROOT}`, '<count> files from <checkout>'],
    [`"files": ${pack.files.length},`, '"files": <count>,'],
    [ROOT, '<checkout>'],
    [pack.hash, '<tree hash>'],
  ];
  return (text) => known.reduce((so, [from, to]) => so.replaceAll(from, to), text);
}
