/** `config/roles.yaml` is the operator's: an edit changes what it is about, and no other byte. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Binding, replaceBindings, understand } from '../../src/pack/roles/bindings.ts';
import { type Edit, editText } from '../../src/pack/roles/edit.ts';
import { temporaryFolder } from '../support/host.ts';

const HEAD = 'apiVersion: brctl.dev/v1\nkind: Roles\n';

const NEW: Binding = { role: 'auditor', to: 'slack:U999' };
const add = (binding: Binding = NEW): Edit => ({ kind: 'append', binding });
const remove = (index: number): Edit => ({ kind: 'remove', index });

/** What becomes of the lines below the head. */
function edited(text: string, ...edits: readonly Edit[]): string | undefined {
  return editText(HEAD + text, edits)?.slice(HEAD.length);
}

const ONE = 'bindings:\n  - role: lead\n    to: slack:U123\n';

test.each<[string, string, string]>([
  ['an empty list', 'bindings: []\n', 'bindings:\n'],
  ['an empty list with a comment', 'bindings: []  # nobody\n', 'bindings:  # nobody\n'],
  ['no list', 'bindings:\n', 'bindings:\n'],
  ['an explicit nothing', 'bindings: null\n', 'bindings:\n'],
  ['comments where the list would be', 'bindings:\n  # soon\n', 'bindings:\n  # soon\n'],
  ['a list', ONE, ONE],
  ['no newline at the end', ONE.trimEnd(), ONE],
  ['comments at the end of the list', `${ONE}  # - role: x\n`, `${ONE}  # - role: x\n`],
  ['comments behind a blank line', `${ONE}\n    # soon\n`, `${ONE}\n    # soon\n`],
])('a binding is added to %s', (_, before, after) => {
  expect(edited(before, add())).toBe(`${after}  - role: auditor\n    to: slack:U999\n`);
});

test.each<[string, string, string]>([
  [
    'before what follows the list',
    'bindings:\n  - role: lead # a\n    to: slack:U123 # b\n\n# The end.\n',
    'bindings:\n  - role: lead # a\n    to: slack:U123 # b\n' +
      '  - role: auditor\n    to: slack:U999\n\n# The end.\n',
  ],
  [
    'with the indentation that is there',
    'bindings:\n- role: lead\n  to: slack:U123\n# The end.\n',
    'bindings:\n- role: lead\n  to: slack:U123\n- role: auditor\n  to: slack:U999\n# The end.\n',
  ],
  [
    'with the blank lines that are there',
    `${ONE}\n  # b\n  - role: b\n    to: user:b\n`,
    `${ONE}\n  # b\n  - role: b\n    to: user:b\n\n  - role: auditor\n    to: slack:U999\n`,
  ],
  [
    'with the line ends that are there',
    ONE.replaceAll('\n', '\r\n'),
    `${ONE}  - role: auditor\n    to: slack:U999\n`.replaceAll('\n', '\r\n'),
  ],
  [
    'in brackets',
    'bindings: [{ role: lead, to: "slack:U123" },] # all\n',
    'bindings: [{ role: lead, to: "slack:U123" }, { role: auditor, to: slack:U999 },] # all\n',
  ],
])('a binding is added %s', (_, before, after) => {
  expect(edited(before, add())).toBe(after);
});

test('words that YAML would take for something else are quoted', () => {
  const odd = { role: 'null', to: 'user:1', email: '#a{b@c.example', pack: 'true' };
  expect(edited('bindings: []\n', add(odd))).toBe(
    'bindings:\n  - role: "null"\n    to: user:1\n    email: "#a{b@c.example"\n    pack: "true"\n',
  );
});

const THREE = `bindings:
  # The first.
  - role: a # of three
    to: user:a
    # Until May.

  # About nobody.

  # The second,
  # in two lines.
  - to: user:b
    role: b

  - {role: c, to: user:c} # The third.
# The end.
`;

test.each<[number, string[]]>([
  [0, ['  # The first.', '  - role: a # of three', '    to: user:a', '    # Until May.', '']],
  [1, ['  # The second,', '  # in two lines.', '  - to: user:b', '    role: b', '']],
  [2, ['  - {role: c, to: user:c} # The third.']],
])('binding %i goes with the comment above it', (index, gone) => {
  const after = edited(THREE, remove(index))!;
  const left = THREE.split('\n').filter((line) => !gone.includes(line) || line === '');
  expect(after.split('\n').filter(Boolean)).toEqual(left.filter(Boolean));
});

test('a comment that is indented deeper than the dash belongs to the binding above', () => {
  const text = `${ONE}    # Until May.\n  - role: b\n    to: user:b\n`;
  expect(edited(text, remove(1))).toBe(`${ONE}    # Until May.\n`);
  expect(edited(text, remove(0))).toBe('bindings:\n  - role: b\n    to: user:b\n');
});

test('of two blank lines around a binding one goes with it', () => {
  const text =
    'bindings:\n  - role: a\n    to: user:a\n\n  - role: b\n    to: user:b\n\n  # Rest.\n';
  expect(edited(text, remove(1))).toBe('bindings:\n  - role: a\n    to: user:a\n\n  # Rest.\n');
});

test('the last binding leaves a list that is empty, and says so', () => {
  expect(edited(ONE, remove(0))).toBe('bindings: []\n');
  expect(edited('bindings: # all\n- role: a\n  to: user:a\n', remove(0))).toBe(
    'bindings: [] # all\n',
  );
  expect(edited('bindings: [{role: a, to: user:a}]\n', remove(0))).toBe('bindings: []\n');
});

test('an e-mail is replaced where it is, and added below the person where there is none', () => {
  const email: Edit = { kind: 'email', index: 0, email: 'new@b.example' };
  const two = 'bindings:\n  - to: user:a # A.\n    role: a\n    email: "a@b.example" # home\n';
  expect(edited(two, email)).toBe(two.replace('"a@b.example"', 'new@b.example'));
  const none = 'bindings:\n  - to: user:a # A.\n    role: a\n';
  expect(edited(none, email)).toBe(
    'bindings:\n  - to: user:a # A.\n    email: new@b.example\n    role: a\n',
  );
  expect(edited('bindings: [{to: user:a, role: a}]\n', email)).toBe(
    'bindings: [{to: user:a, email: new@b.example, role: a}]\n',
  );
});

test.each([
  ['  - role: a\n    pack: p # only\n    to: user:a\n', '  - role: a\n    to: user:a\n'],
  ['  - pack: p\n    role: a\n    to: user:a\n', '  - role: a\n    to: user:a\n'],
  ['  - {role: a, to: user:a, pack: p}\n', '  - {role: a, to: user:a}\n'],
  ['  - {pack: p, role: a, to: user:a}\n', '  - {role: a, to: user:a}\n'],
])('a role of one pack becomes that of all: %j', (before, after) => {
  const [start, wide] = ['bindings:\n', { kind: 'widen', index: 0 } as const];
  expect(edited(start + before, wide)).toBe(start + after);
});

test.each([
  ['a list elsewhere', 'x: &x []\nbindings: *x\n'],
  ['a list over several lines in brackets', 'bindings: [\n]\n'],
  ['no bindings', ''],
])('%s is not edited', (_, text) => {
  expect(edited(text, add())).toBeUndefined();
});

test('what someone saved in the meantime is not overwritten, and no draft is left', () => {
  const target = temporaryFolder();
  const file = join(target, 'config/roles.yaml');
  const bytes = (text: string) => new TextEncoder().encode(text);
  mkdirSync(join(target, 'config'));
  writeFileSync(join(target, 'config/.roles.yaml.brctl-tmp'), 'of a run that was killed');
  writeFileSync(file, 'saved by an editor');
  for (const before of [bytes('read before'), undefined]) {
    expect(() => replaceBindings({ target, before, after: bytes('new') })).toThrow(
      'was changed in this very moment, and nothing was written',
    );
    expect(readFileSync(file, 'utf8')).toBe('saved by an editor');
  }
  replaceBindings({ target, before: bytes('saved by an editor'), after: bytes('new') });
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(readdirSync(join(target, 'config'))).toEqual(['roles.yaml']);
});

// ---- any file

const name = fc.constantFrom('lead', 'auditor', 'null', 'yes', 'a1');
const binding: fc.Arbitrary<Binding> = fc.record({
  role: name,
  to: fc.constantFrom('slack:U0123ABCD', 'user:a.b', 'email:a@b.example', "email:o'b@c"),
  email: fc.option(fc.constantFrom('a@b.example', '*a@b', '!x#y@b'), { nil: undefined }),
  pack: fc.option(name, { nil: undefined }),
});

const style = fc.record({
  above: fc.constantFrom('', '\n', '# note\n', '\n# note\n\n'),
  tail: fc.constantFrom('', ' # tail'),
  isFlow: fc.boolean(),
  order: fc.shuffledSubarray(['role', 'to', 'email', 'pack'] as const, { minLength: 4 }),
});
const layout = fc.record({
  items: fc.array(fc.tuple(binding, style), { maxLength: 5 }),
  indent: fc.constantFrom(0, 2, 4),
  eol: fc.constantFrom('\n', '\r\n'),
  mark: fc.constantFrom('', '\uFEFF'),
  end: fc.constantFrom('', '# The end.\n', '\n# The end.\n', '\n\n'),
  isHeadLast: fc.boolean(),
});

type Layout = typeof layout extends fc.Arbitrary<infer T> ? T : never;

function textOf({ items, indent, eol, mark, end, isHeadLast }: Layout): string {
  const pad = ' '.repeat(indent);
  const list = items.map(([one, { above, tail, isFlow, order }]) => {
    const words = order.flatMap((key) =>
      one[key] === undefined ? [] : [`${key}: ${JSON.stringify(one[key])}`],
    );
    const note = above.replace('#', `${pad}#`);
    if (isFlow) return `${note}${pad}- { ${words.join(', ')} }${tail}\n`;
    return `${note}${pad}- ${words.join(`${tail}\n${pad}  `)}${tail}\n`;
  });
  const body = `bindings:${items.length === 0 ? ' []' : ''}\n${list.join('')}`;
  const text = isHeadLast ? `${body}${HEAD}${end}` : `${HEAD}${body}${end}`;
  return mark + text.replaceAll('\n', eol);
}

function bindingsIn(text: string): readonly Binding[] {
  const { bindings, diagnostics } = understand(new TextEncoder().encode(text), 'roles.yaml');
  expect(diagnostics).toEqual([]);
  return bindings.map(({ role, to, email, pack }) => ({ role, to, email, pack }));
}

/** Is one list what remains of the other when some are left out? */
function isWithin(few: readonly string[], many: readonly string[]): boolean {
  let at = 0;
  for (const each of many) if (few[at] === each) at += 1;
  return at === few.length;
}

test('whatever the file looks like, an edit does what it says and keeps all other lines', () => {
  fc.assert(
    fc.property(
      layout,
      binding,
      fc.nat(4),
      fc.constantFrom('append', 'remove', 'email'),
      (given, fresh, index, kind) => {
        const before = textOf(given);
        const was = bindingsIn(before);
        fc.pre(kind === 'append' || index < was.length);
        const email = 'n@b.example';
        const edits: readonly Edit[] = {
          append: [add(fresh)],
          remove: [remove(index)],
          email: [{ kind: 'email' as const, index, email }],
        }[kind]!;
        const wanted = {
          append: [...was, fresh],
          remove: was.filter((_, i) => i !== index),
          email: was.map((each, i) => (i === index ? { ...each, email } : each)),
        }[kind]!;
        const after = editText(before, edits)!;
        expect(bindingsIn(after)).toEqual(wanted);
        const [old, now] = [before, after].map((text) => text.split(/\r?\n/).filter(Boolean));
        const known = (lines: string[]) => lines.filter((line) => !line.includes('bindings:'));
        const [few, many] = kind === 'remove' ? [now, old] : [old, now];
        const own = (line: string) => kind !== 'email' || !/email|\{/.test(line);
        expect(isWithin(known(few!).filter(own), known(many!))).toBe(true);
        expect(after.startsWith('\uFEFF')).toBe(before.startsWith('\uFEFF'));
        expect(after.includes('\r')).toBe(before.includes('\r'));
      },
    ),
    { numRuns: 500 },
  );
});

test('what was added and is removed again was never there', () => {
  fc.assert(
    fc.property(layout, binding, (given, fresh) => {
      fc.pre(given.items.length > 0);
      const before = textOf(given);
      const more = editText(before, [add(fresh)])!;
      expect(editText(more, [remove(given.items.length)])).toBe(before);
    }),
    { numRuns: 500 },
  );
});
