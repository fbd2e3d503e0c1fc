/**
 * The ReconcileFiles port over the local file system: who reads which bytes is handed in by the
 * wiring, this reads them within bounds and writes the tracker in one step.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Context, operationalError, place } from 'brctl/sdk';
import { bankRules } from '../../core/reconcile/bank-rule.ts';
import type { CsvMapping } from '../../core/reconcile/csv-mapping.ts';
import type { FileProblem } from '../../core/reconcile/file-problem.ts';
import type { InvoiceFile } from '../../core/reconcile/invoice-file.ts';
import type { Item, ItemPlace } from '../../core/reconcile/item.ts';
import { FILE_BYTES_MAX, FILE_MIB_MAX } from '../../core/reconcile/source-text.ts';
import type { Statement, StatementFile } from '../../core/reconcile/statement.ts';
import type { TrackerContent } from '../../core/reconcile/tracker.ts';
import type {
  ReadBytes,
  ReadBytesOptions,
  ReadOptions,
  ReconcileFiles,
} from '../../ports/reconcile-files.ts';
import { readTracker, type Tracker, writeTracker } from './tracker.ts';

export type ReconcileFilesOptions = Readonly<{
  context: Pick<Context, 'uniqueId'>;
  cwd: string;
  /** Asked in this order; the first that knows the content reads it. */
  invoices: readonly ReadBytes<InvoiceFile>[];
  statements: readonly ReadBytes<StatementFile>[];
  /** A mapping with problems is none. */
  mapping(
    bytes: Uint8Array,
    file: string,
  ): Readonly<{ mapping: CsvMapping | undefined; problems: readonly FileProblem[] }>;
}>;

type Kept = Readonly<{ tracker: Tracker; path: string; digest: string }>;

export function localReconcileFiles(options: ReconcileFilesOptions): ReconcileFiles {
  const { cwd } = options;
  const kept = new WeakMap<TrackerContent, Kept>();
  return {
    readTracker: async (named, { encoding }) => {
      const bytes = await bytesOf(named, cwd);
      const tracker = readTracker(bytes, named, encoding);
      kept.set(tracker, { tracker, path: resolve(cwd, named), digest: digestOf(bytes) });
      return tracker;
    },
    readInvoices: async (named, how) => {
      const { bytes, asked, problems } = await prepared(named, how, options);
      const none = { file: named, format: 'csv', invoices: [], open: [], details: [] } as const;
      if (problems.length > 0) return { ...none, skipped: [], problems };
      const found = firstOf(options.invoices, bytes, named, asked);
      return found ?? { ...none, skipped: [], problems: [unknownFormat(named, 'invoices')] };
    },
    readStatement: async (named, how) => {
      const { bytes, asked, problems } = await prepared(named, how, options);
      const none = { file: named, format: 'bank-csv', statements: [], payouts: [] } as const;
      if (problems.length > 0) return { ...none, skipped: [], problems };
      const found = firstOf(options.statements, bytes, named, asked);
      if (found === undefined) {
        return { ...none, skipped: [], problems: [unknownFormat(named, 'bank')] };
      }
      // A mapped CSV has heard of the rules already.
      const { mapping } = asked;
      return mapping === undefined || found.format === 'bank-csv' ? found : ruled(found, mapping);
    },
    writeTracker: async (content, changes, to) => {
      const from = kept.get(content);
      if (from === undefined) throw new TypeError('the tracker was not read here');
      const path = to === undefined ? from.path : resolve(cwd, to);
      const wrong = content.problems.find(({ severity }) => severity === 'error');
      if (wrong !== undefined) {
        const message = `${place(wrong)}: ${wrong.message}; nothing is written`;
        throw operationalError('tracker-damaged', message, wrong.hint);
      }
      let bytes: Uint8Array;
      try {
        bytes = writeTracker(from.tracker, changes);
      } catch (error) {
        throw operationalError(
          'tracker-unwritable',
          `${content.file}: ${(error as Error).message}`,
        );
      }
      const isChanged = bytes !== from.tracker.bytes;
      if (!isChanged && to === undefined) return { path, isChanged };
      if (digestOf(await bytesOf(from.path, cwd)) !== from.digest) {
        const message = `${content.file} has changed since it was read`;
        throw operationalError('tracker-changed', message, 'run the command again');
      }
      await replace(path, bytes, options.context.uniqueId());
      return { path, isChanged };
    },
  };
}

type Prepared = Readonly<{
  bytes: Uint8Array;
  asked: ReadBytesOptions;
  /** Of the mapping. */
  problems: readonly FileProblem[];
}>;

async function prepared(
  named: string,
  { encoding, mapping }: ReadOptions,
  options: ReconcileFilesOptions,
): Promise<Prepared> {
  const bytes = await bytesOf(named, options.cwd);
  if (mapping === undefined) return { bytes, asked: { encoding }, problems: [] };
  const read = options.mapping(await bytesOf(mapping, options.cwd), mapping);
  return { bytes, asked: { encoding, mapping: read.mapping }, problems: read.problems };
}

function firstOf<T>(
  readers: readonly ReadBytes<T>[],
  bytes: Uint8Array,
  file: string,
  options: ReadBytesOptions,
): T | undefined {
  for (const read of readers) {
    const found = read(bytes, file, options);
    if (found !== undefined) return found;
  }
  return undefined;
}

function unknownFormat(file: string, kind: CsvMapping['kind']): FileProblem {
  const known =
    kind === 'bank' ? 'OFX, CAMT.053 or Stripe export' : 'FOCUS InvoiceDetail or Stripe export';
  return {
    severity: 'error',
    code: 'unknown-format',
    message: `is no ${known}`,
    file,
    hint: `of any other CSV a mapping file of kind ${kind} says what its columns are`,
  };
}

/** The rules of a mapping, on a format that needs no columns. */
function ruled(found: StatementFile, { rules }: CsvMapping): StatementFile {
  const apply = bankRules(rules);
  const skipped: ItemPlace[] = [];
  const kept = (items: readonly Item[]): Item[] =>
    items.flatMap((item) => {
      const changed = apply(item);
      if (changed === undefined) skipped.push(item.place);
      return changed ?? [];
    });
  const statements = found.statements.map(
    (each): Statement => ({ ...each, items: kept(each.items), pending: kept(each.pending) }),
  );
  return { ...found, statements, skipped: [...found.skipped, ...skipped] };
}

/** Pipes will do for reading; what a folder or a device holds is no file. */
async function bytesOf(named: string, cwd: string): Promise<Uint8Array> {
  const path = resolve(cwd, named);
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, constants.O_RDONLY);
    const found = await handle.stat();
    if (found.isDirectory()) throw irregular(named);
    if (found.isFile() && found.size > FILE_BYTES_MAX) throw tooLarge(named);
    const parts: Buffer[] = [];
    let length = 0;
    for await (const part of handle.createReadStream({ autoClose: false })) {
      parts.push(part as Buffer);
      length += (part as Buffer).length;
      if (length > FILE_BYTES_MAX) throw tooLarge(named);
    }
    return Buffer.concat(parts);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'file-irregular' || code === 'file-too-large') throw cause;
    const reason = code === 'ENOENT' ? 'there is no such file' : message;
    throw operationalError('file-missing', `cannot read ${named}: ${reason}`);
  } finally {
    await handle?.close();
  }
}

function irregular(named: string): Error {
  return operationalError('file-irregular', `${named} is a folder`, 'name the file in it');
}

function tooLarge(named: string): Error {
  const message = `${named} is larger than ${FILE_MIB_MAX} MiB`;
  return operationalError('file-too-large', message, 'reconcile it in parts');
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Whoever reads the path sees the old file or the new one; a link stays one. */
async function replace(named: string, bytes: Uint8Array, unique: string): Promise<void> {
  const path = await realpath(named).catch(() => named);
  const draft = join(dirname(path), `.${unique}.tmp`);
  try {
    const mode = await modeOf(path);
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => undefined);
    const message = `cannot write ${named}: ${(cause as Error).message}`;
    throw operationalError('tracker-unwritable', message);
  }
  await syncFolder(dirname(path));
}

async function modeOf(path: string): Promise<number> {
  try {
    const handle = await open(path, constants.O_RDONLY);
    try {
      return (await handle.stat()).mode & 0o777;
    } finally {
      await handle.close();
    }
  } catch {
    return 0o644;
  }
}

/** The rename itself is kept once the folder is; where folders cannot be synced it is as it is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY).catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
