/**
 * For the build: brctl's own schemas become validators as text, so that the built program does
 * not compile them each time it starts. Who imports a schema gets the very same value; that it
 * has a validator already is known to `ownSchema` alone.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, relative } from 'node:path';
import standalone from 'ajv/dist/standalone/index.js';
import type { Plugin } from 'esbuild';
import { createAjv } from './ajv.ts';
import { compileWith } from './own-validator.ts';

/** Those that are no pack's, and the schema of schemas. */
const OWN = /schemas\/[^/]+\.schema\.json$|\/json-schema-2020-12\/schema\.json$/;
const SCHEMA = 'own-schema';
const VALIDATOR = 'own-validator';

export type Precompiled = Readonly<{
  /** An ES module that exports the validator as its default. */
  code: string;
  /** Of schema, compiler and options: where one of them changes, so does it. */
  mark: string;
}>;

/** `name` is there for people who read the mark. */
export function precompile(schema: object, name: string): Precompiled {
  const ajv = createAjv({ source: true, esm: true });
  const code = standalone.default(ajv, compileWith(ajv, schema));
  const hash = createHash('sha256').update(JSON.stringify(schema)).update(code).digest('hex');
  return { code, mark: `validator of ${name} sha256:${hash}` };
}

/** For the bundle of the sources below `root`. */
export function precompileOwn(root: string): Plugin {
  const folder = join(root, 'src/pack/schema');
  const locate = createRequire(join(root, 'package.json')).resolve;
  return {
    name: VALIDATOR,
    setup: (build) => {
      build.onResolve({ filter: /^own-validator:/ }, ({ path }) => ({
        path: path.slice(VALIDATOR.length + 1),
        namespace: VALIDATOR,
      }));
      // The compiler itself requires the schema of schemas, and wants no more than that.
      build.onResolve({ filter: OWN }, ({ path, resolveDir, kind }) => {
        if (kind !== 'import-statement') return undefined;
        const file = path.startsWith('.') ? join(resolveDir, path) : locate(path);
        // As it is shown in the bundle, which names no folder of this machine.
        return { path: relative(root, file), namespace: SCHEMA };
      });
      // The helpers that validators share are of the compiler.
      const from = { resolveDir: folder, loader: 'js' } as const;
      build.onLoad({ filter: /./, namespace: SCHEMA }, ({ path }) => ({
        contents: schemaModule(path, readSchema(root, path)),
        ...from,
      }));
      build.onLoad({ filter: /./, namespace: VALIDATOR }, ({ path }) => ({
        contents: validatorModule(path, readSchema(root, path)),
        ...from,
      }));
      build.onLoad({ filter: /own-validator\.ts$/, namespace: 'file' }, () => ({
        contents: NOTHING_TO_COMPILE,
        loader: 'ts',
      }));
    },
  };
}

function schemaModule(path: string, schema: object): string {
  return (
    `import validate from ${JSON.stringify(`${VALIDATOR}:${path}`)};\n` +
    "import { withValidator } from './json-schema.ts';\n" +
    `export default withValidator(${JSON.stringify(schema)}, validate);\n`
  );
}

function validatorModule(path: string, schema: object): string {
  const { code, mark } = precompile(schema, basename(path));
  // A comment of this kind stays in the bundle: a test compares it with the sources.
  return `/*! ${mark} */\n${code}`;
}

function readSchema(root: string, path: string): object {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

const NOTHING_TO_COMPILE = `export function compileOwn({ $id }: { $id?: string }): never {
  throw new Error(\`the build left out the validator of \${$id}\`);
}
`;
