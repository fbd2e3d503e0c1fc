/** Where `--out` writes, what it never replaces, and what happens when nobody can be told. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isStdout } from '../../src/output.ts';
import { ROOT, run, temporaryFolder } from '../support/host.ts';

const LIST = ['pack', 'list', '--target=.'];
const JSON_TEXT = expect.stringContaining('"schema": "brctl/pack-list/v1"');

const out = (cwd: string, file: string, ...words: string[]) =>
  run([...LIST, '--out', file, ...words], { cwd });

test('a file is written whole, keeps its mode, and leaves no draft', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'a.json'), 'old', { mode: 0o600 });
  chmodSync(join(cwd, 'a.json'), 0o600);
  expect(await out(cwd, 'a.json')).toEqual({ code: 0, out: '', err: 'wrote a.json\n' });
  expect(readFileSync(join(cwd, 'a.json'), 'utf8')).toEqual(JSON_TEXT);
  expect(statSync(join(cwd, 'a.json')).mode & 0o777).toBe(0o600);
  expect(readdirSync(cwd)).toEqual(['a.json']);
});

test('a link stays a link, and what it leads to is written', async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'real'));
  writeFileSync(join(cwd, 'real/old.json'), 'old');
  symlinkSync('real/old.json', join(cwd, 'old.json'));
  symlinkSync('real/new.json', join(cwd, 'new.json'));
  symlinkSync('new.json', join(cwd, 'newer.json'));
  for (const name of ['old.json', 'newer.json']) {
    expect((await out(cwd, name)).code).toBe(0);
    expect(lstatSync(join(cwd, name)).isSymbolicLink()).toBe(true);
  }
  expect(readlinkSync(join(cwd, 'new.json'))).toBe('real/new.json');
  expect(readdirSync(join(cwd, 'real')).sort()).toEqual(['new.json', 'old.json']);
  for (const name of ['old.json', 'new.json']) {
    expect(readFileSync(join(cwd, 'real', name), 'utf8')).toEqual(JSON_TEXT);
  }
});

test('links that lead to each other are an error of the system', async () => {
  const cwd = temporaryFolder();
  symlinkSync('b.json', join(cwd, 'a.json'));
  symlinkSync('a.json', join(cwd, 'b.json'));
  expect(await out(cwd, 'a.json')).toMatchObject({
    code: 3,
    err: `brctl: cannot write ${cwd}/a.json: links lead to each other\n`,
  });
});

test('a pipe is written to and stays a pipe', async () => {
  const cwd = temporaryFolder();
  const pipe = join(cwd, 'pipe.json');
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
  symlinkSync('pipe.json', join(cwd, 'link.json'));
  for (const name of ['pipe.json', 'link.json']) {
    const reader = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    reader.stdout.setEncoding('utf8').on('data', (each: string) => {
      text += each;
    });
    const ended = once(reader, 'close');
    expect((await out(cwd, name)).code).toBe(0);
    await ended;
    expect(text).toEqual(JSON_TEXT);
    expect(statSync(pipe).isFIFO()).toBe(true);
  }
  expect(readdirSync(cwd).sort()).toEqual(['link.json', 'pipe.json']);
});

test('a dash, and the name of stdout, are stdout', async () => {
  const cwd = temporaryFolder();
  const plain = await run(LIST, { cwd });
  expect(await out(cwd, '-')).toEqual(plain);
  // Not opened here: no test may put a device of this machine at risk.
  expect(isStdout('/dev/stdout')).toBe(true);
  expect((await out(cwd, '-', '--format', 'json')).out).toEqual(JSON_TEXT);
  expect(readdirSync(cwd)).toEqual([]);
});

test('a folder is a usage error that says so', async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'reports'));
  for (const [name, ...words] of [['reports'], ['reports', '--format', 'json'], ['new/']]) {
    expect(await out(cwd, name!, ...words)).toEqual({
      code: 2,
      out: '',
      err: `brctl: --out ${name} is a folder\n  hint: name a file in it\n`,
    });
  }
});

test('a file in place of a folder on the way is an error of the system', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'real.csv'), 'old');
  for (const name of ['real.csv/x.json', 'real.csv/below/x.json']) {
    expect(await out(cwd, name)).toEqual({
      code: 3,
      out: '',
      err:
        `brctl: cannot write ${cwd}/${name}: ` +
        'something on the way is a file and not a folder\n',
    });
  }
  expect(readFileSync(join(cwd, 'real.csv'), 'utf8')).toBe('old');
});

const FULL = '/dev/full';

/** The built program with stdout, or stderr, on a device that is always full. */
function onFullDisk(words: readonly string[], stream: 1 | 2) {
  const handle = openSync(FULL, 'w');
  try {
    return spawnSync(process.execPath, [join(ROOT, 'bin/brctl.js'), ...words], {
      encoding: 'utf8',
      cwd: temporaryFolder(),
      env: { ...process.env, BRCTL_TARGET: '' },
      stdio: ['ignore', stream === 1 ? handle : 'pipe', stream === 2 ? handle : 'pipe'],
    });
  } finally {
    closeSync(handle);
  }
}

test.skipIf(!existsSync(FULL))('a full disk behind stdout is one line and exit 3', () => {
  for (const words of [['--help'], LIST, ['completion', 'bash']]) {
    const { status, stderr } = onFullDisk(words, 1);
    expect([words, status, stderr]).toEqual([
      words,
      3,
      'brctl: the result could not be printed: the disk is full\n',
    ]);
  }
  const { status, stdout } = onFullDisk(['pack', 'list', '--target=.', '--fromat'], 2);
  expect([status, stdout]).toEqual([3, '']);
});

test('a reader who goes away early is no error', () => {
  const { status, stderr } = spawnSync(
    'bash',
    ['-c', 'set -o pipefail; "$0" "$1" --help | true', process.execPath, `${ROOT}/bin/brctl.js`],
    { encoding: 'utf8', cwd: temporaryFolder() },
  );
  expect([status, stderr]).toEqual([0, '']);
});

test('what a command reads is never written over, by whatever name', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'pack.yaml'), 'kind: Pack\n');
  symlinkSync('pack.yaml', join(cwd, 'link.json'));
  for (const file of ['pack.yaml', './pack.yaml', 'link.json']) {
    const words = ['pack', 'validate', 'pack.yaml', '--format', 'json', '--out', file];
    const { code, err } = await run(words, { cwd });
    expect([code, err]).toEqual([2, expect.stringContaining(`--out ${file} is what the command`)]);
  }
  expect(readFileSync(join(cwd, 'pack.yaml'), 'utf8')).toBe('kind: Pack\n');
});

test('what a deployment lives on is never written over; a report is', async () => {
  const target = temporaryFolder();
  const cwd = temporaryFolder();
  for (const folder of ['config/finance', '.brctl/packs', 'data/finance/reports', 'data/other']) {
    mkdirSync(join(target, folder), { recursive: true });
  }
  symlinkSync(join(target, 'config'), join(cwd, 'link'));
  symlinkSync(join(target, '.brctl/new.json'), join(cwd, 'dangling.json'));
  const elsewhere = temporaryFolder();
  symlinkSync(elsewhere, join(target, 'data/linked'));
  symlinkSync(target, join(cwd, 'target'));
  const list = (file: string) =>
    run(['pack', 'list', `--target=${target}`, '--format=json', '--out', file], { cwd });
  for (const name of [
    'config/finance/budgets.yaml',
    'config/new/deep/a.json',
    '.brctl/packs/a.json',
    'data/finance/state.db',
    'data/finance/charges/source=a/a.json',
    'data/a.json',
    'data/linked/state.db',
    'data/finance/reports',
    'data',
    '.brctl',
  ]) {
    const { code, err } = await list(join(target, name));
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/^brctl: --out .*(which holds what|is a folder)/),
    ]);
  }
  for (const name of ['link/finance/budgets.yaml', 'dangling.json', 'target/config/a.json']) {
    expect([name, (await list(name)).code]).toEqual([name, 2]);
  }
  expect(readdirSync(join(target, 'config'))).toEqual(['finance']);
  for (const name of ['data/finance/reports/a.json', 'a.json', 'config.json']) {
    expect([name, (await list(join(target, name))).code]).toEqual([name, 0]);
  }
});
