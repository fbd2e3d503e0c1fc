/**
 * The MetricsFile port over a folder that the textfile collector of node_exporter reads
 * (`--collector.textfile.directory`). It takes whatever ends in .prom, at any moment, as another
 * user: so a draft has another ending, and the file can be read by all.
 * https://github.com/prometheus/node_exporter#textfile-collector
 */
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Context, operationalError } from 'brctl/sdk';
import type { MetricsFile } from '../../ports/metrics.ts';

export type PrometheusFileOptions = Readonly<{
  context: Pick<Context, 'uniqueId'>;
  /** What paths are relative to. */
  folder: string;
}>;

const FILE_MODE = 0o644;
const FOLDER_MODE = 0o755;

export function prometheusFile({ context, folder }: PrometheusFileOptions): MetricsFile {
  return {
    write: async (name, text) => {
      const path = join(folder, name);
      const draft = `${path}.${context.uniqueId()}.tmp`;
      try {
        await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
        await writeDurably(draft, text);
        await rename(draft, path);
      } catch (cause) {
        await rm(draft, { force: true }).catch(() => undefined);
        const { code, message } = cause as NodeJS.ErrnoException;
        throw operationalError(
          'metrics-unwritable',
          `the metrics for Prometheus were not written: ${path}: ${code ?? message}`,
          'all else of the evaluation is done; the next one writes them again',
        );
      }
    },
  };
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
