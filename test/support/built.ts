/** For tests of `pack build`: what it reports, sources with packages, and an installed brctl. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { HELLO_SOURCE, ROOT, run, temporaryFolder } from './host.ts';

export const ENTRY = readFileSync(join(HELLO_SOURCE, 'index.ts'), 'utf8');

export type BuildReport = Readonly<{
  changed: boolean;
  folder: string;
  tree: string;
  archive: Readonly<{ path: string; bytes: number; integrity: string }>;
  files: readonly Readonly<{ path: string; bytes: number; sha256: string }>[];
  bundle: Readonly<{
    bytes: number;
    glue: number;
    packages: readonly Readonly<{ name: string; version: string; files: number; bytes: number }>[];
    builtins: readonly string[];
  }>;
}>;

type Asked = Readonly<{ words?: readonly string[]; packageRoot?: string }>;

/** `brctl pack build <words> --format json` in a folder. */
export async function build(
  cwd: string,
  { words = [], packageRoot = ROOT }: Asked = {},
): Promise<BuildReport> {
  const ran = await run(['pack', 'build', ...words, '--format', 'json'], { cwd, packageRoot });
  expect([ran.code, ran.err]).toEqual([0, '']);
  return JSON.parse(ran.out);
}

/** A package in the node_modules of a source. */
export function addPackage(
  source: string,
  manifest: Readonly<{ name: string; version: string; type?: string }>,
  text: string,
): void {
  const folder = join(source, 'node_modules', manifest.name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ main: 'main.js', ...manifest }));
  writeFileSync(join(folder, 'main.js'), text);
}

/** The source of hello with imports on top, and a summary of what they gave. */
export function helloThat(imports: string, summary: string): string {
  return `${imports}\n${ENTRY.replace("summary: 'Greet someone.'", `summary: ${summary}`)}`;
}

export function summaryIn(source: string): string {
  const index = JSON.parse(readFileSync(join(source, 'dist/hello/commands.json'), 'utf8'));
  return index.commands[0].summary;
}

/** As `npm install --global` lays it out: what package.json ships, deep below a prefix. */
export function installedBrctl(): string {
  const root = join(temporaryFolder(), 'prefix/lib/node_modules/brctl');
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const name of ['package.json', ...files]) {
    cpSync(join(ROOT, name), join(root, name), { recursive: true });
  }
  for (const name of ['yaml', 'esbuild', '@esbuild', 'ajv', 'semver']) {
    const link = join(root, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    cpSync(join(ROOT, 'node_modules', name), link, { recursive: true });
  }
  return root;
}
