/**
 * Times of whole processes, two commands in turn: A B A B …, after one round that does not
 * count. What else the machine does then hits both, and the ratio of the medians means something.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export type Command = Readonly<{
  /** Node, unless it is another. */
  program?: string;
  /** Words after it. */
  arguments: readonly string[];
  /** Puts the world back before each run; not timed. */
  prepare?: () => void;
  /** Exit codes that mean it did its work; findings are a result. */
  allowed?: readonly number[];
}>;

export type Measured = Readonly<{
  medianMs: number;
  fastestMs: number;
  slowestMs: number;
  peakMiB: number;
}>;

type Run = Readonly<{ ms: number; peakMiB: number }>;

export type Pairing = Readonly<{ a: Command; b: Command; runs: number; withPeak?: boolean }>;

export async function measurePair(
  pairing: Pairing,
): Promise<Readonly<{ a: Measured; b: Measured }>> {
  const { a, b, runs, withPeak = false } = pairing;
  const ofA: Run[] = [];
  const ofB: Run[] = [];
  for (let round = 0; round <= runs; round += 1) {
    ofA.push(await run(a, withPeak));
    ofB.push(await run(b, withPeak));
  }
  return { a: summarize(ofA.slice(1)), b: summarize(ofB.slice(1)) };
}

export async function runOnce(command: Command): Promise<void> {
  await run(command, false);
}

const PEAK = join(import.meta.dirname, 'report-peak.js');

function run(command: Command, withPeak: boolean): Promise<Run> {
  const { program = process.execPath, arguments: words, prepare, allowed = [0] } = command;
  prepare?.();
  const { promise, resolve, reject } = Promise.withResolvers<Run>();
  const start = performance.now();
  const child = spawn(program, [...(withPeak ? ['--import', PEAK] : []), ...words], {
    stdio: ['ignore', 'ignore', 'pipe', withPeak ? 'pipe' : 'ignore'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  let errors = '';
  let peak = '';
  child.stdio[2]?.on('data', (chunk) => {
    errors += chunk;
  });
  child.stdio[3]?.on('data', (chunk) => {
    peak += chunk;
  });
  let ms = 0;
  child.on('error', reject);
  child.on('exit', () => {
    ms = performance.now() - start;
  });
  child.on('close', (code) => {
    if (code !== null && allowed.includes(code)) resolve({ ms, peakMiB: Number(peak) / 1024 });
    else reject(new Error(`${program} ${words.join(' ')} ended with ${code}:\n${errors}`));
  });
  return promise;
}

function summarize(runs: readonly Run[]): Measured {
  const times = runs.map(({ ms }) => ms).sort((x, y) => x - y);
  return {
    medianMs: median(times),
    fastestMs: times[0]!,
    slowestMs: times.at(-1)!,
    peakMiB: Math.max(...runs.map(({ peakMiB }) => peakMiB)),
  };
}

export function median(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  if (sorted.length % 2 === 1) return sorted[Math.floor(middle)]!;
  return (sorted[middle - 1]! + sorted[middle]!) / 2;
}
