/** What an install comes to, given what is there. Reads generations, changes nothing. */
import semver from 'semver';
import type { Manifest } from '../manifest/manifest.ts';
import type { PackPaths } from '../paths.ts';
import type { Source } from '../source/source.ts';
import { findFinished, nextGeneration, type State } from '../store/generation.ts';
import type { Tree } from '../store/tree.ts';

export type Decision = Readonly<{
  /**
   * `install`, `upgrade`, `link`: a new generation. `finish`: a generation that a dead install left
   * behind becomes current. `config`: only config files or the lock file change. `none`: all is
   * there.
   */
  action: 'install' | 'upgrade' | 'link' | 'finish' | 'config' | 'none';
  /** Why, in a few words that fit behind a dash. */
  reason: string;
  generation: string;
  parent: string | undefined;
}>;

export type Wanted = Readonly<{
  manifest: Manifest;
  tree: Tree;
  source: Source;
  /** Neither config nor lock file have to change. */
  isWhole: boolean;
}>;

export function decide(state: State, pack: PackPaths, want: Wanted): Decision {
  const { receipt, generation: parent, status } = state;
  const { version } = want.manifest;
  const isLink = want.source.kind === 'link';
  const isSame = isLink
    ? status === 'linked' && receipt?.source.resolved === want.source.resolved
    : status === 'intact' && receipt?.version === version && receipt.tree === want.tree.hash;
  if (isSame && parent !== undefined) {
    const same = { generation: parent, parent: receipt?.parent ?? undefined };
    return want.isWhole
      ? { action: 'none', reason: isLink ? 'already linked' : 'already installed', ...same }
      : { action: 'config', reason: 'what is around it is brought up to date', ...same };
  }
  const reason = reasonFor(state, want);
  const finished = isLink
    ? undefined
    : findFinished(pack, { version, tree: want.tree.hash, parent });
  if (finished !== undefined) {
    const dead = 'an earlier install did not get to its last step';
    return { action: 'finish', reason: dead, generation: finished, parent };
  }
  const isOther = receipt !== undefined && receipt.version !== version;
  const action = isLink ? 'link' : isOther ? 'upgrade' : 'install';
  return { action, reason, generation: nextGeneration(pack.home), parent };
}

function reasonFor(state: State, { manifest, source }: Wanted): string {
  const { status, receipt, problems } = state;
  if (source.kind === 'link') return 'the folder itself runs, for development';
  if (status === 'absent') return 'the first install';
  if (status === 'broken') return `what is installed is broken: ${problems[0]}`;
  if (status === 'linked') return `a linked folder is installed: ${receipt?.source.resolved}`;
  const { version } = manifest;
  const installed = receipt?.version ?? '';
  if (installed === version) return `what is installed is damaged: ${problems[0]}`;
  return semver.lt(version, installed)
    ? `older than ${installed}, which is installed`
    : `${installed} is installed`;
}
