/**
 * esbuild, told how a pack is bundled: one ESM file and its split chunks, with the SDK inside.
 *
 * The bytes depend on the source and on the versions of the packages it uses, never on where any
 * of them lie: packages come in under `name@version`. esbuild is loaded when something is built.
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, extname, join, relative, sep } from 'node:path';
import type { BuildFailure, Message, Metafile, OnLoadResult, Plugin, PluginBuild } from 'esbuild';
import { operationalError } from '../../sdk/index.ts';
import type { Bundled, BundledPackage, Bundler } from './build.ts';

/** CommonJS packages inside an ES module still call `require` for what Node brings. */
const BANNER =
  "import { createRequire as __createRequire } from 'node:module';" +
  'const require = __createRequire(import.meta.url);';

export const BUNDLE_OPTIONS = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  splitting: true,
  metafile: true,
  banner: { js: BANNER },
  legalComments: 'eof',
} as const;

/** Native code, and what is of use only with native code of its own beside it. */
const NATIVE = /^(@duckdb|esbuild|@esbuild)(\/|$)/;

/** `hostRoot` is the package of brctl, in a checkout or installed. */
export function packBundler(hostRoot: string): Bundler {
  return async ({ entry, folder, name, source, pack }) => {
    const { build } = await loadEsbuild();
    const root = realpathSync(source);
    const packages = createPackages(root, hostRoot);
    const sdk = { name: 'brctl/sdk', version: packageAt(hostRoot)?.version ?? '' };
    try {
      const { metafile, warnings } = await build({
        ...BUNDLE_OPTIONS,
        absWorkingDir: root,
        entryPoints: { [name]: join(root, relative(source, entry)) },
        outdir: folder,
        outExtension: { '.js': '.mjs' },
        chunkNames: 'chunk-[hash]',
        plugins: [sdkPlugin(join(hostRoot, 'src/sdk')), packagesPlugin(packages)],
        // Not the nearest tsconfig.json: what is above the source must not change the bytes.
        tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
        // Left out so that the report names them; buildPack then refuses.
        external: ['@duckdb/*', 'esbuild', '@esbuild/*', '*.node'],
        logLevel: 'silent',
      });
      const placed = (input: string): Placed => {
        if (input.startsWith(`${SDK}:`)) return { path: input, package: sdk };
        return packages.placed(join(root, input)) ?? { path: join(root, input), package: pack };
      };
      return { ...bundledOf(metafile, placed), warnings: warnings.map(said) };
    } catch (error) {
      throw failed(error, source);
    }
  };
}

async function loadEsbuild(): Promise<typeof import('esbuild')> {
  try {
    return await import('esbuild');
  } catch (cause) {
    throw operationalError(
      'esbuild-missing',
      `packs are built with esbuild, which cannot be loaded: ${(cause as Error).message}`,
      'install brctl again, optional dependencies included',
    );
  }
}

/** What is wrong with the source is the author's to know, each with its place. */
function failed(error: unknown, source: string): unknown {
  const { errors } = error as Partial<BuildFailure>;
  if (!Array.isArray(errors) || errors.length === 0) return error;
  return operationalError(
    'pack-bundle',
    `${source} cannot be bundled:${errors.map((each) => `\n  ${said(each)}`).join('')}`,
  );
}

function said({ text, location }: Message): string {
  if (location === null) return text;
  return `${location.file}:${location.line}:${location.column + 1}: ${text}`;
}

const SDK = 'brctl-sdk';

/** Gives the SDK names without folders, which bundles would otherwise repeat. */
function sdkPlugin(folder: string): Plugin {
  return {
    name: SDK,
    setup: (build) => {
      build.onResolve({ filter: /^brctl\/sdk$/ }, () => ({ path: 'index.ts', namespace: SDK }));
      build.onResolve({ filter: /^\.\//, namespace: SDK }, ({ path }) => ({
        path: path.slice(2),
        namespace: SDK,
      }));
      build.onLoad({ filter: /./, namespace: SDK }, ({ path }) => ({
        contents: readFileSync(join(folder, path), 'utf8'),
        loader: 'ts',
      }));
    },
  };
}

type Package = Readonly<{ name: string; version: string }>;
type Placed = Readonly<{ path: string; package: Package }>;

type Packages = Readonly<{
  hostRoot: string;
  /** The file under the name it has in every bundle; undefined when it is the pack's own. */
  alias(file: string): string | undefined;
  /** Where a file of that name really is, and of which package. */
  placed(alias: string): Placed | undefined;
}>;

function createPackages(root: string, hostRoot: string): Packages {
  const known = new Map<string, Placed>();
  const alias = (file: string): string | undefined => {
    const below = relative(root, file).split(sep);
    if (below[0] !== '..' && !below.includes('node_modules')) return undefined;
    const found = packageOf(file);
    if (found === undefined) return undefined;
    const { folder, isModule, ...each } = found;
    // Only a suffix tells esbuild that an import of CommonJS means what Node means by it.
    const suffix = isModule && extname(file) === '.js' ? '.mjs' : '';
    const inside = `${each.name}@${each.version}/${relative(folder, file)}${suffix}`;
    const name = join(root, 'node_modules', inside);
    const twin = known.get(name);
    if (twin !== undefined && twin.path !== file) refuseDifference(twin.path, file, each);
    known.set(name, twin ?? { path: file, package: each });
    return name;
  };
  return { hostRoot, alias, placed: (name) => known.get(name) };
}

/** Which of the two would be in the bundle is a matter of luck. */
function refuseDifference(first: string, second: string, { name, version }: Package): void {
  if (readFileSync(first).equals(readFileSync(second))) return;
  throw operationalError(
    'package-differs',
    `there are two different ${name} ${version}: ${first} and ${second}`,
    'install the packages of the pack afresh',
  );
}

type PackageFolder = Package & Readonly<{ folder: string; isModule: boolean }>;

/** The package around a file; a package.json without a name only says how its folder is read. */
function packageOf(file: string): PackageFolder | undefined {
  let isModule: boolean | undefined;
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const found = packageAt(folder);
    if (found !== undefined) isModule ??= found.type === 'module';
    if (found?.name !== undefined) {
      const { name, version = '0.0.0' } = found;
      return { name, version, folder, isModule: isModule === true };
    }
    if (dirname(folder) === folder) return undefined;
  }
}

function packageAt(folder: string): Partial<Package & { type: string }> | undefined {
  const file = join(folder, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** From the pack's own node_modules; what it does not have there, from those of brctl. */
function packagesPlugin({ hostRoot, alias, placed }: Packages): Plugin {
  return {
    name: 'packages',
    setup: (build) => {
      build.onResolve({ filter: /./, namespace: 'file' }, async (question) => {
        const { path, importer, resolveDir, kind, pluginData } = question;
        const inside = placed(importer);
        const isBare = !/^[./#]/.test(path);
        const isOther = kind === 'entry-point' || pluginData === ASKED || isLeftOut(path);
        if (isOther || (inside === undefined && !isBare)) return undefined;
        const real = { kind, importer: inside?.path ?? importer };
        const file =
          (await locate(build, path, { ...real, resolveDir })) ??
          (isBare ? await locate(build, path, { ...real, resolveDir: hostRoot }) : undefined);
        const name = file === undefined ? undefined : alias(file.path);
        return name === undefined ? undefined : { path: name, sideEffects: file!.sideEffects };
      });
      build.onLoad({ filter: /./, namespace: 'file' }, ({ path }): OnLoadResult | undefined => {
        const file = placed(path)?.path;
        if (file === undefined) return undefined;
        return { contents: readFileSync(file), loader: 'default', resolveDir: dirname(file) };
      });
    },
  };
}

/** A question of our own must not come back to us. */
const ASKED = 'asked by the packages plugin';

/** What Node brings, what is forbidden, and addresses: esbuild leaves them out of the bundle. */
function isLeftOut(path: string): boolean {
  return isBuiltin(path) || NATIVE.test(path) || path.endsWith('.node') || /^[\w+.-]+:/.test(path);
}

type Question = Readonly<{
  kind: Parameters<PluginBuild['resolve']>[1] extends { kind?: infer K } | undefined ? K : never;
  importer: string;
  resolveDir: string;
}>;

async function locate(build: PluginBuild, path: string, { kind, ...from }: Question) {
  const found = await build.resolve(path, { ...from, kind: kind!, pluginData: ASKED });
  const isFile = found.errors.length === 0 && !found.external && found.namespace === 'file';
  return isFile ? found : undefined;
}

function bundledOf(
  { inputs, outputs }: Metafile,
  placed: (input: string) => Placed,
): Omit<Bundled, 'warnings'> {
  const packages = new Map<string, BundledPackage>();
  let bytes = 0;
  let glue = 0;
  for (const output of Object.values(outputs)) {
    bytes += output.bytes;
    glue += output.bytes;
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const { name, version } = placed(input).package;
      const before = packages.get(`${name}@${version}`);
      packages.set(`${name}@${version}`, {
        name,
        version,
        files: (before?.files ?? 0) + 1,
        bytes: (before?.bytes ?? 0) + bytesInOutput,
      });
      glue -= bytesInOutput;
    }
  }
  const used = Object.values(outputs)
    .flatMap(({ imports }) => imports.filter(({ external }) => external))
    .map(({ path }) => (path.startsWith('node:') ? path : `node:${path}`));
  return {
    files: Object.entries(inputs).map(([input, { imports }]) => ({
      path: placed(input).path,
      externals: imports.filter(({ external }) => external).map(({ path }) => path),
    })),
    packages: [...packages.values()].sort(byBytes),
    builtins: [...new Set(used)].sort(),
    bytes,
    glue,
  };
}

function byBytes(a: BundledPackage, b: BundledPackage): number {
  return b.bytes - a.bytes || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
