/** What a pack says of its groups of commands: in the index, in help and to completion. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { complete } from '../../src/complete.ts';
import { helpGroups } from '../../src/pack/store/help-groups.ts';
import { buildHello, copyHello, run, temporaryFolder } from '../support/host.ts';

const ENTRY = readFileSync(
  join(import.meta.dirname, '../../fixtures/packs/hello/index.ts'),
  'utf8',
);

/** Two commands, one below the group `say loud`. */
function source(groups: string): string {
  const folder = copyHello();
  const command = (path: string) =>
    `{ path: ${path}, summary: 'Says.', examples: [], formats: ['text'], parse: () => ({}), ` +
    `plan: async () => ({}), render: () => '', outcome: () => 'ok' as const }`;
  const commands = `[${command("['say', 'loud', 'now']")}, ${command("['say', 'low']")}]`;
  const entry = `import { definePack } from 'brctl/sdk';
export default definePack({ commands: ${commands}, groups: ${groups} });
`;
  writeFileSync(join(folder, 'index.ts'), entry);
  return folder;
}

async function mounted(groups: string): Promise<string> {
  const target = temporaryFolder();
  const { code, err } = await run([
    ...['pack', 'install', await buildHello(source(groups)), `--target=${target}`],
  ]);
  expect([code, err]).toEqual([0, expect.any(String)]);
  return target;
}

test('help says what a group is about, without the code of the pack', async () => {
  const target = await mounted(`{ say: 'To say things.', 'say loud': 'So that all hear.' }`);
  const entry = join(target, '.brctl/packs/hello/current/index.mjs');
  writeFileSync(entry, 'throw new Error("was loaded");');
  const above = await run(['hello', '--help'], { cwd: target });
  expect(above.out).toMatch(/^ {2}say +To say things\.$/m);
  const within = await run(['hello', 'say', '--help'], { cwd: target });
  expect(within.out).toContain('To say things.\n');
  expect(within.out).toMatch(/^ {2}loud +So that all hear\.$/m);
  const completed = await run(['__complete', '--', 'hello', 'say', 'lo'], { cwd: target });
  expect(completed.out.split('\n')).toEqual(['loud\tSo that all hear.', 'low\tSays.', '']);
});

test.each([
  [`{ sya: 'Says.' }`, 'the group "sya" begins no command'],
  [`{ 'say low': 'Says.' }`, 'the group "say low" is a command, and no group'],
  [`{ say: '' }`, 'groups.say'],
  [`{ say: 'two\\nlines' }`, 'groups.say'],
  [`{ 'Say it': 'Says.' }`, 'groups'],
])('a build refuses %s', async (groups, message) => {
  await expect(buildHello(source(groups))).rejects.toThrow(message);
});

test('a pack without groups has none in its index, as before', async () => {
  expect(ENTRY).not.toContain('groups');
  const built = await buildHello(copyHello());
  expect(JSON.parse(readFileSync(join(built, 'commands.json'), 'utf8'))).not.toHaveProperty(
    'groups',
  );
});

test.each<[unknown, number]>([
  [undefined, 1],
  [null, 1],
  // Of no command, so nothing shows them.
  ['text', 5],
  [{ say: 1, 'say loud': 'Loud.' }, 2],
])('groups of a damaged index, %j, keep nobody from help', (groups, count) => {
  const index = { name: 'hello', summary: 'Greets.', groups } as never;
  expect(helpGroups(index)).toHaveLength(count);
  const found = complete({
    entries: [],
    words: [''],
    groups: helpGroups(index),
    catalog: [],
  });
  expect(found.candidates).toEqual([]);
});
