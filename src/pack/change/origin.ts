/**
 * May these bytes be this version? What a lock file, an installed generation or a signature says
 * of a version holds for good: other bytes under it are an error, never a question.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BrctlError, isBrctlError } from '../../sdk/index.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { type PackPaths, SIGNATURE } from '../paths.ts';
import type { Source } from '../source/source.ts';
import { generationsIn, type State } from '../store/generation.ts';
import type { LockEntry } from '../store/lockfile.ts';
import { type Receipt, readReceipt } from '../store/receipt.ts';
import type { Tree } from '../store/tree.ts';
import { trustOf } from '../trust/keys.ts';
import { highestLevel, type Level, requireLevel } from '../trust/level.ts';
import { signaturePathOf, verifySignature } from '../trust/signature.ts';

export type Origin = Readonly<{
  source: Source;
  manifest: Manifest;
  tree: Tree;
  target: string;
}>;

export type Statement = Readonly<{
  source: Pick<Source, 'kind' | 'resolved' | 'signature'>;
  manifest: Pick<Manifest, 'name' | 'version'>;
  tree: Pick<Tree, 'hash'>;
  target: string;
}>;

/** How far the origin is verified. A signature that is wrong is an error; none is a level. */
export function verifyOrigin(
  { source, manifest, tree, target }: Statement,
  minLevel: Level | undefined,
): Receipt['signature'] & Readonly<{ note: string | undefined }> {
  const { name, version } = manifest;
  const trust = trustOf(target);
  const found =
    source.kind === 'link'
      ? { level: 'dev' as const, key: null, note: undefined }
      : source.signature === undefined
        ? { level: 'integrity' as const, key: null, note: undefined }
        : verifySignature({
            bytes: source.signature,
            file: signaturePathOf(source.resolved),
            statement: { name, version, tree: tree.hash },
            keys: trust.keys,
          });
  const why = found.note ?? (found.level === 'integrity' ? 'it has no signature' : undefined);
  const what = `${name} ${version}${why === undefined ? '' : ` (${why})`}`;
  requireLevel(found.level, highestLevel(trust.minLevel, minLevel), what);
  const key = found.level === 'signed' ? found.key : null;
  return { level: found.level, key, note: found.note };
}

/** Of a generation, as it is trusted now: by a rollback it becomes current without an install. */
export function verifyGeneration(receipt: Receipt, root: string, target: string): void {
  const { source, tree } = receipt;
  const signature = signatureIn(root);
  const origin = { source: { kind: source.kind, resolved: root, signature }, target };
  verifyOrigin({ ...origin, manifest: receipt, tree: { hash: tree } }, undefined);
}

/**
 * The same bytes may be installed together with a signature: it proves them, wherever they come
 * from now.
 */
export function provenSource(
  { source, manifest, tree, target }: Origin,
  pack: PackPaths,
  { status, receipt }: State,
): Source {
  const { name, version } = manifest;
  const isInstalled = receipt?.tree === tree.hash && receipt.version === version;
  if (source.signature !== undefined || status !== 'intact' || !isInstalled) return source;
  const root = pack.generation(receipt.generation);
  const bytes = signatureIn(root);
  const statement = { name, version, tree: tree.hash };
  try {
    const { keys } = trustOf(target);
    const { level } = verifySignature({ bytes, file: root, statement, keys });
    return level === 'signed' ? { ...source, signature: bytes } : source;
  } catch (error) {
    // What is wrong with it is for verify to tell; the pack at hand has none, and that is a level.
    if (!isBrctlError(error)) throw error;
    return source;
  }
}

function signatureIn(root: string): Uint8Array | undefined {
  const file = join(root, SIGNATURE);
  return existsSync(file) ? readFileSync(file) : undefined;
}

export function refuseChangedBytes(
  { source, manifest, tree }: Origin,
  pack: PackPaths,
  locked: LockEntry | undefined,
): void {
  if (source.kind === 'link') return;
  const { name, version } = manifest;
  const known = [
    ...(locked?.version === version ? [{ tree: locked.tree, where: 'the lock file' }] : []),
    ...receiptsIn(pack)
      .filter((receipt) => receipt.version === version && receipt.source.kind !== 'link')
      .map((receipt) => ({ tree: receipt.tree, where: `generation ${receipt.generation}` })),
  ];
  const other = known.find((each) => each.tree !== tree.hash);
  if (other === undefined) return;
  throw new BrctlError('integrity', {
    code: 'version-changed',
    message: `these bytes are not the ${name} ${version} that ${other.where} knows`,
    hint: `a change is a new version; to try one out, install its folder with --link`,
  });
}

function receiptsIn(pack: PackPaths): Receipt[] {
  return generationsIn(pack.home).flatMap((name) => {
    try {
      return [readReceipt(pack.generation(name))];
    } catch (error) {
      if (!isBrctlError(error)) throw error;
      return [];
    }
  });
}

/** `--frozen`: exactly the version and the bytes that the lock file names. */
export function refuseOtherThanLocked(
  { source, manifest, tree }: Origin,
  locked: LockEntry | undefined,
): void {
  const { name, version } = manifest;
  const say = (found: string, wanted: string, hint: string): BrctlError =>
    new BrctlError('integrity', {
      code: 'lock-differs',
      message: `the lock file has ${name} ${wanted}, and this is ${found}`,
      hint,
    });
  const bytes = 'one version has one content: ask whoever published it, and install neither';
  if (locked === undefined) {
    throw new BrctlError('integrity', {
      code: 'lock-missing',
      message: `the lock file does not know ${name}`,
      hint: 'install without --frozen once, and commit packs.lock.yaml',
    });
  }
  if (locked.version !== version) {
    throw say(version, locked.version, 'install without --frozen to move the lock, and commit it');
  }
  if (locked.tree !== tree.hash) throw say(tree.hash, locked.tree, bytes);
  const isOtherArchive =
    source.archive !== null && locked.integrity !== null && source.archive !== locked.integrity;
  if (isOtherArchive) throw say(source.archive, locked.integrity, bytes);
}
