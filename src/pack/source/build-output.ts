/**
 * `pack build`: the source of a pack, anywhere -> its folder and its archive, put in place.
 *
 * Planning builds beside the place where the result goes, so everything that is told was measured
 * on the very bytes that applying renames. A build that fails leaves the former result alone, and
 * nothing is replaced that is not the former result of a build.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { operationalError, usageError } from '../../sdk/index.ts';
import { makeFolder, sayingWhere } from '../disk.ts';
import { findWorkspace, kindOf } from '../manifest/catalog.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { COMMAND_INDEX, MANIFEST } from '../paths.ts';
import type { Tree } from '../store/tree.ts';
import { packArchive } from './archive.ts';
import { type Bundled, buildPack, manifestOfSource, replaceFolder } from './build.ts';
import { packBundler } from './bundler.ts';
import { integrityOf } from './integrity.ts';

export type BuildQuestion = Readonly<{
  /** As the person typed it. */
  dir: string;
  /** A folder, or the archive itself; undefined is `dist` in the pack. */
  into: string | undefined;
}>;

export type BuildWorld = Readonly<{
  cwd: string;
  /** Where brctl is installed: the SDK is there, and packages that the pack does not bring. */
  packageRoot: string;
  signal: AbortSignal;
  uniqueId(): string;
}>;

export type BuildPlan = Readonly<{
  manifest: Manifest;
  source: string;
  tree: Tree;
  bundled: Bundled;
  /** Where the built pack goes, as a folder. */
  folder: string;
  archive: Readonly<{ path: string; bytes: number; integrity: string }>;
  /** Scratch beside both; dropped when all is done. */
  draft: string;
  /** The topmost folder that had to be made for the scratch. */
  made: string | undefined;
}>;

const HINT = 'name another place with --into';

export async function planBuild(question: BuildQuestion, world: BuildWorld): Promise<BuildPlan> {
  const source = sourceFolder(question.dir, world.cwd);
  const manifest = manifestOfSource(source, world.cwd);
  const place = placeFor(question.into, { source, manifest, cwd: world.cwd });
  const home = dirname(place.folder);
  const draft = join(home, `.brctl-build-${world.uniqueId()}`);
  const made = sayingWhere('build there', HINT, () => makeFolder(draft));
  const top = made === draft ? undefined : made;
  try {
    const built = await buildPack({
      source,
      ...schemasOf(source, manifest.name),
      out: join(draft, PACK),
      hostRoot: world.packageRoot,
      cwd: world.cwd,
      bundle: packBundler(world.packageRoot),
    });
    const bytes = await packArchive(join(draft, PACK));
    sayingWhere('build there', HINT, () => writeFileSync(join(draft, ARCHIVE), bytes));
    const archive = {
      path: place.archive,
      bytes: bytes.byteLength,
      integrity: integrityOf(bytes),
    };
    return { ...built, source, folder: place.folder, archive, draft, made: top };
  } catch (error) {
    rmSync(top ?? draft, { recursive: true, force: true });
    throw error;
  }
}

const PACK = 'pack';
const ARCHIVE = 'pack.tgz';

export function applyBuild(plan: BuildPlan, world: BuildWorld): BuildPlan {
  world.signal.throwIfAborted();
  const { folder, archive, draft } = plan;
  sayingWhere('put the built pack in place', HINT, () => {
    const former = join(draft, 'former.tgz');
    if (existsSync(archive.path)) copyFileSync(archive.path, former);
    renameSync(join(draft, ARCHIVE), archive.path);
    try {
      replaceFolder(folder, join(draft, PACK));
    } catch (error) {
      if (existsSync(former)) renameSync(former, archive.path);
      else rmSync(archive.path);
      throw error;
    }
  });
  return { ...plan, made: undefined };
}

export function releaseBuild({ draft, folder, made }: BuildPlan): void {
  const isUseless = made !== undefined && !existsSync(folder);
  rmSync(isUseless ? made : draft, { recursive: true, force: true });
}

function sourceFolder(dir: string, cwd: string): string {
  const given = resolve(cwd, dir);
  const file = join(given, MANIFEST);
  if (statOf(file)?.isFile() !== true) {
    const hint = 'name the folder of a pack, or begin one with brctl pack new <name>';
    throw usageError('pack-missing', `${given} is no pack: it holds no ${MANIFEST}`, hint);
  }
  if (kindOf(file) === 'Catalog') {
    const hint = 'name the folder of one of its packs';
    throw usageError('pack-catalog', `${given} is a catalogue of packs, not a pack`, hint);
  }
  if (existsSync(join(given, COMMAND_INDEX))) {
    const hint = 'name the folder it was built from';
    throw usageError('pack-built', `${given} is a built pack, not the source of one`, hint);
  }
  return realpathSync(given);
}

/** A workspace keeps the schemas of its packs in one place. */
function schemasOf(source: string, name: string): Readonly<{ schemas?: string }> {
  const workspace = findWorkspace(dirname(source));
  return workspace === undefined ? {} : { schemas: join(workspace, 'schemas', name) };
}

type Place = Readonly<{ folder: string; archive: string }>;

type PlaceQuestion = Readonly<{ source: string; manifest: Manifest; cwd: string }>;

function placeFor(into: string | undefined, question: PlaceQuestion): Place {
  const { source, manifest, cwd } = question;
  const { name, version } = manifest;
  const given = into === undefined ? join(source, 'dist') : resolve(cwd, into);
  const stat = statOf(given);
  const isFolder = stat === undefined ? !/\.(tgz|gz|tar|zip)$/i.test(given) : stat.isDirectory();
  if (!isFolder && !given.endsWith('.tgz')) {
    const problem = stat === undefined ? 'is no name for one' : 'is another file';
    throw usageError('into-file', `--into ${into}: a pack is a .tgz, and this ${problem}`, HINT);
  }
  const home = isFolder ? given : dirname(given);
  const place = {
    folder: join(home, name),
    archive: isFolder ? join(home, `${name}-${version}.tgz`) : given,
  };
  refuseTaken(home, source);
  refuseForeignFolder(place.folder, name);
  refuseForeignFile(place.archive);
  return place;
}

/** What is built must not become part of what it is built from. */
function refuseTaken(home: string, source: string): void {
  const [first] = relative(source, home).split(sep);
  if (first !== 'config' && first !== 'schemas') return;
  const problem = `${home} would be part of the pack the next time`;
  throw usageError('into-source', problem, HINT);
}

function refuseForeignFolder(folder: string, name: string): void {
  const stat = statOf(folder);
  if (stat === undefined) return;
  const index = join(folder, COMMAND_INDEX);
  if (stat.isDirectory() && existsSync(index) && existsSync(join(folder, MANIFEST))) return;
  throw operationalError(
    'build-place-taken',
    `${folder} is in the way: it is not what an earlier build of ${name} made`,
    HINT,
  );
}

function refuseForeignFile(file: string): void {
  const stat = statOf(file);
  if (stat === undefined || (stat.isFile() && isGzip(file))) return;
  throw operationalError(
    'build-place-taken',
    `${file} is in the way: ${basename(file)} is no archive, and would be lost`,
    HINT,
  );
}

function isGzip(file: string): boolean {
  const start = new Uint8Array(2);
  const handle = openSync(file, 'r');
  try {
    return readSync(handle, start) === 2 && start[0] === 0x1f && start[1] === 0x8b;
  } finally {
    closeSync(handle);
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
