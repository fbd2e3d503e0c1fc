/** What holds for every text, every tree and every message, not only for those in the examples. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readManifest } from '../../src/pack/manifest/manifest.ts';
import { parseYaml } from '../../src/pack/schema/yaml-document.ts';
import { hashOf, type TreeFile } from '../../src/pack/store/tree.ts';
import { asGithub } from '../../src/pack/validate/as-github.ts';
import { compareDiagnostics, type Diagnostic } from '../../src/sdk/index.ts';
import { helloManifest } from '../support/host.ts';

const MANIFEST = helloManifest('', '');

/** A manifest with some of its characters replaced: mostly broken, in ways nobody thinks of. */
const damaged = fc
  .array(
    fc.record({
      at: fc.nat(MANIFEST.length - 1),
      length: fc.nat(6),
      text: fc.oneof(
        fc.string({ maxLength: 6 }),
        fc.constantFrom(
          '\n',
          ': ',
          '- ',
          '[',
          '{',
          '&a ',
          '*a',
          '!!',
          '"',
          '\t',
          '#',
          '---\n',
          '? ',
        ),
      ),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((edits) =>
    edits.reduce(
      (text, { at, length, text: insert }) => text.slice(0, at) + insert + text.slice(at + length),
      MANIFEST,
    ),
  );

test('a damaged manifest is never more than a list of problems with places', () => {
  fc.assert(
    fc.property(damaged, (text) => {
      const { problems, manifest } = readManifest(new TextEncoder().encode(text), 'pack.yaml');
      const lines = text.split(/\r\n|\r|\n/);
      for (const { severity, line = 1, column = 1, message } of problems) {
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines.length);
        expect(column).toBeGreaterThanOrEqual(1);
        expect(message).not.toMatch(/undefined|\[object/);
        if (severity === 'error') expect(manifest).toBeUndefined();
      }
      if (problems.length === 0) expect(manifest?.kind).toBe('Pack');
    }),
    { numRuns: 400 },
  );
});

test('any text at all is parsed or refused, never thrown at', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const { problems, value } = parseYaml(text, 'a.yaml');
      expect(value === undefined).toBe(problems.some(({ severity }) => severity === 'error'));
    }),
    { numRuns: 500 },
  );
});

test('JSON reads as the value it holds, and every part of it has a place', () => {
  const keys = fc.string({ minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.dictionary(keys, fc.array(fc.oneof(fc.boolean(), fc.string()))), (value) => {
      const document = parseYaml(JSON.stringify(value, null, 2), 'a.json');
      expect(document.value).toEqual(value);
      const places = Object.keys(value).map((key) => document.position([key], 'key').line);
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(new Set(places).size).toBe(places.length);
    }),
  );
});

const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
const treeFile: fc.Arbitrary<TreeFile> = fc.record({
  path: fc.stringMatching(/^[a-z]{1,6}(\/[a-z]{1,6}){0,2}$/),
  sha256: hex,
  size: fc.nat(),
  executable: fc.boolean(),
});

test('two lists of files have the same hash exactly when they are the same files', () => {
  const key = (files: readonly TreeFile[]) =>
    JSON.stringify(files.map(({ path, sha256, executable }) => [path, sha256, executable]));
  fc.assert(
    fc.property(
      fc.array(treeFile, { maxLength: 4 }),
      fc.array(treeFile, { maxLength: 4 }),
      (a, b) => {
        expect(hashOf(a) === hashOf(b)).toBe(key(a) === key(b));
      },
    ),
  );
});

const diagnostic: fc.Arbitrary<Diagnostic> = fc.record({
  severity: fc.constantFrom('error', 'warning', 'note'),
  code: fc.constantFrom('unknown-key', 'wrong-type'),
  message: fc.string({ unit: fc.constantFrom('a', '%', '\n', '\r', ':', ',', ';', '::', '0A') }),
  file: fc.string({ minLength: 1, unit: fc.constantFrom('a', '/', '%', ':', ',', ' ', ';') }),
  line: fc.nat(),
  column: fc.nat(),
});

function unescaped(text: string): string {
  return text
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%25', '%');
}

test('whatever an annotation says, the runner reads back one per line, word for word', () => {
  fc.assert(
    fc.property(fc.array(diagnostic), (diagnostics) => {
      const lines = asGithub({ files: ['a'], diagnostics })
        .trimEnd()
        .split('\n');
      expect(lines).toHaveLength(diagnostics.length + 1);
      diagnostics.forEach(({ file, message }, i) => {
        const [, properties = '', text = ''] = /^::\w+ (.*?)::(.*)$/s.exec(lines[i]!) ?? [];
        expect(unescaped(properties.split(',')[0]!)).toBe(`file=${file}`);
        expect(unescaped(text)).toBe(message);
      });
    }),
  );
});

test('diagnostics have one order, whichever order they were found in', () => {
  fc.assert(
    fc.property(fc.array(diagnostic), (diagnostics) => {
      const sorted = [...diagnostics].sort(compareDiagnostics);
      expect([...diagnostics].reverse().sort(compareDiagnostics)).toEqual(sorted);
      const firstMild = sorted.findIndex(({ severity }) => severity !== 'error');
      const lastError = sorted.findLastIndex(({ severity }) => severity === 'error');
      expect(firstMild === -1 || lastError < firstMild).toBe(true);
    }),
  );
});
