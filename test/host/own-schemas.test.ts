/**
 * The built program checks its own files with validators that the build compiled: they must say
 * what the schemas of the sources say, word for word and place for place.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import draft from 'ajv/dist/refs/json-schema-2020-12/schema.json' with { type: 'json' };
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownSchema, type Schema } from '../../src/pack/schema/json-schema.ts';
import { precompile, precompileOwn } from '../../src/pack/schema/precompile.ts';
import { compileShipped } from '../../src/pack/schema/shipped-schema.ts';
import { parseYaml } from '../../src/pack/schema/yaml-document.ts';
import { BUNDLE_OPTIONS } from '../../src/pack/source/bundler.ts';
import { ROOT } from '../support/host.ts';
import { sampleOf, spoiled } from '../support/schema-samples.ts';

const NAMES = readdirSync(join(ROOT, 'schemas')).filter((name) => name.endsWith('.json'));
const OWN = new Map<string, object>(
  NAMES.map((name) => [name, JSON.parse(readFileSync(join(ROOT, 'schemas', name), 'utf8'))]),
);

/** As in the built program: what `ownSchema` is there, of each schema. */
async function precompiled(
  names: readonly string[],
  folder: string,
): Promise<ReadonlyMap<string, Schema>> {
  const file = join(folder, 'own.mjs');
  const imports = names.map((name, i) => `import s${i} from './schemas/${name}';`);
  const meta = "import meta from 'ajv/dist/refs/json-schema-2020-12/schema.json';";
  await build({
    ...BUNDLE_OPTIONS,
    splitting: false,
    stdin: {
      contents:
        `${imports.join('')}${meta}import { ownSchema } from './src/pack/schema/json-schema.ts';` +
        `export const all = [${names.map((_, i) => `s${i}`)}, meta].map(ownSchema);` +
        'export const unknown = () => ownSchema({ $id: "urn:test:other" });',
      resolveDir: ROOT,
    },
    outfile: file,
    plugins: [precompileOwn(ROOT)],
  });
  const { all, unknown } = await import(pathToFileURL(file).href);
  expect(unknown).toThrow('the build left out the validator of urn:test:other');
  return new Map([...names, 'meta'].map((name, i) => [name, all[i]]));
}

/** What both say of it, which must be the same. */
function told(text: string, [mine, built]: readonly [Schema, Schema]) {
  const said = mine.check(parseYaml(text, 'a.json'));
  expect(built.check(parseYaml(text, 'a.json'))).toEqual(said);
  return said;
}

describe('of what the build compiled and what the sources compile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'brctl-own-'));
  let built: ReadonlyMap<string, Schema>;
  beforeAll(async () => {
    built = await precompiled(NAMES, folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(NAMES)('%s says the same', (name) => {
    const schema = OWN.get(name)!;
    const both = [ownSchema(schema), built.get(name)!] as const;
    const good = sampleOf(schema);
    expect(told(JSON.stringify(good, null, 2), both)).toEqual([]);
    const codes = new Set<string>();
    for (const bad of spoiled(good)) {
      for (const { code } of told(JSON.stringify(bad), both)) codes.add(code);
    }
    expect([...codes].sort()).toEqual(
      expect.arrayContaining(['missing-key', 'unknown-key', 'wrong-type', 'wrong-value']),
    );
  });

  test('the schema of schemas says the same', () => {
    const both = [ownSchema(draft), built.get('meta')!] as const;
    let bad = 0;
    for (const schema of OWN.values()) {
      expect(told(JSON.stringify(schema, null, 2), both)).toEqual([]);
    }
    for (const each of spoiled(OWN.get('trust.schema.json') as Parameters<typeof spoiled>[0])) {
      bad += told(JSON.stringify(each), both).length > 0 ? 1 : 0;
    }
    expect(bad).toBeGreaterThan(200);
  });
});

test.each(NAMES)('%s is itself in order', (name) => {
  expect(compileShipped(readFileSync(join(ROOT, 'schemas', name)), name).problems).toEqual([]);
});

describe('dist', () => {
  const found = (pattern: RegExp): string[] =>
    readdirSync(join(ROOT, 'dist'))
      .filter((name) => name.endsWith('.js'))
      .flatMap((name) => readFileSync(join(ROOT, 'dist', name), 'utf8').match(pattern) ?? []);

  test('holds the validators of these very schemas, and no others', () => {
    const wanted = [...OWN, ['schema.json', draft] as const].map(
      ([name, schema]) => precompile(schema, name).mark,
    );
    expect(found(/validator of \S+ sha256:\w+/g).sort()).toEqual(wanted.sort());
  });

  test('takes no schema with its validator for what the compiler requires', () => {
    // The bundler wraps what is required and imported, and all that it imports in turn.
    expect(found(/__esm\(\{\s*"src\/[^"]+"/g)).toEqual([]);
  });

  test('a mark is of the schema and of what was made of it', () => {
    const schema = { $id: 'urn:test:a', type: 'object', required: ['a'] };
    const { mark, code } = precompile(schema, 'a.json');
    expect(precompile({ ...schema }, 'a.json')).toEqual({ mark, code });
    expect(precompile({ ...schema, required: ['b'] }, 'a.json').mark).not.toBe(mark);
    expect(precompile({ ...schema, title: 'A' }, 'a.json').mark).not.toBe(mark);
  });
});
