/**
 * The MetricsFile port over a folder that the textfile collector of node_exporter reads
 * (`--collector.textfile.directory`). It takes whatever ends in .prom, at any moment, as another
 * user: so a draft has another ending, and the file can be read by all.
 * https://github.com/prometheus/node_exporter#textfile-collector
 *
 * What is written begins with a line of its own, by which it is known again: the folder may be
 * shared with others.
 */
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BrctlError, type Context, operationalError } from 'brctl/sdk';
import type { MetricsFile } from '../../ports/metrics.ts';

export type PrometheusFileOptions = Readonly<{
  context: Pick<Context, 'uniqueId'>;
  /** What paths are relative to. */
  folder: string;
}>;

const FILE_MODE = 0o644;
const FOLDER_MODE = 0o755;

/** A comment to whoever reads the format. */
export const MARK = '# Written by brctl finance alerts evaluate, which replaces and removes it.\n';

export function prometheusFile({ context, folder }: PrometheusFileOptions): MetricsFile {
  return {
    write: async (below, text) => {
      const path = join(folder, below);
      const draft = `${path}.${context.uniqueId()}.tmp`;
      try {
        await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
        await writeDurably(draft, MARK + text);
        await rename(draft, path);
      } catch (cause) {
        await rm(draft, { force: true }).catch(() => undefined);
        throw failed(cause, `the metrics for Prometheus were not written: ${path}`);
      }
    },
    removeOthers: async (below, kept) => {
      const asked = kept === undefined ? undefined : join(folder, kept);
      for (const path of await filesIn(join(folder, below))) {
        if (path === asked) continue;
        try {
          if (await isOurs(path)) await rm(path, { force: true });
        } catch (cause) {
          throw failed(cause, `old metrics for Prometheus were not removed: ${path}`);
        }
      }
    },
  };
}

function failed(cause: unknown, message: string): BrctlError {
  const { code, message: said } = cause as NodeJS.ErrnoException;
  return operationalError(
    'metrics-unwritable',
    `${message}: ${code ?? said}`,
    'all else of the evaluation is done; the next one tries it again',
  );
}

/** None where there is no such folder, or where it may not be looked into. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((each) => each.isFile() && each.name.endsWith('.prom'))
    .map(({ name }) => join(folder, name));
}

/** By its first line; what is gone by now, or may not be read, is none of ours. */
async function isOurs(path: string): Promise<boolean> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(MARK.length), 0, MARK.length, 0);
    return buffer.toString('latin1', 0, bytesRead) === MARK;
  } catch {
    return false;
  } finally {
    await handle?.close();
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', FILE_MODE);
  try {
    // Whatever the umask took away.
    await handle.chmod(FILE_MODE);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
