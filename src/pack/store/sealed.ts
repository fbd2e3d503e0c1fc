/**
 * The files of a generation, against its receipt: asked right before its code is loaded, so that
 * code that somebody changed is an error and never runs. Every file, for code may load any of them:
 * what `require` does not know by its suffix it runs.
 *
 * Every command waits for this, so the receipt is read here without its schema: for finance it is
 * 0.7 MB to hash, which takes four milliseconds.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMAND_INDEX, RECEIPT } from '../paths.ts';
import type { Receipt } from './receipt.ts';
import { hashOf, sha256, type TreeFile } from './tree.ts';

/** What is wrong with the code of a generation; undefined when it is what was installed. */
export function codeProblem(generation: string): string | undefined {
  const files = filesIn(generation);
  if (files === undefined) return `${RECEIPT} does not say what belongs there`;
  for (const file of files) {
    const problem = problemWith(generation, file);
    if (problem !== undefined) return `${file.path} ${problem}`;
  }
  return files.some(({ path }) => path === COMMAND_INDEX)
    ? undefined
    : `${RECEIPT} does not know ${COMMAND_INDEX}`;
}

function filesIn(generation: string): readonly TreeFile[] | undefined {
  try {
    const { files, tree }: Receipt = JSON.parse(readFileSync(join(generation, RECEIPT), 'utf8'));
    return hashOf(files) === tree ? files : undefined;
  } catch {
    return undefined;
  }
}

function problemWith(generation: string, { path, sha256: wanted }: TreeFile): string | undefined {
  try {
    return sha256(readFileSync(join(generation, path))) === wanted ? undefined : 'was changed';
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'is missing' : `cannot be read: ${message}`;
  }
}
