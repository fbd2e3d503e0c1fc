/**
 * A pack's source folder -> the folder that is installed: manifest, bundle, command index, config,
 * schemas, playbook. The same source gives the same bytes, on any machine.
 *
 * The bundler is handed in. Whatever it reports is checked here: a bundle holds pack code, the SDK
 * and plain JavaScript packages; native modules come from the host at run time.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { operationalError, type Pack, place, specOf, toJson } from '../../sdk/index.ts';
import { isError, type Manifest, readManifest } from '../manifest/manifest.ts';
import { COMMAND_INDEX, MANIFEST } from '../paths.ts';
import type { CommandIndex } from '../store/installed.ts';
import { readTree } from '../store/tree.ts';
import { validatePack } from '../validate/validate.ts';

export type BundledFile = Readonly<{
  /** Absolute. */
  path: string;
  /** What it imports by value and the bundle does not contain. */
  externals: readonly string[];
}>;

export type Bundler = (
  options: Readonly<{ entry: string; folder: string; name: string }>,
) => Promise<readonly BundledFile[]>;

export type BuildOptions = Readonly<{
  /** Holds the manifest and `index.ts`. */
  source: string;
  /** Holds schemas of this pack besides those in the source; need not exist. */
  schemas: string;
  /** Is replaced. */
  out: string;
  /** Of brctl: a pack may contain its `src/sdk` and nothing else of it. */
  hostRoot: string;
  bundle: Bundler;
}>;

export async function buildPack(options: BuildOptions): Promise<Manifest> {
  const { source, schemas, out, hostRoot, bundle } = options;
  refuseProblems(source, hostRoot);
  const { manifest } = readManifest(readFileSync(join(source, MANIFEST)), MANIFEST);
  if (manifest === undefined) throw operationalError('pack-invalid', `${source} is no pack`);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const entry = join(source, manifest.entry.replace(/\.mjs$/, '.ts'));
  const name = manifest.entry.replace(/\.mjs$/, '');
  const files = await bundle({ entry, folder: out, name });
  refuseForeign(files, options);
  copyFileSync(join(source, MANIFEST), join(out, MANIFEST));
  if (existsSync(join(source, 'README.md'))) {
    copyFileSync(join(source, 'README.md'), join(out, 'README.md'));
  }
  copyTree(join(source, 'config'), join(out, 'config'));
  copyTree(schemas, join(out, 'schemas'));
  copyTree(join(source, 'schemas'), join(out, 'schemas'));
  const index = await indexOf(manifest, out);
  writeFileSync(join(out, COMMAND_INDEX), toJson(index));
  refuseProblems(out, hostRoot);
  return manifest;
}

function refuseProblems(root: string, cwd: string): void {
  const errors = validatePack(root, cwd).diagnostics.filter(isError);
  if (errors.length === 0) return;
  const lines = errors.map((each) => `\n  ${place(each)}: ${each.message}`);
  throw operationalError('pack-invalid', `the pack in ${root} is not valid:${lines.join('')}`);
}

function refuseForeign(files: readonly BundledFile[], options: BuildOptions): void {
  const problems = files.flatMap((file) => foreignIn(file, options));
  if (problems.length === 0) return;
  const { source } = options;
  throw operationalError(
    'pack-foreign',
    `the bundle of ${source} would hold what only brctl may hold:\n  ${problems.join('\n  ')}`,
    'native modules come from the context (ctx.duckdb, ctx.sqlite); everything else from brctl/sdk',
  );
}

function foreignIn(file: BundledFile, { hostRoot }: BuildOptions): string[] {
  const path = relative(hostRoot, file.path).replaceAll(sep, '/');
  const isHost = path.startsWith('src/') && !path.startsWith('src/sdk/');
  const isNative = /(^|\/)node_modules\/@duckdb\//.test(path) || path.endsWith('.node');
  const imports = file.externals
    .filter((specifier) => specifier === 'node:sqlite' || !isBuiltin(specifier))
    .map((specifier) => `${path} imports ${specifier}`);
  return isHost || isNative ? [path, ...imports] : imports;
}

function copyTree(from: string, to: string): void {
  if (!existsSync(from)) return;
  for (const { path } of readTree(from).files) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    copyFileSync(join(from, path), join(to, path));
  }
}

/** Runs the finished bundle once, so an index never lists what the bundle does not have. */
async function indexOf(manifest: Manifest, out: string): Promise<CommandIndex> {
  // A bundle is remembered by its URL for as long as the process lives: name the content too.
  const url = `${pathToFileURL(join(out, manifest.entry)).href}?${readTree(out).hash}`;
  const { default: pack }: { default?: Pack } = await import(url);
  if (!Array.isArray(pack?.commands)) {
    throw operationalError(
      'pack-entry',
      `${manifest.entry} has no default export with commands`,
      'export default definePack({ commands: [...] })',
    );
  }
  const commands = pack.commands.map(specOf);
  const paths = commands.map(({ path }) => path.join(' '));
  const twice = paths.find((path, i) => paths.indexOf(path) !== i);
  if (twice !== undefined) {
    throw operationalError('pack-entry', `the command "${twice}" is declared twice`);
  }
  const { name, version, summary, entry, engines } = manifest;
  const schema = 'brctl/command-index/v1';
  return { schema, name, version, summary, engine: engines.brctl, entry, commands };
}
