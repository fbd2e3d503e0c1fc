/** Whoever reads while `current` switches sees one whole pack or the other. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { pathsOf } from '../../src/pack/paths.ts';
import { packStatuses } from '../../src/pack/store/status.ts';
import { readTree } from '../../src/pack/store/tree.ts';
import { buildHello, copyHello, helloManifest } from '../support/host.ts';
import { newTarget, play, versionOf } from './deployment.ts';
import { outcome } from './outcome.ts';

const SWITCHES = 1_000;

type Child = Readonly<{ end(): void; isOver(): boolean; ended: Promise<string> }>;

function start(script: string, words: readonly string[]): Child {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...words]);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text += chunk;
    });
  }
  return {
    end: () => child.stdin.end(),
    isOver: () => child.exitCode !== null || child.signalCode !== null,
    ended: once(child, 'close').then(
      ([code, signal]) => `${text}${code === 0 ? '' : (code ?? signal)}`,
    ),
  };
}

test(`readers see one whole pack in ${SWITCHES} switches`, { timeout: 180_000 }, async () => {
  const target = newTarget();
  // Without config files a switch takes half the time, and there is nothing else to it.
  const bare = helloManifest(/^config:\n( .*\n)+/m.exec(helloManifest('', ''))![0], '');
  const built = await buildHello(copyHello({ 'pack.yaml': bare }));
  const packs = [built, versionOf(built, '1.3.0')] as const;
  for (const spec of packs) await play({ verb: 'install', spec }, target);
  const trees = { '1.2.0': readTree(packs[0]).hash, '1.3.0': readTree(packs[1]).hash };
  const reader = start('read-loop.ts', [target, JSON.stringify(trees)]);
  const writer = start('switch-loop.ts', [target, `${SWITCHES}`]);
  const current = join(pathsOf(target).pack('hello').current, 'commands.json');
  const seen = new Set<string>();
  while (!writer.isOver()) {
    seen.add(JSON.parse(readFileSync(current, 'utf8')).version);
    // What `pack list` and `pack verify` look at, every file of it.
    const [pack] = packStatuses(target);
    expect([pack?.status, pack?.receipt?.tree]).toEqual([
      'intact',
      trees[pack?.version as '1.2.0'],
    ]);
    await sleep(20);
  }
  expect(await writer.ended).toBe('');
  reader.end();
  const { reads, versions, wrong } = JSON.parse(await reader.ended);
  expect([wrong, versions, [...seen].sort()]).toEqual([[], ['1.2.0', '1.3.0'], ['1.2.0', '1.3.0']]);
  expect(reads).toBeGreaterThan(100);
  expect(outcome(target)).toMatchObject({ current: 'g0002', status: 'intact', remains: [] });
  expect(existsSync(pathsOf(target).journal)).toBe(false);
});
