/** What a target has from a pack before a change, and the border that its data is. */
import { existsSync, readdirSync } from 'node:fs';
import { BrctlError } from '../../sdk/index.ts';
import type { Paths } from '../paths.ts';
import { type Owned, type OwnedData, ownedBy, readOwned } from '../store/owned.ts';
import type { Receipt } from '../store/receipt.ts';

/** `receipt`: of the current generation, which tells it where nothing else does. */
export function ownedIn(paths: Paths, name: string, receipt: Receipt | undefined): Owned {
  const known = readOwned(paths.owned(name));
  if (known !== undefined) return known;
  const isLink = receipt?.source.kind === 'link';
  const root = receipt && paths.pack(name).generation(receipt.generation);
  return ownedBy(receipt, isLink ? receipt.source.resolved : root);
}

type Reader = Readonly<{ name: string; version: string; data?: Receipt['data'] | undefined }>;

/**
 * Data that only a newer version reads is a border: neither pointer nor install crosses it. It
 * stands as long as there is data.
 */
export function refuseNewerData(paths: Paths, from: OwnedData | null, to: Reader): void {
  const reads = to.data?.schemaVersion;
  if (from === null || (reads !== undefined && reads >= from.minReader)) return;
  const { data } = paths.forPack(to.name);
  if (!existsSync(data) || readdirSync(data).length === 0) return;
  throw new BrctlError('incompatible', {
    code: 'data-too-new',
    message:
      `${to.name} ${from.version} writes data that ${to.version} cannot read ` +
      `(format ${from.schemaVersion}, readable from ${from.minReader} on; it knows ` +
      `${reads ?? 'none'})`,
    hint: `move data/${to.name} away first, and restore what was saved before the upgrade`,
  });
}
