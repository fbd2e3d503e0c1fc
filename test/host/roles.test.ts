/** Who holds which role: people however they are spelled, and what their bindings add up to. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Binding, readBindings } from '../../src/pack/roles/bindings.ts';
import {
  type Asking,
  roleDiagnostics,
  unboundRoles,
  violations,
} from '../../src/pack/roles/check.ts';
import { isEmail, understandPerson } from '../../src/pack/roles/person.ts';
import { temporaryFolder } from '../support/host.ts';

test.each([
  ['slack:U0123ABCD', 'slack:U0123ABCD'],
  ['slack:u0123abcd', 'slack:U0123ABCD'],
  ['SLACK:W12', 'slack:W12'],
  ['slack:UABCDEFG', 'slack:UABCDEFG'],
  ['email:First.Last+ops@b.example', 'email:First.Last+ops@b.example'],
  ['EMAIL:a@b', 'email:a@b'],
  ['user:a.b-c', 'user:a.b-c'],
])('%s is kept as %s', (typed, kept) => {
  expect(understandPerson(typed).name).toBe(kept);
});

test.each([
  ['slack:#finops', 'a role is held by people, and slack:#finops is a channel'],
  ['slack:C0123ABCD', 'a role is held by people, and slack:C0123ABCD is a channel'],
  ['slack:S0123ABCD', 'a role is held by people, and slack:S0123ABCD is a group'],
  ['slack:B0123ABCD', 'a role is held by people, and slack:B0123ABCD is a bot'],
  ['#finops', 'a role is held by people, and #finops is a channel'],
  ['slack:@someone', '"@someone" is not a Slack member id'],
  ['slack:wendy', '"wendy" is not a Slack member id'],
  ['slack:', '"" is not a Slack member id'],
  [
    'U0123ABCD',
    '"U0123ABCD" does not say what kind of name it is (did you mean "slack:U0123ABCD"?)',
  ],
  [
    'a@b.example',
    '"a@b.example" does not say what kind of name it is (did you mean "email:a@b.example"?)',
  ],
  ['someone', '"someone" does not say what kind of name it is'],
  ['emial:a@b', '"emial" is not a kind of name that brctl knows (did you mean "email:a@b"?)'],
  ['email:a b@c', '"a b@c" is not an e-mail address'],
  ['email:ä@b.example', '"ä@b.example" is not an e-mail address'],
  ['user:', '"" is not a login of the operating system'],
  ['user:a\nb', '"a\nb" is not a login of the operating system'],
])('%j is refused: %s', (typed, message) => {
  expect(understandPerson(typed).refusal?.[1]).toBe(message);
});

test('an e-mail address without end is refused', () => {
  expect([isEmail(`a@${'b'.repeat(250)}`), isEmail(`a@${'b'.repeat(260)}`)]).toEqual([true, false]);
});

const FINANCE: Asking = {
  name: 'finance',
  roles: [
    { id: 'lead', summary: 'Leads.', needs: ['read.ledger'] },
    { id: 'steward', summary: 'Approves.' },
  ],
  separationOfDuty: [['lead', 'steward']],
};
const HELLO: Asking = { name: 'hello', roles: [{ id: 'lead', summary: 'Says hello.' }] };

const bind = (role: string, to: string, rest: Partial<Binding> = {}): Binding => ({
  role,
  to,
  ...rest,
});

test('a role of two packs may be held for one of them only', () => {
  const open = (bindings: readonly Binding[]) =>
    unboundRoles([HELLO, FINANCE], bindings).map(({ role, pack }) => `${pack} ${role}`);
  expect(open([])).toEqual(['finance lead', 'hello lead', 'finance steward']);
  expect(open([bind('lead', 'user:a', { pack: 'hello' })])).toEqual([
    'finance lead',
    'finance steward',
  ]);
  expect(open([bind('lead', 'user:a'), bind('steward', 'user:b')])).toEqual([]);
  expect(unboundRoles([], [bind('lead', 'user:a')])).toEqual([]);
});

test.each<[string, readonly Binding[]]>([
  ['one name', [bind('lead', 'user:a'), bind('steward', 'user:a')]],
  ['another case', [bind('lead', 'slack:U1A'), bind('steward', 'slack:u1a')]],
  [
    'the same e-mail on two bindings',
    [
      bind('lead', 'slack:U1A', { email: 'a@b.example' }),
      bind('steward', 'user:a', { email: 'A@B.example' }),
    ],
  ],
  [
    'an e-mail that is the name of the other',
    [bind('lead', 'slack:U1A', { email: 'a@b.example' }), bind('steward', 'email:A@b.example')],
  ],
  [
    'a third binding that has both names',
    [
      bind('lead', 'slack:U1A'),
      bind('steward', 'email:a@b'),
      bind('other', 'slack:u1a', { email: 'a@b', pack: 'hello' }),
    ],
  ],
])('who holds two roles that are apart is known by %s', (_, bindings) => {
  const [found, ...more] = violations([FINANCE, HELLO], bindings);
  expect(more).toEqual([]);
  expect(found).toMatchObject({ pack: 'finance', roles: ['lead', 'steward'] });
  expect(found!.by.map(([first]) => first)).toEqual([bindings[0], bindings[1]]);
});

test.each<[string, readonly Binding[]]>([
  ['two people', [bind('lead', 'user:a'), bind('steward', 'user:b')]],
  ['one role twice', [bind('lead', 'user:a'), bind('lead', 'user:a')]],
  ['a login and an address', [bind('lead', 'user:a@b'), bind('steward', 'email:a@b')]],
  [
    'the role of another pack',
    [bind('lead', 'user:a', { pack: 'hello' }), bind('steward', 'user:a')],
  ],
])('nothing is violated by %s', (_, bindings) => {
  expect(violations([FINANCE, HELLO], bindings)).toEqual([]);
});

const anyBinding = fc.record({
  role: fc.constantFrom('lead', 'steward', 'other'),
  to: fc.constantFrom('user:a', 'user:A', 'slack:U1A', 'email:a@b', 'email:c@d', 'user:c'),
  email: fc.option(fc.constantFrom('a@b', 'A@b', 'c@d', 'e@f'), { nil: undefined }),
  pack: fc.option(fc.constantFrom('finance', 'hello'), { nil: undefined }),
});

test('duties are apart exactly when no holder of one role has a name of the other', () => {
  /** Spreads names until nothing new is found: the slow and obvious way. */
  const allNames = (start: Binding, bindings: readonly Binding[]): Set<string> => {
    const names = ({ to, email }: Binding): string[] =>
      [to, ...(email === undefined ? [] : [`email:${email}`])].map((each) => each.toLowerCase());
    const known = new Set(names(start));
    for (let size = 0; size < known.size; ) {
      size = known.size;
      for (const each of bindings) {
        if (names(each).some((name) => known.has(name))) for (const n of names(each)) known.add(n);
      }
    }
    return known;
  };
  const inFinance = ({ pack }: Binding): boolean => pack !== 'hello';
  fc.assert(
    fc.property(fc.array(anyBinding, { maxLength: 8 }), (bindings) => {
      const leads = bindings.filter((each) => each.role === 'lead' && inFinance(each));
      const isBroken = leads.some((lead) => {
        const names = allNames(lead, bindings);
        return bindings.some(
          (each) => each.role === 'steward' && inFinance(each) && names.has(each.to.toLowerCase()),
        );
      });
      expect(violations([FINANCE], bindings).length > 0).toBe(isBroken);
    }),
    { numRuns: 500 },
  );
});

// ---- the file

const HEAD = 'apiVersion: brctl.dev/v1\nkind: Roles\n';

function withFile(content: string | Uint8Array): string {
  const target = temporaryFolder();
  mkdirSync(join(target, 'config'));
  writeFileSync(join(target, 'config/roles.yaml'), content);
  return target;
}

function said(target: string): string[] {
  return readBindings(target).diagnostics.map(
    ({ line, column, code, message }) => `${line ?? '-'}:${column ?? '-'} ${code}: ${message}`,
  );
}

test('bindings are read as they are kept, with their places', () => {
  const text = `${HEAD}bindings:\n  - to: slack:u1a\n    role: lead\n    pack: finance\n`;
  const { bindings, diagnostics } = readBindings(withFile(text));
  expect(diagnostics).toEqual([]);
  expect(bindings).toEqual([
    {
      role: 'lead',
      to: 'slack:U1A',
      email: undefined,
      pack: 'finance',
      at: {
        role: { line: 5, column: 11 },
        to: { line: 4, column: 9 },
        pack: { line: 6, column: 11 },
      },
    },
  ]);
});

test.each<[string, string | Uint8Array, string]>([
  ['an empty file', '', '1:1 wrong-type: the file must be a map, not empty'],
  ['no YAML', '{', '1:2 yaml-syntax: '],
  ['bytes that are no text', new Uint8Array([0xff, 0xfe]), '-:- not-utf8: is not UTF-8 text'],
  ['a list', '- role: a\n', '1:1 wrong-type: the file must be a map, not a list'],
  [
    'a newer format',
    'apiVersion: brctl.dev/v2\nkind: Roles\npeople: {}\n',
    '1:13 api-version: apiVersion brctl.dev/v2 is newer than this brctl, which reads brctl.dev/v1',
  ],
  [
    'a key that is given twice',
    `${HEAD}bindings:\n  - role: a\n    role: b\n    to: user:a\n`,
    '5:5 duplicate-key: this key is given twice',
  ],
  [
    'a misspelt key',
    `${HEAD}bindings:\n  - role: a\n    to: user:a\n    e-mail: a@b\n`,
    '6:5 unknown-key: bindings[0]: unknown key "e-mail" (did you mean "email"?)',
  ],
  [
    'a channel',
    `${HEAD}bindings:\n  - role: a\n    to: slack:#ops\n`,
    '5:9 wrong-form: bindings[0].to "slack:#ops" is not a person: slack:U… (a member id, no ' +
      'channel), email:name@domain or user:login (for example "slack:U0123ABCD")',
  ],
])('%s is a problem with its place', (_, content, message) => {
  const target = withFile(content);
  expect(said(target)[0]).toContain(message);
  expect(readBindings(target).bindings).toEqual([]);
});

test('a problem spoils the binding it is in, and one above spoils all', () => {
  const list = 'bindings:\n  - role: a\n    to: user:a\n  - role: B\n    to: user:b\n';
  const more = '  - role: c\n    to: user:c\n';
  const roles = (text: string) => readBindings(withFile(text)).bindings.map(({ role }) => role);
  expect(roles(HEAD + list + more)).toEqual(['a', 'c']);
  expect(roles(HEAD.replace('Roles', 'Rules') + list + more)).toEqual([]);
  expect(roles(`${HEAD}${list}${more}kinds: 1\n`)).toEqual(['a']);
});

test('a folder, a pipe and a link that leads to itself are told, and none is waited for', () => {
  const target = temporaryFolder();
  expect(readBindings(target)).toMatchObject({ bytes: undefined, bindings: [], diagnostics: [] });
  mkdirSync(join(target, 'config/roles.yaml'), { recursive: true });
  expect(said(target)).toEqual(['-:- file-unreadable: is a folder, and must be a file']);
  const piped = temporaryFolder();
  mkdirSync(join(piped, 'config'));
  execFileSync('mkfifo', [join(piped, 'config/roles.yaml')]);
  expect(said(piped)).toEqual(['-:- file-unreadable: is not a file']);
  const looped = temporaryFolder();
  mkdirSync(join(looped, 'config'));
  symlinkSync('roles.yaml', join(looped, 'config/roles.yaml'));
  expect(said(looped)).toEqual(['-:- file-unreadable: cannot be read: links lead to each other']);
});

test('ten thousand bindings are read and checked in a moment', () => {
  const lines = Array.from(
    { length: 10_000 },
    (_, i) =>
      `  - role: ${i % 2 === 0 ? 'lead' : 'x'}\n    to: user:a${i}\n    email: a${i}@b.example\n`,
  );
  const target = withFile(`${HEAD}bindings:\n${lines.join('')}`);
  const read = readBindings(target);
  expect([read.bindings.length, read.diagnostics]).toEqual([10_000, []]);
  const check = { manifests: [], unreadable: [], target, read };
  expect(roleDiagnostics(check)).toHaveLength(10_000);
  expect(violations([FINANCE], read.bindings)).toEqual([]);
});
