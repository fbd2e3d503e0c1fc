/** Each way to get a manifest wrong, with the exact place and sentence. */
import { expect, test } from 'vitest';
import { HOST_COMMANDS } from '../../src/commands/all.ts';
import { RESERVED_NAMES, readManifest } from '../../src/pack/manifest/manifest.ts';
import { place } from '../../src/sdk/index.ts';
import { helloManifest } from '../support/host.ts';

function problems(text: string): string[] {
  const { problems: found } = readManifest(new TextEncoder().encode(text), 'pack.yaml');
  return found.map(({ message, hint, ...at }) => {
    const tail = hint === undefined ? '' : ` -> ${hint}`;
    return `${place(at)} ${at.code}: ${message}${tail}`;
  });
}

function changed(from: string, to: string): string[] {
  return problems(helloManifest(from, to));
}

test('a manifest with every key is fine', () => {
  expect(problems(helloManifest('', ''))).toEqual([]);
});

test('an unquoted version is a number, and the message shows the quotes', () => {
  expect(changed('version: "1.2.0"', 'version: 1.2')).toEqual([
    'pack.yaml:5:10 wrong-type: version must be text, not the number 1.2 -> quote it: "1.2.0"',
  ]);
  expect(changed('version: "1.2.0"', 'version: 1')).toEqual([
    'pack.yaml:5:10 wrong-type: version must be text, not the number 1 -> quote it: "1.0.0"',
  ]);
});

test.each([
  [
    'version: "1.2.0"',
    'version: "1.2"',
    'pack.yaml:5:10 wrong-form: version "1.2" is not a semantic version (for example "1.2.0")',
  ],
  [
    'name: hello',
    'name: Hello_World',
    'pack.yaml:4:7 wrong-form: name "Hello_World" is not a kebab-case name (for example "finance")',
  ],
  ['name: hello', 'name:', 'pack.yaml:4:1 wrong-type: name must be text, not empty'],
  ['name: hello', 'name: [hello]', 'pack.yaml:4:7 wrong-type: name must be text, not a list'],
  ['kind: Pack', 'kind: Pakc', 'pack.yaml:3:7 wrong-value: kind must be "Pack", not "Pakc"'],
  [
    'summary: Greets.',
    'summary: ""',
    'pack.yaml:6:10 wrong-form: summary "" is not one line of text',
  ],
  [
    'entry: index.mjs',
    'entry: index.js',
    'pack.yaml:11:8 wrong-form: entry "index.js" is not the path of an .mjs file below the pack (for example "index.mjs")',
  ],
  [
    'entry: index.mjs',
    'entry: ../index.mjs',
    'pack.yaml:11:8 wrong-form: entry "../index.mjs" is not the path of an .mjs file below the pack (for example "index.mjs")',
  ],
  [
    '- path: greeting.yaml',
    '- path: ../greeting.yaml',
    'pack.yaml:13:11 wrong-form: config[0].path "../greeting.yaml" is not a relative path with forward slashes and no dots in front (for example "config/budgets.yaml")',
  ],
  [
    '- path: greeting.yaml',
    '- path: /etc/passwd',
    'pack.yaml:13:11 wrong-form: config[0].path "/etc/passwd" is not a relative path with forward slashes and no dots in front (for example "config/budgets.yaml")',
  ],
  [
    '- path: greeting.yaml',
    '- path: a/../../b',
    'pack.yaml:13:11 wrong-form: config[0].path "a/../../b" is not a relative path with forward slashes and no dots in front (for example "config/budgets.yaml")',
  ],
  [
    '- path: greeting.yaml',
    '- path: "a\\\\b"',
    'pack.yaml:13:11 wrong-form: config[0].path "a\\\\b" is not a relative path with forward slashes and no dots in front (for example "config/budgets.yaml")',
  ],
  [
    'from: config/greeting.yaml',
    'from: .brctl/receipt.json',
    'pack.yaml:14:11 wrong-form: config[0].from ".brctl/receipt.json" is not a relative path with forward slashes and no dots in front (for example "config/budgets.yaml")',
  ],
  [
    'write.greeting',
    'greeting',
    'pack.yaml:21:13 wrong-form: roles[0].needs[0] "greeting" is not a verb and a noun (for example "read.ledger")',
  ],
  [
    'HELLO_TOKEN',
    '"hunter 2"',
    'pack.yaml:27:13 wrong-form: permissions.secrets[0] "hunter 2" is not the name of an environment variable (for example "STRIPE_API_KEY")',
  ],
  [
    '[greeter, listener]',
    '[greeter]',
    'pack.yaml:25:5 wrong-value: separationOfDuty[0] must NOT have fewer than 2 items',
  ],
  [
    'configured: []',
    'configured: [greeting.md]',
    'pack.yaml:31:16 wrong-form: permissions.configured[0] "greeting.md" is not the path of a YAML or JSON file (for example "sources.yaml")',
  ],
  [
    'configured: []',
    'configured: [../greeting.yaml]',
    'pack.yaml:31:16 wrong-form: permissions.configured[0] "../greeting.yaml" is not the path of a YAML or JSON file (for example "sources.yaml")',
  ],
  [
    'HELLO_KEY',
    'HELLO_TOKEN',
    'pack.yaml:27:26 duplicate-item: permissions.secrets lists the same thing twice',
  ],
  ['minReader: 1', 'minReader: 0', 'pack.yaml:34:14 wrong-value: data.minReader must be >= 1'],
  [
    'minReader: 1',
    'minReader: 1.5',
    'pack.yaml:34:14 wrong-type: data.minReader must be a whole number, not the number 1.5',
  ],
])('%s -> %s', (from, to, expected) => {
  expect(changed(from, to)).toEqual([expected]);
});

test('an unknown key is named with the key that was meant', () => {
  expect(changed('summary:', 'sumary:')).toEqual([
    'pack.yaml:2:1 missing-key: missing key "summary"',
    'pack.yaml:6:1 unknown-key: unknown key "sumary" (did you mean "summary"?)',
  ]);
  expect(changed('    needs:', '    neds:')).toEqual([
    'pack.yaml:21:5 unknown-key: roles[0]: unknown key "neds" (did you mean "needs"?)',
  ]);
});

test('an unknown key that resembles none lists those that exist', () => {
  expect(changed('  brctl: ">=0.1.0 <1"', '  brctl: "1"\n  kubernetes: "1"')).toEqual([
    'pack.yaml:9:3 unknown-key: engines: unknown key "kubernetes" -> known keys: brctl',
  ]);
});

test('a missing key below a key points at that key', () => {
  expect(changed('  brctl: ">=0.1.0 <1"', '  {}')).toEqual([
    'pack.yaml:7:1 missing-key: engines: missing key "brctl"',
  ]);
});

test('all problems of a file are told at once, in the order of the file', () => {
  const text = helloManifest('name: hello', 'name: H')
    .replace('index.mjs', 'x')
    .replace('from:', 'form:');
  expect(problems(text).map((line) => line.split(' ', 2).join(' '))).toEqual([
    'pack.yaml:4:7 wrong-form:',
    'pack.yaml:11:8 wrong-form:',
    'pack.yaml:13:5 missing-key:',
    'pack.yaml:14:5 unknown-key:',
  ]);
});

test('a manifest of a newer format asks for a newer brctl and says nothing else', () => {
  expect(changed('brctl.dev/v1', 'brctl.dev/v2')).toEqual([
    'pack.yaml:2:13 api-version: apiVersion brctl.dev/v2 is newer than this brctl, which reads brctl.dev/v1 -> upgrade brctl',
  ]);
});

test.each([
  ['', 'empty'],
  ['# only a comment\n', 'empty'],
  ['- a\n', 'a list'],
  ['just text\n', 'the text "just text"'],
])('a manifest that is no map is one problem: %j', (text, kind) => {
  const found = problems(text);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(`wrong-type: the file must be a map, not ${kind}`);
});

test('no pack may take a name of the host', () => {
  const words = HOST_COMMANDS.map(({ path }) => path[0]).filter((word) => !word?.startsWith('__'));
  expect([...new Set([...words, 'help'])].sort()).toEqual(RESERVED_NAMES);
});
