/** What a change that died leaves to say for the command that ends it. */
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { applyInstall, planInstall } from '../../src/pack/change/install.ts';
import { applyUninstall, planUninstall } from '../../src/pack/change/uninstall.ts';
import { fakeHost, type Ran, run, temporaryFolder } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import { hello } from '../support/releases.ts';

let target: string;
beforeEach(() => {
  target = join(temporaryFolder(), 'srv');
});

const brctl = (...words: string[]): Promise<Ran> => run(['pack', ...words, `--target=${target}`]);

/** Where a process is killed, everything stays: so the target is what it was at that step. */
function dyingAt(at: string): { step(name: string): void; die(): void } {
  const still = join(temporaryFolder(), 'still');
  return {
    step: (name) => {
      if (name === at) cpSync(target, still, { recursive: true, verbatimSymlinks: true });
    },
    die: () => {
      target = still;
    },
  };
}

test('upgrade --all ends an uninstall that died, where nothing is left to upgrade', async () => {
  await brctl('install', await hello('1.2.0'));
  const { step, die } = dyingAt('switched');
  const plan = planUninstall({ pack: 'hello', target, purge: false });
  await applyUninstall(plan, fakeHost(), step);
  die();
  const journal = join(target, '.brctl/journal.json');
  const before = fingerprint(target);
  const dry = await brctl('upgrade', '--all', '--dry-run');
  expect([dry.code, fingerprint(target)]).toEqual([0, before]);
  expect(existsSync(journal)).toBe(true);
  expect(await brctl('upgrade', '--all')).toEqual({
    code: 0,
    out:
      'finished the uninstall of hello, which had died on its way\n' +
      'no packs are installed, nothing to do\n',
    err: '',
  });
  expect([existsSync(journal), existsSync(join(target, '.brctl/packs/hello'))]).toEqual([
    false,
    false,
  ]);
  expect(readFileSync(join(target, 'packs.lock.yaml'), 'utf8')).toContain('packs: {}');
  expect((await brctl('upgrade', '--all')).out).toBe('no packs are installed, nothing to do\n');
});

async function diedInstall(at: string, root: string): Promise<void> {
  await brctl('install', await hello('1.2.0'));
  const { step, die } = dyingAt(at);
  const plan = await planInstall({ spec: root, target }, fakeHost());
  await applyInstall(plan, fakeHost(), { accepted: plan.permissions.hash, step });
  die();
}

test('an install says which change that died it finished, and that it did no more', async () => {
  const root = await hello('1.3.0');
  await diedInstall('switched', root);
  expect(await brctl('install', root)).toEqual({
    code: 0,
    out:
      'finished the upgrade of hello, which had died on its way\n' +
      `hello 1.3.0 is already installed in ${target} (g0002), nothing else to do\n`,
    err: '',
  });
  expect((await brctl('install', root)).out).toBe(
    `hello 1.3.0 is already installed in ${target} (g0002), nothing to do\n`,
  );
});

test('JSON says so too', async () => {
  const root = await hello('1.3.0');
  await diedInstall('switched', root);
  const { ended, changed, action } = JSON.parse(
    (await brctl('install', root, '--format=json')).out,
  );
  expect([ended, changed, action]).toEqual([{ action: 'upgrade', pack: 'hello' }, true, 'none']);
});

test('of a change that died before its switch there is nothing to finish', async () => {
  const root = await hello('1.3.0');
  await diedInstall('journalled', root);
  const { out } = await brctl('install', root);
  expect(out).not.toContain('finished');
  expect(out).toContain('hello 1.3.0 installed');
});
