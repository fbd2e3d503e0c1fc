/** The built program in processes of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from './host.ts';

export type Ended = Readonly<{
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}>;

export type Running = Readonly<{ process: ChildProcess; ended: Promise<Ended> }>;

export function start(words: readonly string[], options: { cwd?: string } = {}): Running {
  const child = spawn(process.execPath, [join(ROOT, 'bin/brctl.js'), ...words], {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, NO_COLOR: '1', BRCTL_TARGET: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, out, err }));
  return { process: child, ended };
}

export async function brctl(
  words: readonly string[],
  options: { cwd?: string } = {},
): Promise<Ended> {
  return start(words, options).ended;
}
