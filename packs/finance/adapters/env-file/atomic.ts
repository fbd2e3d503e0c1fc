/**
 * A file replaced in one step, with its mode and owner; whoever reads it sees the old or the new.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

export type FoundFile = Readonly<{ text: string; mode: number; uid: number; gid: number }>;

const BYTES_MAX = 1024 * 1024;

/** @throws NodeJS.ErrnoException, or an Error where it is no plain file of text. */
export async function readSmallFile(path: string): Promise<FoundFile> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new Error('it is no file');
    if (found.size > BYTES_MAX) throw new Error('it is too long');
    const bytes = await handle.readFile();
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, mode: found.mode & 0o7777, uid: found.uid, gid: found.gid };
  } finally {
    await handle.close();
  }
}

export type Owner = Pick<FoundFile, 'mode' | 'uid' | 'gid'>;

export async function replaceFile(
  path: string,
  text: string,
  { owner, draft }: Readonly<{ owner: Owner; draft: string }>,
): Promise<void> {
  try {
    // What a run that died left is nobody's.
    await rm(draft, { force: true });
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await giveTo(handle, owner);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** The owner first: changing it may take bits of the mode away. */
async function giveTo(handle: FileHandle, { mode, uid, gid }: Owner): Promise<void> {
  const own = await handle.stat();
  if (own.uid !== uid || own.gid !== gid) await handle.chown(uid, gid);
  await handle.chmod(mode);
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
