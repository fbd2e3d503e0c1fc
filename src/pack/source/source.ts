/**
 * What `pack install` was asked for -> the folder of a built pack, wherever it came from. What had
 * to be fetched or unpacked lies in a temporary folder that `dispose` removes.
 */
import { existsSync, mkdtempSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { HostContext } from '../../host.ts';
import { BrctlError, isBrctlError, operationalError, usageError } from '../../sdk/index.ts';
import { kindOf } from '../manifest/catalog.ts';
import { readManifest } from '../manifest/manifest.ts';
import { COMMAND_INDEX, MANIFEST } from '../paths.ts';
import { removeFolder } from '../store/generation.ts';
import type { LockEntry } from '../store/lockfile.ts';
import { unpackArchive } from './archive.ts';
import { readPlainFile, readSignatureBeside } from './beside.ts';
import { ARCHIVE_BYTES, checkIntegrity, download, downloadSignature } from './download.ts';
import { fromCatalog } from './from-catalog.ts';
import { checkoutTag } from './git.ts';
import { integrityOf, isIntegrity } from './integrity.ts';
import { parseSpec, type Spec, withoutCredentials } from './spec.ts';

export type SourceKind = 'catalog' | 'directory' | 'archive' | 'url' | 'git' | 'link';

export type Source = Readonly<{
  kind: SourceKind;
  /** As the person typed it, without credentials. */
  spec: string;
  /** A built pack. */
  root: string;
  /** The folder, file or address behind the spec. */
  resolved: string;
  commit?: string;
  /** `sha512-…` of the archive; null for a folder. */
  archive: string | null;
  /** The `.sig` beside it, where there is one. */
  signature: Uint8Array | undefined;
  /** Newer releases of the catalogue that were passed over, with the reason. */
  passedOver: readonly Readonly<{ version: string; reason: string }>[];
  dispose(): void;
}>;

export type SourceQuestion = Readonly<{
  spec: string;
  /** For development: the folder itself runs, and nothing is copied. */
  isLink: boolean;
  /** What the lock file says of the pack, by its name. */
  lockOf(name: string): LockEntry | undefined;
  /** Exactly the version and the bytes of the lock file. */
  isFrozen: boolean;
}>;

export type SourceWorld = Pick<
  HostContext,
  'cwd' | 'env' | 'fetch' | 'packageRoot' | 'signal' | 'uniqueId' | 'version'
>;

export async function openSource(question: SourceQuestion, world: SourceWorld): Promise<Source> {
  const spec = parseSpec(question.spec);
  if (question.isLink && spec.kind !== 'path') {
    const shown = withoutCredentials(question.spec);
    const isThere = spec.kind === 'catalog' && existsSync(resolve(world.cwd, shown));
    const hint = isThere ? `for the folder, write ./${shown}` : undefined;
    throw usageError('link-not-a-folder', `--link takes a folder, and not "${shown}"`, hint);
  }
  switch (spec.kind) {
    case 'path':
      return fromPath(spec.path, question, world);
    case 'url':
      return fromUrl(spec, question, world);
    case 'git':
      return fromGit(spec, question, world);
    case 'catalog':
      return fromCatalog(spec, question, world, { folder: folderSource, unpack: unpackedSource });
    default:
      return spec satisfies never;
  }
}

function fromPath(text: string, question: SourceQuestion, world: SourceWorld): Promise<Source> {
  const path = resolve(world.cwd, text);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw usageError('pack-missing', `there is no ${path}`);
  if (stat.isFile() && basename(path) === MANIFEST) {
    const hint = `name its folder: ${dirname(path)}`;
    throw usageError('pack-missing', `${path} is the manifest of a pack, not the pack`, hint);
  }
  if (question.isLink && !stat.isDirectory()) {
    throw usageError('link-not-a-folder', `--link takes a folder, and ${text} is none`);
  }
  if (!stat.isFile()) {
    const kind = question.isLink ? 'link' : 'directory';
    return Promise.resolve(folderSource({ kind, spec: text, root: path }));
  }
  if (stat.size > ARCHIVE_BYTES) {
    throw new BrctlError('integrity', {
      code: 'archive-size',
      message: `${path} has ${stat.size} bytes, more than any pack`,
    });
  }
  return unpackedSource({
    kind: 'archive',
    spec: text,
    resolved: path,
    bytes: readFileSync(path),
    signature: readSignatureBeside(path),
  });
}

async function fromUrl(
  { url, integrity }: Extract<Spec, { kind: 'url' }>,
  { spec, lockOf, isFrozen }: SourceQuestion,
  world: SourceWorld,
): Promise<Source> {
  if (integrity !== undefined && !isIntegrity(integrity)) {
    throw usageError('spec-integrity', `"${integrity}" is no hash`, 'sha512-… as pack build says');
  }
  const shown = withoutCredentials(url);
  const bytes = await download(url, world);
  if (integrity !== undefined) checkIntegrity(bytes, integrity, shown);
  const source = await unpackedSource({
    kind: 'url',
    spec: withoutCredentials(spec),
    resolved: shown,
    bytes,
    signature: await downloadSignature(url, world),
  });
  // With --frozen the lock file is asked about every pack, in the same way.
  const isKnown = isFrozen || lockOf(nameIn(source.root))?.integrity === source.archive;
  if (integrity === undefined && !isKnown) {
    source.dispose();
    throw usageError(
      'integrity-missing',
      `${shown} cannot be told from another file: it comes without its hash`,
      `write the hash that its publisher names behind it: ${shown}#sha512-…`,
    );
  }
  return source;
}

/** The manifest of a folder that was just unpacked may be anything; what is wrong is told later. */
function nameIn(root: string): string {
  const bytes = readPlainFile(join(root, MANIFEST)) ?? Buffer.from('');
  const { value } = readManifest(bytes, MANIFEST).document;
  const name = (value as { name?: unknown } | null | undefined)?.name;
  return typeof name === 'string' ? name : '';
}

async function fromGit(
  { url, tag, folder }: Extract<Spec, { kind: 'git' }>,
  { spec, lockOf }: SourceQuestion,
  world: SourceWorld,
): Promise<Source> {
  const { path, dispose } = temporaryFolder();
  const shown = withoutCredentials(spec);
  try {
    const into = join(path, 'checkout');
    const commit = await checkoutTag({ url, tag, into, context: world });
    removeFolder(join(into, '.git'));
    const root = folder === undefined ? into : folderIn(into, folder, shown);
    const known = lockOf(nameIn(root));
    if (known?.source.spec === shown && known.source.commit !== commit) {
      throw new BrctlError('integrity', {
        code: 'tag-moved',
        message: `${shown} was ${known.source.commit}, and is ${commit} now`,
        hint: 'ask whoever moved it; a new version has a new tag',
      });
    }
    const source = folderSource({ kind: 'git', spec: shown, root });
    return { ...source, resolved: withoutCredentials(url), commit, dispose };
  } catch (error) {
    dispose();
    throw inWordsOf(shown, error);
  }
}

/** A link in a repository may lead anywhere on this machine. */
function folderIn(checkout: string, folder: string, shown: string): string {
  const root = join(checkout, folder);
  if (existsSync(root) && realpathSync(root) === root) return root;
  throw usageError('pack-missing', `${shown} is no pack: there is no such folder`);
}

export type FolderQuestion = Readonly<{ kind: SourceKind; spec: string; root: string }>;

function folderSource({ kind, spec, root }: FolderQuestion): Source {
  refuseUnbuilt(root);
  return {
    kind,
    spec,
    root,
    resolved: root,
    archive: null,
    signature: readSignatureBeside(root),
    passedOver: [],
    dispose: () => undefined,
  };
}

function refuseUnbuilt(root: string): void {
  const manifest = join(root, MANIFEST);
  if (!existsSync(manifest)) {
    throw usageError('pack-missing', `${root} is no pack: it holds no ${MANIFEST}`);
  }
  if (existsSync(join(root, COMMAND_INDEX))) return;
  const isCatalog = kindOf(manifest) === 'Catalog';
  throw operationalError(
    'pack-not-built',
    isCatalog
      ? `${root} is a catalogue of packs, not a pack`
      : `${root} is the source of a pack, not a built pack: it holds no ${COMMAND_INDEX}`,
    isCatalog ? 'install a pack by its name' : `brctl pack build ${root}`,
  );
}

/** Also relative, as it is shown to somebody who stands above it. */
const TEMPORARY = /[^\s"']*brctl-pack-\w{6}\/(?:pack|checkout)\b/g;

/**
 * An error about a folder that nobody knows and that is gone in a moment, as one about what the
 * person named.
 */
export function inWordsOf(spec: string, error: unknown): unknown {
  if (!isBrctlError(error)) return error;
  const { kind, code, message, hint, cause } = error;
  const isHidden = (text = ''): boolean => text.search(TEMPORARY) >= 0;
  if (!isHidden(message) && !isHidden(hint)) return error;
  const named = message.replace(TEMPORARY, spec).replace(`${spec}/`, `${spec}: `);
  const advice = isHidden(hint) ? 'ask whoever publishes it' : hint;
  return new BrctlError(kind, { code, message: named, hint: advice, cause });
}

export type UnpackQuestion = Readonly<{
  kind: SourceKind;
  spec: string;
  resolved: string;
  bytes: Uint8Array;
  signature: Uint8Array | undefined;
}>;

async function unpackedSource(question: UnpackQuestion): Promise<Source> {
  const { kind, spec, resolved, bytes, signature } = question;
  const { path, dispose } = temporaryFolder();
  try {
    const root = join(path, 'pack');
    await unpackArchive(bytes, root);
    refuseUnbuilt(root);
    const archive = integrityOf(bytes);
    return { kind, spec, root, resolved, archive, signature, passedOver: [], dispose };
  } catch (error) {
    dispose();
    throw inWordsOf(spec, error);
  }
}

/** Outside the target: a dry run leaves nothing there. By its name, `inWordsOf` knows it. */
function temporaryFolder(): { path: string; dispose(): void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'brctl-pack-')));
  return { path, dispose: () => removeFolder(path) };
}
