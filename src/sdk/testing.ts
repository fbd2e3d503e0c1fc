/**
 * For tests of packs and of the host: a whole context from plain values, and what was printed.
 *
 * Native modules are the real ones. Nothing here reads the clock, the environment or a terminal.
 */
import type { Context, PackContext, RoleBinding, TargetPaths } from './context.ts';
import { plainPaint } from './view.ts';

export type FakeOptions = Readonly<{
  /** ISO instant; the default is a Sunday of a week that is long over. */
  now?: string;
  cwd?: string;
  env?: Readonly<Record<string, string | undefined>>;
  isTTY?: boolean;
  width?: number;
}>;

export type Printed = { out: string; err: string };

export type FakeContext = Context & Readonly<{ printed: Printed }>;

export function fakeContext(options: FakeOptions = {}): FakeContext {
  const printed: Printed = { out: '', err: '' };
  let ids = 0;
  return {
    printed,
    now: new Date(options.now ?? '2026-01-04T12:00:00Z'),
    cwd: options.cwd ?? '/',
    env: options.env ?? {},
    streams: {
      out: (text) => {
        printed.out += text;
      },
      err: (text) => {
        printed.err += text;
      },
      isTTY: options.isTTY ?? false,
      errIsTTY: options.isTTY ?? false,
      width: options.width ?? 80,
      paint: plainPaint,
    },
    fetch: () => Promise.reject(new Error('this test has no network')),
    signal: new AbortController().signal,
    uniqueId: () => {
      ids += 1;
      return `id${String(ids).padStart(4, '0')}`;
    },
    duckdb: () => import('@duckdb/node-api'),
    sqlite: () => import('node:sqlite'),
  };
}

/** The same for a command of a pack that is installed in `root`. */
export function fakePackContext(
  root: string,
  pack: PackContext['pack'],
  options: FakeOptions & Readonly<{ roles?: readonly RoleBinding[] }> = {},
): PackContext & Readonly<{ printed: Printed }> {
  const target: TargetPaths = {
    root,
    state: `${root}/.brctl`,
    config: `${root}/config/${pack.name}`,
    data: `${root}/data/${pack.name}`,
  };
  const roles = async (): Promise<readonly RoleBinding[]> => options.roles ?? [];
  return { ...fakeContext({ cwd: root, ...options }), target, pack, roles };
}
