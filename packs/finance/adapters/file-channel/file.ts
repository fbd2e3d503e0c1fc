/**
 * Notices as lines of JSON at the end of a file, each on disk before it counts as delivered. Lines
 * of one notice that stand there twice, after a crash in between, have the same id.
 *
 * A relative path lies below the data folder of the pack. The file is made for its owner alone;
 * one that is there keeps its mode.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import type { NoticeRow } from '../../core/alert-state/notice.ts';
import { noticeId } from '../../core/notices/id.ts';
import { noticeJson } from '../../core/notices/json.ts';
import { alertMessage } from '../../core/notices/message.ts';
import {
  cleaned,
  type Delivery,
  delivered,
  refused,
  retryLater,
} from '../../core/notices/outcome.ts';
import type { FileDestination, Notifier, ResolvedChannel } from '../../ports/notifier.ts';

export type FileChannelOptions = Readonly<{
  /** What relative paths are relative to. */
  folder: string;
  channel: ResolvedChannel<FileDestination>;
}>;

export function fileChannel({ folder, channel }: FileChannelOptions): Notifier {
  const { path } = channel.to;
  return {
    send: async (row) => cleaned(await append(folder, path, row), (text) => text),
    close: async () => undefined,
  };
}

async function append(folder: string, path: string, row: NoticeRow): Promise<Delivery> {
  const isInside = !isAbsolute(path);
  const inner = normalize(path);
  if (path === '' || path.includes('\0') || /[/\\]$/.test(path)) {
    return refused('client', `${JSON.stringify(path)} is no path of a file`);
  }
  if (isInside && (inner === '..' || inner.startsWith('../'))) {
    return refused('client', `${path} leads out of ${folder}: write an absolute path for that`);
  }
  const file = isInside ? join(folder, inner) : inner;
  const id = noticeId(row, (key) => createHash('sha256').update(key).digest('hex'));
  const line = `${JSON.stringify(noticeJson(row, alertMessage(row), id))}\n`;
  try {
    // Other folders are their owner's to make.
    if (isInside) await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    return await appendDurably(file, line);
  } catch (error) {
    return unwritable(file, error as NodeJS.ErrnoException);
  }
}

/** For reading as well: to see how it ends, and not to wait where it is a pipe. */
const { O_RDWR, O_CREAT, O_APPEND } = constants;

async function appendDurably(file: string, line: string): Promise<Delivery> {
  const handle = await open(file, O_RDWR | O_CREAT | O_APPEND, 0o600);
  try {
    const { size } = await handle.stat().then((found) => {
      if (!found.isFile()) throw Object.assign(new Error('no file'), { code: 'EISDIR' });
      return found;
    });
    // A line that a full disk cut short must not swallow this one.
    const start = (await endsInBreak(handle, size)) ? '' : '\n';
    await handle.appendFile(start + line);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncFolder(dirname(file));
  return delivered();
}

async function endsInBreak(handle: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return true;
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 0 || buffer[0] === 0x0a;
}

/** The name of a new file is on disk once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A disk that is full is so for a while; a path that is wrong stays wrong. */
const PASSING = new Set([
  'ENOSPC',
  'EDQUOT',
  'EIO',
  'EMFILE',
  'ENFILE',
  'EBUSY',
  'EAGAIN',
  'ESTALE',
]);

function unwritable(file: string, { code, message }: NodeJS.ErrnoException): Delivery {
  const why = `cannot write ${file}: ${code ?? message}`;
  if (code === undefined || PASSING.has(code)) return retryLater('server', why, { maybe: true });
  const isForbidden = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
  return refused(isForbidden ? 'auth' : 'client', why);
}
