/** A complete generation under a name that nothing looks at, and the receipt inside it. */
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { BrctlError } from '../../sdk/index.ts';
import { flushFolders, writeNew } from '../disk.ts';
import { LINKED, RECEIPT, SIGNATURE } from '../paths.ts';
import type { Receipt } from '../store/receipt.ts';
import { OWN_FOLDER, readTree, type Tree } from '../store/tree.ts';
import type { Step } from './commit.ts';

export type Staging = Readonly<{
  /** The pack to copy, or to link. */
  root: string;
  tree: Tree;
  receipt: Receipt;
  signature: Uint8Array | undefined;
  folder: string;
  step: Step;
}>;

export function stageGeneration({ root, tree, receipt, signature, folder, step }: Staging): void {
  mkdirSync(folder);
  step('staged');
  if (receipt.source.kind === 'link') {
    mkdirSync(join(folder, OWN_FOLDER));
    symlinkSync(root, join(folder, LINKED));
    step('linked the folder');
  } else {
    copyTree(root, tree, folder, step);
  }
  if (signature !== undefined) writeNew(join(folder, SIGNATURE), signature, 0o444);
  writeNew(join(folder, RECEIPT), `${JSON.stringify(receipt, null, 2)}\n`, 0o444);
  step('wrote receipt');
  flushFolders(folder);
}

function copyTree(root: string, tree: Tree, folder: string, step: Step): void {
  for (const { path, executable } of tree.files) {
    const content = readFileSync(join(root, path));
    // Read-only: a generation never changes, and an editor should say so.
    writeNew(join(folder, path), content, executable ? 0o555 : 0o444);
    step(`copied ${path}`);
  }
  if (readTree(folder).hash === tree.hash) return;
  throw new BrctlError('integrity', {
    code: 'copy-differs',
    message: `${root} changed while it was copied`,
    hint: 'run the install again',
  });
}
