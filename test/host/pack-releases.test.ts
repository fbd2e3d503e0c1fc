/** `pack validate` on the released versions that a catalogue lists. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { integrityOf } from '../../src/pack/source/integrity.ts';
import { copyHello, run, temporaryFolder } from '../support/host.ts';

const ARCHIVE = Buffer.from('an archive');
const GOOD = `{ version: 1.1.0, archive: released/a.tgz, integrity: "${integrityOf(ARCHIVE)}" }`;
const OTHER = integrityOf(Buffer.from('other'));

async function validated(...versions: string[]) {
  const cwd = temporaryFolder();
  const source = copyHello();
  mkdirSync(join(cwd, 'released'));
  writeFileSync(join(cwd, 'released/a.tgz'), ARCHIVE);
  writeFileSync(
    join(cwd, 'pack.yaml'),
    'apiVersion: brctl.dev/v1\nkind: Catalog\npacks:\n  - name: hello\n    summary: Greets.\n' +
      `    source: packs/hello\n    build: dist/hello\n    versions:\n` +
      versions.map((each) => `      - ${each}\n`).join(''),
  );
  mkdirSync(join(cwd, 'packs'));
  cpSync(source, join(cwd, 'packs/hello'), { recursive: true });
  const { out } = await run(['pack', 'validate', 'pack.yaml', '--format=json'], { cwd });
  const report: { diagnostics: { line: number; column: number; message: string }[] } =
    JSON.parse(out);
  return report.diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

test('what is there and has its hash is right', async () => {
  const url = GOOD.replace('released/a.tgz', 'https://example.com/a.tgz').replace('1.1', '1.0');
  expect(await validated(GOOD, url)).toEqual([]);
});

test.each([
  [GOOD.replace('a.tgz', 'b.tgz'), '9:36 there is no released/b.tgz'],
  [GOOD.replace(/"sha512.*"/, `"${OTHER}"`), /^9:63 released\/a\.tgz has another hash$/],
  [GOOD.replace('1.1.0', '"1.1"'), '9:20 "1.1" is no version'],
  [GOOD.replace(' }', ', engine: newest }'), /"newest" is no range of versions/],
])('%s', async (version, message) => {
  expect(await validated(version)).toEqual([expect.stringMatching(message)]);
});

test('a version that is listed twice', async () => {
  expect(await validated(GOOD, GOOD)).toEqual(['10:20 version 1.1.0 is listed twice']);
});
