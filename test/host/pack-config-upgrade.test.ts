/** The operator's config through real upgrades and back: the table, one file per row. */
import {
  chmodSync,
  chownSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Ran, run, temporaryFolder } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import { hello, shipping, writeFile } from '../support/releases.ts';

let target: string;
let folder: string;
beforeEach(() => {
  target = join(temporaryFolder(), 'srv');
  folder = join(target, 'config/hello');
});

const brctl = (...words: string[]): Promise<Ran> => run(['pack', ...words, `--target=${target}`]);

type Files = Readonly<Record<string, string | Uint8Array>>;

async function install(version: string, files: Files, ...words: string[]): Promise<Ran> {
  return brctl('install', await hello(version, await shipping(files)), ...words);
}

const text = (path: string) => readFileSync(join(folder, path), 'utf8');
const edit = (path: string, content: string) => writeFileSync(join(folder, path), content);
const isThere = (path: string) => existsSync(join(folder, path));
/** What was said of a file. */
const said = ({ out }: Ran, path: string) =>
  out
    .split('\n')
    .find((line) => line.startsWith(`  config/hello/${path} `))
    ?.slice(16 + path.length);

describe('an upgrade', () => {
  test('leaves what nobody changed, and takes what only the pack changed', async () => {
    await install('1.2.0', { 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 1\n' });
    const ran = await install('1.3.0', { 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 2\n' });
    expect([said(ran, 'a.yaml'), text('a.yaml')]).toEqual(['as shipped, nothing new', 'a: 1\n']);
    expect([said(ran, 'b.yaml'), text('b.yaml')]).toEqual([
      'unedited, takes the new version',
      'b: 2\n',
    ]);
    await brctl('rollback', 'hello');
    expect([text('a.yaml'), text('b.yaml')]).toEqual(['a: 1\n', 'b: 1\n']);
  });

  test('keeps an edit where nothing new is shipped', async () => {
    await install('1.2.0', { 'a.yaml': 'a: 1\n' });
    edit('a.yaml', 'a: 5 # mine\n');
    const before = fingerprint(folder);
    const ran = await install('1.3.0', { 'a.yaml': 'a: 1\n' });
    expect(said(ran, 'a.yaml')).toBe('edited, stays; nothing new is shipped');
    await brctl('rollback', 'hello');
    expect(fingerprint(folder)).toEqual(before);
  });

  test('adopts an edit that is what is shipped now', async () => {
    await install('1.2.0', { 'a.yaml': 'a: 1\n' });
    edit('a.yaml', 'a: 2\n');
    const before = fingerprint(folder);
    const ran = await install('1.3.0', { 'a.yaml': 'a: 2\n' });
    expect(said(ran, 'a.yaml')).toBe('already has the content that is shipped now');
    expect(fingerprint(folder)).toEqual(before);
    const next = await install('1.4.0', { 'a.yaml': 'a: 3\n' });
    expect(said(next, 'a.yaml')).toBe('unedited, takes the new version');
  });

  test('merges YAML by key and keeps comments, and text by line', async () => {
    const lines = ['one', 'two', 'three', 'four', 'five', 'six', ''];
    await install('1.2.0', { 'a.yaml': 'a: 1\nb: 1\n', 'a.md': lines.join('\n') });
    edit('a.yaml', '# mine\na: 5 # why\nb: 1\n');
    edit('a.md', lines.with(0, 'ONE').join('\n'));
    const next = { 'a.yaml': 'a: 1\nb: 2\nc: 3\n', 'a.md': lines.with(5, 'SIX').join('\n') };
    const ran = await install('1.3.0', next);
    expect(text('a.yaml')).toBe('# mine\na: 5 # why\nb: 2\nc: 3\n');
    expect(text('a.yaml.brctl-old')).toBe('# mine\na: 5 # why\nb: 1\n');
    expect(text('a.md')).toBe(lines.with(0, 'ONE').with(5, 'SIX').join('\n'));
    expect(said(ran, 'a.md')).toBe(
      'edited, gets what is new; the file as it was is in a.md.brctl-old',
    );
    expect(isThere('a.yaml.brctl-new')).toBe(false);
    await brctl('rollback', 'hello');
    expect(text('a.yaml')).toBe('# mine\na: 5 # why\nb: 1\n');
    expect(text('a.md')).toBe(lines.with(0, 'ONE').join('\n'));
  });

  test('leaves what it cannot merge, with the shipped one beside it', async () => {
    await install('1.2.0', { 'a.yaml': 'a: 1\nb: 1\n', 'a.md': 'one\n' });
    edit('a.yaml', 'a: 5\nb: 1\n');
    edit('a.md', 'ONE\n');
    const ran = await install('1.3.0', { 'a.yaml': 'a: 2\nb: 2\n', 'a.md': 'two\n' });
    expect(ran.code).toBe(0);
    expect(said(ran, 'a.yaml')).toBe(
      'edited, stays: both sides changed a; the shipped version is in a.yaml.brctl-new',
    );
    expect([text('a.yaml'), text('a.yaml.brctl-new')]).toEqual(['a: 5\nb: 1\n', 'a: 2\nb: 2\n']);
    expect([text('a.md'), text('a.md.brctl-new')]).toEqual(['ONE\n', 'two\n']);
    await brctl('rollback', 'hello');
    expect([text('a.yaml'), text('a.md')]).toEqual(['a: 5\nb: 1\n', 'ONE\n']);
  });

  test('leaves deleted what was deleted, until --restore-missing', async () => {
    await install('1.2.0', { 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 1\n' });
    rmSync(join(folder, 'a.yaml'));
    rmSync(join(folder, 'b.yaml'));
    const files = { 'a.yaml': 'a: 2\n', 'b.yaml': 'b: 1\n' };
    const ran = await install('1.3.0', files);
    const sentence = 'deleted, stays deleted; --restore-missing creates it again';
    expect([said(ran, 'a.yaml'), said(ran, 'b.yaml')]).toEqual([sentence, sentence]);
    await brctl('rollback', 'hello');
    expect([isThere('a.yaml'), isThere('b.yaml')]).toEqual([false, false]);
    const again = await install('1.4.0', files, '--restore-missing');
    expect(said(again, 'a.yaml')).toBe('was deleted, created again');
    expect([text('a.yaml'), text('b.yaml')]).toEqual(['a: 2\n', 'b: 1\n']);
  });

  test('offers a new file, and leaves one that is in its way', async () => {
    await install('1.2.0', {});
    writeFile(join(folder, 'mine.yaml'), 'mine: 1\n');
    const ran = await install('1.3.0', { 'new.yaml': 'new: 1\n', 'mine.yaml': 'theirs: 1\n' });
    expect([said(ran, 'new.yaml'), text('new.yaml')]).toEqual(['created', 'new: 1\n']);
    expect(said(ran, 'mine.yaml')).toBe(
      'not from this pack, stays; the shipped version is in mine.yaml.brctl-new',
    );
    expect([text('mine.yaml'), text('mine.yaml.brctl-new')]).toEqual(['mine: 1\n', 'theirs: 1\n']);
    await brctl('rollback', 'hello');
    expect([isThere('new.yaml'), text('mine.yaml')]).toEqual([false, 'mine: 1\n']);
  });

  test('removes what is no longer shipped, unless it was edited', async () => {
    await install('1.2.0', { 'gone.yaml': 'a: 1\n', 'kept.yaml': 'a: 1\n' });
    edit('kept.yaml', 'a: 5\n');
    const ran = await install('1.3.0', {});
    expect(said(ran, 'gone.yaml')).toBe('unedited and no longer shipped, removed');
    expect(said(ran, 'kept.yaml')).toBe('no longer shipped; edited, so it stays');
    expect([isThere('gone.yaml'), text('kept.yaml')]).toEqual([false, 'a: 5\n']);
    await brctl('rollback', 'hello');
    expect(text('kept.yaml')).toBe('a: 5\n');
    expect(isThere('gone.yaml')).toBe(true);
  });

  test('moves a renamed file along with its edits, there and back', async () => {
    await install('1.2.0', { 'old.yaml': 'a: 1\nb: 1\n', 'plain.yaml': 'c: 1\n' });
    edit('old.yaml', 'a: 5\nb: 1\n');
    const renamed = { 'sub/new.yaml': 'old.yaml', 'other.yaml': 'plain.yaml' };
    const files = { 'sub/new.yaml': 'a: 1\nb: 2\n', 'other.yaml': 'c: 1\n' };
    const next = await hello('1.3.0', await shipping(files, renamed));
    const ran = await brctl('install', next);
    expect(said(ran, 'sub/new.yaml')).toMatch(/^was old\.yaml; edited, gets what is new; the file/);
    expect(said(ran, 'other.yaml')).toBe('moved from plain.yaml, as it was');
    expect([isThere('old.yaml'), isThere('plain.yaml')]).toEqual([false, false]);
    expect([text('sub/new.yaml'), text('other.yaml')]).toEqual(['a: 5\nb: 2\n', 'c: 1\n']);
    expect((await brctl('rollback', 'hello')).code).toBe(0);
    expect([text('old.yaml'), text('plain.yaml')]).toEqual(['a: 5\nb: 1\n', 'c: 1\n']);
    expect([isThere('sub/new.yaml'), isThere('other.yaml')]).toEqual([false, false]);
  });
});

describe('--conf', () => {
  const conflicted = async (...words: string[]) => {
    await install('1.2.0', { 'a.yaml': 'a: 1\nb: 1\n', 'b.yaml': 'a: 1\nb: 1\n' });
    edit('a.yaml', 'a: 5\nb: 1\n');
    edit('b.yaml', 'a: 5\nb: 1\n');
    const before = fingerprint(target);
    const files = { 'a.yaml': 'a: 2\nb: 1\n', 'b.yaml': 'a: 1\nb: 2\n' };
    return { before, ran: await install('1.3.0', files, ...words) };
  };

  test('fail changes nothing where something cannot be merged', async () => {
    for (const words of [['--conf=fail'], ['--conf=fail', '--dry-run']]) {
      const { before, ran } = await conflicted(...words);
      expect([ran.code, ran.out, ran.err]).toEqual([
        9,
        '',
        'brctl: config/hello/a.yaml is edited, and both sides changed a\n' +
          '  hint: --conf merge keeps it and puts the shipped one beside it; ' +
          '--conf new replaces it\n',
      ]);
      expect(fingerprint(target)).toEqual(before);
      await brctl('uninstall', 'hello', '--purge');
    }
  });

  test('keep keeps every edit, new replaces every edit, and both lose nothing', async () => {
    const { ran } = await conflicted('--conf', 'keep');
    expect(said(ran, 'b.yaml')).toMatch(/^edited, stays as asked; the shipped version is in/);
    expect([text('b.yaml'), text('b.yaml.brctl-new')]).toEqual(['a: 5\nb: 1\n', 'a: 1\nb: 2\n']);
    await brctl('uninstall', 'hello', '--purge');
    const other = await conflicted('--conf', 'new');
    expect(said(other.ran, 'b.yaml')).toMatch(/^edited, replaced as asked; the file as it was/);
    expect([text('a.yaml'), text('a.yaml.brctl-old')]).toEqual(['a: 2\nb: 1\n', 'a: 5\nb: 1\n']);
    expect(await conflicted('--conf', 'other')).toMatchObject({ ran: { code: 2 } });
  });
});

test('who may read a file stays as it was, also of what is put beside it', async () => {
  await install('1.2.0', { 'a.yaml': 'a: 1\nb: 1\n', 'b.yaml': 'a: 1\n', 'c.yaml': 'c: 1\n' });
  edit('a.yaml', 'a: secret\nb: 1\n');
  edit('b.yaml', 'a: secret\n');
  for (const path of ['a.yaml', 'b.yaml', 'c.yaml']) chmodSync(join(folder, path), 0o600);
  await install('1.3.0', { 'a.yaml': 'a: 1\nb: 2\n', 'b.yaml': 'a: 2\n', 'c.yaml': 'c: 2\n' });
  const mode = (path: string) => (statSync(join(folder, path)).mode & 0o777).toString(8);
  expect(text('a.yaml')).toBe('a: secret\nb: 2\n');
  const written = ['a.yaml', 'a.yaml.brctl-old', 'b.yaml', 'b.yaml.brctl-new', 'c.yaml'];
  expect(written.map(mode)).toEqual(['600', '600', '600', '600', '600']);
});

test('bytes of the operator that are no UTF-8 come through every change as they are', async () => {
  const latin = (content: string) => Buffer.from(content, 'latin1');
  await install('1.2.0', { 'a.txt': 'one\ntwo\nthree\nfour\n' });
  const mine = latin('one\ntwo\nthree\nvi\xe9r\n');
  writeFileSync(join(folder, 'a.txt'), mine);
  await install('1.3.0', { 'a.txt': 'ONE\ntwo\nthree\nfour\n' });
  const bytes = (path: string) => readFileSync(join(folder, path));
  expect(bytes('a.txt')).toEqual(latin('ONE\ntwo\nthree\nvi\xe9r\n'));
  expect(bytes('a.txt.brctl-old')).toEqual(mine);
  await brctl('rollback', 'hello');
  expect(bytes('a.txt')).toEqual(mine);
});

test.runIf(process.getuid?.() === 0)('a file stays its owner’s, whoever upgrades', async () => {
  await install('1.2.0', { 'a.yaml': 'a: 1\nb: 1\n', 'b.yaml': 'b: 1\n' });
  edit('a.yaml', 'a: 5\nb: 1\n');
  for (const path of ['a.yaml', 'b.yaml']) chownSync(join(folder, path), 1234, 1235);
  await install('1.3.0', { 'a.yaml': 'a: 1\nb: 2\n', 'b.yaml': 'b: 2\n' });
  for (const path of ['a.yaml', 'a.yaml.brctl-old', 'b.yaml']) {
    const { uid, gid } = statSync(join(folder, path));
    expect([path, uid, gid]).toEqual([path, 1234, 1235]);
  }
});
