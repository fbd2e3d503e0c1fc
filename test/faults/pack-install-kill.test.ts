/**
 * Real processes are killed with SIGKILL in the middle of an install. Afterwards `current` is a
 * whole generation or absent, and one more install ends where an undisturbed one ends.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { applyInstall, planInstall } from '../../src/pack/change/install.ts';
import { pathsOf } from '../../src/pack/paths.ts';
import { inspect } from '../../src/pack/store/generation.ts';
import { readTree } from '../../src/pack/store/tree.ts';
import {
  buildHello,
  builtHello,
  fakeHost,
  HELLO_CONSENT,
  nextHello,
  ROOT,
  run,
  temporaryFolder,
} from '../support/host.ts';

const DRIVER = join(import.meta.dirname, 'install-until.ts');
const BIN = join(ROOT, 'bin/brctl.js');

function state(target: string) {
  return inspect(pathsOf(target).pack('hello'));
}

/** What must be the same, however often an install was killed before it succeeded. */
function outcome(target: string): object {
  const home = join(target, '.brctl/packs/hello');
  return {
    state: state(target).status,
    generations: readdirSync(home).sort(),
    current: readlinkSync(join(home, 'current')),
    tree: readTree(join(home, 'current')).hash,
    config: readTree(join(target, 'config')).hash,
    lock: readFileSync(join(target, 'packs.lock.yaml'), 'utf8').replaceAll(target, ''),
    journal: existsSync(join(target, '.brctl/journal.json')),
  };
}

async function stepsOf(spec: string, target: string): Promise<string[]> {
  const names: string[] = [];
  const host = fakeHost();
  const plan = await planInstall({ spec, target }, host);
  await applyInstall(plan, host, { step: (name) => names.push(name) });
  return names;
}

/** Without the many steps that only copy one more file; the first test takes all of them. */
function turningPoints(steps: readonly string[]): number[] {
  const isCopy = (name: string | undefined) => name?.startsWith('copied ') === true;
  return steps.flatMap((name, i) => (isCopy(name) && isCopy(steps[i - 1]) ? [] : [i + 1]));
}

function killAt(step: number, spec: string, target: string): void {
  const words = [DRIVER, spec, target, `${step}`];
  const { signal, stderr } = spawnSync(process.execPath, words);
  expect([signal, `${stderr}`]).toEqual(['SIGKILL', '']);
}

test('a first install killed at any step leaves nothing current, or all of it', async () => {
  const built = await builtHello();
  const clean = join(temporaryFolder(), 'srv');
  const steps = await stepsOf(built, clean);
  expect(steps).toEqual([
    'cleaned up',
    'staged',
    ...readTree(built).files.map(({ path }) => `copied ${path}`),
    'wrote receipt',
    'created config greeting.yaml',
    'created config texts/footer.yaml',
    'renamed',
    'journalled',
    'linked',
    'switched',
    'wrote lock file',
    'done',
  ]);
  for (let step = 1; step <= steps.length; step += 1) {
    const target = join(temporaryFolder(), 'srv');
    killAt(step, built, target);
    expect([step, state(target).status]).toEqual([
      step,
      step > steps.indexOf('linked') + 1 ? 'intact' : 'absent',
    ]);
    expect((await run(['pack', 'install', built, `--target=${target}`])).code).toBe(0);
    expect([step, outcome(target)]).toEqual([step, outcome(clean)]);
  }
});

test('an install over an older generation killed at any step leaves either', async () => {
  const before = await builtHello();
  const after = await buildHello(nextHello());
  const base = join(temporaryFolder(), 'srv');
  await run(['pack', 'install', before, `--target=${base}`]);
  const copyOfBase = (): string => {
    const target = join(temporaryFolder(), 'srv');
    cpSync(base, target, { recursive: true, verbatimSymlinks: true });
    return target;
  };
  const clean = copyOfBase();
  const steps = await stepsOf(after, clean);
  for (const step of turningPoints(steps)) {
    const target = copyOfBase();
    killAt(step, after, target);
    const { status, generation } = state(target);
    expect([step, status, generation]).toEqual([
      step,
      'intact',
      step > steps.indexOf('linked') + 1 ? 'g0002' : 'g0001',
    ]);
    expect((await run(['pack', 'install', after, `--target=${target}`])).code).toBe(0);
    expect([step, outcome(target)]).toEqual([step, outcome(clean)]);
  }
});

test('killed again and again, each time a step further, it still gets there', async () => {
  const built = await builtHello();
  const target = join(temporaryFolder(), 'srv');
  const clean = join(temporaryFolder(), 'srv');
  const steps = await stepsOf(built, clean);
  for (const step of turningPoints(steps).slice(0, -6)) killAt(step, built, target);
  expect(state(target).status).toBe('absent');
  await run(['pack', 'install', built, `--target=${target}`]);
  expect(outcome(target)).toEqual(outcome(clean));
});

function brctl(words: readonly string[]): ChildProcess & { stderr: NodeJS.ReadableStream } {
  const child = spawn(process.execPath, [BIN, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  return child as ChildProcess & { stderr: NodeJS.ReadableStream };
}

async function ended(child: ChildProcess): Promise<{ code: number | null; text: string }> {
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, text };
}

test('the built brctl killed at any moment leaves what the next one completes', async () => {
  const built = await builtHello();
  const clean = join(temporaryFolder(), 'srv');
  await run(['pack', 'install', built, `--target=${clean}`]);
  // Spread over the whole run, start-up included; which step a moment hits is up to the machine.
  for (const delayMs of [40, 80, 120, 150, 180, 210, 240, 280, 320, 400]) {
    const target = join(temporaryFolder(), 'srv');
    const words = ['pack', 'install', built, `--target=${target}`, HELLO_CONSENT];
    const child = brctl(words);
    const done = ended(child);
    await sleep(delayMs);
    child.kill('SIGKILL');
    await done;
    expect(['absent', 'intact']).toContain(state(target).status);
    expect((await ended(brctl(words))).code).toBe(0);
    expect([delayMs, outcome(target)]).toEqual([delayMs, outcome(clean)]);
  }
});

test('many installers at once: all succeed, and there is one generation', async () => {
  const built = await builtHello();
  const target = join(temporaryFolder(), 'srv');
  const words = ['pack', 'install', built, `--target=${target}`, HELLO_CONSENT];
  const runs = await Promise.all(Array.from({ length: 5 }, () => ended(brctl(words))));
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
  expect(outcome(target)).toMatchObject({ state: 'intact', generations: ['current', 'g0001'] });
});

test('readers see a whole generation at every instant of many switches', async () => {
  const target = join(temporaryFolder(), 'srv');
  const packs = [await builtHello(), await buildHello(nextHello())];
  await run(['pack', 'install', packs[0]!, `--target=${target}`]);
  const current = join(target, '.brctl/packs/hello/current/commands.json');
  const writer = spawn(process.execPath, [
    join(import.meta.dirname, 'install-loop.ts'),
    target,
    '20',
    ...packs,
  ]);
  const done = ended(writer);
  let reads = 0;
  while (writer.exitCode === null && writer.signalCode === null) {
    expect(JSON.parse(readFileSync(current, 'utf8')).name).toBe('hello');
    reads += 1;
    if (reads % 100 === 0) await sleep(0);
  }
  expect(await done).toEqual({ code: 0, text: '' });
  expect(reads).toBeGreaterThan(100);
  expect(existsSync(join(target, '.brctl/packs/hello/g0020'))).toBe(true);
});
