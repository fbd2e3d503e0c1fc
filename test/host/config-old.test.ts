/** The operator's text before brctl changed it: kept under a name of its own, as often as it is. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type Ran, run, temporaryFolder } from '../support/host.ts';
import { hello, shipping } from '../support/releases.ts';

let target: string;
let folder: string;
beforeEach(() => {
  target = join(temporaryFolder(), 'srv');
  folder = join(target, 'config/hello');
});

const brctl = (...words: string[]): Promise<Ran> => run([...words, `--target=${target}`]);
const install = async (version: string, text: string, ...words: string[]): Promise<Ran> =>
  brctl('pack', 'install', await hello(version, await shipping({ 'a.yaml': text })), ...words);
const text = (path: string): string => readFileSync(join(folder, path), 'utf8');
const edit = (content: string): void => writeFileSync(join(folder, 'a.yaml'), content);

test('a second merge keeps what the first had saved', async () => {
  await install('1.2.0', 'a: 1\nb: 1\n');
  edit('a: 5\nb: 1\n');
  const first = await install('1.3.0', 'a: 1\nb: 2\n');
  expect(first.out).toContain('gets what is new; the file as it was is in a.yaml.brctl-old\n');
  const second = await install('1.4.0', 'a: 1\nb: 3\n');
  expect(second.out).toContain('gets what is new; the file as it was is in a.yaml.brctl-old.2\n');
  await install('1.5.0', 'a: 1\nb: 4\n');
  const saved = ['a.yaml', 'a.yaml.brctl-old', 'a.yaml.brctl-old.2', 'a.yaml.brctl-old.3'];
  expect(readdirSync(folder).sort()).toEqual(saved);
  expect(saved.map(text)).toEqual(['a: 5\nb: 4\n', 'a: 5\nb: 1\n', 'a: 5\nb: 2\n', 'a: 5\nb: 3\n']);
});

test('the same text is saved once, and a folder of that name is passed by', async () => {
  await install('1.2.0', 'a: 1\nb: 1\n');
  mkdirSync(join(folder, 'a.yaml.brctl-old'));
  for (const version of ['1.3.0', '1.4.0']) {
    edit('a: 5\nb: 1\n');
    await install(version, `a: 1\nb: ${version}\n`, '--conf', 'new');
  }
  expect(text('a.yaml.brctl-old.2')).toBe('a: 5\nb: 1\n');
  expect(existsSync(join(folder, 'a.yaml.brctl-old.3'))).toBe(false);
});

test('resolve saves it beside an earlier one too, and names it', async () => {
  await install('1.2.0', 'a: 1\nb: 1\n');
  edit('a: 5\nb: 1\n');
  await install('1.3.0', 'a: 1\nb: 2\n');
  await install('1.4.0', 'a: 7\nb: 2\n');
  const { out } = await brctl('config', 'resolve', 'hello/a.yaml', '--take', 'new');
  expect(out).toBe('config/hello/a.yaml is the new one; yours is in a.yaml.brctl-old.2\n');
  expect(text('a.yaml.brctl-old')).toBe('a: 5\nb: 1\n');
  expect(text('a.yaml.brctl-old.2')).toBe('a: 5\nb: 2\n');
});

const NEXT =
  'next: brctl config diff hello/a.yaml, then ' +
  'brctl config resolve hello/a.yaml --take mine|new\n';

test('what leaves a conflict ends with the commands that end it', async () => {
  await install('1.2.0', 'a: 1\n');
  edit('a: 5\n');
  const dry = await install('1.3.0', 'a: 2\n', '--dry-run');
  expect(dry.out).not.toContain('next: ');
  const { out } = await install('1.3.0', 'a: 2\n');
  expect(out.endsWith(NEXT)).toBe(true);
  // It is still open then, and said again.
  expect((await install('1.4.0', 'a: 3\n')).out.endsWith(NEXT)).toBe(true);
  await brctl('config', 'resolve', 'hello/a.yaml', '--take', 'mine');
  expect((await install('1.5.0', 'a: 3\n')).out).not.toContain('next: ');
});

test('so does an upgrade, and a rollback', async () => {
  await install('1.2.0', 'a: 1\n');
  edit('a: 5\n');
  const place = await hello('1.3.0', await shipping({ 'a.yaml': 'a: 1\n' }));
  await brctl('pack', 'install', place);
  const next = await hello('1.4.0', await shipping({ 'a.yaml': 'a: 4\n' }));
  writeFileSync(join(place, 'config/a.yaml'), 'a: 4\n');
  for (const file of ['pack.yaml', 'commands.json']) {
    writeFileSync(join(place, file), readFileSync(join(next, file)));
  }
  const { out } = await brctl('pack', 'upgrade', 'hello');
  expect(out.endsWith(NEXT)).toBe(true);
  await brctl('config', 'resolve', 'hello/a.yaml', '--take', 'mine');
  const back = await brctl('pack', 'rollback', 'hello');
  expect(back.out.endsWith(NEXT)).toBe(true);
});
