/** For tests of the host: folders that go away, a process that is only values, a built pack. */
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';
import type { Host, HostContext } from '../../src/host.ts';
import { main } from '../../src/main.ts';
import { buildPack } from '../../src/pack/source/build.ts';
import { packBundler } from '../../src/pack/source/bundler.ts';
import { type FakeOptions, fakeContext, type Printed } from '../../src/sdk/testing.ts';

export const ROOT = join(import.meta.dirname, '../..');
export const HELLO_SOURCE = join(ROOT, 'fixtures/packs/hello');

/** Gone when the test is over. Real path: on some systems the temporary folder is a link. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'brctl-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export type HostOptions = FakeOptions &
  Readonly<Partial<Pick<Host, 'version' | 'packageRoot' | 'nodeVersion' | 'executable'>>> &
  Readonly<{ target?: string; confirm?: Host['confirm'] | undefined }>;

export function fakeHost(options: HostOptions = {}): HostContext & { printed: Printed } {
  return {
    ...fakeContext(options),
    version: options.version ?? '0.1.0',
    packageRoot: options.packageRoot ?? ROOT,
    nodeVersion: options.nodeVersion ?? '24.15.0',
    platform: 'linux',
    executable: options.executable ?? join(ROOT, 'bin/brctl.js'),
    pid: 1,
    // Somebody at a terminal who consents; tests about consent say otherwise.
    confirm: 'confirm' in options ? options.confirm : async () => true,
    interruptedBy: () => undefined,
    flushed: async () => undefined,
    target: options.target,
    isTargetGiven: options.target !== undefined,
  };
}

export type Ran = Readonly<{ code: number; out: string; err: string }>;

/** `brctl <words>` in this process. */
export async function run(words: readonly string[], options: HostOptions = {}): Promise<Ran> {
  const host = fakeHost(options);
  const code = await main(words, host);
  return { code, ...host.printed };
}

/** The source of the hello pack in a folder of its own, changed as told. */
export function copyHello(changes: Readonly<Record<string, string | null>> = {}): string {
  const source = join(temporaryFolder(), 'hello');
  cpSync(HELLO_SOURCE, source, { recursive: true });
  for (const [path, text] of Object.entries(changes)) {
    if (text === null) rmSync(join(source, path), { recursive: true });
    else writeFileSync(join(source, path), text);
  }
  return source;
}

/** Its manifest with one text replaced by another, for `copyHello({ 'pack.yaml': … })`. */
export function helloManifest(from: string, to: string): string {
  const text = readFileSync(join(HELLO_SOURCE, 'pack.yaml'), 'utf8');
  if (!text.includes(from)) throw new Error(`the manifest of hello has no ${from}`);
  return text.replace(from, to);
}

/** The source of a later version, with other files changed as told. */
export function nextHello(
  changes: Readonly<Record<string, string | null>> = {},
  version = '1.3.0',
): string {
  const manifest = changes['pack.yaml'] ?? readFileSync(join(HELLO_SOURCE, 'pack.yaml'), 'utf8');
  const next = manifest.replace('version: "1.2.0"', `version: "${version}"`);
  return copyHello({ ...changes, 'pack.yaml': next });
}

let hello: Promise<string> | undefined;

/** A built hello of its own; the fixture itself is built once per test file and copied. */
export async function builtHello(): Promise<string> {
  hello ??= buildHello(HELLO_SOURCE, mkdtempSync(join(tmpdir(), 'brctl-hello-')));
  const copy = join(temporaryFolder(), 'hello');
  cpSync(await hello, copy, { recursive: true });
  return copy;
}

afterAll(async () => {
  if (hello !== undefined) rmSync(dirname(await hello), { recursive: true, force: true });
});

export async function buildHello(source: string, folder?: string): Promise<string> {
  const out = join(folder ?? temporaryFolder(), 'hello');
  const schemas = join(source, 'none');
  await buildPack({ source, schemas, out, hostRoot: ROOT, bundle: packBundler(ROOT) });
  return out;
}
