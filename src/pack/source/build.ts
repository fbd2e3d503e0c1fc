/**
 * A pack's source folder -> the folder that is installed: manifest, bundle, command index, config,
 * schemas, playbook. The same source gives the same bytes, on any machine.
 *
 * The bundler is handed in. Whatever it reports is checked here: a bundle holds pack code, the SDK
 * and plain JavaScript packages; native modules come from the host at run time.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type Diagnostic,
  operationalError,
  type Pack,
  place,
  specOf,
  toJson,
} from '../../sdk/index.ts';
import { isError, type Manifest, readManifest } from '../manifest/manifest.ts';
import { COMMAND_INDEX, MANIFEST } from '../paths.ts';
import { shapeProblem } from '../store/command-shape.ts';
import type { CommandIndex } from '../store/installed.ts';
import { readTree, type Tree } from '../store/tree.ts';
import { validatePack } from '../validate/validate.ts';

export type BundledFile = Readonly<{
  /** Absolute. */
  path: string;
  /** What it imports by value and the bundle does not contain. */
  externals: readonly string[];
}>;

/** One package of which something is in the bundle; the pack itself and the SDK are two of them. */
export type BundledPackage = Readonly<{
  name: string;
  version: string;
  /** Of the package, that are in the bundle at least in part. */
  files: number;
  bytes: number;
}>;

export type Bundled = Readonly<{
  files: readonly BundledFile[];
  /** Largest first. */
  packages: readonly BundledPackage[];
  /** `node:fs`: what of Node the bundle uses; sorted. */
  builtins: readonly string[];
  /** Of the whole bundle. */
  bytes: number;
  /** What of these belongs to no package: what the bundler wrote to join them. */
  glue: number;
  warnings: readonly string[];
}>;

export type Bundler = (
  options: Readonly<{
    /** The folder of the pack. */
    source: string;
    entry: string;
    /** Where the bundle goes. */
    folder: string;
    /** Of the bundle, without its suffix. */
    name: string;
    pack: Readonly<{ name: string; version: string }>;
  }>,
) => Promise<Bundled>;

export type BuildOptions = Readonly<{
  /** Holds the manifest and `index.ts`. */
  source: string;
  /** Holds schemas of this pack besides those in the source; need not exist. */
  schemas?: string;
  /** Is replaced. */
  out: string;
  /** Of brctl: a pack may contain its `src/sdk` and nothing else of it. */
  hostRoot: string;
  /** Problems of the source are shown relative to it; the default is `hostRoot`. */
  cwd?: string;
  bundle: Bundler;
}>;

export type BuiltPack = Readonly<{ manifest: Manifest; tree: Tree; bundled: Bundled }>;

export async function buildPack(options: BuildOptions): Promise<BuiltPack> {
  const { source, schemas, out, hostRoot, bundle } = options;
  const manifest = manifestOfSource(source, options.cwd ?? hostRoot);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const name = manifest.entry.replace(/\.mjs$/, '');
  const typed = join(source, `${name}.ts`);
  const entry = existsSync(typed) ? typed : join(source, manifest.entry);
  const bundled = await bundle({ source, entry, folder: out, name, pack: manifest });
  refuseForeign(bundled.files, options);
  copyFileSync(join(source, MANIFEST), join(out, MANIFEST));
  if (existsSync(join(source, 'README.md'))) {
    copyFileSync(join(source, 'README.md'), join(out, 'README.md'));
  }
  copyTree(join(source, 'config'), join(out, 'config'));
  if (schemas !== undefined) copyTree(schemas, join(out, 'schemas'));
  copyTree(join(source, 'schemas'), join(out, 'schemas'));
  const index = await indexOf(manifest, source, out);
  writeFileSync(join(out, COMMAND_INDEX), toJson(index));
  // Where it was made is gone by the time somebody reads of it.
  refuseProblems(out, out, isError);
  return { manifest, tree: readTree(out), bundled };
}

/** The manifest of a source in which nothing is wrong; problems are shown relative to `cwd`. */
export function manifestOfSource(source: string, cwd: string): Manifest {
  refuseProblems(source, cwd, sourceProblems);
  const { manifest } = readManifest(readFileSync(join(source, MANIFEST)), MANIFEST);
  if (manifest === undefined) throw operationalError('pack-invalid', `${source} is no pack`);
  return manifest;
}

/** A source may lie beside anything: of its files only those that are taken have to be plain. */
function sourceProblems(diagnostic: Diagnostic): boolean {
  return isError(diagnostic) && diagnostic.code !== 'pack-tree';
}

function refuseProblems(root: string, cwd: string, isProblem: typeof isError): void {
  const errors = validatePack(root, cwd).diagnostics.filter(isProblem);
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

function foreignIn(file: BundledFile, { hostRoot, source }: BuildOptions): string[] {
  const inHost = relative(hostRoot, file.path).replaceAll(sep, '/');
  const inSource = relative(source, file.path).replaceAll(sep, '/');
  const path = inSource.startsWith('../') ? inHost : inSource;
  const isHost = /^(bin\/|dist\/(?!packs\/)|src\/(?!sdk\/))/.test(inHost);
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
async function indexOf(manifest: Manifest, source: string, out: string): Promise<CommandIndex> {
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
  const misshapen = pack.commands.flatMap((each, i) => shapeProblem(each, i) ?? []);
  if (misshapen.length > 0) {
    const said = misshapen.map((problem) => `\n  ${manifest.entry}: ${problem}`);
    throw operationalError(
      'pack-entry',
      `the pack in ${source} is not valid:${said.join('')}`,
      'defineCommand of brctl/sdk says what a command has',
    );
  }
  const commands = pack.commands.map(specOf);
  const paths = commands.map(({ path }) => path.join(' '));
  const twice = paths.find((path, i) => paths.indexOf(path) !== i);
  if (twice !== undefined) {
    throw operationalError('pack-entry', `the command "${twice}" is declared twice`);
  }
  const { name, version, summary, entry, engines, permissions = {} } = manifest;
  const schema = 'brctl/command-index/v1';
  const engine = engines.brctl;
  const index = { schema, name, version, summary, engine, entry, permissions, commands } as const;
  return pack.groups === undefined ? index : { ...index, groups: pack.groups };
}

/** The folder is the old or the new one. Two at once: the later one wins, and neither fails. */
export function replaceFolder(folder: string, draft: string): void {
  for (let attempt = 1; ; attempt += 1) {
    const old = `${draft}-old-${attempt}`;
    try {
      if (existsSync(folder)) renameSync(folder, old);
      renameSync(draft, folder);
      return;
    } catch (error) {
      if (existsSync(old) && !existsSync(folder)) renameSync(old, folder);
      const { code } = error as NodeJS.ErrnoException;
      if (attempt === 5 || !['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(code ?? '')) throw error;
    } finally {
      rmSync(old, { recursive: true, force: true });
    }
  }
}
