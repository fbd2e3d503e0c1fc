/**
 * Config files that a pack puts before the operator, from the disk to decisions and back. What is
 * decided, and why, is in decide.ts; an edit is never lost.
 */
import { existsSync, linkSync, lstatSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BrctlError, isBrctlError } from '../../sdk/index.ts';
import { flushFolder, writeNew } from '../disk.ts';
import type { ConfigFile, Manifest } from '../manifest/manifest.ts';
import type { PackPaths } from '../paths.ts';
import { currentOf, generationsIn } from '../store/generation.ts';
import type { ConfigStep } from '../store/journal.ts';
import { type ConfigReceipt, type Receipt, readReceipt } from '../store/receipt.ts';
import { manifestIn } from '../store/status.ts';
import { sha256 } from '../store/tree.ts';
import { type Codec, codecFor } from './config-text.ts';
import { type ConfigOutcome, decideConfig, NEW_SUFFIX } from './decide.ts';
import type { ConfigPolicy } from './outcome.ts';
import { type BaseConfig, situationsOf } from './pairing.ts';

export type ConfigPlan = Readonly<{
  /** Below `config/<pack>`. */
  path: string;
  decision: ConfigOutcome['kind'];
  /** What becomes of it, or became of it. */
  sentence: string;
  /** The same for a dry run. */
  planned: string;
  /** What the receipt keeps; undefined for a file that is no longer shipped. */
  receipt: ConfigReceipt | undefined;
  /** Undefined where nothing on the disk changes. */
  change:
    | Readonly<{ kind: 'create'; content: Uint8Array }>
    | Readonly<{ kind: 'write'; step: ConfigStep }>
    | undefined;
}>;

export type ConfigQuestion = Readonly<{
  manifest: Manifest;
  /** The pack that ships the files from now on. */
  root: string;
  /** `config/<pack>` of the target. */
  folder: string;
  /** What shipped them before: the current generation, then the others, newest first. */
  before: readonly Shipped[];
  policy: ConfigPolicy;
  restoreMissing: boolean;
}>;

/** A generation that shipped config files. */
export type Shipped = Readonly<{ root: string; config: readonly ConfigReceipt[] }>;

export function shippedBefore(pack: PackPaths): Shipped[] {
  const current = currentOf(pack);
  const others = generationsIn(pack.home).filter((name) => name !== current);
  return [...(current === null ? [] : [current]), ...others.toReversed()].flatMap((name) => {
    try {
      const receipt = readReceipt(pack.generation(name));
      return [{ root: rootOf(receipt, pack), config: receipt.config }];
    } catch (error) {
      if (!isBrctlError(error)) throw error;
      return [];
    }
  });
}

function rootOf({ source, generation }: Receipt, pack: PackPaths): string {
  return source.kind === 'link' ? source.resolved : pack.generation(generation);
}

export function planConfig(question: ConfigQuestion): ConfigPlan[] {
  const { manifest, root, folder, before, policy, restoreMissing } = question;
  const shipped = manifest.config ?? [];
  const blocked = new Set(
    [...shipped, ...before.flatMap(({ config }) => config)]
      .map(({ path }) => path)
      .filter((path) => isBlocked(join(folder, path))),
  );
  const codec = codecFor(allBytes(question, blocked));
  const theirs = shipped
    .filter(({ path }) => !blocked.has(path))
    .map(({ path, from, renamedFrom }) => {
      const text = codec.decode(readFileSync(join(root, from)));
      return { path, text, renamedFrom };
    });
  const mineOf = (path: string): string | undefined => {
    const bytes = blocked.has(path) ? undefined : bytesOf(join(folder, path));
    return bytes && codec.decode(bytes);
  };
  const waits = (path: string): boolean => existsSync(join(folder, `${path}${NEW_SUFFIX}`));
  const base = baseConfigs(before, codec)
    .filter(({ path }) => !blocked.has(path))
    // Without what waited beside it, a conflict has been settled by hand.
    .map((each) => (waits(each.path) ? each : { ...each, decision: 'keep' }));
  const isKnown = new Set(base.map(({ path }) => path));
  // Dropped and kept for its edits, it comes back: then it is no stranger's.
  const back = theirs.filter(({ path }) => !isKnown.has(path) && mineOf(path) !== undefined);
  const returning = before
    .slice(1)
    .flatMap((_, i) =>
      baseConfigs(before.slice(i + 1), codec).filter(({ path }) =>
        back.some((b) => b.path === path),
      ),
    );
  const bases = new Map([...returning.toReversed(), ...base].map((each) => [each.path, each]));
  const outcomes = situationsOf({ base: [...bases.values()], theirs, mineOf })
    .map((situation) => decideConfig(situation, { policy, restoreMissing }))
    .map((outcome) => (waits(outcome.path) ? withoutStale(outcome) : outcome));
  refuseConflicts(manifest, outcomes);
  const receiptOf = (path: string, decision: string): ConfigReceipt | undefined => {
    const file = shipped.find((each) => each.path === path);
    return file && receiptFor(file, root, decision);
  };
  return [
    ...outcomes.map((outcome) => planOf(outcome, receiptOf(outcome.path, outcome.kind), codec)),
    ...shipped.filter(({ path }) => blocked.has(path)).map((file) => blockedPlan(file, root)),
  ];
}

/** What brings a file together with what is shipped; where nothing is new, nothing was settled. */
const SETTLING: ReadonlySet<string> = new Set<ConfigOutcome['kind']>([
  'adopt',
  'create',
  'merged',
  'replaced',
  'restore',
  'take-new',
]);

/** What waited beside a file that has now come together is of no use any more. */
function withoutStale(outcome: ConfigOutcome): ConfigOutcome {
  if (!SETTLING.has(outcome.kind)) return outcome;
  return { ...outcome, removes: [...outcome.removes, `${outcome.path}${NEW_SUFFIX}`] };
}

function planOf(
  outcome: ConfigOutcome,
  receipt: ConfigReceipt | undefined,
  codec: Codec,
): ConfigPlan {
  const { path, kind, sentence } = outcome;
  const planned = kind === 'create' ? `would be ${sentence}` : sentence;
  return { path, decision: kind, sentence, planned, receipt, change: changeOf(outcome, codec) };
}

function changeOf(outcome: ConfigOutcome, codec: Codec): ConfigPlan['change'] {
  const { kind, path, movedFrom, seen, writes, removes } = outcome;
  if (writes.length === 0 && removes.length === 0) return undefined;
  if (kind === 'create' && removes.length === 0)
    return { kind, content: codec.encode(writes[0]!.text) };
  const step: ConfigStep = {
    path,
    seenAt: movedFrom ?? path,
    before: seen === undefined ? null : sha256(codec.encode(seen)),
    writes: writes.map((write) => ({
      path: write.path,
      content: Buffer.from(codec.encode(write.text)).toString('base64'),
    })),
    removes,
  };
  return { kind: 'write', step };
}

function receiptFor({ path, from }: ConfigFile, root: string, decision: string): ConfigReceipt {
  return { path, from, sha256: sha256(readFileSync(join(root, from))), decision };
}

/** A folder, a link to nothing: whatever the operator meant by it, it is theirs. */
function blockedPlan(file: ConfigFile, root: string): ConfigPlan {
  const sentence = 'is no file that can be read; it stays as it is';
  const receipt = receiptFor(file, root, 'keep');
  const { path } = file;
  return { path, decision: 'keep', sentence, planned: sentence, receipt, change: undefined };
}

function isBlocked(file: string): boolean {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return false;
  return bytesOf(file) === undefined;
}

function bytesOf(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ELOOP') return undefined;
    throw error;
  }
}

/** Everything that is compared must be read in one way. */
function allBytes(
  { manifest, root, folder, before }: ConfigQuestion,
  blocked: ReadonlySet<string>,
): (Uint8Array | undefined)[] {
  const paths = [...(manifest.config ?? []), ...before.flatMap(({ config }) => config)];
  return [
    ...(manifest.config ?? []).map(({ from }) => readFileSync(join(root, from))),
    ...before.flatMap(({ root: old, config }) =>
      config.map(({ from }) => bytesOf(join(old, from))),
    ),
    ...paths
      .filter(({ path }) => !blocked.has(path))
      .map(({ path }) => bytesOf(join(folder, path))),
  ];
}

/** Of the current generation, each with what earlier ones shipped under its path. */
function baseConfigs(before: readonly Shipped[], codec: Codec): BaseConfig[] {
  const textOf = ({ root }: Shipped, { from }: ConfigReceipt): string | undefined => {
    const bytes = bytesOf(join(root, from));
    return bytes && codec.decode(bytes);
  };
  const [current, ...earlier] = before;
  // On the way back it is the pack that is left which says what it had renamed.
  const renames = new Map(
    manifestIn(current?.root)?.config?.map(({ path, renamedFrom }) => [path, renamedFrom]),
  );
  return (current?.config ?? []).flatMap((file) => {
    const text = textOf(current!, file);
    if (text === undefined) return [];
    const { path, decision } = file;
    const former = earlier.flatMap((shipped) => {
      const same = shipped.config.find((each) => each.path === path);
      const old = same && textOf(shipped, same);
      return old === undefined ? [] : [{ text: old, decision: same!.decision }];
    });
    return [{ path, text, decision, renamedFrom: renames.get(path), earlier: former }];
  });
}

function refuseConflicts({ name }: Manifest, outcomes: readonly ConfigOutcome[]): void {
  const refused = outcomes.filter(({ kind }) => kind === 'refused');
  const [first] = refused;
  if (first === undefined) return;
  const more = refused.length > 1 ? ` (and ${refused.length - 1} more)` : '';
  throw new BrctlError('config_conflict', {
    code: 'config-conflict',
    message: `config/${name}/${first.path} is ${first.sentence}${more}`,
    hint: '--conf merge keeps it and puts the shipped one beside it; --conf new replaces it',
  });
}

/**
 * Writes beside the file and links it into place, which fails where replacing would not: a file
 * that the operator saved in this very moment survives.
 */
export function createConfig(file: string, content: Uint8Array): void {
  const draft = join(dirname(file), `.${basename(file)}.brctl-tmp`);
  mkdirSync(dirname(file), { recursive: true });
  rmSync(draft, { force: true });
  writeNew(draft, content, 0o644);
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  flushFolder(dirname(file));
}
