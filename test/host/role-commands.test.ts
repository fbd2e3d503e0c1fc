/** `brctl role …` over the hello pack, which asks for a greeter and a listener and parts them. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtHello, type Ran, ROOT, run, temporaryFolder } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import { start } from '../support/program.ts';

type Target = Readonly<{
  root: string;
  file: string;
  role(...words: readonly string[]): Promise<Ran>;
  text(): string;
  write(text: string): void;
}>;

async function installed(): Promise<Target> {
  const root = temporaryFolder();
  await run(['pack', 'install', await builtHello(), `--target=${root}`]);
  const file = join(root, 'config/roles.yaml');
  return {
    root,
    file,
    role: (...words) => run(['role', ...words, `--target=${root}`]),
    text: () => readFileSync(file, 'utf8'),
    write: (text) => writeFileSync(file, text),
  };
}

const HEAD = 'apiVersion: brctl.dev/v1\nkind: Roles\n';

test('the first binding makes the file, which says what it is', async () => {
  const { role, text, root } = await installed();
  const words = ['greeter', 'slack:u0123abcd', '--email', 'a@b.example'];
  expect(await role('bind', ...words)).toEqual({
    code: 0,
    out:
      'greeter is now bound to slack:U0123ABCD (a@b.example), for every pack\n' +
      '  config/roles.yaml created\n',
    err: '',
  });
  expect(text()).toMatch(/^# yaml-language-server: \$schema=\.\.\/(\S+)\n#\n# Who holds the roles/);
  const [, schema] = /schema=(\S+)/.exec(text())!;
  const own = JSON.parse(readFileSync(join(ROOT, 'schemas/roles.schema.json'), 'utf8'));
  expect(JSON.parse(readFileSync(join(root, 'config', schema!), 'utf8'))).toEqual(own);
  expect(text()).toContain(
    'bindings:\n  - role: greeter\n    to: slack:U0123ABCD\n    email: a@b.example\n',
  );
});

test('the same again, however it is spelled, writes nothing', async () => {
  const { role, root } = await installed();
  await role('bind', 'greeter', 'slack:U0123ABCD', '--email', 'a@b.example', '--pack', 'hello');
  const before = fingerprint(root);
  for (const rest of [['--email', 'a@b.example'], []]) {
    const words = ['greeter', 'slack:u0123abcd', '--pack', 'hello', ...rest];
    const { code, out } = await role('bind', ...words);
    expect([code, out]).toEqual([
      0,
      'greeter is already bound to slack:U0123ABCD (a@b.example), for pack hello: ' +
        'nothing to do\n',
    ]);
  }
  expect(fingerprint(root)).toEqual(before);
});

test('a dry run tells the same and changes nothing', async () => {
  const { role, root, file } = await installed();
  const before = fingerprint(root);
  const { code, out } = await role('bind', 'greeter', 'user:a', '--dry-run');
  expect([code, out, existsSync(file)]).toEqual([
    0,
    'greeter would be bound to user:a, for every pack\n' +
      '  config/roles.yaml would be created\nnothing was changed (--dry-run)\n',
    false,
  ]);
  expect(fingerprint(root)).toEqual(before);
});

test('a binding is updated: another e-mail, and every pack instead of one', async () => {
  const { role, write, text } = await installed();
  const list = (rest: string) =>
    `${HEAD}bindings:\n  # A.\n  - role: greeter\n    to: user:a\n${rest}`;
  write(list('    pack: hello # only\n    email: a@b # old\n'));
  const mail = await role('bind', 'greeter', 'user:a', '--email', 'c@d', '--pack', 'hello');
  expect(mail.out).toContain('  e-mail a@b -> c@d\n  config/roles.yaml changed\n');
  expect(text()).toBe(list('    pack: hello # only\n    email: c@d # old\n'));
  const { out } = await role('bind', 'greeter', 'user:a', '--format', 'json');
  expect(JSON.parse(out)).toMatchObject({
    schema: 'brctl/role-bind/v1',
    action: 'update',
    changed: true,
    binding: { role: 'greeter', to: 'user:a', email: 'c@d', pack: null },
    before: { role: 'greeter', to: 'user:a', email: 'c@d', pack: 'hello' },
  });
  expect(text()).toBe(list('    email: c@d # old\n'));
  // Every pack is this one too.
  expect((await role('bind', 'greeter', 'user:a', '--pack', 'hello')).out).toContain('already');
});

test.each([
  [['greter', 'user:a'], 'no installed pack asks for a role "greter" (did you mean "greeter"?)'],
  [['x', 'user:a', '--pack', 'hello'], 'pack hello does not ask for a role "x"'],
  [['greeter', 'user:a', '--pack', 'helo'], '(did you mean "hello"?)'],
  [['greeter', 'slack:#ops'], 'a role is held by people, and slack:#ops is a channel'],
  [['greeter', 'user:a', '--email', 'no'], '--email: "no" is not an e-mail address'],
  [['greeter', 'user:a', '--email', ''], '--email: "" is not an e-mail address'],
])('bind %j is a usage error', async (words, message) => {
  const { role, file } = await installed();
  const { code, err } = await role('bind', ...words);
  expect([code, existsSync(file)]).toEqual([2, false]);
  expect(err).toContain(message);
});

test('a target without packs knows no role', async () => {
  const root = join(temporaryFolder(), 'srv');
  const { code, err } = await run(['role', 'bind', 'greeter', 'user:a', `--target=${root}`]);
  expect([code, existsSync(root)]).toEqual([2, false]);
  expect(err).toContain(`hint: brctl pack install NAME --target=${root} comes first`);
});

test('duties that a pack keeps apart are refused, however the person is spelled', async () => {
  const { role, root, text } = await installed();
  await role('bind', 'greeter', 'slack:U1A', '--email', 'a@b.example');
  const before = text();
  const unbind = 'brctl role unbind greeter slack:U1A';
  for (const [to, also] of [
    ['slack:u1a', ''],
    ['email:A@B.example', ' is also slack:U1A and'],
  ]) {
    const { code, err } = await role('bind', 'listener', to!);
    expect([code, text()]).toEqual([7, before]);
    expect(err).toBe(
      `brctl: ${to === 'slack:u1a' ? 'slack:U1A' : to}${also} holds greeter, ` +
        'which pack hello keeps apart from listener\n' +
        `  hint: bind someone else, or first: ${unbind} --target=${root}\n`,
    );
  }
  expect((await role('bind', 'listener', 'user:b')).code).toBe(0);
  // The e-mail would make one person of two.
  const joined = await role('bind', 'listener', 'user:b', '--email', 'a@B.example', '--dry-run');
  expect([joined.code, joined.err]).toEqual([
    7,
    expect.stringContaining('user:b is also slack:U1A'),
  ]);
});

test('what was wrong before is no reason to refuse what has no part in it', async () => {
  const { role, write } = await installed();
  const both = '  - { role: greeter, to: user:a }\n  - { role: listener, to: user:a }\n';
  write(`${HEAD}bindings:\n${both}`);
  expect((await role('bind', 'greeter', 'user:b')).code).toBe(0);
  expect((await role('bind', 'listener', 'user:b')).code).toBe(7);
});

test('unbind removes that binding and the comment above it', async () => {
  const { role, write, text } = await installed();
  const rest = '  - role: listener # B.\n    to: user:b\n';
  write(`${HEAD}bindings:\n  # A leads.\n  - role: greeter\n    to: slack:U1A\n${rest}`);
  const dry = await role('unbind', 'greeter', 'slack:u1a', '--dry-run');
  expect(dry.out).toContain('greeter would be unbound from slack:U1A\n');
  const { code, out } = await role('unbind', 'greeter', 'slack:u1a');
  expect([code, out]).toEqual([
    0,
    'greeter is unbound from slack:U1A\n  config/roles.yaml changed\n',
  ]);
  expect(text()).toBe(`${HEAD}bindings:\n${rest}`);
  const again = await role('unbind', 'greeter', 'slack:u1a');
  expect([again.code, again.err]).toEqual([
    2,
    expect.stringContaining('greeter is not bound to slack:U1A: bound roles are listener\n'),
  ]);
  const other = await role('unbind', 'listener', 'user:x');
  expect(other.err).toContain('listener is not bound to user:x: it is bound to user:b\n');
});

test('a role held twice is unbound twice over, and one held for two packs by name', async () => {
  const { role, write, text } = await installed();
  const one = (pack: string) => `  - { role: greeter, to: user:a${pack} }\n`;
  write(`${HEAD}bindings:\n${one('')}${one('')}${one(', pack: hello')}`);
  expect(await role('check')).toMatchObject({
    code: 1,
    out: expect.stringContaining(
      'roles.yaml:5:26: warning: user:a holds greeter already, by line 4',
    ),
  });
  const { out } = await role('unbind', 'greeter', 'user:a');
  expect(out).toContain('  user:a still holds it for pack hello\n');
  expect(text()).toBe(`${HEAD}bindings:\n${one(', pack: hello')}`);
  write(`${HEAD}bindings:\n${one(', pack: bye')}${one(', pack: hello')}`);
  const unclear = await role('unbind', 'greeter', 'user:a');
  expect([unclear.code, unclear.err]).toEqual([
    2,
    'brctl: user:a holds greeter for bye and for hello\n  hint: say which with --pack\n',
  ]);
  expect((await role('unbind', 'greeter', 'user:a', '--pack', 'bye')).code).toBe(0);
  expect(text()).toBe(`${HEAD}bindings:\n${one(', pack: hello')}`);
});

test.each<[string, string]>([
  ['a key given twice', `${HEAD}bindings: []\nbindings: []\n`],
  ['a newer format', 'apiVersion: brctl.dev/v2\nkind: Roles\n'],
  ['no YAML', '{'],
])('a file with %s is told and left alone', async (_, content) => {
  const { role, write, text, file } = await installed();
  write(content);
  for (const words of [['bind', 'greeter', 'user:a'], ['unbind', 'greeter', 'user:a'], ['list']]) {
    const { code, err } = await role(...words);
    expect([code, text()]).toEqual([3, content]);
    expect(err).toContain(`brctl: ${file}:`);
  }
  expect((await role('check')).code).toBe(1);
});

test('what brctl cannot edit it says, with the line', async () => {
  const { role, write, text, file } = await installed();
  const content = `${HEAD}bindings: &all [\n]\n`;
  write(content);
  const { code, err } = await role('bind', 'greeter', 'user:a');
  expect([code, text()]).toEqual([3, content]);
  expect(err).toContain(
    `${file} is written in a way that brctl does not edit\n  hint: change it by`,
  );
});

test('a file that would become too big to be read is not written', async () => {
  const { role, write, text } = await installed();
  const content = `${HEAD}bindings: []\n${'#'.repeat(1024 * 1024 - HEAD.length - 20)}\n`;
  write(content);
  const { code, err } = await role('bind', 'greeter', 'user:a');
  expect([code, text() === content, err]).toEqual([3, true, expect.stringContaining('too big')]);
});

test('a link stays, its mode stays, and what it leads to is replaced', async () => {
  const { role, file, root } = await installed();
  const elsewhere = join(root, 'shared');
  mkdirSync(elsewhere);
  symlinkSync('../shared/people.yaml', file);
  expect((await role('bind', 'greeter', 'user:a')).code).toBe(0);
  chmodSync(join(elsewhere, 'people.yaml'), 0o640);
  expect((await role('bind', 'greeter', 'user:b')).code).toBe(0);
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  expect(readdirSync(elsewhere)).toEqual(['people.yaml']);
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(readFileSync(join(elsewhere, 'people.yaml'), 'utf8')).toContain('to: user:b');
});

test('a folder in the way is told', async () => {
  const { role, file } = await installed();
  mkdirSync(file, { recursive: true });
  const { code, err } = await role('bind', 'greeter', 'user:a');
  expect([code, err]).toEqual([3, expect.stringContaining('is a folder, and must be a file')]);
});

test.skipIf(process.getuid?.() !== 0)('a file that may not be written exits 4', async () => {
  const { root, write, text, file } = await installed();
  write(`${HEAD}bindings: []\n`);
  for (const path of [root, join(root, 'config'), join(root, '.brctl')]) chmodSync(path, 0o777);
  chmodSync(file, 0o444);
  const words = ['role', 'bind', 'greeter', 'user:a', `--target=${root}`];
  const nobody = { uid: 65534, gid: 65534, encoding: 'utf8' as const };
  const tried = spawnSync(process.execPath, [join(ROOT, 'bin/brctl.js'), ...words], nobody);
  expect([tried.status, text()]).toEqual([4, `${HEAD}bindings: []\n`]);
  expect(tried.stderr).toContain('cannot change config/roles.yaml: ');
});

test('two processes that bind at once both end up in the file', async () => {
  const { root, text, role } = await installed();
  const people = ['a', 'b', 'c', 'd'];
  const ended = await Promise.all(
    people.map(
      (name) => start(['role', 'bind', 'greeter', `user:${name}`, `--target=${root}`]).ended,
    ),
  );
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(
    text()
      .match(/user:[abcd]\n/g)
      ?.sort(),
  ).toEqual(people.map((name) => `user:${name}\n`));
  expect((await role('list')).code).toBe(0);
});
