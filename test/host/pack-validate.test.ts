/** `brctl pack validate`: what it looks at, what it finds, and how it prints that. */
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  builtHello,
  copyHello,
  HELLO_SOURCE,
  helloManifest,
  run,
  temporaryFolder,
} from '../support/host.ts';
import { hello, shipping } from '../support/releases.ts';
import { CATALOG, workspace } from '../support/workspace.ts';

async function told(words: readonly string[], cwd: string): Promise<string[]> {
  const { out } = await run(['pack', 'validate', ...words], { cwd });
  return out.trimEnd().split('\n');
}

test('a clean workspace says how much it looked at and exits 0', async () => {
  const cwd = workspace();
  expect(await run(['pack', 'validate'], { cwd })).toEqual({
    code: 0,
    out: '5 files, no problems\n',
    err: '',
  });
});

test('without a path the catalogue upwards is found from inside a pack', async () => {
  const root = workspace();
  const { code, out } = await run(['pack', 'validate', '--format', 'json'], {
    cwd: join(root, 'packs/hello/config'),
  });
  expect(code).toBe(0);
  expect(JSON.parse(out).files).toContain('greeting.yaml');
  expect(JSON.parse(out).files).toContain(join(root, 'pack.yaml'));
});

test('a catalogue that cannot be read is reported, not passed by', async () => {
  const cwd = workspace('kind: Catalog\npacks: [\n');
  expect(await told([], cwd)).toEqual([
    expect.stringContaining('pack.yaml:3:1: error: Flow sequence'),
    '1 error in 1 file',
  ]);
});

test('nowhere near a pack there is nothing to validate', async () => {
  const { code, err } = await run(['pack', 'validate'], { cwd: temporaryFolder() });
  expect(code).toBe(2);
  expect(err).toContain('no pack.yaml and no .brctl from');
});

test('a name that differs between catalogue and manifest is an error at the name', async () => {
  const cwd = workspace(CATALOG.replace('name: hello', 'name: hallo'));
  expect(await told([], cwd)).toContain(
    'pack.yaml:4:11: error: the manifest in packs/hello says its name is "hello" [name-differs]',
  );
});

test('a pack listed twice, and one that is not there, are errors', async () => {
  const entry = CATALOG.slice(CATALOG.indexOf('  - name'));
  const cwd = workspace(`${CATALOG}${entry.replace('packs/hello', 'packs/gone')}`);
  expect(await told([], cwd)).toEqual([
    'pack.yaml:8:11: error: "hello" is listed twice [duplicate-pack]',
    'pack.yaml:10:13: error: packs/gone holds no pack.yaml [file-missing]',
    '2 errors in 5 files',
  ]);
});

test('what the manifest names and the folder lacks is an error at the name', async () => {
  const cwd = copyHello({
    'config/footer.yaml': null,
    'schemas/greeting.schema.json': null,
    'index.ts': null,
  });
  expect(await told(['.'], cwd)).toEqual([
    'pack.yaml:11:8: error: the pack has no index.mjs and no index.ts [file-missing]',
    'pack.yaml:15:13: error: the pack has no schemas/greeting.schema.json [file-missing]',
    'pack.yaml:17:11: error: the pack has no config/footer.yaml [file-missing]',
    '3 errors in 2 files',
  ]);
});

test.each([
  [
    '[greeter, listener]',
    '[greeter, listner]',
    '25:15: error: no role "listner" in this manifest (did you mean "listener"?) [role-unknown]',
  ],
  [
    '[greeter, listener]',
    '[greeter, greeter]',
    '25:15: error: a role cannot be separate from itself [role-unpaired]',
  ],
  ['id: listener', 'id: greeter', '22:9: error: role "greeter" exists twice [duplicate-role]'],
  [
    'texts/footer.yaml',
    'GREETING.yaml',
    '16:11: error: config/GREETING.yaml is declared twice [duplicate-path]',
  ],
  [
    '">=0.1.0 <1"',
    '"new enough"',
    '8:10: error: engines.brctl "new enough" is not a range of versions [range-invalid]',
  ],
  [
    '">=1.5 <2"',
    '"1.x.y.z"',
    '10:11: error: hostModules.duckdb "1.x.y.z" is not a range of versions [range-invalid]',
  ],
  [
    '[data/hello]',
    '[data/finance]',
    '29:11: error: "data/finance" is not below data/hello or config/hello [write-outside]',
  ],
  [
    'hosts: [api.example.com]',
    `hosts: [api.example.com, "$\{OTHER_URL}"]`,
    '28:28: error: OTHER_URL is not in permissions.secrets, so its host cannot be read [host-variable-unknown]',
  ],
  [
    'configured: []',
    'configured: [texts/footer.yaml, greetings.yaml]',
    '31:35: error: "greetings.yaml" is no path of config in this manifest (did you mean "greeting.yaml"?) [configured-unknown]',
  ],
  [
    'minReader: 1',
    'minReader: 3',
    '34:14: error: data.minReader is above data.schemaVersion [wrong-value]',
  ],
  [
    'name: hello',
    'name: doctor',
    '4:7: error: "doctor" is a command of brctl itself [name-reserved]',
  ],
])('%s -> %s', async (from, to, line) => {
  const cwd = copyHello({ 'pack.yaml': helloManifest(from, to) });
  expect(await told([], cwd)).toContain(`pack.yaml:${line}`);
});

test('a shipped config file that breaks its schema is an error in that file', async () => {
  const cwd = copyHello({ 'config/greeting.yaml': '# hi\nlanguage: ed\ntimes: 0\n' });
  expect(await told([], cwd)).toEqual([
    'config/greeting.yaml:2:11: error: language must be one of "en", "de", not "ed" (did you mean "en"?) [wrong-value]',
    'config/greeting.yaml:3:8: error: times must be >= 1 [wrong-value]',
    '2 errors in 4 files',
  ]);
});

test.each<[string, string, string]>([
  [
    'a misspelt keyword',
    '{\n  "type": "object",\n  "propertees": {}\n}',
    '3:3: error: unknown keyword "propertees" (did you mean "properties"?)',
  ],
  [
    'a misspelt keyword deep inside',
    '{"type": "object", "properties": {"a": {"anyOf": [\n  {"enmu": [1]}]}}}',
    '2:4: error: unknown keyword "enmu" (did you mean "enum"?)',
  ],
  ['a type that is none', '{"type": "objet"}', '1:10: error: type'],
  [
    'a reference to nothing',
    '{"type": "object",\n "properties": {\n  "a": { "$ref": "#/$defs/gone" }}}',
    '3:18: error: $ref points at nothing: #/$defs/gone',
  ],
  [
    'a pattern that is none',
    '{"type": "string",\n "pattern": "("}',
    '2:13: error: pattern "(" is no regular expression',
  ],
  [
    'a format that nobody knows',
    '{"type": "object", "properties": {\n "a": {"type": "string", "format": "dte"}}}',
    '2:36: error: unknown format "dte" (did you mean "date"?)',
  ],
  [
    'an older draft',
    '{"$schema": "http://json-schema.org/draft-07/schema#"}',
    '1:13: error: $schema must be "https://json-schema.org/draft/2020-12/schema"',
  ],
  ['a list', '[]', '1:1: error: a schema must be a map'],
  [
    'a comma too many',
    '{\n  "type": "object",\n}',
    '3:1: error: Expected double-quoted property name',
  ],
  [
    'a key given twice',
    '{\n  "type": "object",\n  "type": "string"\n}',
    '3:3: error: this key is given twice',
  ],
])('a shipped schema that is broken is an error in the schema: %s', async (_, schema, line) => {
  const cwd = copyHello({ 'schemas/greeting.schema.json': schema });
  const lines = await told([], cwd);
  expect(lines[0]).toContain(`schemas/greeting.schema.json:${line}`);
  expect(lines[0]).toMatch(/\[(schema-broken|json-syntax|duplicate-key)\]$/);
  expect((await run(['pack', 'validate'], { cwd })).code).toBe(1);
});

test('a schema that no config file uses is compiled all the same', async () => {
  const cwd = copyHello();
  writeFileSync(join(cwd, 'schemas/other.schema.json'), '{"tipe": "object"}');
  expect((await told([], cwd))[0]).toBe(
    'schemas/other.schema.json:1:2: error: unknown keyword "tipe" (did you mean "type"?) [schema-broken]',
  );
});

const PROMPT = "# A prompt\n\n- [one: {\n\t'quoted\n@ no: yaml: %at all\n";

test('a config file that is text by its suffix is text, and may say anything', async () => {
  const manifest = helloManifest('texts/footer.yaml', 'texts/footer.md');
  const cwd = copyHello({ 'pack.yaml': manifest, 'config/footer.yaml': PROMPT });
  expect((await told(['.'], cwd)).at(-1)).toBe('4 files, no problems');
  writeFileSync(join(cwd, 'config/footer.yaml'), Buffer.from('caf\xe9\n', 'latin1'));
  expect(await told(['.'], cwd)).toEqual([
    'config/footer.yaml: error: is not UTF-8 text [not-utf8]',
    '1 error in 4 files',
  ]);
  writeFileSync(join(cwd, 'config/footer.yaml'), 'a'.repeat(1024 * 1024 + 1));
  expect((await told(['.'], cwd))[0]).toContain('has 1048577 bytes; the limit is 1048576');
});

test('text conffiles install, and are checked as text where the operator has them', async () => {
  const built = await hello('1.2.0', await shipping({ 'prompt.md': PROMPT, 'b.conf': '[a\n' }));
  const target = join(temporaryFolder(), 'srv');
  expect((await run(['pack', 'install', built, `--target=${target}`])).code).toBe(0);
  const validated = await run(['pack', 'validate', `--target=${target}`]);
  expect([validated.code, validated.out]).toEqual([0, expect.stringMatching(/no problems\n$/)]);
  const { out } = await run(['doctor', `--target=${target}`]);
  expect(out).toContain('config/hello/prompt.md is valid\n');
  const prompt = join(target, 'config/hello/prompt.md');
  writeFileSync(prompt, Buffer.from([0xff, 0xfe, 0x61]));
  expect((await told([prompt], target))[0]).toMatch(/prompt\.md: error: is not UTF-8 text/);
});

test.each(['.yaml', '.yml', '.json', '.YAML'])('%s is read as YAML', async (suffix) => {
  const built = await hello('1.2.0', await shipping({ [`a${suffix}`]: PROMPT }));
  expect((await told(['.'], built))[0]).toMatch(/^config\/a\.\w+:\d+:\d+: error: /);
});

test('a schema for a file that is text would check nothing, and is an error', async () => {
  const manifest = helloManifest('path: greeting.yaml', 'path: greeting.txt');
  expect(await told(['.'], copyHello({ 'pack.yaml': manifest }))).toEqual([
    'pack.yaml:15:13: error: greeting.txt is plain text by its suffix, which no schema can check ' +
      '[schema-unused]',
    '1 error in 4 files',
  ]);
});

test('links and devices in a pack are refused', async () => {
  const linked = copyHello();
  symlinkSync('/etc/passwd', join(linked, 'config/passwd'));
  expect((await told([], linked))[0]).toMatch(
    /: error: .*config\/passwd is a symbolic link; a pack holds files only \[pack-tree\]$/,
  );
});

test('a built pack whose index contradicts its manifest is an error in the index', async () => {
  const cwd = await builtHello();
  writeFileSync(join(cwd, 'pack.yaml'), helloManifest('"1.2.0"', '"1.3.0"'));
  expect(await told(['.'], cwd)).toEqual([
    'commands.json:4:14: error: version must be "1.3.0", as in the manifest [index-differs]',
    '    hint: brctl pack build makes it anew',
    '1 error in 5 files',
  ]);
});

test('a single schema can be validated by itself', async () => {
  expect(await told(['schemas/greeting.schema.json'], HELLO_SOURCE)).toEqual([
    '1 file, no problems',
  ]);
});

test('the config file of a source, and that of an installed pack, keep to its schema', async () => {
  const source = copyHello({ 'config/greeting.yaml': 'language: fr\n' });
  const line = ':1:11: error: language must be one of "en", "de", not "fr" [wrong-value]';
  expect(await told(['config/greeting.yaml'], source)).toContain(`config/greeting.yaml${line}`);

  const target = join(temporaryFolder(), 'srv');
  const built = await builtHello();
  await run(['pack', 'install', built, `--target=${target}`]);
  const installed = join(target, 'config/hello/greeting.yaml');
  writeFileSync(installed, 'language: fr\n');
  // From elsewhere, and without saying which target: the file's own folder tells.
  expect(await told([installed], temporaryFolder())).toContain(`${installed}${line}`);
});

test('a file that no pack declares is a usage error, a missing one is not', async () => {
  const cwd = copyHello();
  writeFileSync(join(cwd, 'notes.yaml'), 'a: 1\n');
  const undeclared = await run(['pack', 'validate', 'notes.yaml'], { cwd });
  expect([undeclared.code, undeclared.out]).toEqual([2, '']);
  expect(undeclared.err).toContain('notes.yaml is no manifest and no catalogue');
  const missing = await run(['pack', 'validate', 'gone.yaml'], { cwd });
  expect([missing.code, missing.err]).toEqual([3, 'brctl: gone.yaml does not exist\n']);
});
