/** A pack whose commands cannot be mounted is refused, and one that is there hides no other. */
import { chmodSync, cpSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { mountProblems } from '../../src/pack/store/mountable.ts';
import type { CommandSpec } from '../../src/sdk/index.ts';
import { copyHello, HELLO_SOURCE, type Ran, run, temporaryFolder } from '../support/host.ts';
import { hello } from '../support/releases.ts';

let target: string;
let root: string;
beforeEach(async () => {
  target = join(temporaryFolder(), 'srv');
  root = await hello('1.2.0');
});

const brctl = (...words: string[]): Promise<Ran> => run([...words, `--target=${target}`]);

/** The command index with other commands. */
function list(folder: string, change: (greet: CommandSpec) => readonly CommandSpec[]): void {
  const file = join(folder, 'commands.json');
  chmodSync(file, 0o644);
  const index = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...index, commands: change(index.commands[0]) }));
}

const word = (name: string, variadic = false) => ({ name, summary: 'x', variadic });
const flag = (short?: string) => ({
  type: 'boolean' as const,
  summary: 'x',
  ...(short && { short }),
});

const UNMOUNTABLE: readonly (readonly [string, (greet: CommandSpec) => CommandSpec[], string])[] = [
  ['twice the same command', (greet) => [greet, greet], 'it lists the command "greet" twice'],
  [
    'a command that begins another',
    (greet) => [{ ...greet, path: ['greet', 'all'] }, greet],
    '"greet" cannot be a command and begin "greet all"',
  ],
  [
    'a flag of brctl itself',
    (greet) => [{ ...greet, flags: { target: flag() } }],
    'the command "greet" has a flag "target", which is brctl\'s own',
  ],
  [
    'a flag that would undo another',
    (greet) => [{ ...greet, flags: { 'no-colour': flag() } }],
    'the command "greet" has a flag "no-colour", and none may begin so',
  ],
  [
    'the letter of help',
    (greet) => [{ ...greet, flags: { high: flag('h') } }],
    'the command "greet" has a flag "h", which is brctl\'s own',
  ],
  [
    'a letter twice',
    (greet) => [{ ...greet, flags: { all: flag('a'), any: flag('a') } }],
    'the command "greet" has the flag "a" twice',
  ],
  [
    'an argument after all arguments',
    (greet) => [{ ...greet, arguments: [word('names', true), word('more')] }],
    'the command "greet" has an argument after "names", which takes all that follows',
  ],
  [
    'a name that is a mark',
    (greet) => [{ ...greet, arguments: [word('all...'), word('more')] }],
    'the command "greet" has a word that help cannot show: "all..."',
  ],
  [
    'a placeholder that is a flag',
    (greet) => [{ ...greet, flags: { size: { type: 'string', summary: 'x', placeholder: '-x' } } }],
    'the command "greet" has a word that help cannot show: "-x"',
  ],
];

test.each(UNMOUNTABLE)('%s is refused, and in nobody’s way', async (_, change, sentence) => {
  list(root, change);
  const place = /commands\.json:1:\d+: (?:error: )?([^\n[]*?)( \[unmountable\])?\n/;
  const { code, err } = await brctl('pack', 'install', root);
  expect([code, place.exec(err)?.[1]]).toEqual([3, sentence]);
  const validated = await brctl('pack', 'validate', root);
  expect([validated.code, place.exec(validated.out)?.slice(1)]).toEqual([
    1,
    [sentence, ' [unmountable]'],
  ]);
  await brctl('pack', 'install', await hello('1.2.0'));
  list(join(target, '.brctl/packs/hello/g0001'), change);
  const listed = await brctl('pack', 'list');
  expect(listed.code).toBe(1);
  expect(listed.err).toContain(`is broken: ${sentence}\n`);
  expect((await brctl('--help')).code).toBe(0);
  expect((await brctl('pack', 'uninstall', 'hello')).code).toBe(0);
});

test('every problem is at its own place, of each command the first', async () => {
  const target = ['commands', 0, 'flags', 'target'];
  list(root, (greet) => [
    { ...greet, flags: { target: flag('h'), out: flag() } },
    { ...greet, arguments: [word('a...')] },
  ]);
  const { commands } = JSON.parse(readFileSync(join(root, 'commands.json'), 'utf8'));
  expect(Array.from(mountProblems(commands), ({ at }) => at)).toEqual([
    target,
    ['commands', 1, 'path'],
    ['commands', 1, 'arguments', 0, 'name'],
  ]);
});

test('a build refuses it too, with the place in the index, and leaves what was there', async () => {
  const entry = readFileSync(join(HELLO_SOURCE, 'index.ts'), 'utf8');
  const source = copyHello({ 'index.ts': entry.replace('loud:', "'dry-run':") });
  const { code, err } = await run(['pack', 'build', source, '--into', join(target, 'dist')]);
  expect([code, err]).toEqual([
    3,
    expect.stringMatching(
      /commands\.json:\d+:\d+: the command "greet" has a flag "dry-run", which is brctl's own\n/,
    ),
  ]);
  expect(existsSync(target)).toBe(false);
});

test('a pack with the name of a verb of brctl does not take its place', async () => {
  await brctl('pack', 'install', root);
  const packs = join(target, '.brctl/packs');
  renameSync(join(packs, 'hello'), join(packs, 'pack'));
  const generation = join(packs, 'pack/g0001');
  const index = readFileSync(join(generation, 'commands.json'), 'utf8');
  const path = '"path": [\n        "install"\n      ]';
  const text = index.replace('"name": "hello"', '"name": "pack"');
  cpSync(join(root, 'commands.json'), join(generation, 'commands.json'), { force: true });
  chmodSync(join(generation, 'commands.json'), 0o644);
  writeFileSync(join(generation, 'commands.json'), text.replace(/"path": \[\s*"greet"\s*\]/, path));
  const { err, out } = await brctl('pack', 'install', '--help');
  expect(err).toContain('is broken: "pack" is a command of brctl itself\n');
  expect(out).toContain('Install a pack, another version of it, or repair it.');
});
