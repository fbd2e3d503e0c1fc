/** How `brctl pack validate` prints: for people, scripts, GitHub and SARIF viewers. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyHello, helloManifest, run } from '../support/host.ts';
import { workspace } from '../support/workspace.ts';

/** One error with a hint, one place with characters that end a property, one warning. */
function awkward(): string {
  const cwd = workspace();
  const manifest = helloManifest('version: "1.2.0"', 'version: 1.2');
  writeFileSync(join(cwd, 'packs/hello/pack.yaml'), manifest);
  writeFileSync(join(cwd, 'schemas/hello/50%, a:b.json'), '{"type": "string", "enmu": []}');
  writeFileSync(join(cwd, 'packs/hello/config/greeting.yaml'), 'language: !x en\n');
  return cwd;
}

test('GitHub annotations come worst first, with every special character escaped', async () => {
  const { code, out } = await run(['pack', 'validate', '--format', 'github'], { cwd: awkward() });
  expect(code).toBe(1);
  expect(out).toBe(
    '::error file=packs/hello/pack.yaml,line=5,col=10,title=wrong-type::' +
      'version must be text, not the number 1.2%0Ahint: quote it: "1.2.0"\n' +
      '::error file=schemas/hello/50%25%2C a%3Ab.json,line=1,col=20,title=schema-broken::' +
      'unknown keyword "enmu" (did you mean "enum"?)\n' +
      '::warning file=packs/hello/config/greeting.yaml,line=1,col=11,title=yaml-tag::' +
      'Unresolved tag: !x\n' +
      '2 errors, 1 warning in 6 files\n',
  );
});

test('SARIF is one run with one rule per code and places a viewer can open', async () => {
  const { code, out } = await run(['pack', 'validate', '--format', 'sarif'], { cwd: awkward() });
  expect(code).toBe(1);
  expect(JSON.parse(out)).toEqual({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'brctl',
            semanticVersion: '0.1.0',
            rules: [
              { id: 'schema-broken', shortDescription: { text: 'schema broken' } },
              { id: 'wrong-type', shortDescription: { text: 'wrong type' } },
              { id: 'yaml-tag', shortDescription: { text: 'yaml tag' } },
            ],
          },
        },
        columnKind: 'utf16CodeUnits',
        results: [
          {
            ruleId: 'wrong-type',
            ruleIndex: 1,
            level: 'error',
            message: { text: 'version must be text, not the number 1.2\nhint: quote it: "1.2.0"' },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'packs/hello/pack.yaml' },
                  region: { startLine: 5, startColumn: 10 },
                },
              },
            ],
          },
          {
            ruleId: 'schema-broken',
            ruleIndex: 0,
            level: 'error',
            message: { text: 'unknown keyword "enmu" (did you mean "enum"?)' },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'schemas/hello/50%25%2C%20a%3Ab.json' },
                  region: { startLine: 1, startColumn: 20 },
                },
              },
            ],
          },
          {
            ruleId: 'yaml-tag',
            ruleIndex: 2,
            level: 'warning',
            message: { text: 'Unresolved tag: !x' },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'packs/hello/config/greeting.yaml' },
                  region: { startLine: 1, startColumn: 11 },
                },
              },
            ],
          },
        ],
      },
    ],
  });
});

test('JSON has the same keys with and without problems', async () => {
  const clean = await run(['pack', 'validate', '--format', 'json'], { cwd: workspace() });
  expect(JSON.parse(clean.out)).toEqual({
    schema: 'brctl/pack-validate/v1',
    files: [
      'pack.yaml',
      'packs/hello/config/footer.yaml',
      'packs/hello/config/greeting.yaml',
      'packs/hello/pack.yaml',
      'schemas/hello/greeting.schema.json',
    ],
    diagnostics: [],
  });
  const cwd = copyHello({ 'pack.yaml': helloManifest('kind: Pack', 'kind: 3') });
  const broken = await run(['pack', 'validate', '--format', 'json'], { cwd });
  expect(JSON.parse(broken.out)).toEqual({
    schema: 'brctl/pack-validate/v1',
    files: [
      'config/footer.yaml',
      'config/greeting.yaml',
      'pack.yaml',
      'schemas/greeting.schema.json',
    ],
    diagnostics: [
      {
        severity: 'error',
        code: 'wrong-value',
        message: 'kind must be "Pack", not 3',
        file: 'pack.yaml',
        line: 3,
        column: 7,
        hint: null,
      },
    ],
  });
});

test('a warning alone is no finding', async () => {
  const cwd = copyHello({ 'config/greeting.yaml': 'language: !x en\n' });
  const { code, out } = await run(['pack', 'validate'], { cwd });
  expect(code).toBe(0);
  expect(out).toContain('config/greeting.yaml:1:11: warning: Unresolved tag: !x [yaml-tag]');
  expect(out).toContain('1 warning in 4 files');
});

test('SARIF and annotations without problems are still whole', async () => {
  const cwd = workspace();
  const github = await run(['pack', 'validate', '--format', 'github'], { cwd });
  expect(github.out).toBe('5 files, no problems\n');
  const sarif = await run(['pack', 'validate', '--format', 'sarif'], { cwd });
  expect(JSON.parse(sarif.out).runs[0].results).toEqual([]);
});
