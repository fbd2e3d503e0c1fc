/** Two versions of hello with a config file for each thing that an upgrade can do to one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { buildHello, copyHello, helloManifest } from '../support/host.ts';

type Shipped = Readonly<Record<string, { text: string; renamedFrom?: string }>>;

const TWO = 'first: 1\nsecond: 1\n';
const CHANGED = 'first: 1\nsecond: 2\n';

const OLD: Shipped = {
  'plain.yaml': { text: TWO },
  'merged.yaml': { text: TWO },
  'conflict.yaml': { text: TWO },
  'gone.yaml': { text: TWO },
  'kept.yaml': { text: TWO },
  'deleted.yaml': { text: TWO },
  'before/moved.yaml': { text: TWO },
  'before/carried.yaml': { text: TWO },
};

const NEW: Shipped = {
  'plain.yaml': { text: CHANGED },
  'merged.yaml': { text: CHANGED },
  'conflict.yaml': { text: CHANGED },
  'deleted.yaml': { text: CHANGED },
  'after/moved.yaml': { text: CHANGED, renamedFrom: 'before/moved.yaml' },
  'after/carried.yaml': { text: TWO, renamedFrom: 'before/carried.yaml' },
  'added.yaml': { text: TWO },
};

/** What the operator made of the files of the old version; null is deleted. */
export const EDITS: Readonly<Record<string, string | null>> = {
  'merged.yaml': '# mine\nfirst: 5\nsecond: 1\n',
  'conflict.yaml': '# mine as well\nfirst: 1\nsecond: 9\n',
  'kept.yaml': '# kept\nfirst: 7\nsecond: 1\n',
  'deleted.yaml': null,
  'before/moved.yaml': '# moved\nfirst: 6\nsecond: 1\n',
  'before/carried.yaml': '# carried\nfirst: 8\nsecond: 1\n',
};

export const SHIPPED_NEXT = CHANGED;

/** Built; `other` is a pack of another name. */
export type ConfigPacks = Readonly<{ before: string; after: string; other: string }>;

let packs: Promise<ConfigPacks> | undefined;
const FOLDER = mkdtempSync(join(tmpdir(), 'brctl-packs-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

/** Built once per test file; a test that changes one copies it. */
export function configPacks(): Promise<ConfigPacks> {
  packs ??= buildAll();
  return packs;
}

async function buildAll(): Promise<ConfigPacks> {
  const other = helloManifest('name: hello', 'name: other').replaceAll('data/hello', 'data/other');
  const build = (name: string, source: string) => buildHello(source, join(FOLDER, name));
  return {
    before: await build('before', sourceWith(OLD, '1.2.0')),
    after: await build('after', sourceWith(NEW, '1.3.0')),
    other: await build('other', copyHello({ 'pack.yaml': other })),
  };
}

function sourceWith(shipped: Shipped, version: string): string {
  const entries = Object.entries(shipped).map(([path, { renamedFrom }]) =>
    [
      `  - path: ${path}`,
      `    from: config/${path}`,
      ...(renamedFrom === undefined ? [] : [`    renamedFrom: ${renamedFrom}`]),
    ].join('\n'),
  );
  const manifest = helloManifest('roles:', `${entries.join('\n')}\nroles:`);
  const source = copyHello({ 'pack.yaml': manifest.replace('"1.2.0"', `"${version}"`) });
  for (const [path, { text }] of Object.entries(shipped)) {
    const file = join(source, 'config', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return source;
}

export function edit(target: string, edits: Readonly<Record<string, string | null>>): void {
  for (const [path, text] of Object.entries(edits)) {
    const file = join(target, 'config/hello', path);
    if (text === null) rmSync(file);
    else writeFileSync(file, text);
  }
}
