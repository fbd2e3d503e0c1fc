/**
 * Config files that a pack puts before the operator, from the disk to decisions and back. What is
 * decided, and why, is in decide.ts; an edit is never lost.
 */
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BrctlError } from '../../sdk/index.ts';
import type { ConfigFile, Manifest } from '../manifest/manifest.ts';
import type { ConfigStep } from '../store/journal.ts';
import type { Owned, OwnedFile } from '../store/owned.ts';
import type { ConfigReceipt } from '../store/receipt.ts';
import { sha256 } from '../store/tree.ts';
import { type Codec, codecFor } from './config-text.ts';
import { type ConfigSituation, decideConfig } from './decide.ts';
import { oldNameOf } from './old-text.ts';
import { type ConfigOutcome, type ConfigPolicy, NEW_SUFFIX } from './outcome.ts';
import { situationsOf } from './pairing.ts';
import { isUnsettled, type KnownConfig, remember, type Settled } from './remember.ts';

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
  step: ConfigStep | undefined;
}>;

export type ConfigQuestion = Readonly<{
  manifest: Manifest;
  /** The pack that ships the files from now on. */
  root: string;
  /** `config/<pack>` of the target. */
  folder: string;
  owned: Owned;
  /** Paths that are shipped until now. */
  until: readonly string[];
  policy: ConfigPolicy;
  restoreMissing: boolean;
}>;

export type ConfigPlans = Readonly<{
  plans: readonly ConfigPlan[];
  /** What is to be remembered when they are carried out. */
  remembered: Owned['config'];
}>;

type Shipped = ConfigFile & Readonly<{ bytes: Uint8Array }>;

export function planConfig(question: ConfigQuestion): ConfigPlans {
  const { manifest, root, folder, owned, until, policy, restoreMissing } = question;
  const shipped = (manifest.config ?? []).map(
    (file): Shipped => ({ ...file, bytes: readFileSync(join(root, file.from)) }),
  );
  const paths = new Set([...shipped, ...owned.config].map(({ path }) => path));
  const blocked = new Set([...paths].filter((path) => isBlocked(join(folder, path))));
  const free = [...paths].filter((path) => !blocked.has(path));
  const disk = new Map(free.map((path) => [path, bytesOf(join(folder, path))]));
  const former = owned.config.flatMap(({ base, offered }) => [base ?? '', offered].map(fromBase64));
  // Everything that is compared must be read in one way.
  const besides = [...paths].map(
    (path) => [path, bytesOf(join(folder, path + NEW_SUFFIX))] as const,
  );
  const waiting = new Map(besides);
  const all = [...shipped.map(({ bytes }) => bytes), ...former, ...disk.values()];
  const codec = codecFor([...all, ...waiting.values()]);
  const mineOf = (path: string): string | undefined => {
    const bytes = disk.get(path);
    return bytes && codec.decode(bytes);
  };
  const waits = (path: string): boolean => existsSync(join(folder, `${path}${NEW_SUFFIX}`));
  const isHere = ({ path }: Readonly<{ path: string }>): boolean => !blocked.has(path);
  const known = owned.config
    .map((file) => knownFrom(file, codec))
    // Without what waited beside it, a conflict has been settled by hand.
    .map((each) => (waits(each.path) ? each : { ...each, base: each.offered }));
  const theirs = shipped.map((file) => ({ ...file, text: codec.decode(file.bytes) }));
  const situations = situationsOf({
    known: known.filter(isHere),
    theirs: theirs.filter(isHere),
    mineOf,
  });
  const oldOf = (path: string, text: string): string =>
    oldNameOf(join(folder, path), codec.encode(text)).slice(join(folder, '/').length);
  const decided = situations.map((situation): Decided => {
    const first = decideConfig(situation, { policy, restoreMissing, oldOf });
    const outcome = waits(first.path) ? withoutStale(first, situation) : first;
    const beside = waiting.get(outcome.path);
    const text = beside && codec.decode(beside);
    return { situation, outcome: keepingWork({ situation, outcome }, text, oldOf) };
  });
  refuseConflicts(manifest, decided);
  const renames = new Map(shipped.map(({ path, renamedFrom }) => [path, renamedFrom]));
  const settled = decided.map(({ situation, outcome: { kind } }) => ({ situation, kind }));
  const stuck = theirs.filter((file) => !isHere(file)).map((file) => blockedBy(file, known));
  const after = remember(known, [...settled, ...stuck], renames);
  // What an earlier version stopped shipping was told then.
  const isTold = new Set([...until, ...shipped.map(({ path }) => path)]);
  return {
    plans: [
      ...decided
        .map((each) => planOf(each, shipped, codec))
        .filter(({ path, step }) => step !== undefined || isTold.has(path)),
      ...shipped.filter((file) => !isHere(file)).map(blockedPlan),
    ],
    remembered: after.map((each) => ownedFile(each, codec)),
  };
}

type Decided = Readonly<{ situation: ConfigSituation; outcome: ConfigOutcome }>;

function knownFrom({ path, base, offered, renamedFrom }: OwnedFile, codec: Codec): KnownConfig {
  const text = (written: string): string => codec.decode(fromBase64(written));
  return {
    path,
    base: base === null ? undefined : text(base),
    offered: text(offered),
    renamedFrom: renamedFrom ?? undefined,
  };
}

function ownedFile({ path, base, offered, renamedFrom }: KnownConfig, codec: Codec): OwnedFile {
  const written = (text: string): string => Buffer.from(codec.encode(text)).toString('base64');
  return {
    path,
    base: base === undefined ? null : written(base),
    offered: written(offered),
    renamedFrom: renamedFrom ?? null,
  };
}

function fromBase64(text: string): Buffer {
  return Buffer.from(text, 'base64');
}

/** What cannot be read stays as it is, and so does what is known of it. */
function blockedBy(
  { path, text }: Readonly<{ path: string; text: string }>,
  known: readonly KnownConfig[],
): Settled {
  const base = known.find((each) => each.path === path)?.base;
  const situation = { path, base, mine: undefined, theirs: text, wasOffered: true };
  return { situation, kind: 'open' };
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
function withoutStale(
  outcome: ConfigOutcome,
  { base, offered }: Decided['situation'],
): ConfigOutcome {
  const wasOpen = base !== offered && !isUnsettled(outcome.kind) && outcome.kind !== 'refused';
  if (!SETTLING.has(outcome.kind) && !wasOpen) return outcome;
  return { ...outcome, removes: [...outcome.removes, `${outcome.path}${NEW_SUFFIX}`] };
}

/** What somebody wrote into the file that waits is kept like any other text of theirs. */
function keepingWork(
  { situation, outcome }: Decided,
  waiting: string | undefined,
  oldOf: (path: string, text: string) => string,
): ConfigOutcome {
  const path = `${outcome.path}${NEW_SUFFIX}`;
  const isLost =
    outcome.removes.includes(path) || outcome.writes.some((write) => write.path === path);
  const isShipped = waiting === situation.offered || waiting === situation.theirs;
  if (waiting === undefined || !isLost || isShipped) return outcome;
  const saved = { path: oldOf(path, waiting), text: waiting };
  return { ...outcome, writes: [saved, ...outcome.writes] };
}

function planOf(decided: Decided, shipped: readonly Shipped[], codec: Codec): ConfigPlan {
  const { path, kind, sentence } = decided.outcome;
  const planned = kind === 'create' ? `would be ${sentence}` : sentence;
  const file = shipped.find((each) => each.path === path);
  const receipt = file && receiptFor(file);
  return { path, decision: kind, sentence, planned, receipt, step: stepOf(decided, codec) };
}

function stepOf({ situation, outcome }: Decided, codec: Codec): ConfigStep | undefined {
  const { base } = situation;
  const { path, movedFrom, seen, writes, removes } = outcome;
  if (writes.length === 0 && removes.length === 0) return undefined;
  return {
    path,
    seenAt: movedFrom ?? path,
    before: seen === undefined ? null : sha256(codec.encode(seen)),
    base: base === undefined ? null : Buffer.from(codec.encode(base)).toString('base64'),
    writes: writes.map((write) => ({
      path: write.path,
      content: Buffer.from(codec.encode(write.text)).toString('base64'),
    })),
    removes,
  };
}

function receiptFor({ path, from, bytes }: Shipped): ConfigReceipt {
  return { path, from, sha256: sha256(bytes) };
}

/** A folder, a link to nothing: whatever the operator meant by it, it is theirs. */
function blockedPlan(file: Shipped): ConfigPlan {
  const sentence = 'is no file that can be read; it stays as it is';
  const { path } = file;
  const said = { sentence, planned: sentence };
  return { path, decision: 'keep', ...said, receipt: receiptFor(file), step: undefined };
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

function refuseConflicts({ name }: Manifest, decided: readonly Decided[]): void {
  const refused = decided.map(({ outcome }) => outcome).filter(({ kind }) => kind === 'refused');
  const [first] = refused;
  if (first === undefined) return;
  const more = refused.length > 1 ? ` (and ${refused.length - 1} more)` : '';
  throw new BrctlError('config_conflict', {
    code: 'config-conflict',
    message: `config/${name}/${first.path} is ${first.sentence}${more}`,
    hint: '--conf merge keeps it and puts the shipped one beside it; --conf new replaces it',
  });
}
