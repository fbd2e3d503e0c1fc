/**
 * What a change does to one config file, once `current` has switched. May be done again after a
 * process died in the midst of it, and then finds what the operator did in the meantime.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NEW_SUFFIX } from '../config/outcome.ts';
import { flushFolder, replaceOwned } from '../disk.ts';
import type { ConfigStep } from '../store/journal.ts';
import { sha256 } from '../store/tree.ts';

/** The file that the pack ships for a path; undefined where that cannot be told. */
export type ShippedFile = (path: string) => Uint8Array | undefined;

/**
 * What the operator saved in the meantime is theirs: then the shipped text is put beside it. A file
 * that was to change its name does so as it is now.
 */
export function writeConfig(folder: string, step: ConfigStep, shipped: ShippedFile): void {
  const { path, seenAt, before, writes, removes } = step;
  const at = (each: string): string => join(folder, each);
  const found = hashAt(at(seenAt));
  const there = seenAt === path ? found : hashAt(at(path));
  const own = writes.find((each) => each.path === path);
  // Its own write, of a run that died after it, is no edit.
  const isDone = own !== undefined && there === sha256(contentOf(own));
  const isFree = seenAt === path || there === null;
  const beside = writes.filter((each) => each.path.endsWith(NEW_SUFFIX));
  const model = isContent(found) ? at(seenAt) : at(path);
  const write = (to: string, content: Uint8Array): void => {
    mkdirSync(dirname(at(to)), { recursive: true });
    if (hashAt(at(to)) !== sha256(content)) replaceOwned(at(to), content, model);
  };
  if (found === before && (isDone || isFree)) {
    // The former text is saved before it is replaced, and then is there already.
    for (const each of isDone ? beside : writes) write(each.path, contentOf(each));
    for (const each of removes) remove(at(each));
    return;
  }
  if (!isDone && isFree && seenAt !== path && isContent(found)) {
    write(path, readFileSync(at(seenAt)));
    remove(at(seenAt));
  }
  const hasNews = own !== undefined && sha256(contentOf(own)) !== before;
  if (!isDone && hasNews) write(`${path}${NEW_SUFFIX}`, shipped(path) ?? contentOf(own));
  for (const each of beside) write(each.path, contentOf(each));
}

function contentOf({ content }: ConfigStep['writes'][number]): Buffer {
  return Buffer.from(content, 'base64');
}

function remove(file: string): void {
  if (hashAt(file) === null) return;
  rmSync(file, { force: true });
  flushFolder(dirname(file));
}

function hashAt(file: string): string | null {
  try {
    return sha256(readFileSync(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    // A folder or a link into nowhere is the operator's, and like no text that was seen before.
    return code ?? 'unreadable';
  }
}

function isContent(hash: string | null): boolean {
  return hash !== null && /^[0-9a-f]{64}$/.test(hash);
}
