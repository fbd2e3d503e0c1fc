/** `brctl doctor` in each state a machine can be in. */
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  buildHello,
  builtHello,
  copyHello,
  type HostOptions,
  helloManifest,
  ROOT,
  run,
  temporaryFolder,
} from '../support/host.ts';
import { hello } from '../support/releases.ts';

type Check = { check: string; status: string; message: string; remedy: string | null };

async function installed(): Promise<string> {
  const target = temporaryFolder();
  await run(['pack', 'install', await builtHello(), `--target=${target}`]);
  return target;
}

async function doctor(target: string | undefined, options: HostOptions = {}) {
  const words = target === undefined ? [] : [`--target=${target}`];
  const cwd = temporaryFolder();
  const { code, out } = await run(['doctor', '--format=json', ...words], { cwd, ...options });
  const report: { schema: string; target: string | null; checks: Check[] } = JSON.parse(out);
  const only = (name: string) => report.checks.filter(({ check }) => check === name);
  return { code, report, only };
}

test('all is well: every check is a line, and the exit code is 0', async () => {
  const target = await installed();
  const env = { HELLO_TOKEN: 'hunter2', HELLO_KEY: 'hunter3' };
  const { code, out, err } = await run(['doctor', `--target=${target}`], { env });
  expect([code, err]).toEqual([0, '']);
  expect(out).toBe(
    [
      'ok    node     Node 24.15.0',
      `ok    target   ${target} exists and can be written`,
      'ok    packs    hello 1.2.0 (g0001) is intact',
      'ok    lock     packs.lock.yaml names what is installed',
      'ok    config   config/hello/greeting.yaml is valid',
      'ok    config   config/hello/texts/footer.yaml is valid',
      'warn  roles    nobody is greeter, listener yet',
      `               -> brctl role check --target=${target}`,
      'ok    secrets  set: HELLO_KEY, HELLO_TOKEN',
      'ok    clock    2026-01-04T12:00:00.000Z, not before anything installed',
      'ok    name     no brctl is on the PATH; this one is called by its path or by npx',
      '',
    ].join('\n'),
  );
});

test('an unsupported Node fails with what is needed', async () => {
  const { code, only } = await doctor(undefined, { nodeVersion: '22.21.0' });
  expect(code).toBe(1);
  expect(only('node')).toEqual([
    {
      check: 'node',
      status: 'fail',
      message: 'Node 22.21.0, and brctl needs ^22.22.2 || ^24.15.0 || >=26',
      remedy: 'install a newer Node',
    },
  ]);
});

test('without a target the rest of the machine is still checked', async () => {
  const { code, report } = await doctor(undefined);
  expect([code, report.target]).toEqual([0, null]);
  expect(report.checks.map(({ check, status }) => `${check} ${status}`)).toEqual([
    'node ok',
    'target warn',
    'secrets ok',
    'clock ok',
    'name ok',
  ]);
});

test('a target that is not there, or no folder, fails', async () => {
  const missing = await doctor(join(temporaryFolder(), 'gone'));
  expect([missing.code, missing.only('target')[0]?.status]).toEqual([1, 'fail']);
  expect(missing.only('target')[0]?.message).toMatch(/gone does not exist$/);
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect((await doctor(file)).only('target')[0]?.message).toMatch(/file is not a folder$/);
});

test('a part of the target that cannot be written fails', async () => {
  const target = await installed();
  // A file in place of the folder: tests may run as root, whom no mode stops.
  writeFileSync(join(target, 'data'), '');
  const { code, only } = await doctor(target);
  expect(code).toBe(1);
  expect(only('target')[0]?.message).toBe(`${target}/data cannot be written`);
});

test('a target without packs is a warning with the command to run', async () => {
  const { code, only } = await doctor(temporaryFolder());
  expect(code).toBe(0);
  expect(only('packs')).toMatchObject([
    { status: 'warn', remedy: expect.stringContaining('brctl pack install NAME --target=') },
  ]);
});

test('a damaged and a broken pack fail with the way to repair them', async () => {
  const target = await installed();
  const file = join(target, '.brctl/packs/hello/g0001/pack.yaml');
  chmodSync(file, 0o644);
  writeFileSync(file, readFileSync(file, 'utf8').replace('Greets', 'Greats'));
  rmSync(join(target, '.brctl/packs/hello/g0001/README.md'));
  const damaged = await doctor(target);
  expect(damaged.code).toBe(1);
  expect(damaged.only('packs')).toEqual([
    {
      check: 'packs',
      status: 'fail',
      message: 'hello is damaged: README.md is missing (and 1 more)',
      remedy: expect.stringMatching(/^brctl pack install \/\S+\/hello --target=\/\S+$/),
    },
  ]);
  rmSync(join(target, '.brctl/packs/hello/g0001'), { recursive: true });
  expect((await doctor(target)).only('packs')[0]?.message).toMatch(/^hello is broken: /);
});

test('a pack that this brctl is too old for fails', async () => {
  const target = await installed();
  const { code, only } = await doctor(target, { version: '0.0.1' });
  expect(code).toBe(1);
  expect(only('packs')[0]).toMatchObject({ status: 'fail', remedy: 'upgrade brctl' });
});

test('invalid config fails with its place, missing config only warns', async () => {
  const target = await installed();
  const file = join(target, 'config/hello/greeting.yaml');
  writeFileSync(file, 'language: de\ntimes: none\n');
  rmSync(join(target, 'config/hello/texts/footer.yaml'));
  const { code, only } = await doctor(target, { cwd: target });
  expect(code).toBe(1);
  expect(only('config')).toEqual([
    {
      check: 'config',
      status: 'fail',
      message: 'config/hello/greeting.yaml:2:8: times must be a whole number, not the text "none"',
      remedy: `brctl pack validate ${file}`,
    },
    {
      check: 'config',
      status: 'warn',
      message: 'config/hello/texts/footer.yaml is missing',
      remedy: expect.stringMatching(
        /^brctl pack install \/\S+ --restore-missing --target=\S+ puts/,
      ),
    },
  ]);
});

test('secrets are told by name, and their values never appear', async () => {
  const target = await installed();
  const file = join(temporaryFolder(), 'key');
  writeFileSync(file, 'hunter4');
  const env = { HELLO_TOKEN: 'hunter2' };
  const some = await run(['doctor', `--target=${target}`], { env });
  expect(some.code).toBe(0);
  expect(some.out).toContain('warn  secrets  set: HELLO_TOKEN; not set: HELLO_KEY\n');
  const mounted = await run(['doctor', `--target=${target}`], {
    env: { ...env, HELLO_KEY_FILE: file },
  });
  expect(mounted.out).toContain('ok    secrets  set: HELLO_KEY, HELLO_TOKEN\n');
  const gone = await run(['doctor', `--target=${target}`], {
    env: { HELLO_KEY_FILE: '/nowhere/key', HELLO_TOKEN: '' },
  });
  expect(gone.out).toContain('warn  secrets  not set: HELLO_KEY, HELLO_TOKEN\n');
  expect(`${some.out}${mounted.out}${gone.out}`).not.toContain('hunter');
});

test('a pack that asks for no secret needs none', async () => {
  const manifest = helloManifest('[HELLO_TOKEN, HELLO_KEY]', '[]');
  const target = temporaryFolder();
  const pack = await buildHello(copyHello({ 'pack.yaml': manifest }));
  await run(['pack', 'install', pack, `--target=${target}`]);
  expect((await doctor(target)).only('secrets')[0]?.message).toBe('no installed pack asks for any');
});

test('a clock before the newest install, or before brctl existed, fails', async () => {
  const target = await installed();
  const behind = await doctor(target, { now: '2026-01-04T11:50:00Z' });
  expect(behind.code).toBe(1);
  expect(behind.only('clock')[0]?.message).toBe(
    'the clock says 2026-01-04T11:50:00.000Z, and something is from 2026-01-04T12:00:00.000Z',
  );
  expect((await doctor(target, { now: '2026-01-04T11:59:00Z' })).code).toBe(0);
  expect((await doctor(undefined, { now: '1970-01-01T00:00:10Z' })).code).toBe(1);
});

test('another program of the name that comes first on the PATH is a warning', async () => {
  const sbin = temporaryFolder();
  writeFileSync(join(sbin, 'brctl'), '#!/bin/sh\n', { mode: 0o755 });
  const own = temporaryFolder();
  symlinkSync(join(ROOT, 'bin/brctl.js'), join(own, 'brctl'));
  const first = await doctor(undefined, { env: { PATH: `${sbin}:${own}` } });
  expect(first.code).toBe(0);
  expect(first.only('name')[0]).toEqual({
    check: 'name',
    status: 'warn',
    message:
      `${sbin}/brctl comes first on the PATH and is another program, ` +
      'probably that of bridge-utils',
    remedy: `call ${ROOT}/bin/brctl.js, or put its link earlier on the PATH`,
  });
  const second = await doctor(undefined, { env: { PATH: `${own}::${sbin}` } });
  expect(second.only('name')[0]).toMatchObject({
    status: 'ok',
    message: `brctl on the PATH is this one: ${own}/brctl`,
  });
});

test('a folder, or a file that cannot be run, is no program of the name', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'a/brctl'), { recursive: true });
  mkdirSync(join(folder, 'b'));
  writeFileSync(join(folder, 'b/brctl'), '', { mode: 0o644 });
  const { only } = await doctor(undefined, { env: { PATH: `${folder}/a:${folder}/b:/gone` } });
  expect(only('name')[0]?.message).toMatch(/^no brctl is on the PATH/);
});

test('JSON names its schema and has a remedy, or null, for every check', async () => {
  const { report } = await doctor(temporaryFolder());
  expect(report.schema).toBe('brctl/doctor/v1');
  for (const check of report.checks) {
    expect(Object.keys(check)).toEqual(['check', 'status', 'message', 'remedy']);
  }
});

test('a doctor changes nothing', async () => {
  const target = await installed();
  const before = readFileSync(join(target, '.brctl/packs/hello/g0001/.brctl/receipt.json'));
  await doctor(target);
  expect(readFileSync(join(target, '.brctl/packs/hello/g0001/.brctl/receipt.json'))).toEqual(
    before,
  );
});

test('a config file that is a link to nothing fails; an install is not its cure', async () => {
  const target = await installed();
  const file = join(target, 'config/hello/greeting.yaml');
  rmSync(file);
  symlinkSync('/nowhere/greeting.yaml', file);
  const { code, only } = await doctor(target);
  expect(code).toBe(1);
  expect(only('config')[0]).toEqual({
    check: 'config',
    status: 'fail',
    message: 'config/hello/greeting.yaml is a link to /nowhere/greeting.yaml, and nothing is there',
    remedy: 'mend the link; an install leaves it as it is',
  });
});

test('a config conflict that is open is a warning with the commands that end it', async () => {
  const target = await installed();
  const shipped = readFileSync(join(target, 'config/hello/greeting.yaml'), 'utf8');
  const times = (count: number): string => shipped.replace(/times: 1/, `times: ${count}`);
  writeFileSync(join(target, 'config/hello/greeting.yaml'), times(2));
  expect((await doctor(target)).only('config').map(({ status }) => status)).toEqual(['ok', 'ok']);
  const next = await hello('1.3.0', { 'config/greeting.yaml': times(3) });
  await run(['pack', 'install', next, `--target=${target}`]);
  const { code, only } = await doctor(target);
  const file = 'hello/greeting.yaml';
  expect([code, only('config').filter(({ status }) => status === 'warn')]).toEqual([
    0,
    [
      {
        check: 'config',
        status: 'warn',
        message: `config/${file} is without what was shipped last: greeting.yaml.brctl-new waits`,
        remedy: `brctl config diff ${file}, then brctl config resolve ${file} --take mine|new`,
      },
    ],
  ]);
  await run(['config', 'resolve', file, '--take', 'mine', `--target=${target}`]);
  expect((await doctor(target)).only('config').map(({ status }) => status)).toEqual(['ok', 'ok']);
});
