/** What an install writes down: the receipt inside the generation, the entry of the lock file. */
import type { HostContext } from '../../host.ts';
import type { ConfigPlan } from '../config/conffile.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { keptSpec } from '../source/place.ts';
import type { Source } from '../source/source.ts';
import type { LockEntry } from '../store/lockfile.ts';
import type { Receipt } from '../store/receipt.ts';
import type { Tree } from '../store/tree.ts';
import { permissionsHash } from '../trust/consent.ts';
import { asRecorded } from '../trust/permissions.ts';
import { permissionsAsked } from '../trust/shipped-names.ts';

/** All that is known of a pack before it has a generation. */
export type Recorded = Readonly<{
  manifest: Manifest;
  source: Source;
  tree: Tree;
  signature: Receipt['signature'];
  config: readonly ConfigPlan[];
}>;

export type Place = Readonly<{
  action: Receipt['action'];
  generation: string;
  parent: string | undefined;
}>;

export function receiptFor(
  { manifest, source, tree, signature, config }: Recorded,
  { action, generation, parent }: Place,
  { now, version }: Pick<HostContext, 'now' | 'version'>,
): Receipt {
  const { kind, spec, resolved, commit } = source;
  const { level, key } = signature;
  const granted = asRecorded(permissionsAsked(manifest, source.root));
  return {
    schemaVersion: 1,
    action,
    name: manifest.name,
    version: manifest.version,
    generation,
    parent: parent ?? null,
    source: { kind, spec, resolved, ...(commit === undefined ? {} : { commit }) },
    archive: source.archive,
    tree: tree.hash,
    signature: { level, key },
    files: tree.files,
    config: config.flatMap(({ receipt }) => receipt ?? []),
    permissions: { hash: permissionsHash(granted), granted },
    data: manifest.data ?? null,
    engine: manifest.engines.brctl,
    hostVersion: version,
    installedAt: now.toISOString(),
  };
}

/** Is a generation what an install would make now, but for when and by which brctl? */
export function isRecordOf(receipt: Receipt, recorded: Recorded, parent: string | undefined) {
  const { action, generation, hostVersion: version, installedAt } = receipt;
  const place = { action, generation, parent };
  const again = receiptFor(recorded, place, { version, now: new Date(installedAt) });
  return JSON.stringify(again) === JSON.stringify(receipt);
}

export type Locking = Readonly<{
  locked: LockEntry | undefined;
  isAskedAgain: boolean;
  target: string;
}>;

export function lockEntry(
  { source, manifest, tree, signature }: Omit<Recorded, 'config'>,
  { locked, isAskedAgain, target }: Locking,
): LockEntry {
  const { kind, commit, archive } = source;
  const spec = keptSpec(source, target);
  const { level, key } = signature;
  const said = {
    kind: kind as LockEntry['source']['kind'],
    spec,
    ...(commit === undefined ? {} : { commit }),
  };
  // An upgrade that finds the same bytes leaves it as the operator had said it.
  const isKept = isAskedAgain && locked?.tree === tree.hash && locked.source.kind === kind;
  return {
    version: manifest.version,
    source: isKept ? locked.source : said,
    integrity: archive,
    tree: tree.hash,
    level: level === 'signed' ? 'signed' : 'integrity',
    key,
    hold: (locked?.hold ?? []).filter((version) => version !== manifest.version),
  };
}
