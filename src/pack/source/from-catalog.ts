/** A name of the catalogue, with or without a range of versions -> one release of it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import semver from 'semver';
import { BrctlError, operationalError, suggest, usageError } from '../../sdk/index.ts';
import { type CatalogEntry, type CatalogRelease, catalogOf } from '../manifest/catalog.ts';
import { COMMAND_INDEX, MANIFEST } from '../paths.ts';
import { manifestIn } from '../store/status.ts';
import { readSignatureBeside } from './beside.ts';
import { type Candidate, choose, type PassedOver } from './choice.ts';
import { checkIntegrity, download, downloadSignature } from './download.ts';
import { lockedVersion } from './frozen.ts';
import type {
  FolderQuestion,
  Source,
  SourceQuestion,
  SourceWorld,
  UnpackQuestion,
} from './source.ts';
import { isSecure, type Spec, withoutCredentials } from './spec.ts';

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
  const wanted = isFrozen ? lockedVersion(name, range, locked) : range;
  const all = candidatesOf(entry, world.packageRoot);
  // What the workspace has built is no archive, and the lock may name one of the same version.
  const isArchive = isFrozen && locked?.integrity !== null;
  const released = all.filter((each) => each.release?.integrity === locked?.integrity);
  const candidates = isArchive && released.length > 0 ? released : all;
  const { chosen, passedOver } = choose({
    candidates,
    range: wanted,
    hostVersion: world.version,
    hold: locked?.hold ?? [],
  });
  if (chosen === undefined) {
    throw noneFits({ name, range: wanted, isFrozen, candidates, passedOver, entry, world });
  }
  const source =
    chosen.release === undefined
      ? make.folder({ kind: 'catalog', spec, root: join(world.packageRoot, entry.build) })
      : await unpackRelease(chosen.release, { name, spec, world, make });
  refuseOther(source, name, chosen.version);
  return { ...source, passedOver };
}

/** The catalogue says what an archive holds, and is taken at its word. */
function refuseOther(source: Source, name: string, version: string): void {
  const manifest = manifestIn(source.root);
  if (manifest === undefined || (manifest.name === name && manifest.version === version)) return;
  source.dispose();
  throw new BrctlError('integrity', {
    code: 'release-differs',
    message:
      `the catalogue says that ${source.resolved} is ${name} ${version}, ` +
      `and it is ${manifest.name} ${manifest.version}`,
    hint: 'ask whoever keeps the catalogue',
  });
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

/**
 * What the workspace has built, if it has, and what was released. A release whose version is none
 * can be asked for by nobody; `pack validate` says so.
 */
export function candidatesOf(entry: CatalogEntry, packageRoot: string): readonly Candidate[] {
  const released = (entry.versions ?? [])
    .filter(({ version }) => semver.valid(version) === version)
    .map((release): Candidate => {
      const { version, engine, yanked } = release;
      return { version, engine, yanked, release };
    });
  const root = join(packageRoot, entry.build);
  if (!existsSync(join(root, COMMAND_INDEX)) || !existsSync(join(root, MANIFEST))) return released;
  const manifest = manifestIn(root);
  const version = manifest?.version ?? '0.0.0';
  const engine = manifest?.engines.brctl;
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
  const resolved = isRemote ? withoutCredentials(archive) : join(world.packageRoot, archive);
  if (isRemote && !(URL.canParse(archive) && isSecure(archive))) {
    throw operationalError('release-insecure', `the catalogue names ${resolved}: not https`);
  }
  const bytes = isRemote ? await download(archive, world) : readRelease(resolved);
  checkIntegrity(bytes, integrity, `${name} ${version} (${resolved})`);
  const signature = isRemote
    ? await downloadSignature(archive, world)
    : readSignatureBeside(resolved);
  return make.unpack({ kind: 'catalog', spec, resolved, bytes, signature });
}

function readRelease(file: string): Uint8Array {
  if (existsSync(file)) return readFileSync(file);
  throw operationalError('release-missing', `the catalogue names ${file}, and it is not there`);
}

type Unfit = Readonly<{
  name: string;
  range: string | undefined;
  isFrozen: boolean;
  candidates: readonly Candidate[];
  passedOver: readonly PassedOver[];
  entry: CatalogEntry;
  world: SourceWorld;
}>;

function noneFits(unfit: Unfit): BrctlError {
  const { name, range, isFrozen, candidates, passedOver, entry, world } = unfit;
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
    return new BrctlError(first.why === 'engine' ? 'incompatible' : 'usage', {
      code: 'version-unfit',
      message: `${name} ${first.version} is not to be had: ${first.reason}`,
      hint: remedyFor(first, unfit),
    });
  }
  const versions = candidates.map(({ version }) => version).join(', ');
  if (range === undefined) {
    return usageError(
      'version-unknown',
      `of ${name} there are only prereleases: ${versions}`,
      `name one: ${name}@${candidates.map(({ version }) => version).toSorted(semver.rcompare)[0]}`,
    );
  }
  if (!isFrozen) {
    const message = `no version of ${name} is in ${range}; there is ${versions}`;
    return usageError('version-unknown', message);
  }
  return new BrctlError('integrity', {
    code: 'lock-differs',
    message: `the lock file has ${name} ${range}, and the catalogue has ${versions}`,
    hint: 'install without --frozen to move the lock, and commit it',
  });
}

function remedyFor({ why, version }: PassedOver, { name, candidates, world }: Unfit): string {
  if (why === 'held') return `name the version to take it all the same: ${name}@${version}`;
  if (why === 'withdrawn') return `brctl pack search ${name} lists the others`;
  const engine = candidates.find((each) => each.version === version)?.engine ?? '*';
  return semver.ltr(world.version, engine)
    ? 'upgrade brctl'
    : `this brctl is too new for it; ask for a newer ${name}`;
}
