/** What Tab offers, and the scripts that ask for it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HOST_COMMANDS } from '../../src/commands/all.ts';
import { builtHello, ROOT, run, temporaryFolder } from '../support/host.ts';

const VERBS = ['completion', 'config', 'doctor', 'pack', 'role', 'trust'];
const PACK_VERBS = HOST_COMMANDS.filter(({ path }) => path[0] === 'pack')
  .map(({ path }) => path[1]!)
  .sort();

async function installed(): Promise<string> {
  const target = temporaryFolder();
  await run(['pack', 'install', await builtHello(), `--target=${target}`]);
  return target;
}

/** Offered words without their summaries. */
async function offered(words: readonly string[], target?: string): Promise<string[]> {
  const cwd = target ?? temporaryFolder();
  const { code, out, err } = await run(['__complete', '--', ...words], { cwd });
  expect([code, err]).toEqual([0, '']);
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t')[0]!);
}

test.each<[string[], string[]]>([
  [[''], VERBS],
  [['do'], ['doctor']],
  [['pack', ''], PACK_VERBS],
  [['pack', 'l'], ['list']],
  [['nope', ''], []],
  [
    ['completion', ''],
    ['bash', 'fish', 'zsh'],
  ],
  [['completion', 'bash', ''], []],
  [
    ['pack', 'list', '--format', ''],
    ['json', 'table'],
  ],
  [['pack', 'validate', '--format', 'g'], ['github']],
  [['pack', 'validate', '--format=s'], ['--format=sarif']],
  [['pack', 'validate', '--format', '=', 's'], ['sarif']],
  [
    ['pack', 'validate', '--format', '='],
    ['github', 'json', 'sarif', 'table'],
  ],
  [['pack', 'validate', '--format=sarif=', ''], [':files']],
  [['pack', 'list', '--target', '=', 'a', '--f'], ['--format']],
  [
    ['pack', 'list', '--format=json', '--target=a', '--'],
    ['--help', '--out', '--outdated'],
  ],
  [['pack', 'validate', ''], [':files']],
  [['pack', 'list', '--target', ''], [':files']],
  [['--target', ''], [':files']],
  [
    ['pack', 'list', '--'],
    ['--format', '--help', '--out', '--outdated', '--target'],
  ],
  [
    ['pack', 'list', '--format', 'json', '--'],
    ['--help', '--out', '--outdated', '--target'],
  ],
  [['pack', 'install', '--d'], ['--dry-run']],
  [['--v'], ['--version']],
  [
    ['pack', 'install', ''],
    ['finance', ':files'],
  ],
])('%j offers %j', async (words, expected) => {
  expect(await offered(words)).toEqual(expected);
});

test('commands of installed packs are offered, with their flags and choices', async () => {
  const target = await installed();
  expect(await offered([''], target)).toEqual([...VERBS, 'hello'].sort());
  expect(await offered(['hello', ''], target)).toEqual(['greet']);
  expect(await offered(['hello', 'greet', '--l'], target)).toEqual(['--language', '--loud']);
  expect(await offered(['hello', 'greet', '--language', ''], target)).toEqual(['de', 'en']);
});

test('the target may be named in the words that are being completed', async () => {
  const target = await installed();
  expect(await offered(['--target', target, 'h'])).toEqual(['hello']);
  expect(await offered([`--target=${target}`, 'hello', ''])).toEqual(['greet']);
  expect(await offered(['--target', '=', target, 'hello', ''])).toEqual(['greet']);
});

test('a broken pack offers less and breaks nothing', async () => {
  const target = temporaryFolder();
  mkdirSync(join(target, '.brctl/packs/broken/current'), { recursive: true });
  const { code, out } = await run(['__complete', '--', ''], { cwd: target });
  expect([code, out.split('\n').length]).toEqual([0, VERBS.length + 1]);
});

test('the hidden command is in no help', async () => {
  expect((await run(['--help'])).out).not.toContain('__complete');
});

test('every shell gets a script, and no other word does', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, out } = await run(['completion', shell]);
    expect([code, out.startsWith('#'), out.includes('__complete --')]).toEqual([0, true, true]);
  }
  const { code, err } = await run(['completion', 'tcsh']);
  expect([code, err]).toEqual([2, 'brctl: no completion for "tcsh": bash, zsh, fish\n']);
});

const hasBash = spawnSync('bash', ['--version']).status === 0;

/** Where a bash without settings of its own cuts words, besides blanks. */
const cutWords = (line: string): string[] =>
  line.split(' ').flatMap((word) => (word === '' ? [''] : word.match(/[=:]+|[^=:]+/g)!));

/** Sources the script into a real bash and presses Tab behind the line. */
async function bashOffers(line: string, folder = temporaryFolder()): Promise<string[]> {
  const words = cutWords(line);
  const script = (await run(['completion', 'bash'])).out;
  writeFileSync(join(folder, 'brctl.bash'), script);
  writeFileSync(
    join(folder, 'brctl'),
    `#!/bin/sh\nexec '${process.execPath}' '${ROOT}/bin/brctl.js' "$@"\n`,
    { mode: 0o755 },
  );
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const bash = spawnSync(
    'bash',
    [
      '--norc',
      '-c',
      `source ./brctl.bash; COMP_LINE='${line}'; COMP_WORDS=(${quoted}); ` +
        `COMP_CWORD=${words.length - 1}; _brctl; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ],
    { cwd: folder, encoding: 'utf8', env: { PATH: `${folder}:${process.env.PATH}` } },
  );
  expect(bash.stderr).toBe('');
  return bash.stdout.split('\n').filter(Boolean);
}

test.skipIf(!hasBash)('bash completes words, choices after an equals sign, and files', async () => {
  expect(await bashOffers('brctl pack ')).toEqual(PACK_VERBS);
  expect(await bashOffers('brctl pack validate --format=g')).toEqual(['github']);
  expect(await bashOffers('brctl pack validate --format=')).toHaveLength(4);
  expect(await bashOffers('brctl pack validate brctl.b')).toEqual(['brctl.bash']);
  expect(await bashOffers('brctl pack list --out=brctl.b')).toEqual(['brctl.bash']);
  expect(await bashOffers('brctl nope ')).toEqual([]);
});

test.skipIf(!hasBash)(
  'bash goes on behind a flag with its value, and colons in words',
  async () => {
    const target = await installed();
    const after = (line: string) => bashOffers(`brctl --target=. ${line}`, target);
    expect(await after('hel')).toEqual(['hello']);
    expect(await after('hello ')).toEqual(['greet']);
    expect(await after('hello greet --language=d')).toEqual(['de']);
    expect(await bashOffers('brctl pack list --format=json --ta')).toEqual(['--target']);
    writeFileSync(join(target, 'a:b.yaml'), '');
    expect(await after('pack validate a:')).toEqual(['b.yaml']);
  },
);
