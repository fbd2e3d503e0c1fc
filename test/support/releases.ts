/** Versions of the hello pack as folders, archives and catalogues, and a server that has them. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, vi } from 'vitest';
import { main } from '../../src/main.ts';
import type { Permissions } from '../../src/pack/manifest/manifest.ts';
import { packArchive } from '../../src/pack/source/archive.ts';
import { integrityOf } from '../../src/pack/source/integrity.ts';
import { builtHello, fakeHost, type HostOptions, type Ran, temporaryFolder } from './host.ts';

export type Changes = Readonly<Record<string, string | Uint8Array>>;

/** A built hello of another version; files of the built pack are changed as told. */
export async function hello(version: string, changes: Changes = {}): Promise<string> {
  const root = await builtHello();
  for (const [path, text] of Object.entries(changes)) writeFile(join(root, path), text);
  for (const path of ['pack.yaml', 'commands.json']) {
    const text = readFileSync(join(root, path), 'utf8');
    writeFileSync(join(root, path), text.replace(/(version"?: ?)"1\.2\.0"/, `$1"${version}"`));
  }
  return root;
}

/** Changes that make hello ask for something else: in the manifest, and what is mounted of it. */
export async function asking(permissions: Permissions): Promise<Changes> {
  const root = await builtHello();
  const index = JSON.parse(readFileSync(join(root, 'commands.json'), 'utf8'));
  const text = readFileSync(join(root, 'pack.yaml'), 'utf8');
  const block = `permissions: ${JSON.stringify(permissions)}\n`;
  return {
    'pack.yaml': text.replace(/^permissions:\n( .*\n)+/m, block),
    'commands.json': JSON.stringify({ ...index, permissions }, null, 2),
  };
}

/** Changes that make hello ship other config files, by their paths; `renamed` is new -> former. */
export async function shipping(
  files: Readonly<Record<string, string | Uint8Array>>,
  renamed: Readonly<Record<string, string>> = {},
): Promise<Changes> {
  const text = readFileSync(join(await builtHello(), 'pack.yaml'), 'utf8');
  const config = Object.keys(files).map((path) => {
    const renamedFrom = renamed[path];
    return { path, from: `config/${path}`, ...(renamedFrom === undefined ? {} : { renamedFrom }) };
  });
  const shipped = Object.entries(files).map(([path, content]) => [`config/${path}`, content]);
  return {
    'pack.yaml': text.replace(/^config:\n( .*\n)+/m, `config: ${JSON.stringify(config)}\n`),
    ...Object.fromEntries(shipped),
  };
}

export function writeFile(file: string, text: string | Uint8Array): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

export type Release = Readonly<{ bytes: Uint8Array; integrity: string; root: string }>;

export async function release(version: string, changes: Changes = {}): Promise<Release> {
  const root = await hello(version, changes);
  const bytes = await packArchive(root);
  return { bytes, integrity: integrityOf(bytes), root };
}

/** Lines of a release in a catalogue, below `versions:`. */
export type Listed = Readonly<{
  version: string;
  archive: string;
  integrity: string;
  engine?: string;
  yanked?: string;
}>;

/** A brctl whose catalogue has one pack; what it has built is in `dist/packs/hello`. */
export function catalogue(versions: readonly Listed[], folder = temporaryFolder()): string {
  const head = 'apiVersion: brctl.dev/v1\nkind: Catalog\npacks:\n';
  const entry = { name: 'hello', summary: 'Greets.', source: 'packs/hello' };
  const packs = [{ ...entry, build: 'dist/packs/hello', versions }];
  writeFileSync(join(folder, 'pack.yaml'), `${head}  - ${JSON.stringify(packs[0])}\n`);
  return folder;
}

/** The same with an archive of each version below `releases/`. */
export async function released(
  ...wanted: readonly (Readonly<{ version: string; changes?: Changes }> &
    Partial<Pick<Listed, 'engine' | 'yanked'>>)[]
): Promise<string> {
  const folder = temporaryFolder();
  const listed: Listed[] = [];
  for (const { version, changes, ...rest } of wanted) {
    const { bytes, integrity } = await release(version, changes);
    const archive = `releases/hello-${version}.tgz`;
    writeFile(join(folder, archive), bytes);
    listed.push({ version, archive, integrity, ...rest });
  }
  return catalogue(listed, folder);
}

/** On the loopback of this machine; gone when the test is over. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** `brctl <words>` in this process, with a network. */
export async function online(words: readonly string[], options: HostOptions = {}): Promise<Ran> {
  const host = { ...fakeHost(options), fetch: globalThis.fetch };
  const code = await main(words, host);
  return { code, ...host.printed };
}

/** In a test file: whatever was fetched or unpacked is gone after each test, however it ended. */
export function leavingNothingBehind(): void {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'brctl-test-')));
  beforeAll(() => void vi.stubEnv('TMPDIR', folder));
  afterEach(() => {
    expect(readdirSync(folder).filter((name) => name.startsWith('brctl-pack-'))).toEqual([]);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
}
