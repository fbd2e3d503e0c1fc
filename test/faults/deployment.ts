/** Targets of the hello pack, and processes that die while changing one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { fakeHost, temporaryFolder } from '../support/host.ts';
import { perform, type Task } from './change.ts';

const DRIVER = join(import.meta.dirname, 'change-until.ts');

/** Code that was read once need not be compiled by each process. */
const CACHE = mkdtempSync(join(tmpdir(), 'brctl-cache-'));
afterAll(() => rmSync(CACHE, { recursive: true, force: true }));

export async function killAt(step: number, task: Task, target: string): Promise<void> {
  const words = [DRIVER, JSON.stringify(task), target, `${step}`];
  const env = { ...process.env, NODE_COMPILE_CACHE: CACHE };
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const [, signal] = await once(child, 'close');
  expect([step, signal, said]).toEqual([step, 'SIGKILL', '']);
}

/** In this process, undisturbed. */
export async function play(task: Task, target: string): Promise<string[]> {
  const names: string[] = [];
  await perform(task, target, { host: fakeHost(), step: (name) => names.push(name) });
  return names;
}

export function newTarget(): string {
  return join(temporaryFolder(), 'srv');
}

export function copyOf(target: string): string {
  const copy = newTarget();
  if (existsSync(target)) cpSync(target, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

/** Their numbers. Steps that copy one more file, or create one, are alike: first and last do. */
export function turningPoints(steps: readonly string[]): number[] {
  const kindOf = (name = ''): string => name.replace(/^(copied|created config) .*/, '$1');
  return steps.flatMap((name, i) => {
    const isAlike = [steps[i - 1], steps[i + 1]].every((each) => kindOf(each) === kindOf(name));
    return isAlike ? [] : [i + 1];
  });
}

/** As many at a time as pay off where two processors are. */
export async function inTurn<T>(items: readonly T[], body: (item: T) => Promise<void>) {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await body(item);
  };
  await Promise.all([worker(), worker()]);
}

/** A built pack in another version, without building it again: the bundle does not name it. */
export function versionOf(built: string, version: string): string {
  const copy = join(temporaryFolder(), 'hello');
  cpSync(built, copy, { recursive: true });
  for (const name of ['pack.yaml', 'commands.json']) {
    const file = join(copy, name);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/(version"?: )"[^"]+"/, `$1"${version}"`));
  }
  return copy;
}
