/**
 * `npm run build`: sources -> `dist/brctl.js` and `dist/packs/<name>/`.
 *
 * Everything is made elsewhere and moved to `dist` in one piece, so nobody starts half a build.
 * Nothing in the output tells where or when it was made.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { catalogOf } from './pack/manifest/catalog.ts';
import { precompileOwn } from './pack/schema/precompile.ts';
import { buildPack, replaceFolder } from './pack/source/build.ts';
import { BUNDLE_OPTIONS, packBundler } from './pack/source/bundler.ts';
import { isBrctlError } from './sdk/index.ts';

export type Built = Readonly<{
  packs: readonly string[];
  /** A pack that cannot be built does not keep brctl itself from being built. */
  failures: readonly Readonly<{ pack: string; error: unknown }>[];
  /** What the bundler finds strange in a pack. */
  warnings: readonly string[];
}>;

export async function buildAll(root: string): Promise<Built> {
  const draft = join(root, 'node_modules', `.brctl-build-${process.pid}`);
  rmSync(draft, { recursive: true, force: true });
  try {
    await buildHost(root, draft);
    const packs: string[] = [];
    const failures: { pack: string; error: unknown }[] = [];
    const warnings: string[] = [];
    for (const { name, source, build } of catalogOf(root).packs) {
      try {
        const { bundled } = await buildPack({
          source: join(root, source),
          schemas: join(root, 'schemas', name),
          out: join(draft, build.replace(/^dist\//, '')),
          hostRoot: root,
          bundle: packBundler(root),
        });
        packs.push(name);
        warnings.push(...bundled.warnings.map((text) => `${name}: ${text}`));
      } catch (error) {
        failures.push({ pack: name, error });
      }
    }
    replaceFolder(join(root, 'dist'), draft);
    return { packs, failures, warnings };
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function buildHost(root: string, out: string): Promise<void> {
  mkdirSync(out, { recursive: true });
  await bundle({
    ...BUNDLE_OPTIONS,
    logLevel: 'warning',
    absWorkingDir: root,
    entryPoints: {
      brctl: join(root, 'src/main.ts'),
      'sdk/index': join(root, 'src/sdk/index.ts'),
      'sdk/testing': join(root, 'src/sdk/testing.ts'),
    },
    // Flat: host.ts finds the package one folder above whatever chunk it lands in.
    outdir: out,
    chunkNames: 'chunk-[hash]',
    plugins: [precompileOwn(root)],
    // esbuild is loaded when a pack is built, and does not run from inside a bundle.
    external: ['@duckdb/*', 'esbuild'],
  });
}

async function main(): Promise<void> {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const { packs, failures, warnings } = await buildAll(root);
  process.stderr.write(`built brctl${packs.map((name) => ` and the ${name} pack`).join('')}\n`);
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  for (const { pack, error } of failures) {
    const text = isBrctlError(error) ? error.message : (error as Error).stack;
    const hint = isBrctlError(error) && error.hint ? `\n  hint: ${error.hint}` : '';
    process.stderr.write(`the ${pack} pack was not built: ${text}${hint}\n`);
    process.exitCode = 1;
  }
}

if (basename(process.argv[1] ?? '') === 'build.ts') await main();
