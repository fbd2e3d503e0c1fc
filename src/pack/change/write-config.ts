/**
 * What a change does to one config file: before `current` switches, what comes where nothing was;
 * the rest after. May be done again after a process died in the midst of it, and then finds what
 * the operator did in the meantime.
 */
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NEW_SUFFIX } from '../config/outcome.ts';
import { createOwned, flushFolder, makeFolder, replaceOwned } from '../disk.ts';
import type { ConfigStep } from '../store/journal.ts';
import { sha256 } from '../store/tree.ts';

/** The file that the pack ships for a path; undefined where that cannot be told. */
export type ShippedFile = (path: string) => Uint8Array | undefined;

/**
 * The file as it will be, where nothing stands in its way: whoever sees the new generation sees
 * it. What a rename moves stays where it was until then.
 */
export function createConfig(folder: string, step: ConfigStep): boolean {
  const own = ownWrite(step);
  if (own === undefined || !comesNew(step)) return false;
  const file = join(folder, step.path);
  makeFolder(dirname(file));
  return createOwned(file, contentOf(own), join(folder, step.seenAt));
}

/** Of a change that did not happen. What the operator made of it meanwhile is theirs. */
export function takeBack(folder: string, step: ConfigStep): void {
  const own = ownWrite(step);
  if (own === undefined || !comesNew(step)) return;
  const file = join(folder, step.path);
  if (hashAt(file) === sha256(contentOf(own))) remove(file);
}

/** Nothing stood at its path when it was decided. */
function comesNew({ path, seenAt, before }: ConfigStep): boolean {
  return seenAt !== path || before === null;
}

/**
 * What the operator saved in the meantime is theirs: then the shipped text is put beside it. A file
 * that was to change its name does so as it is now. Returns whether it went as decided.
 */
export function writeConfig(folder: string, step: ConfigStep, shipped: ShippedFile): boolean {
  const { path, seenAt, before, writes, removes } = step;
  const at = (each: string): string => join(folder, each);
  const found = hashAt(at(seenAt));
  const there = seenAt === path ? found : hashAt(at(path));
  const own = ownWrite(step);
  // Its own write, made before the switch or by a run that died after it, is no edit.
  const isDone = own !== undefined && there === sha256(contentOf(own));
  const beside = writes.filter((each) => each.path.endsWith(NEW_SUFFIX));
  const model = isContent(found) ? at(seenAt) : at(path);
  const write = (to: string, content: Uint8Array): void => {
    makeFolder(dirname(at(to)));
    if (hashAt(at(to)) !== sha256(content)) replaceOwned(at(to), content, model);
  };
  const asDecided =
    seenAt === path
      ? isDone || found === before
      : (found === before && (isDone || there === null)) || (found === null && isDone);
  if (asDecided) {
    const others = writes.filter((each) => each !== own);
    for (const each of isDone ? others : writes) write(each.path, contentOf(each));
    for (const each of removes) remove(at(each));
    return true;
  }
  const isMoving = seenAt !== path && isContent(found);
  if (isMoving && (isDone || there === null || there === found)) {
    write(path, readFileSync(at(seenAt)));
    remove(at(seenAt));
  }
  const hasNews = own !== undefined && sha256(contentOf(own)) !== before;
  if (hasNews) write(`${path}${NEW_SUFFIX}`, shipped(path) ?? contentOf(own));
  for (const each of beside) write(each.path, contentOf(each));
  return !hasNews;
}

function ownWrite({ path, writes }: ConfigStep): ConfigStep['writes'][number] | undefined {
  return writes.find((each) => each.path === path);
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
