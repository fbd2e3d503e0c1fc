/**
 * The process, read once: the only file that looks at the clock, the environment, the working
 * directory, the terminal and randomness. Everything after this is a function of a `Host`.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Chalk } from 'chalk';
import { type Context, type Paint, plainPaint, type Streams } from './sdk/index.ts';

export type Host = Context &
  Readonly<{
    version: string;
    /** Where brctl itself is installed: its catalogue and the packs it ships are below. */
    packageRoot: string;
    nodeVersion: string;
    platform: NodeJS.Platform;
    /** The file that was started, for finding out which `brctl` the PATH means. */
    executable: string;
    pid: number;
    /** `SIGINT` or `SIGTERM` once one has arrived. */
    interruptedBy(): NodeJS.Signals | undefined;
  }>;

/** What a host verb gets on top: the deployment this run is about, if any is known. */
export type HostContext = Host & Readonly<{ target: string | undefined }>;

export function createHost(process: NodeJS.Process): Host {
  const packageRoot = findPackageRoot(dirname(fileURLToPath(import.meta.url)));
  const manifest: { version: string } = JSON.parse(
    readFileSync(join(packageRoot, 'package.json'), 'utf8'),
  );
  const interruption = listenForSignals(process);
  return {
    now: new Date(),
    cwd: process.cwd(),
    env: process.env,
    streams: createStreams(process),
    fetch: globalThis.fetch,
    uniqueId: randomUUID,
    duckdb: () => import('@duckdb/node-api'),
    sqlite: () => import('node:sqlite'),
    version: manifest.version,
    packageRoot,
    nodeVersion: process.versions.node,
    platform: process.platform,
    executable: process.argv[1] ?? '',
    pid: process.pid,
    ...interruption,
  };
}

/** The first signal asks the command to stop; a second one is left to end the process. */
function listenForSignals(process: NodeJS.Process): Pick<Host, 'signal' | 'interruptedBy'> {
  const controller = new AbortController();
  let received: NodeJS.Signals | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      received = signal;
      controller.abort();
    });
  }
  return { signal: controller.signal, interruptedBy: () => received };
}

function createStreams(process: NodeJS.Process): Streams {
  const isTTY = process.stdout.isTTY === true;
  ignoreClosedPipe(process.stdout);
  ignoreClosedPipe(process.stderr);
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTTY,
    errIsTTY: process.stderr.isTTY === true,
    width: process.stdout.columns ?? 80,
    paint: choosePaint(process.env, isTTY),
  };
}

/** `brctl … | head` closes the pipe early; that is no error of ours. */
function ignoreClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** https://no-color.org: any non-empty NO_COLOR wins; FORCE_COLOR colours a pipe. */
function choosePaint(env: NodeJS.ProcessEnv, isTTY: boolean): Paint {
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0';
  if (env.NO_COLOR || env.TERM === 'dumb' || !(isTTY || forced)) return plainPaint;
  const chalk = new Chalk({ level: 1 });
  return {
    bold: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    red: (text) => chalk.red(text),
    yellow: (text) => chalk.yellow(text),
    green: (text) => chalk.green(text),
    cyan: (text) => chalk.cyan(text),
  };
}

/** Sources run from `src/`, the build from `dist/`; both lie one below the package. */
function findPackageRoot(from: string): string {
  return dirname(from);
}
