/**
 * The process, read once: the only file that looks at the clock, the environment, the working
 * directory, the terminal and randomness. Everything after this is a function of a `Host`.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
    /** Asks for a yes or a no; undefined where no person is at a terminal. */
    confirm: ((question: string) => Promise<boolean>) | undefined;
    /** `SIGINT` or `SIGTERM` once one has arrived. */
    interruptedBy(): NodeJS.Signals | undefined;
    /**
     * Waits until all that was printed is handed over. The error is the first one that kept
     * something from the reader; a reader who went away is none.
     */
    flushed(): Promise<Error | undefined>;
  }>;

/** What a host verb gets on top. */
export type HostContext = Host &
  Readonly<{
    /** The deployment this run is about, if any is known. */
    target: string | undefined;
    /** By `--target`: then it matters more than where the person stands. */
    isTargetGiven: boolean;
  }>;

/** What `paint` is for a terminal, `choosePaint` knows. */
export function createHost(process: NodeJS.Process, paint: Paint = plainPaint): Host {
  const packageRoot = findPackageRoot(dirname(fileURLToPath(import.meta.url)));
  const manifest: { version: string } = JSON.parse(
    readFileSync(join(packageRoot, 'package.json'), 'utf8'),
  );
  const interruption = listenForSignals(process);
  return {
    now: new Date(),
    cwd: process.cwd(),
    env: process.env,
    streams: createStreams(process, paint),
    fetch: globalThis.fetch,
    // The global one: the module takes milliseconds to load, and few commands ask.
    uniqueId: () => crypto.randomUUID(),
    duckdb: () => import('@duckdb/node-api'),
    sqlite: () => import('node:sqlite'),
    version: manifest.version,
    packageRoot,
    nodeVersion: process.versions.node,
    platform: process.platform,
    executable: process.argv[1] ?? '',
    pid: process.pid,
    confirm: confirmerOf(process, interruption.signal),
    ...interruption,
    flushed: watchPrinting(process),
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

/** The question goes to stderr: stdout carries the result. */
function confirmerOf(process: NodeJS.Process, signal: AbortSignal): Host['confirm'] {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) return undefined;
  return async (question) => {
    const { createInterface } = await import('node:readline/promises');
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `, { signal })).trim());
    } finally {
      terminal.close();
    }
  };
}

function createStreams(process: NodeJS.Process, paint: Paint): Streams {
  const isTTY = process.stdout.isTTY === true;
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTTY,
    errIsTTY: process.stderr.isTTY === true,
    width: process.stdout.columns ?? 80,
    paint,
  };
}

function watchPrinting({ stdout, stderr }: NodeJS.Process): Host['flushed'] {
  let refused: Error | undefined;
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // `brctl … | head` closes the pipe early; that is no error of ours.
      if (error.code !== 'EPIPE') refused ??= error;
    });
  }
  return async () => {
    await Promise.all([flush(stdout), flush(stderr)]);
    return refused;
  };
}

/** Errors are told by the event, which comes after the callback. */
function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((done) => stream.write('', () => setImmediate(done)));
}

/** https://no-color.org: any non-empty NO_COLOR wins; FORCE_COLOR colours a pipe. */
export async function choosePaint({ env, stdout }: NodeJS.Process): Promise<Paint> {
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0';
  const isTTY = stdout.isTTY === true;
  if (env.NO_COLOR || env.TERM === 'dumb' || !(isTTY || forced)) return plainPaint;
  const { Chalk } = await import('chalk');
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
