/** A name of the catalogue, with or without a range of versions -> one release of it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BrctlError, operationalError, suggest, usageError } from '../../sdk/index.ts';
import { type CatalogEntry, type CatalogRelease, catalogOf } from '../manifest/catalog.ts';
import { readManifest } from '../manifest/manifest.ts';
import { COMMAND_INDEX, MANIFEST } from '../paths.ts';
import { type Candidate, choose } from './choice.ts';
import { checkIntegrity, download, downloadOptional } from './download.ts';
import type {
  FolderQuestion,
  Source,
  SourceQuestion,
  SourceWorld,
  UnpackQuestion,
} from './source.ts';
import type { Spec } from './spec.ts';

/** How a folder and an archive become a source; handed in, so that neither file needs the other. */
export type Makers = Readonly<{
  folder(question: FolderQuestion): Source;
  unpack(question: UnpackQuestion): Promise<Source>;
}>;

export async function fromCatalog(
  { name, range }: Extract<Spec, { kind: 'catalog' }>,
  { spec, lockOf, isFrozen }: SourceQuestion,
  world: SourceWorld,
  make: Makers,
): Promise<Source> {
  const entry = entryOf(name, spec, world);
  const locked = lockOf(name);
  if (isFrozen && locked === undefined) {
    throw usageError('lock-missing', `the lock file does not know ${name}`, 'leave out --frozen');
  }
  const candidates = candidatesOf(entry, world.packageRoot);
  const { chosen, passedOver } = choose({
    candidates,
    range: isFrozen ? locked!.version : range,
    hostVersion: world.version,
    hold: locked?.hold ?? [],
  });
  if (chosen === undefined) throw noneFits({ name, range, candidates, passedOver, entry, world });
  const source =
    chosen.release === undefined
      ? make.folder({ kind: 'catalog', spec, root: join(world.packageRoot, entry.build), world })
      : await unpackRelease(chosen.release, { name, spec, world, make });
  return { ...source, passedOver };
}

function entryOf(
  name: string,
  spec: string,
  { cwd, packageRoot }: Pick<SourceWorld, 'cwd' | 'packageRoot'>,
): CatalogEntry {
  const { packs } = catalogOf(packageRoot);
  const entry = packs.find((each) => each.name === name);
  if (entry !== undefined) return entry;
  const names = packs.map((each) => each.name);
  const meant = suggest(name, names);
  const isHere = existsSync(join(cwd, spec, MANIFEST));
  throw usageError(
    'pack-unknown',
    `no pack "${name}" in the catalogue, which has ${names.join(', ') || 'none'}`,
    isHere ? `for the folder, write ./${spec}` : meant && `did you mean "${meant}"?`,
  );
}

/** What the workspace has built, if it has, and what was released. */
export function candidatesOf(entry: CatalogEntry, packageRoot: string): readonly Candidate[] {
  const released = (entry.versions ?? []).map(
    (release): Candidate => ({
      version: release.version,
      engine: release.engine,
      yanked: release.yanked,
      release,
    }),
  );
  const root = join(packageRoot, entry.build);
  if (!existsSync(join(root, COMMAND_INDEX)) || !existsSync(join(root, MANIFEST))) return released;
  const { manifest } = readManifest(readFileSync(join(root, MANIFEST)), MANIFEST);
  const version = manifest?.version ?? '0.0.0';
  const engine = undefined;
  return [{ version, engine, yanked: undefined, release: undefined }, ...released];
}

async function unpackRelease(
  { archive, integrity, version }: CatalogRelease,
  {
    name,
    spec,
    world,
    make,
  }: Readonly<{ name: string; spec: string; world: SourceWorld; make: Makers }>,
): Promise<Source> {
  const isRemote = /^https?:/i.test(archive);
  const resolved = isRemote ? archive : join(world.packageRoot, archive);
  const bytes = isRemote ? await download(archive, world) : readRelease(resolved);
  checkIntegrity(bytes, integrity, `${name} ${version} (${resolved})`);
  const signature = isRemote
    ? await downloadOptional(`${archive}.sig`, world)
    : existsSync(`${resolved}.sig`)
      ? readFileSync(`${resolved}.sig`)
      : undefined;
  return make.unpack({ kind: 'catalog', spec, resolved, bytes, signature });
}

function readRelease(file: string): Uint8Array {
  if (existsSync(file)) return readFileSync(file);
  throw operationalError('release-missing', `the catalogue names ${file}, and it is not there`);
}

type Unfit = Readonly<{
  name: string;
  range: string | undefined;
  candidates: readonly Candidate[];
  passedOver: readonly Readonly<{ version: string; reason: string }>[];
  entry: CatalogEntry;
  world: SourceWorld;
}>;

function noneFits({ name, range, candidates, passedOver, entry, world }: Unfit): BrctlError {
  if (candidates.length === 0) {
    const root = join(world.packageRoot, entry.build);
    return operationalError(
      'pack-not-built',
      `pack ${name} is not built: ${root} holds no ${COMMAND_INDEX}`,
      'npm run build',
    );
  }
  const [first] = passedOver;
  if (first !== undefined) {
    const isTooNew = first.reason.startsWith('it needs');
    return new BrctlError(isTooNew ? 'incompatible' : 'usage', {
      code: 'version-unfit',
      message: `${name} ${first.version} is not to be had: ${first.reason}`,
      hint: isTooNew
        ? 'upgrade brctl'
        : `name the version to take it all the same: ${name}@VERSION`,
    });
  }
  const versions = candidates.map(({ version }) => version).join(', ');
  return usageError(
    'version-unknown',
    `no version of ${name} is in ${range}; there is ${versions}`,
  );
}
