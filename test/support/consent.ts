/** What somebody at a terminal would be asked, answered: for processes that have no terminal. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest } from '../../src/pack/manifest/manifest.ts';
import { permissionsHash } from '../../src/pack/trust/consent.ts';
import { permissionsAsked } from '../../src/pack/trust/shipped-names.ts';

const ROOT = join(import.meta.dirname, '../..');

/** `--accept-permissions=…` for the pack in a folder, source or built. */
export function consentTo(folder: string): string {
  const file = join(folder, 'pack.yaml');
  const { manifest } = readManifest(readFileSync(file), file);
  if (manifest === undefined) throw new Error(`${file} is no manifest that can be consented to`);
  return `--accept-permissions=${permissionsHash(permissionsAsked(manifest, folder))}`;
}

export const FINANCE_CONSENT = consentTo(join(ROOT, 'packs/finance'));
export const HELLO_CONSENT = consentTo(join(ROOT, 'fixtures/packs/hello'));
