/** The source of the hello pack below a catalogue, as a checkout has it. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HELLO_SOURCE, temporaryFolder } from './host.ts';

export const CATALOG = `apiVersion: brctl.dev/v1
kind: Catalog
packs:
  - name: hello
    summary: Greets.
    source: packs/hello
    build: dist/packs/hello
`;

/** With its schemas where a workspace keeps them: outside the pack. */
export function workspace(catalog: string = CATALOG): string {
  const root = temporaryFolder();
  cpSync(HELLO_SOURCE, join(root, 'packs/hello'), { recursive: true });
  mkdirSync(join(root, 'schemas'));
  cpSync(join(HELLO_SOURCE, 'schemas'), join(root, 'schemas/hello'), { recursive: true });
  rmSync(join(root, 'packs/hello/schemas'), { recursive: true });
  writeFileSync(join(root, 'pack.yaml'), catalog);
  return root;
}
