/** What a build makes of a pack's source, and what it refuses to put into a bundle. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import commandsSchema from '../../schemas/commands.schema.json' with { type: 'json' };
import { readTree } from '../../src/pack/store/tree.ts';
import type { ArgumentSpec, CommandSpec, FlagSpec } from '../../src/sdk/index.ts';
import { buildHello, builtHello, copyHello, helloManifest } from '../support/host.ts';

const ENTRY = readFileSync(
  join(import.meta.dirname, '../../fixtures/packs/hello/index.ts'),
  'utf8',
);

function entryWith(line: string): string {
  return `${ENTRY}\n${line}\n`;
}

test('a built pack holds manifest, bundle, command index, config, schemas, playbook', async () => {
  const built = await builtHello();
  const paths = readTree(built).files.map(({ path }) => path.replace(/-[A-Z0-9]{8}/, '-HASH'));
  expect(paths).toEqual([
    'README.md',
    'chunk-HASH.mjs',
    'commands.json',
    'config/footer.yaml',
    'config/greeting.yaml',
    'index.mjs',
    'pack.yaml',
    'schemas/greeting.schema.json',
  ]);
});

test('the command index is the data half of every command', async () => {
  const built = await builtHello();
  const index = JSON.parse(readFileSync(join(built, 'commands.json'), 'utf8'));
  expect(index).toEqual({
    schema: 'brctl/command-index/v1',
    name: 'hello',
    version: '1.2.0',
    summary: 'Greets.',
    engine: '>=0.1.0 <1',
    entry: 'index.mjs',
    permissions: {
      secrets: ['HELLO_TOKEN', 'HELLO_KEY'],
      hosts: ['api.example.com'],
      write: ['data/hello'],
      executables: [],
      configured: [],
    },
    commands: [
      {
        path: ['greet'],
        summary: 'Greet someone.',
        examples: ['brctl hello greet world --language de'],
        arguments: [{ name: 'name', summary: 'whom', required: true }],
        flags: {
          language: { type: 'string', summary: 'in which language', choices: ['en', 'de'] },
          loud: { type: 'boolean', summary: 'shout' },
        },
        formats: ['table', 'json'],
      },
    ],
  });
});

test('the same source elsewhere builds the same bytes, without a path of the machine', async () => {
  const first = await buildHello(copyHello());
  const second = await buildHello(copyHello());
  expect(readTree(second)).toEqual(readTree(first));
  const texts = readTree(first).files.map(({ path }) => readFileSync(join(first, path), 'utf8'));
  expect(texts.join('')).not.toContain(import.meta.dirname.split('/').slice(0, 3).join('/'));
  expect(texts.join('')).not.toContain('brctl-test-');
});

test.each([
  [
    "import { DuckDBInstance } from '@duckdb/node-api'; export const x = DuckDBInstance;",
    '@duckdb/node-api',
  ],
  ["export const x = () => import('@duckdb/node-api');", '@duckdb/node-api'],
  ["import { DatabaseSync } from 'node:sqlite'; export const x = DatabaseSync;", 'node:sqlite'],
  ["import native from './native.node'; export const x = native;", './native.node'],
])('a bundle that imports what the host provides is refused: %s', async (line, specifier) => {
  const source = copyHello({ 'index.ts': entryWith(line) });
  await expect(buildHello(source)).rejects.toMatchObject({
    kind: 'operational',
    code: 'pack-foreign',
    message: expect.stringContaining(`imports ${specifier}`),
    hint: expect.stringContaining('ctx.duckdb'),
  });
});

test('a bundle with code of the host outside the SDK is refused', async () => {
  const host = join(import.meta.dirname, '../../src/pack/target.ts');
  const line = `import { DEFAULT_TARGET } from '${host}'; export const x = DEFAULT_TARGET;`;
  const source = copyHello({ 'index.ts': entryWith(line) });
  await expect(buildHello(source)).rejects.toMatchObject({
    code: 'pack-foreign',
    message: expect.stringContaining('src/pack/target.ts'),
  });
});

test('types of a native module are no import of it', async () => {
  const line =
    "import type { DuckDBInstance } from '@duckdb/node-api'; export const x: DuckDBInstance[] = [];";
  await expect(buildHello(copyHello({ 'index.ts': entryWith(line) }))).resolves.toBeTypeOf(
    'string',
  );
});

test.each([
  ['export const commands = [];', 'index.mjs has no default export with commands'],
  ['export default {};', 'index.mjs has no default export with commands'],
  [ENTRY.replace('[greet]', '[greet, greet]'), 'the command "greet" is declared twice'],
])('an entry without a proper list of commands is refused', async (text, message) => {
  const source = copyHello({ 'index.ts': text });
  await expect(buildHello(source)).rejects.toMatchObject({ code: 'pack-entry', message });
});

test('a command that no shell word can name is refused with its place in the index', async () => {
  const source = copyHello({ 'index.ts': ENTRY.replace("path: ['greet']", "path: ['Greet It']") });
  await expect(buildHello(source)).rejects.toMatchObject({
    code: 'pack-invalid',
    message: expect.stringMatching(
      /commands\.json:25:9: commands\[0\]\.path\[0\] "Greet It" is not a kebab-case word/,
    ),
  });
});

test('a source with a broken manifest is not built, and every problem is named', async () => {
  const manifest = helloManifest('version: "1.2.0"', 'version: 1.2').replace('summary', 'sumary');
  await expect(buildHello(copyHello({ 'pack.yaml': manifest }))).rejects.toMatchObject({
    code: 'pack-invalid',
    message: expect.stringMatching(/pack\.yaml:5:10: .*\n.*pack\.yaml:/),
  });
});

test('the schema of the command index knows every key that a command may declare', () => {
  const full: Required<CommandSpec> = {
    path: ['greet'],
    summary: 's',
    description: 'd',
    examples: [],
    arguments: [],
    flags: {},
    formats: ['table'],
    inputFormats: ['auto'],
    dryRun: true,
  };
  const flag: Required<FlagSpec> = {
    type: 'string',
    summary: 's',
    placeholder: 'P',
    choices: [],
    default: 'd',
    short: 's',
  };
  const argument: Required<ArgumentSpec> = {
    name: 'n',
    summary: 's',
    required: true,
    variadic: true,
    completes: 'file',
  };
  const { properties: known } = commandsSchema.properties.commands.items;
  expect(Object.keys(known).sort()).toEqual(Object.keys(full).sort());
  const { flag: knownFlag, argument: knownArgument } = commandsSchema.$defs;
  expect(Object.keys(knownFlag.properties).sort()).toEqual(Object.keys(flag).sort());
  expect(Object.keys(knownArgument.properties).sort()).toEqual(Object.keys(argument).sort());
});
