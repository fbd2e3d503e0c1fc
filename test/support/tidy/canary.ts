/**
 * A small tree that is tidy, and one file for each way not to be: what tidy must stay silent
 * about, and what it must say. A rule without a canary is a rule that nobody has seen fail.
 */
export type Planted = Readonly<{
  path: string;
  text: string;
  /** All that is said about the file, without its path: `line message`. */
  says: readonly string[];
}>;

const lines = (...text: readonly string[]): string => text.map((line) => `${line}\n`).join('');

export const CLEAN: Readonly<Record<string, string>> = {
  '.gitignore': 'dist/\n',
  'README.md': '# A house\n',
  'bin/brctl.js': lines("import { start } from '../src/main.ts';", 'start(process.env);'),
  'dist/made.ts': 'console.log(new Date());\n',
  'fixtures/README.md': '# Inputs\n',
  'fixtures/data/note.md': 'TODO is a word in a bill, and so is /tmp/\n',
  'pack.yaml': 'kind: Catalog\n',
  'package-lock.json': '{}\n',
  'package.json': JSON.stringify({
    dependencies: { 'csv-parse': '1', 'csv-stringify': '1', yaml: '1' },
    devDependencies: { '@duckdb/node-api': '1', vitest: '1' },
  }),
  'packs/finance/adapters/duckdb/warehouse.ts': lines(
    "import { join } from 'node:path';",
    "import type { DuckDBInstance } from '@duckdb/node-api';",
    "import { usageError } from 'brctl/sdk';",
    "import { add } from '../../core/money.ts';",
    "import type { Warehouse } from '../../ports/warehouse.ts';",
    'export type All = [typeof join, DuckDBInstance, typeof usageError, typeof add, Warehouse];',
  ),
  'packs/finance/core/money.ts': 'export const add = (a: bigint, b: bigint) => a + b;\n',
  'packs/finance/index.ts': "export * from './wire.ts';\n",
  'packs/finance/ports/warehouse.ts': lines(
    "import type { add } from '../core/money.ts';",
    "export const BASES = ['effective', 'billed'] as const;",
    'export type Warehouse = { basis: (typeof BASES)[number]; add: typeof add };',
  ),
  'packs/finance/report/report.ts': lines(
    "import { stringify } from 'csv-stringify/sync';",
    "import type { Warehouse } from '../ports/warehouse.ts';",
    '// Not code: console.log, process.exit and as any may be named.',
    "export const report = (from: Warehouse) => stringify([[from, 'new Date()']]);",
  ),
  'packs/finance/wire.ts': lines(
    "export * from './adapters/duckdb/warehouse.ts';",
    "export * from './report/report.ts';",
  ),
  'schemas/a.schema.json': JSON.stringify({ $id: 'a', type: 'object', properties: {} }),
  'schemas/b.schema.json': JSON.stringify({ $id: 'b', $ref: 'a' }),
  'src/host.ts': 'export const now = () => new Date();\n',
  'src/main.ts': lines("import { parse } from 'yaml';", 'export const start = parse;'),
  'src/sdk/index.ts': "export type Engine = typeof import('@duckdb/node-api');\n",
  'test/main.test.ts': lines(
    "import { describe } from 'vitest';",
    "import { start } from '../src/main.ts';",
    "describe('main', () => {",
    ...Array.from({ length: 80 }, () => '  start(process.cwd());'),
    '});',
    'test.each([',
    ...Array.from({ length: 80 }, () => '  [1],'),
    "])('%s', (one) => {",
    '  start(one);',
    '});',
    `  '${'an expected line, '.repeat(8)}',`,
  ),
  'tsconfig.json': '{}\n',
};

const plant = (path: string, text: string, ...says: readonly string[]): Planted => ({
  path,
  text,
  says,
});

const CORE = 'core is pure values: move what needs more to a feature or an adapter';
const FEATURE =
  'a feature reaches the world through a port; what two features share belongs in core';
const ADAPTER = 'an adapter knows core, ports, brctl/sdk and its one vendor (see VENDORS)';
const HOST = 'packs are loaded from an installed generation at run time';
const SDK = 'the SDK stands alone: hand the value in, or keep the file in the host';
const PORT = 'a port is types over core and prose';
const A_PORT = 'a port is types only: move the value to core or to an adapter';

const WAREHOUSE = 'packs/finance/adapters/duckdb/warehouse.ts';

const IMPORTS: readonly Planted[] = [
  plant(
    'packs/finance/core/reads.ts',
    "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n",
    `1 core must not import node:fs: ${CORE}`,
  ),
  plant(
    'packs/finance/core/asks.ts',
    "import type { Warehouse } from '../ports/warehouse.ts';\nexport type Asks = Warehouse;\n",
    `1 core must not import ports (packs/finance/ports/warehouse.ts): ${CORE}`,
  ),
  plant(
    'packs/finance/core/knows.ts',
    "import type { Context } from 'brctl/sdk';\nexport type Knows = Context;\n",
    `1 core must not import brctl/sdk: ${CORE}`,
  ),
  plant(
    'packs/finance/core/queries.ts',
    "export type Queries = import('yaml').Document;\n",
    `1 core must not import yaml: ${CORE}`,
  ),
  plant(
    'packs/finance/ports/does.ts',
    "export type Word = 'a';\nexport function does(): void {}\n",
    `2 ${A_PORT}`,
  ),
  plant(
    'packs/finance/ports/imports.ts',
    "import { add } from '../core/money.ts';\nexport type Add = typeof add;\n",
    `1 ${A_PORT}`,
  ),
  plant(
    'packs/finance/ports/vendor.ts',
    "import type { Document } from 'yaml';\nexport type Vendor = Document;\n",
    `1 ports must not import yaml: ${PORT}`,
  ),
  plant(
    'packs/finance/alerts/alerts.ts',
    "export * from '../report/report.ts';\n",
    `1 packs/finance/alerts must not import its sibling packs/finance/report/report.ts: ${FEATURE}`,
  ),
  plant(
    'packs/finance/alerts/stores.ts',
    "export * from '../adapters/duckdb/warehouse.ts';\n",
    `1 features must not import adapters (${WAREHOUSE}): ${FEATURE}`,
  ),
  plant(
    'packs/finance/alerts/writes.ts',
    "import { writeFileSync } from 'node:fs';\nexport const write = writeFileSync;\n",
    `1 features must not import node:fs: ${FEATURE}`,
  ),
  plant(
    'packs/finance/adapters/exports/sibling.ts',
    "export * from '../duckdb/warehouse.ts';\n",
    `1 packs/finance/adapters/exports must not import its sibling ${WAREHOUSE}: ${ADAPTER}`,
  ),
  plant(
    'packs/finance/adapters/exports/feature.ts',
    "export * from '../../report/report.ts';\n",
    `1 adapters must not import features (packs/finance/report/report.ts): ${ADAPTER}`,
  ),
  plant(
    'packs/finance/adapters/exports/vendor.ts',
    "import { parse } from 'yaml';\nexport const read = parse;\n",
    `1 adapters must not import yaml: ${ADAPTER}`,
  ),
  plant(
    'packs/finance/adapters/duckdb/native.ts',
    "export const load = () => import('@duckdb/node-api');\n",
    '1 @duckdb/node-api comes from the host: ctx.duckdb() or ctx.sqlite(), and import type',
    '1 @duckdb/node-api is not among the dependencies of package.json',
  ),
  plant(
    'packs/finance/adapters/duckdb/host.ts',
    "export * from '../../../../src/sdk/index.ts';\n",
    '1 a pack knows the host as brctl/sdk, not as src/sdk/index.ts',
  ),
  plant(
    'src/loads.ts',
    "export const load = () => import('../packs/finance/index.ts');\n",
    `1 host must not import wire (packs/finance/index.ts): ${HOST}`,
  ),
  plant(
    'src/sdk/reads.ts',
    "import { now } from '../host.ts';\nimport { parse } from 'yaml';\nexport { now, parse };\n",
    `1 sdk must not import host (src/host.ts): ${SDK}`,
    `2 sdk must not import yaml: ${SDK}`,
  ),
  plant(
    'src/missing.ts',
    "import { test } from 'vitest';\nexport const check = test;\n",
    '1 vitest is not among the dependencies of package.json',
  ),
  plant(
    'src/circle-a.ts',
    "export * from './circle-b.ts';\n",
    '1 imports itself (src/circle-a.ts -> src/circle-b.ts -> src/circle-a.ts): ' +
      'lift out what they share',
  ),
  plant('src/circle-b.ts', "export * from './circle-a.ts';\n"),
];

const BANNED: readonly Planted[] = [
  plant(
    'src/clock.ts',
    `export const now = () => new Date();\nexport const ms = () => \`\${Date.now()}\`;\n`,
    '1 new Date() is banned: use context.now, or a Day or Date argument',
    '2 Date.now( is banned: use context.now, or a Day or Date argument',
  ),
  plant(
    'src/exits.ts',
    'export const exit = () => process.exit(1);\n',
    '1 process.exit is banned: use the Context, or a returned Outcome',
  ),
  plant('src/prints.ts', 'console.log(1);\n', '1 console. is banned: use context.streams'),
  plant(
    'src/casts.ts',
    '// @ts-ignore\nexport const cast = 1 as any;\n',
    '1 @ts-ignore is banned: use @ts-expect-error with a reason',
    '2 as any is banned: use satisfies, or a type guard',
  ),
  plant(
    'src/floats.ts',
    'export const cents = (n: number) => n.toFixed(2);\n',
    '1 .toFixed( is banned: use core/money.ts',
  ),
  plant(
    'src/rolls.ts',
    'export const roll = () => Math.random();\n',
    '1 Math.random( is banned: use context.uniqueId, or a seeded generator passed in',
  ),
  plant(
    'src/catches.ts',
    'export const ours = (e: unknown) => e instanceof BrctlError;\n',
    '1 instanceof BrctlError is banned: use isBrctlError: ' +
      'a pack carries its own copy of the class',
  ),
  plant(
    'test/only.test.ts',
    "test.only('one', () => {});\n",
    '1 test.only is banned: use a name on the command line while working',
  ),
  plant('src/later.ts', '// TODO: everything\n', '1 TODO is banned: use an issue, or do it now'),
  plant(
    'packs/finance/README.md',
    'Look in `/tmp/x`.\n',
    '1 /tmp/ is banned: use a path that means something on another machine',
  ),
];

const LONG_FUNCTION = ['export function long(', '  n: number,', '): number {', ...filler(69), '}'];

function filler(count: number): string[] {
  return Array.from({ length: count }, () => '  n += 1;');
}

const SIZES: readonly Planted[] = [
  plant(
    'src/wide.ts',
    `export const wide = '${'x'.repeat(100)}';\n// https://example.com/${'x'.repeat(100)}\n`,
    '1 the line exceeds 100 columns: break it',
  ),
  plant('src/long.ts', '// a line\n'.repeat(301), '301 the file exceeds 300 lines: split it'),
  plant(
    'schemas/long.schema.json',
    `{${'\n'.repeat(401)}"$id": "long"}`,
    '401 the file exceeds 400 lines: split it',
  ),
  plant(
    'src/slow.ts',
    lines('// a head of three lines', ...LONG_FUNCTION),
    '2 the function has 73 lines, more than 70: split it',
  ),
  plant(
    'src/slow-arrow.ts',
    lines('export const slow = (n: number) => {', ...filler(70), '};'),
    '1 the function has 72 lines, more than 70: split it',
  ),
  plant(
    'src/slow-method.ts',
    lines('class Slow {', '  run(n: number): number {', ...filler(70), '  }', '}'),
    '2 the function has 72 lines, more than 70: split it',
  ),
  plant('src/utils.ts', '', '1 the name says nothing: name the noun it holds'),
  plant('notes/idea.md', 'An idea\n'),
  plant(
    'schemas/c.schema.json',
    JSON.stringify({ $id: 'c', type: 'object', required: ['x'], propertiez: {} }),
    '1 is no JSON Schema 2020-12: strict mode: unknown keyword: "propertiez"',
  ),
];

export const PLANTED: readonly Planted[] = [...IMPORTS, ...BANNED, ...SIZES];

/** Removed from the clean tree, besides what is planted. */
export const REMOVED = 'pack.yaml';
export const ABOUT_THE_TOP = [
  'notes:1 the top level is fixed: put it below one of its folders',
  'pack.yaml:1 is missing at the top level',
];
