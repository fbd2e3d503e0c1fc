/** What an install comes to, given what is there. Reads generations, changes nothing. */
import semver from 'semver';
import type { PackPaths } from '../paths.ts';
import { findFinished, nextGeneration, type State } from '../store/generation.ts';
import type { ConfigReceipt, Receipt } from '../store/receipt.ts';
import { permissionsHash } from '../trust/consent.ts';
import { permissionsAsked } from '../trust/shipped-names.ts';
import { isRecordOf, type Recorded } from './record.ts';

export type Decision = Readonly<{
  /**
   * `install`, `upgrade`, `link`: a new generation. `finish`: one that is there, of a dead install
   * or rolled away from, becomes current. `config`: only config files or the lock file change.
   * `none`: all is there.
   */
  action: 'install' | 'upgrade' | 'link' | 'finish' | 'config' | 'none';
  /** Why, in a few words that fit behind a dash. */
  reason: string;
  generation: string;
  /** What a rollback of it leads to. */
  parent: string | undefined;
  /** The generation until now. */
  current: string | undefined;
}>;

export type Wanted = Recorded &
  Readonly<{
    /** Neither config nor lock file have to change, and nothing is left of a change that died. */
    isWhole: boolean;
    /** By an upgrade that names no version: never to an older one, nor back to what is held. */
    isOnlyNewer: boolean;
    hold: readonly string[];
  }>;

export function decide(state: State, pack: PackPaths, want: Wanted): Decision {
  const { receipt, generation: current, status } = state;
  const isLink = want.source.kind === 'link';
  const isSame = isLink
    ? status === 'linked' && receipt !== undefined && isSameLink(receipt, want)
    : status === 'intact' && receipt !== undefined && isSameCopy(receipt, want);
  const former = receipt?.parent ?? undefined;
  if (isSame && current !== undefined) {
    const same = { generation: current, parent: former, current };
    return want.isWhole
      ? { action: 'none', reason: isLink ? 'already linked' : 'already installed', ...same }
      : { action: 'config', reason: 'what is around it is brought up to date', ...same };
  }
  const unwanted = reasonAgainst(state, want);
  if (unwanted !== undefined && current !== undefined) {
    return { action: 'none', reason: unwanted, generation: current, parent: former, current };
  }
  // The same bytes made anew: nobody wants to go back to those that are damaged or unsigned.
  const isAnew = !isLink && receipt !== undefined && isSameBytes(receipt, want);
  const parent = isAnew ? former : current;
  const reason = reasonFor(state, want);
  const finished = findFinished(pack, (found) => isRecordOf(found, want, parent));
  if (finished !== undefined) {
    const there = 'its generation is there already and becomes current';
    return { action: 'finish', reason: there, generation: finished, parent, current };
  }
  const isOther = receipt !== undefined && receipt.version !== want.manifest.version;
  const action = isLink ? 'link' : isOther ? 'upgrade' : 'install';
  return { action, reason, generation: nextGeneration(pack.home), parent, current };
}

/** A signature that comes later is kept with the bytes that it is for. */
function isSameCopy(receipt: Receipt, { manifest, tree, signature }: Wanted): boolean {
  const { level, key } = receipt.signature;
  const isNoMore = signature.level !== 'signed' || (level === 'signed' && key === signature.key);
  return isSameBytes(receipt, { manifest, tree }) && isNoMore;
}

function isSameBytes(receipt: Receipt, { manifest, tree }: Pick<Wanted, 'manifest' | 'tree'>) {
  return receipt.version === manifest.version && receipt.tree === tree.hash;
}

/** The folder may have another version by now, ask for more, or ship other config files. */
function isSameLink(receipt: Receipt, { source, manifest, config }: Wanted): boolean {
  const paths = (files: readonly (ConfigReceipt | undefined)[]): string =>
    files.flatMap((file) => file?.path ?? []).join('\n');
  return (
    receipt.source.resolved === source.resolved &&
    receipt.version === manifest.version &&
    receipt.permissions.hash === permissionsHash(permissionsAsked(manifest, source.root)) &&
    paths(receipt.config) === paths(config.map((each) => each.receipt))
  );
}

/** An upgrade that names no version goes forward only. */
function reasonAgainst(
  { receipt }: State,
  { manifest, isOnlyNewer, hold }: Wanted,
): string | undefined {
  if (!isOnlyNewer || receipt === undefined) return undefined;
  const { version } = manifest;
  if (semver.lt(version, receipt.version)) return `older than ${receipt.version}`;
  const isHeld = version !== receipt.version && hold.includes(version);
  return isHeld ? 'passed over: it was rolled away from' : undefined;
}

function reasonFor(state: State, { manifest, source }: Wanted): string {
  const { status, receipt, problems } = state;
  if (source.kind === 'link') return 'the folder itself runs, for development';
  if (status === 'absent') return 'the first install';
  if (status === 'broken') return `what is installed is broken: ${problems[0]}`;
  if (status === 'linked') return `a linked folder is installed: ${receipt?.source.resolved}`;
  const { version } = manifest;
  const installed = receipt?.version ?? '';
  if (installed === version && status === 'intact') return 'it is signed, which it was not';
  if (installed === version) return `what is installed is damaged: ${problems[0]}`;
  return semver.lt(version, installed)
    ? `older than ${installed}, which it replaces`
    : `replaces ${installed}`;
}
