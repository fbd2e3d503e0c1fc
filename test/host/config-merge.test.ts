/** Real editing situations, and what the merged file then looks like, to the letter. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mergeThreeWay } from '../../src/pack/config/merge.ts';
import { ROOT } from '../support/host.ts';

const BUDGETS = readFileSync(join(ROOT, 'packs/finance/config/budgets.yaml'), 'utf8');

/** Replaces what must be there exactly once. */
function edit(text: string, ...changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((edited, [from, to]) => {
    expect(edited.split(from)).toHaveLength(2);
    return edited.replace(from, () => to);
  }, text);
}

function merge(texts: Readonly<{ base: string; mine: string; theirs: string; path?: string }>) {
  return mergeThreeWay({ path: 'budgets.yaml', ...texts });
}

function clean(text: string) {
  return { kind: 'clean', text };
}

const OWN_LINE = `  # Ours: agreed with the board
  - name: Training
    amount: '0.50' # spelled out
    per: month
    match: [{Tags.team: 'learn*'},  { Source: courses }]

`;
const NEW_LINE = `  # What watches the rest.
  - name: Monitoring
    amount: 3.00
    per: week
    match:
      - ServiceName: Datadog*

`;
const SENTRY = BUDGETS.slice(BUDGETS.indexOf('\n  - name: Sentry'));

test('an amount and a line of the operator stay while the pack changes lines and comments', () => {
  const ours = [
    ['amount: 37.50', 'amount: 042.50   # until May'],
    ['  # No rules:', `${OWN_LINE}  # No rules:`],
  ] as const;
  const shipped = [
    ['# What may be spent, and on what.', '# What may be spent and on what, by the week.'],
    ['currency: USD', 'currency: USD # ISO 4217'],
    ['  - name: AI/ML APIs', `${NEW_LINE}  - name: AI/ML APIs`],
    ['  # No rules: nothing is paid', '  # Without rules nothing is paid'],
    ['Supabase, Vercel, Upstash', 'Supabase, Fly, Vercel, Upstash'],
    [SENTRY, ''],
  ] as const;
  const mine = edit(BUDGETS, ...ours);
  const theirs = edit(BUDGETS, ...shipped);
  expect(merge({ base: BUDGETS, mine, theirs })).toEqual(
    clean(
      edit(mine, ...shipped.filter(([from]) => !from.includes('No rules')), [
        '  # No rules: nothing is paid',
        '  # Without rules nothing is paid',
      ]),
    ),
  );
});

test('both sides changed one amount: the place has a name', () => {
  const mine = edit(BUDGETS, ['amount: 37.50', 'amount: 40']);
  const theirs = edit(BUDGETS, ['amount: 37.50', 'amount: 45.00'], ['USD', 'EUR']);
  expect(merge({ base: BUDGETS, mine, theirs })).toEqual({
    kind: 'conflict',
    places: ['lines[Infrastructure].amount'],
  });
});

test('a service that one side removes and the other edits is a conflict either way', () => {
  const without = edit(BUDGETS, [SENTRY, '']);
  const other = edit(BUDGETS, ['category: Error tracking', 'category: Errors']);
  const places = ['services[Sentry]'];
  expect(merge({ base: BUDGETS, mine: without, theirs: other })).toMatchObject({ places });
  expect(merge({ base: BUDGETS, mine: other, theirs: without })).toMatchObject({ places });
});

type Case = readonly [title: string, base: string, mine: string, theirs: string, merged: string];

const CASES: readonly Case[] = [
  [
    'what the pack takes back leaves the remark that the operator wrote there',
    'a: 1\nb: 2\nc: 3\n',
    'a: 1\n# never touch b\nb: 2\nc: 4\n',
    'a: 1\nc: 3\n',
    'a: 1\n# never touch b\nc: 4\n',
  ],
  [
    'what the operator deleted stays deleted',
    'a: 1\nb: 2\nc: 3\n',
    'a: 1\nc: 3\n',
    'a: 1\nb: 2\nc: 5\n',
    'a: 1\nc: 5\n',
  ],
  [
    'a key that is new stands after the one it follows in the shipped file',
    'a: 1\nc: 3\n',
    'c: 3\na: 1\nmine: 0\n',
    'a: 1\n# two\nb: 2 # b\nc: 3\n',
    'c: 3\na: 1\n# two\nb: 2 # b\nmine: 0\n',
  ],
  [
    'numbers, quotes and spaces are left as the operator spelled them',
    'a: 37.50\nb: 16\nc: "x"\nd: 1\n',
    "a:   37.5\nb: 0x10\nc: 'x'\nd: 007\n",
    'a: 37.50\nb: 16\nc: "x"\nd: 1\ne: 1e3\n',
    "a:   37.5\nb: 0x10\nc: 'x'\nd: 007\ne: 1e3\n",
  ],
  [
    'another spelling of the same number gives way to another number',
    'a: 37.50 # old\nb: 1\n',
    'a: 37.5 # ours\nb: 2\n',
    'a: 40.00 # new\nb: 1\n',
    'a: 40.00 # ours\nb: 2\n',
  ],
  [
    'numbers that are equal only when rounded are two numbers',
    'a: 1\nb: 0\n',
    'a: 9007199254740993\nb: 0\n',
    'a: 9007199254740993\nb: 9007199254740992\n',
    'a: 9007199254740993\nb: 9007199254740992\n',
  ],
  [
    'a list of plain values is merged by value, in the order of the operator',
    'x: [a, b, c]\n',
    'x: [ c,  a, mine ] # ordered\n',
    'x: [a, new, b, c]\n',
    'x: [ c,  a,  new, mine ] # ordered\n',
  ],
  [
    'a list that only the pack put in another order follows it',
    'x:\n- a # 1\n- b\n- c\n',
    'x:\n- a # one\n- b\n- c\n- d\n',
    'x:\n- c\n- b\n- a # 1\n',
    'x:\n- c\n- d\n- b\n- a # one\n',
  ],
  [
    'brackets and indentation may be exchanged on one side',
    'x: [a, b]\ny: {k: 1}\n',
    'x:\n  - b\n  - a\ny:\n    k: 1\n    own: 2\n',
    'x: [a, b, c]\ny: {k: 1, new: 5}\n',
    'x:\n  - b\n  - c\n  - a\ny:\n    k: 1\n    new: 5\n    own: 2\n',
  ],
  [
    'an indentation of the operator holds for what is new',
    'x:\n  - name: a\n    v: 1\n',
    'x:\n      - name: a\n        v: 2\n',
    'x:\n  - name: a\n    v: 1\n    # w\n    w: |\n      text\n\n      more\n' +
      '  - name: b\n    v:\n      - 1\n',
    'x:\n      - name: a\n        v: 2\n        # w\n        w: |\n          text\n' +
      '\n          more\n' +
      '      - name: b\n        v:\n          - 1\n',
  ],
  [
    'the first key after a dash may come and go',
    'x:\n  - k: 1\n    name: a\n    v: 1\n',
    'x:\n  - k: 1\n    name: a\n    v: 2\n',
    'x:\n  - name: a\n    first: 0\n    v: 1\n',
    'x:\n  - name: a\n    first: 0\n    v: 2\n',
  ],
  [
    'a comment that both sides changed stays as the operator has it',
    '# top\n\n# about a\na: 1\n',
    '# top, ours\n\n# about a\na: 2\n',
    '# top, new\n\n# about a, new\na: 1\n# end\n',
    '# top, ours\n\n# about a, new\na: 2\n# end\n',
  ],
  [
    "a comment beside a value or a key changes though the value is the operator's",
    'a: 1 # old\nb: # old\n  c: 1\n  # end of b\nd: 1\ne: 1\n',
    'a: 2 # old\nb: # old\n  c: 2\n  # end of b\nd: 1\ne: 2\n',
    'a: 1 # new\nb: # new\n  c: 1\n  # end of b\ne: 1\n',
    'a: 2 # new\nb: # new\n  c: 2\n  # end of b\ne: 2\n',
  ],
  [
    'a marker of the document stays where it is',
    '---\n# a\na: 1\nb: 1\n',
    '# mine\n---\n# a\na: 1\nb: 2\n',
    '---\n# a, new\na: 1\nb: 1\n',
    '# mine\n---\n# a, new\na: 1\nb: 2\n',
  ],
  [
    'text blocks are values, whatever they look like',
    'a: |\n  # no comment\n  x: 1\nb: 1\n',
    'a: |\n  # no comment\n  x: 1\nb: 2\n',
    'a: |\n  # no comment\n  x: 3\n\nb: 1\n',
    'a: |\n  # no comment\n  x: 3\n\nb: 2\n',
  ],
  [
    'an empty value gets one, and keys such as __proto__ are keys',
    'a:\n__proto__: 1\nb: 1\n',
    'a:\n__proto__: 1\nb: 2\n',
    'a: 1\n__proto__: {x: 2}\nb: 1\n',
    'a: 1\n__proto__: {x: 2}\nb: 2\n',
  ],
  [
    'with anchors, which name no key, lines are merged',
    'a: &x 1\n\n\nb: *x\n\n\nc: 1\n',
    'a: &x 2\n\n\nb: *x\n\n\nc: 1\n',
    'a: &x 1\n\n\nb: *x\n\n\nc: 5\n',
    'a: &x 2\n\n\nb: *x\n\n\nc: 5\n',
  ],
];

test.each(CASES)('%s', (_, base, mine, theirs, merged) => {
  expect(merge({ base, mine, theirs })).toEqual(clean(merged));
  const crlf = (text: string) => text.replaceAll('\n', '\r\n');
  expect(merge({ base, mine: `\uFEFF${crlf(mine)}`, theirs })).toEqual(
    clean(`\uFEFF${crlf(merged)}`),
  );
});

test('JSON is merged by key too, and stays JSON', () => {
  const path = 'a.json';
  const text = (value: unknown, indent: number | string) => JSON.stringify(value, null, indent);
  for (const indent of ['\t', 2, 0]) {
    const base = text({ a: 1, b: [1, 2], c: { d: 'x' } }, indent);
    const mine = text({ a: 2, b: [1, 2], c: { d: 'x', mine: 1 } }, indent);
    const theirs = text({ b: [0, 1], c: { d: 'y' }, a: 1, e: {} }, indent);
    const merged = merge({ path, base, mine, theirs });
    expect(merged).toEqual(clean(text({ b: [0, 1], c: { d: 'y', mine: 1 }, a: 2, e: {} }, indent)));
  }
});

test('a file that is no YAML is merged by line, and so is one with the same key twice', () => {
  const base = 'a: 1\nb: [\nc: 1\n';
  const mine = 'a: 2\nb: [\nc: 1\n';
  const theirs = 'a: 1\nb: [\nc: 2\n';
  expect(merge({ base, mine, theirs })).toEqual(clean('a: 2\nb: [\nc: 2\n'));
  const twice = (text: string) => text.replace('b: [', 'a: 9');
  expect(merge({ base: twice(base), mine: twice(mine), theirs: twice(theirs) })).toEqual(
    clean('a: 2\na: 9\nc: 2\n'),
  );
});

test('a merge of lines that would break a file which can be read is a conflict', () => {
  const base = 'a: &x 1\n\nb: 2\n\nc: 3\n';
  const mine = 'd: 0\na: &x 1\n\nb: 2\n\nc: 3\n';
  const theirs = 'a: &x 1\n\nb: 2\n\nc: 3\nd: 1\n';
  expect(merge({ base, mine, theirs })).toEqual({ kind: 'conflict', places: ['the whole file'] });
});

test('prose is merged by line; lines that touch are a conflict with their numbers', () => {
  const path = 'agents/growth.md';
  const base = '# Role\n\nBe brief.\n\nAsk first.\n\nEnd.\n';
  const mine = base.replace('Be brief.', 'Be brief and kind.\nSay why.');
  const apart = base.replace('End.', 'The end.');
  const touching = base.replace('Be brief.', 'Be short.').replace('# Role', '# The role');
  expect(merge({ path, base, mine, theirs: apart })).toEqual(clean(mine.replace('End', 'The end')));
  expect(merge({ path, base, mine, theirs: touching })).toEqual({
    kind: 'conflict',
    places: ['lines 3-4'],
  });
  const mixed = mine.replace('Role\n', 'Role\r\n');
  expect(merge({ path, base, mine: mixed, theirs: apart })).toEqual(
    clean(mixed.replace('End', 'The end')),
  );
});

test('a file in which everything differs is a conflict at once, however long it is', () => {
  const long = (word: string) =>
    Array.from({ length: 50_000 }, (_, i) => `${word} ${i % 7}\n`).join('');
  const texts = { base: long('a'), mine: long('b'), theirs: long('c') };
  expect(merge({ path: 'a.md', ...texts })).toEqual({
    kind: 'conflict',
    places: ['the whole file'],
  });
});
