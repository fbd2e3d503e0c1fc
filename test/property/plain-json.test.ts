/** JSON files are read as JSON; whoever reads them cannot tell that from reading them as YAML. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainJson } from '../../src/pack/schema/plain-json.ts';
import { parseJson, parseJsonBytes, parseYaml } from '../../src/pack/schema/yaml-document.ts';

/** With keys and texts that are full of what the scan looks at. */
const letters = fc.string({
  unit: fc.constantFrom('a', ':', '"', '\\', '{', ',', 'é', '😀', '\n'),
});
const key = fc.oneof(letters, fc.constantFrom('a', 'b', '__proto__', 'toString', '1'));
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false, 0, -0, 1.5, 1e21, 12_345_678_901_234),
    letters,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((all) => ownKeys(all)),
  ),
}));

function ownKeys(entries: readonly (readonly [string, unknown])[]): object {
  const map = {};
  for (const [name, each] of entries) {
    const how = { value: each, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(map, name, how);
  }
  return map;
}

test('the value and every place are those of YAML', () => {
  fc.assert(
    fc.property(value, fc.constantFrom(undefined, 2), (given, indent) => {
      const text = JSON.stringify(given, null, indent);
      const [json, yaml] = [parseJson(text, 'a.json'), parseYaml(text, 'a.json')];
      expect(plainJson(text)).toEqual(given === null ? null : JSON.parse(text));
      expect([json.value, json.problems]).toEqual([yaml.value, yaml.problems]);
      for (const path of [[], ['a'], ['a', 0], ['__proto__'], [0, 'b']]) {
        expect(json.position(path, 'key')).toEqual(yaml.position(path, 'key'));
        expect(json.position(path, 'value')).toEqual(yaml.position(path, 'value'));
        expect(json.source(path)).toEqual(yaml.source(path));
      }
    }),
    { numRuns: 300 },
  );
});

describe('what could mean two things is told as in YAML', () => {
  test.each([
    ['a key twice', '{"a": 1, "a": 2}'],
    ['a key twice, spelt otherwise', '{"a": 1, "\\u0061": 2}'],
    ['a key twice, deep down', '{"x": [{"a": {"b:": 1, "b:": ":"}}]}'],
    ['a key twice that is a prototype', '{"__proto__": 1, "__proto__": 2}'],
    ['no JSON', '{"a": 1,}'],
    ['YAML', 'a: 1 # one\n'],
    ['nothing', ''],
  ])('%s', (_, text) => {
    expect(plainJson(text)).toBe(undefined);
    const [json, yaml] = [parseJson(text, 'a.json'), parseYaml(text, 'a.json')];
    expect([json.value, json.problems]).toEqual([yaml.value, yaml.problems]);
  });

  test.each([
    ['without end', '['.repeat(20_000)],
    ['deeper than any file', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ])('brackets %s', (_, text) => {
    expect(plainJson(text)).toBe(undefined);
    const { value: read, problems } = parseJson(text, 'a.json');
    expect([read, problems[0]?.message]).toEqual([undefined, 'brackets are nested too deeply']);
  });

  test('a key that is given twice is a problem', () => {
    const { problems } = parseJson('{"a": 1,\n "a": 2}', 'a.json');
    expect(problems.map(({ code, line }) => [code, line])).toEqual([['duplicate-key', 2]]);
  });
});

test('bytes that are no text, or too many, are refused', () => {
  const codes = (bytes: Uint8Array) => parseJsonBytes(bytes, 'a').problems.map(({ code }) => code);
  expect(codes(Uint8Array.of(0x22, 0xff, 0x22))).toEqual(['not-utf8']);
  expect(codes(new TextEncoder().encode(`"${'x'.repeat(2 ** 20)}"`))).toEqual(['file-too-big']);
});
