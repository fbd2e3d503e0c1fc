/**
 * `npm run build`: sources -> `dist/brctl.js` and `dist/packs/<name>/`.
 *
 * Everything is made elsewhere and moved to `dist` in one piece, so nobody starts half a build.
 * Nothing in the output tells where or when it was made.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle, type Metafile, type Plugin } from 'esbuild';
import { catalogOf } from './pack/manifest/catalog.ts';
import { type Bundler, buildPack } from './pack/source/build.ts';
import { isBrctlError } from './sdk/index.ts';

/** CommonJS packages inside an ES module still call `require` for what Node brings. */
const BANNER =
  "import { createRequire as __createRequire } from 'node:module';" +
  'const require = __createRequire(import.meta.url);';

const COMMON = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  splitting: true,
  metafile: true,
  banner: { js: BANNER },
  legalComments: 'eof',
  logLevel: 'warning',
} as const;

export type Built = Readonly<{
  packs: readonly string[];
  /** A pack that cannot be built does not keep brctl itself from being built. */
  failures: readonly Readonly<{ pack: string; error: unknown }>[];
}>;

export async function buildAll(root: string): Promise<Built> {
  const draft = join(root, 'node_modules', `.brctl-build-${process.pid}`);
  rmSync(draft, { recursive: true, force: true });
  try {
    await buildHost(root, draft);
    const packs: string[] = [];
    const failures: { pack: string; error: unknown }[] = [];
    for (const { name, source, build } of catalogOf(root).packs) {
      try {
        await buildPack({
          source: join(root, source),
          schemas: join(root, 'schemas', name),
          out: join(draft, build.replace(/^dist\//, '')),
          hostRoot: root,
          bundle: packBundler(root),
        });
        packs.push(name);
      } catch (error) {
        failures.push({ pack: name, error });
      }
    }
    replaceFolder(join(root, 'dist'), draft);
    return { packs, failures };
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function buildHost(root: string, out: string): Promise<void> {
  mkdirSync(out, { recursive: true });
  await bundle({
    ...COMMON,
    absWorkingDir: root,
    entryPoints: {
      brctl: join(root, 'src/main.ts'),
      'sdk/index': join(root, 'src/sdk/index.ts'),
      'sdk/testing': join(root, 'src/sdk/testing.ts'),
    },
    // Flat: host.ts finds the package one folder above whatever chunk it lands in.
    outdir: out,
    chunkNames: 'chunk-[hash]',
    external: ['@duckdb/*'],
  });
}

/** Exported for tests, which build a small pack the way a real one is built. */
export function packBundler(hostRoot: string): Bundler {
  return async ({ entry, folder, name }) => {
    const root = dirname(entry);
    const { metafile } = await bundle({
      ...COMMON,
      absWorkingDir: root,
      entryPoints: { [name]: entry },
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      chunkNames: 'chunk-[hash]',
      plugins: [sdkPlugin(join(hostRoot, 'src/sdk'))],
      // Not the nearest tsconfig.json: what is above the source must not change the bytes.
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
      // Left out so that the report names them; buildPack then refuses.
      external: ['@duckdb/*', '*.node'],
    });
    return bundledFiles(metafile, root);
  };
}

/** Gives the SDK names without folders, which bundles would otherwise repeat. */
function sdkPlugin(folder: string): Plugin {
  const namespace = 'brctl-sdk';
  return {
    name: namespace,
    setup: (build) => {
      build.onResolve({ filter: /^brctl\/sdk$/ }, () => ({ path: 'index.ts', namespace }));
      build.onResolve({ filter: /^\.\//, namespace }, ({ path }) => ({
        path: path.slice(2),
        namespace,
      }));
      build.onLoad({ filter: /./, namespace }, ({ path }) => ({
        contents: readFileSync(join(folder, path), 'utf8'),
        loader: 'ts',
      }));
    },
  };
}

function bundledFiles(metafile: Metafile, root: string) {
  return Object.entries(metafile.inputs).map(([path, { imports }]) => ({
    path: resolve(root, path),
    externals: imports.filter(({ external }) => external).map((each) => each.path),
  }));
}

/** Two builds at once may both get here: the later one wins, and neither fails. */
function replaceFolder(folder: string, draft: string): void {
  for (let attempt = 1; ; attempt += 1) {
    const old = `${draft}-old-${attempt}`;
    try {
      if (existsSync(folder)) renameSync(folder, old);
      renameSync(draft, folder);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (attempt === 5 || !['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(code ?? '')) throw error;
    } finally {
      rmSync(old, { recursive: true, force: true });
    }
  }
}

async function main(): Promise<void> {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const { packs, failures } = await buildAll(root);
  process.stderr.write(`built brctl${packs.map((name) => ` and the ${name} pack`).join('')}\n`);
  for (const { pack, error } of failures) {
    const text = isBrctlError(error) ? error.message : (error as Error).stack;
    const hint = isBrctlError(error) && error.hint ? `\n  hint: ${error.hint}` : '';
    process.stderr.write(`the ${pack} pack was not built: ${text}${hint}\n`);
    process.exitCode = 1;
  }
}

if (basename(process.argv[1] ?? '') === 'build.ts') await main();
