/**
 * The receipt of a generation: what is installed, from where, with the hash of every file. It is
 * written before the generation can become current, so no installed pack lacks one.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import receiptSchema from '../../../schemas/receipt.schema.json' with { type: 'json' };
import { BrctlError } from '../../sdk/index.ts';
import type { Permissions } from '../manifest/manifest.ts';
import { RECEIPT } from '../paths.ts';
import { ownSchema } from '../schema/json-schema.ts';
import { parseJsonBytes } from '../schema/yaml-document.ts';
import type { SourceKind } from '../source/source.ts';
import { hashOf, type TreeFile } from './tree.ts';

export type ConfigReceipt = Readonly<{
  path: string;
  from: string;
  /** Of the shipped content, which the generation keeps in `from`. */
  sha256: string;
}>;

export type Receipt = Readonly<{
  schemaVersion: 1;
  /** What made the generation. */
  action: 'install' | 'upgrade' | 'link';
  name: string;
  version: string;
  generation: string;
  /** What was current before: rolling back goes there, not to the number below. */
  parent: string | null;
  source: Readonly<{ kind: SourceKind; spec: string; resolved: string; commit?: string }>;
  /** Of the archive it was unpacked from; null for a folder. */
  archive: string | null;
  tree: string;
  signature: Readonly<{ level: 'dev' | 'integrity' | 'signed'; key: string | null }>;
  files: readonly TreeFile[];
  config: readonly ConfigReceipt[];
  /** What the operator consented to. */
  permissions: Readonly<{ hash: string; granted: Permissions }>;
  data: Readonly<{ schemaVersion: number; minReader: number }> | null;
  engine: string;
  hostVersion: string;
  installedAt: string;
}>;

/** Throws what makes a generation broken rather than damaged: nothing says what it should be. */
export function readReceipt(generation: string): Receipt {
  const file = join(generation, RECEIPT);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw unusable(`${file} cannot be read: ${(cause as Error).message}`);
  }
  const document = parseJsonBytes(bytes, file);
  const [problem] = [...document.problems, ...ownSchema(receiptSchema).check(document)];
  if (problem !== undefined) throw unusable(`${file}: ${problem.message}`);
  const receipt = document.value as Receipt;
  if (hashOf(receipt.files) !== receipt.tree) throw unusable(`${file} contradicts itself`);
  return receipt;
}

function unusable(message: string): BrctlError {
  return new BrctlError('integrity', { code: 'receipt-broken', message });
}
