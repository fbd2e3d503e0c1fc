/** Where a result goes: stdout, or a file that is whole or not there at all. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { operationalError, usageError } from './sdk/index.ts';

const FORMAT_OF_SUFFIX: Readonly<Record<string, string>> = {
  '.csv': 'csv',
  '.json': 'json',
  '.md': 'md',
  '.markdown': 'md',
  '.txt': 'table',
  '.html': 'html',
  '.xlsx': 'xlsx',
  '.sarif': 'sarif',
};

/** `--format` decides, else the suffix of `--out`, else the command's first format. */
export function chooseFormat(
  formats: readonly string[],
  wanted: { format: string | undefined; out: string | undefined },
): string {
  if (wanted.format !== undefined) return wanted.format;
  if (wanted.out === undefined) return formats[0]!;
  const suffix = extname(wanted.out).toLowerCase();
  const format = FORMAT_OF_SUFFIX[suffix];
  if (format !== undefined && formats.includes(format)) return format;
  throw usageError(
    'format-unknown',
    `--out ${wanted.out}: "${suffix}" names none of the formats ${formats.join(', ')}`,
    'say which with --format',
  );
}

export type WholeFile = Readonly<{
  /** Puts the text in place with one rename. */
  write(text: string): void;
  /** Drops the draft; harmless after `write`. */
  close(): void;
}>;

/**
 * Opened before a command changes anything: a result that cannot be written must not be found out
 * about after the ledger has moved.
 */
export function openWhole(file: string, options: { cwd: string; id: string }): WholeFile {
  const path = resolve(options.cwd, file);
  const draft = `${path}.${options.id}.tmp`;
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      rmSync(draft, { force: true });
      throw operationalError('out-unwritable', `cannot write ${path}: ${(cause as Error).message}`);
    }
  };
  const handle = attempt(() => {
    mkdirSync(dirname(path), { recursive: true });
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
    return openSync(draft, 'wx');
  });
  return {
    write: (text) =>
      attempt(() => {
        writeFileSync(handle, text);
        fsyncSync(handle);
        renameSync(draft, path);
      }),
    close: () => {
      closeSync(handle);
      rmSync(draft, { force: true });
    },
  };
}
