/** Text that cannot be trusted is refused with the line and column where it goes wrong. */
import { expect, test } from 'vitest';
import { parseYaml, parseYamlBytes } from '../../src/pack/schema/yaml-document.ts';
import { place } from '../../src/sdk/index.ts';

function problems(text: string): string[] {
  return parseYaml(text, 'a.yaml').problems.map(
    (each) => `${place(each)} ${each.code} ${each.message}`,
  );
}

test.each<[string, string, string[]]>([
  [
    'a second document',
    'a: 1\n---\nb: 2\n',
    ['a.yaml:2:1 yaml-syntax a second document starts here; one is allowed'],
  ],
  [
    'a tab as indent',
    'a:\n\tb: 1\n',
    ['a.yaml:2:1 yaml-syntax Tabs are not allowed as indentation'],
  ],
  ['an unknown alias', 'a: 1\nb: *nobody\n', ['a.yaml:2:4 yaml-aliases no &nobody before this']],
  [
    'an alias inside its own anchor',
    'a: &x\n  b: *x\n',
    ['a.yaml:2:6 yaml-aliases &x contains itself'],
  ],
  ['a list as a key', '? [a]\n: 1\n', ['a.yaml:1:3 yaml-key a key must be plain text']],
  ['a wrong escape', 'a: "x\\q"\n', ['a.yaml:1:6 yaml-syntax Invalid escape sequence \\q']],
])('%s', (_, text, expected) => {
  expect(problems(text)).toEqual(expected);
  expect(parseYaml(text, 'a.yaml').value).toBeUndefined();
});

test.each<[string, string, string]>([
  ['YAML', 'a: 1\nb: 2\na: 3\n', 'a.yaml:3:1 duplicate-key this key is given twice'],
  ['JSON', '{"a": 1, "b": 2,\n "a": 3}', 'a.yaml:2:2 duplicate-key this key is given twice'],
])('a duplicate key in %s is told, and the last value can be read', (_, text, expected) => {
  expect(problems(text)).toEqual([expected]);
  const document = parseYaml(text, 'a.yaml');
  expect(document.value).toEqual({ a: 3, b: 2 });
  expect(document.position(['a'], 'value').line).toBeGreaterThan(1);
});

test('every syntax error of a file is told, each place once', () => {
  expect(problems('a: "x\\q"\nb: "y\\w"\n')).toHaveLength(2);
});

test('an alias bomb is refused before it grows', () => {
  const levels = Array.from({ length: 12 }, (_, i) => {
    const parts = Array.from({ length: 10 }, () => (i === 0 ? 'x' : `*a${i - 1}`));
    return `a${i}: &a${i} [${parts.join(', ')}]`;
  });
  expect(problems(`${levels.join('\n')}\n`)).toEqual([
    'a.yaml:1:1 yaml-aliases aliases multiply this file beyond any use',
  ]);
});

test.each(['[', '{"a":', '- ', '? '])(
  'a file that nests %s twenty thousand times is one problem',
  (open) => {
    const { problems: found, value } = parseYaml(open.repeat(20_000), 'a.yaml');
    expect(value).toBeUndefined();
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThanOrEqual(20);
  },
);

test('bytes that are not UTF-8 are refused', () => {
  const { problems: found } = parseYamlBytes(Uint8Array.of(0x61, 0x3a, 0xff), 'a.yaml');
  expect(found).toEqual([
    { severity: 'error', code: 'not-utf8', message: 'is not UTF-8 text', file: 'a.yaml' },
  ]);
});

test('a file over a megabyte is refused unread', () => {
  const { problems: found } = parseYamlBytes(new Uint8Array(1024 * 1024 + 1), 'a.yaml');
  expect(found.map(({ code }) => code)).toEqual(['file-too-big']);
});

test('an unknown tag is a warning, and the value is still there', () => {
  const { problems: found, value } = parseYaml('a: !mine 1\n', 'a.yaml');
  expect(found.map(({ severity, line, column }) => [severity, line, column])).toEqual([
    ['warning', 1, 4],
  ]);
  expect(value).toEqual({ a: '1' });
});

test('__proto__ is a key like any other', () => {
  const { value } = parseYaml('__proto__:\n  isAdmin: true\n', 'a.yaml');
  expect(Object.keys(value as object)).toEqual(['__proto__']);
  expect((value as { isAdmin?: boolean }).isAdmin).toBeUndefined();
});

test('a byte order mark moves no column', () => {
  expect(problems('\uFEFFa: "x\\q"\n')).toEqual(problems('a: "x\\q"\n'));
});

test('positions follow aliases to the anchor they stand for', () => {
  const document = parseYaml('base: &b\n  x: 1\nother: *b\n', 'a.yaml');
  expect(document.position(['other', 'x'], 'value')).toEqual({ line: 2, column: 6 });
});

test('a part that is not there points at what encloses it', () => {
  const document = parseYaml('a:\n  b: 1\n', 'a.yaml');
  expect(document.position(['a', 'nope'], 'key')).toEqual({ line: 1, column: 1 });
  expect(document.position(['a', 'b', 'deep'], 'value')).toEqual({ line: 2, column: 6 });
});

test('an empty value points at its key', () => {
  expect(parseYaml('x: 1\na:\n', 'a.yaml').position(['a'], 'value')).toEqual({
    line: 2,
    column: 1,
  });
});
