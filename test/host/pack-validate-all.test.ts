/** One problem of a manifest hides no other: all that can still be checked is. */
import { expect, test } from 'vitest';
import { copyHello, helloManifest, run } from '../support/host.ts';
import { CATALOG, workspace } from '../support/workspace.ts';

async function told(cwd: string): Promise<string[]> {
  return (await run(['pack', 'validate'], { cwd })).out.trimEnd().split('\n');
}

/** The manifest of hello with several texts replaced. */
function manifest(...changes: readonly (readonly [string, string])[]): string {
  return changes.reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`the manifest has no ${from}`);
      return text.replace(from, to);
    },
    helloManifest('summary: Greets.', 'summary: Greets.'),
  );
}

const OTHERS = [
  ['">=0.1.0 <1"', '"new enough"'],
  ['entry: index.mjs', 'entry: gone.mjs'],
  ['from: config/footer.yaml', 'from: config/gone.yaml'],
  ['[greeter, listener]', '[greeter, nobody]'],
] as const;

const OTHERS_TOLD = [
  expect.stringMatching(/:8:10: error: engines\.brctl "new enough" is not a range/),
  expect.stringMatching(/:11:8: error: the pack has no gone\.mjs and no gone\.ts/),
  expect.stringMatching(/:17:11: error: the pack has no config\/gone\.yaml/),
  expect.stringMatching(/:25:15: error: no role "nobody" in this manifest/),
];

test('a wrong version does not hide a range, an entry, a config file and a role', async () => {
  const text = manifest(['"1.2.0"', '"one"'], ...OTHERS);
  expect(await told(copyHello({ 'pack.yaml': text }))).toEqual([
    expect.stringMatching(/^pack\.yaml:5:10: error: version "one" is not/),
    ...OTHERS_TOLD,
    '5 errors in 3 files',
  ]);
});

test('neither does a key that is given twice, of which the later value counts', async () => {
  const text = manifest(...OTHERS);
  const lines = await told(copyHello({ 'pack.yaml': `${text}summary: 3\n` }));
  expect(lines).toEqual([
    ...OTHERS_TOLD,
    'pack.yaml:35:1: error: this key is given twice [duplicate-key]',
    expect.stringMatching(/^pack\.yaml:35:10: error: summary must be text, not the number 3/),
    expect.stringContaining('hint'),
    '6 errors in 3 files',
  ]);
});

test('parts of the wrong kind are told once, by the schema alone', async () => {
  const text = manifest(
    ['name: hello', 'name: 3'],
    ['[data/hello]', 'data'],
    ['id: greeter', 'id: 7'],
    ['path: greeting.yaml', 'path: ../up.yaml'],
  );
  const lines = await told(copyHello({ 'pack.yaml': text }));
  expect(
    lines.filter((line) => line.includes(': error: ')).map((line) => line.split(':')[1]),
  ).toEqual(['4', '13', '19', '29']);
});

test('a wrong word in the catalogue does not hide its packs', async () => {
  const cwd = workspace(CATALOG.replace('summary: Greets.', 'summary: 3'));
  const lines = await told(cwd);
  expect(lines[0]).toMatch(/^pack\.yaml:5:14: error: .*summary must be text/);
  expect(lines.at(-1)).toBe('1 error in 5 files');
});

test('of a format that this brctl does not know nothing else is said', async () => {
  const text = manifest(['brctl.dev/v1', 'brctl.dev/v2'], ...OTHERS);
  expect(await told(copyHello({ 'pack.yaml': text }))).toEqual([
    expect.stringContaining('apiVersion brctl.dev/v2 is newer'),
    expect.stringContaining('upgrade brctl'),
    expect.stringMatching(/^1 error in/),
  ]);
});
