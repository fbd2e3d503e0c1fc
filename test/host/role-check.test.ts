/** `brctl role list` and `brctl role check`: what packs ask for, and what became of it. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Binding } from '../../src/pack/roles/bindings.ts';
import { requireSeparate } from '../../src/pack/roles/refusal.ts';
import { builtHello, run, temporaryFolder } from '../support/host.ts';

const HEAD = 'apiVersion: brctl.dev/v1\nkind: Roles\n';
const FILE = 'config/roles.yaml';

async function target(bindings?: string, hasPack = true): Promise<string> {
  const root = temporaryFolder();
  if (hasPack) await run(['pack', 'install', await builtHello(), `--target=${root}`]);
  mkdirSync(join(root, 'config'), { recursive: true });
  if (bindings !== undefined) writeFileSync(join(root, FILE), `${HEAD}bindings:\n${bindings}`);
  return root;
}

const role = (root: string, ...words: string[]) =>
  run(['role', ...words, '--target=.'], { cwd: root });

const BOTH =
  '  - { role: greeter, to: user:a }\n  - { role: listener, to: "slack:U1A", email: a@b }\n';

test('the list has every role that is asked for or bound', async () => {
  const root = await target(`${BOTH}  - { role: old, to: user:c, pack: gone }\n`);
  expect(await role(root, 'list')).toEqual({
    code: 0,
    out: `Role      Pack   Held by    E-mail  Needs
greeter   hello  user:a     -       write.greeting
listener  hello  slack:U1A  a@b     -
old       gone   user:c     -       (no pack asks for it)
`,
    err: '',
  });
});

test('a role that nobody holds is in the list', async () => {
  const { code, out } = await role(await target(), 'list');
  expect([code, out]).toEqual([
    0,
    `Role      Pack   Held by  E-mail  Needs
greeter   hello  nobody   -       write.greeting
listener  hello  nobody   -       -
`,
  ]);
});

test('JSON has the same keys for a role that is held, open, or unknown', async () => {
  const root = await target('  - { role: greeter, to: user:a }\n  - { role: old, to: user:c }\n');
  const { out } = await role(root, 'list', '--format', 'json');
  expect(JSON.parse(out)).toEqual({
    schema: 'brctl/role-list/v1',
    target: root,
    roles: [
      {
        role: 'greeter',
        pack: 'hello',
        known: true,
        summary: 'Says hello.',
        needs: ['write.greeting'],
        holders: [{ to: 'user:a', email: null }],
      },
      {
        role: 'listener',
        pack: 'hello',
        known: true,
        summary: 'Hears it.',
        needs: [],
        holders: [],
      },
      {
        role: 'old',
        pack: null,
        known: false,
        summary: null,
        needs: [],
        holders: [{ to: 'user:c', email: null }],
      },
    ],
    unreadable: [],
  });
  const empty = await target(undefined, false);
  const nothing = { schema: 'brctl/role-list/v1', target: empty, roles: [], unreadable: [] };
  expect(JSON.parse((await role(empty, 'list', '--format', 'json')).out)).toEqual(nothing);
});

test('when all is well, the check is one line', async () => {
  expect(await role(await target(BOTH), 'check')).toEqual({
    code: 0,
    out: 'ok: all 2 roles are held, duties are apart\n',
    err: '',
  });
  const { code, out } = await role(await target(undefined, false), 'check');
  expect([code, out]).toEqual([0, 'no installed pack asks for a role\n']);
});

test('where there is no file, the check says what makes it', async () => {
  const root = await target();
  const { out } = await role(root, 'check');
  const bind = `brctl role bind greeter slack:U… --target=${root}`;
  expect(out).toContain(`    hint: config/roles.yaml does not exist: ${bind} makes it\n`);
});

test('roles that nobody holds, and bindings that nobody asks for', async () => {
  const root = await target(
    '  - role: greter\n    to: user:a\n  - {role: x, to: user:b, pack: helo}\n',
  );
  const unknown = 'no installed pack asks for a role greter';
  const { code, out } = await role(root, 'check');
  expect([code, out]).toEqual([
    1,
    `${FILE}: error: nobody holds greeter, which pack hello asks for: Says hello. [role-unbound]
    hint: brctl role bind greeter slack:U… --target=${root}
${FILE}: error: nobody holds listener, which pack hello asks for: Hears it. [role-unbound]
    hint: brctl role bind listener slack:U… --target=${root}
${FILE}:4:11: error: ${unknown} (did you mean "greeter"?) [role-unknown]
    hint: brctl role unbind greter user:a --target=${root}
${FILE}:6:33: error: pack helo is not installed here (did you mean "hello"?) [pack-unknown]
4 errors in 1 file
`,
  ]);
});

test('duties of one person that a pack keeps apart', async () => {
  const same =
    '  - { role: listener, to: "email:A@B" }\n  - { role: greeter, to: user:a, email: a@b }\n';
  const { code, out } = await role(await target(same), 'check');
  expect([code, out]).toEqual([
    1,
    `${FILE}:5:13: error: email:A@B, who is also user:a, holds greeter and listener, ` +
      'which pack hello keeps apart (the other is in line 4) [duty-not-separate]\n' +
      '    hint: bind one of the two to someone else\n1 error in 1 file\n',
  ]);
});

test('an invalid file is told with its place, and no role is called open', async () => {
  const root = await target('  - role: greeter\n    too: user:a\n');
  const { code, out } = await role(root, 'check', '--format', 'github');
  expect(code).toBe(1);
  expect(out).toContain(`::error file=${FILE},line=5,col=5,title=unknown-key::`);
  expect(out).not.toContain('role-unbound');
  expect((await role(root, 'list')).code).toBe(3);
  const sarif = JSON.parse((await role(root, 'check', '--format', 'sarif')).out);
  expect(sarif.runs[0].results[0].locations[0].physicalLocation).toEqual({
    artifactLocation: { uri: FILE },
    region: { startLine: 4, startColumn: 5 },
  });
});

test('a pack that cannot be read hides no other, nor are its roles unknown', async () => {
  const root = await target(`${BOTH}  - { role: mystery, to: user:c }\n`);
  mkdirSync(join(root, '.brctl/packs/broken/current'), { recursive: true });
  const { code, out } = await role(root, 'check');
  expect(code).toBe(1);
  expect(out).toContain('error: what pack broken asks for is not known: ');
  expect(out).not.toContain('mystery');
  const list = await role(root, 'list');
  expect(list.out).toContain('listener  hello  slack:U1A');
  expect(list.out).toContain('\nbroken: what it asks for is not known: ');
  expect((await role(root, 'bind', 'greeter', 'user:d')).err).toContain(
    'warning: what pack broken',
  );
});

test('a manifest that was changed since the install grants nothing', async () => {
  const root = await target(BOTH);
  const manifest = join(root, '.brctl/packs/hello/current/pack.yaml');
  chmodSync(manifest, 0o644);
  writeFileSync(manifest, 'separationOfDuty: []\n');
  const { code, out } = await role(root, 'check');
  expect(code).toBe(1);
  expect(out).toContain('what pack hello asks for is not known: pack.yaml was changed');
  const bind = await role(root, 'bind', 'listener', 'user:a');
  expect([bind.code, bind.err]).toEqual([2, expect.stringContaining('pack.yaml was changed')]);
});

test('without a target there is nothing to list or to check', async () => {
  for (const verb of ['list', 'check']) {
    expect((await run(['role', verb], { cwd: temporaryFolder() })).code).toBe(2);
  }
});

test.each<[string, readonly Binding[], Binding, string]>([
  [
    'one person out of two',
    [
      { role: 'lead', to: 'user:a' },
      { role: 'steward', to: 'user:b', email: 'b@c' },
    ],
    { role: 'scribe', to: 'user:a', email: 'b@c' },
    'user:a, who is also user:b, would hold lead and steward, which pack p keeps apart',
  ],
  [
    'one more name of someone who holds both already',
    [
      { role: 'lead', to: 'user:a', email: 'a@b' },
      { role: 'steward', to: 'user:a' },
    ],
    { role: 'lead', to: 'slack:U1A', email: 'a@b' },
    'slack:U1A is also user:a and holds steward, which pack p keeps apart from lead',
  ],
])('a binding is refused that makes %s', (_, before, own, message) => {
  const manifests = [{ name: 'p', separationOfDuty: [['lead', 'steward']] as const }];
  const duty = { manifests, before, wanted: [...before, own], own, target: '/srv' };
  expect(() => requireSeparate(duty)).toThrow(
    expect.objectContaining({ kind: 'consent', message }),
  );
  const other: Binding = { role: 'scribe', to: 'user:z' };
  requireSeparate({ ...duty, wanted: [...before, other], own: other });
});
