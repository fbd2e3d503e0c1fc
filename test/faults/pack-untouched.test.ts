/** What must not write does not: where it may not, and where there is nothing to do. */
import { spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HELLO_CONSENT } from '../support/consent.ts';
import { buildHello, copyHello, helloManifest, nextHello, run } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import { type ConfigPacks, configPacks, EDITS, edit } from './config-packs.ts';
import { copyOf, newTarget, play } from './deployment.ts';

let packs: ConfigPacks;
let target: string;

beforeEach(async () => {
  packs = await configPacks();
  target = newTarget();
  await play({ verb: 'install', spec: packs.before }, target);
  edit(target, EDITS);
  await play({ verb: 'install', spec: packs.after }, target);
});

afterEach(() => allow(target, 0o755));

/** Every folder of a target, and the file that is its lock. */
function allow(folder: string, mode: number): void {
  chmodSync(folder, mode);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) allow(path, mode);
    else if (entry.name === 'lock.db') chmodSync(path, mode & 0o444 ? mode & 0o644 : mode);
  }
}

const CHANGES = [
  ['pack', 'rollback', 'hello'],
  ['pack', 'uninstall', 'hello', '--purge'],
  ['pack', 'pin', 'hello'],
];
const LOOKS = [
  ['pack', 'list'],
  ['pack', 'history', 'hello'],
  ['pack', 'verify'],
  ['pack', 'info', 'hello'],
  ['pack', 'rollback', 'hello', '--dry-run'],
  ['pack', 'uninstall', 'hello', '--dry-run'],
  ['hello', 'greet', 'world'],
];

test('who may only read looks at all of it and changes nothing', async () => {
  const install = ['pack', 'install', packs.before, '--conf=new', HELLO_CONSENT];
  const commands = [...LOOKS, install, ...CHANGES];
  const copy = copyOf(target);
  for (const folder of [dirname(target), join(packs.before, '../..')]) chmodSync(folder, 0o755);
  allow(target, 0o555);
  const before = fingerprint(target);
  const words = [join(import.meta.dirname, 'as-reader.ts'), target, copy, JSON.stringify(commands)];
  const ran = spawnSync(process.execPath, words, { encoding: 'utf8' });
  expect([ran.status, ran.stderr]).toEqual([0, '']);
  const results: { code: number; out: string; err: string }[] = JSON.parse(ran.stdout);
  const codes = results.map(({ code }, i) => [commands[i]!.slice(0, 2).join(' '), code]);
  expect(codes).toEqual([
    ...LOOKS.map((each) => [each.slice(0, 2).join(' '), 0]),
    ['pack install', 4],
    ...CHANGES.map((each) => [each.slice(0, 2).join(' '), 4]),
  ]);
  for (const { err } of results.slice(LOOKS.length)) {
    expect(err).toBe(
      `brctl: cannot lock: ${target}/.brctl/lock.db: permission denied\n` +
        '  hint: check the owner of the target\n',
    );
  }
  expect(fingerprint(target)).toEqual(before);
});

test('what finds nothing to do writes nothing at all', async () => {
  const before = fingerprint(target);
  for (const words of [
    ['pack', 'install', packs.after],
    ['pack', 'install', packs.after, '--frozen'],
    ['pack', 'install', packs.before, '--dry-run'],
    ['pack', 'plan', packs.before],
    ['pack', 'upgrade', '--all'],
    ['pack', 'upgrade', 'hello', '--dry-run'],
    ...LOOKS,
    ['doctor'],
  ]) {
    const { code, err } = await run([...words, `--target=${target}`]);
    expect([words, [0, 1].includes(code), err]).toEqual([words, true, '']);
    expect([words, fingerprint(target)]).toEqual([words, before]);
  }
});

test('a link that is linked already writes nothing', async () => {
  const linked = newTarget();
  await play({ verb: 'install', spec: packs.before }, linked);
  edit(linked, EDITS);
  await play({ verb: 'link', spec: packs.after }, linked);
  const before = fingerprint(linked);
  const { out } = await run(['pack', 'install', packs.after, '--link', `--target=${linked}`]);
  expect(out).toContain('already linked');
  expect(fingerprint(linked)).toEqual(before);
});

test('an upgrade that asks for more is refused where nobody can be asked', async () => {
  const wider = helloManifest('[api.example.com]', '[api.example.com, evil.example]');
  const spec = await buildHello(nextHello({ 'pack.yaml': wider }, '1.4.0'));
  const before = fingerprint(target);
  const alone = { confirm: undefined };
  const words = ['pack', 'install', spec, `--target=${target}`];
  const refused = await run(words, alone);
  expect([refused.code, refused.out]).toEqual([7, '']);
  expect(refused.err).toMatch(/1\.4\.0 now also asks to talk to evil\.example, and nobody/);
  const hash = /--accept-permissions (sha256:\w+)/.exec(refused.err)?.[1];
  const wrong = await run([...words, HELLO_CONSENT], alone);
  expect([wrong.code, fingerprint(target)]).toEqual([7, before]);
  const { code } = await run([...words, `--accept-permissions=${hash}`], alone);
  expect(code).toBe(0);
  const fewer = helloManifest('[api.example.com]', '[]').replace('"1.2.0"', '"1.5.0"');
  const narrower = await buildHello(copyHello({ 'pack.yaml': fewer }));
  expect((await run(['pack', 'install', narrower, `--target=${target}`], alone)).code).toBe(0);
});

test('the fingerprint would tell', () => {
  const before = fingerprint(target);
  const file = join(target, 'packs.lock.yaml');
  chmodSync(file, lstatSync(file).mode);
  expect(fingerprint(target)).not.toEqual(before);
});
