/** A command that brctl cannot run is found when it is built, validated or run: no bug of brctl. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  buildHello,
  builtHello,
  copyHello,
  HELLO_SOURCE,
  run,
  temporaryFolder,
} from '../support/host.ts';

const ENTRY = readFileSync(join(HELLO_SOURCE, 'index.ts'), 'utf8');
const LAST = 'definePack({ commands: [greet] })';

const SHAPES: readonly (readonly [list: string, sentence: string])[] = [
  ['[{ ...greet, outcome: undefined }]', 'the command "greet" has no "outcome"'],
  ['[{ ...greet, render: undefined }]', 'the command "greet" has no "render"'],
  ['[{ ...greet, plan: undefined }]', 'the command "greet" has no "plan"'],
  ['[{ ...greet, parse: undefined }]', 'the command "greet" has no "parse"'],
  ['[{ ...greet, outcome: "ok" }]', '"outcome" of the command "greet" is no function'],
  ['[{ ...greet, apply: true }]', '"apply" of the command "greet" is no function'],
  ['[{ ...greet, release: {} }]', '"release" of the command "greet" is no function'],
];

const NAMELESS: readonly string[] = ['null', '"greet"', '{ ...greet, path: "greet" }', '{}'];

const entryWith = (list: string) => ENTRY.replace(LAST, `{ commands: ${list} } as never`);

test.each([
  ...SHAPES,
  ...NAMELESS.map(
    (each) => [`[greet, ${each}]`, 'command 2 of its code has no path of words'] as const,
  ),
])('%s is not built', async (list, sentence) => {
  const source = copyHello({ 'index.ts': entryWith(list) });
  await expect(buildHello(source)).rejects.toMatchObject({
    kind: 'operational',
    code: 'pack-entry',
    message: `the pack in ${source} is not valid:\n  index.mjs: ${sentence}`,
  });
});

/** A built hello whose code, by hand, is not what its index says. */
async function misshapen(list: string): Promise<string> {
  const built = await builtHello();
  const file = join(built, 'index.mjs');
  const text = readFileSync(file, 'utf8');
  const changed = text.replace('definePack({ commands: [greet] })', `{ commands: ${list} }`);
  expect(changed).not.toBe(text);
  writeFileSync(file, changed);
  return built;
}

test.each(SHAPES)('%s is found by validate, and told when it runs', async (list, sentence) => {
  const built = await misshapen(`[null, {}, ...${list}]`);
  const validated = await run(['pack', 'validate', built], { cwd: built });
  expect([validated.code, validated.out.split('\n')[0]]).toEqual([
    1,
    `commands.json:23:5: error: ${sentence} [command-shape]`,
  ]);
  const target = join(temporaryFolder(), 'srv');
  expect((await run(['pack', 'install', built, `--target=${target}`])).code).toBe(0);
  expect(await run(['hello', 'greet', 'you', `--target=${target}`])).toEqual({
    code: 3,
    out: '',
    err:
      `brctl: pack hello 1.2.0 cannot do this: ${sentence}\n` +
      '  hint: that is a mistake in the pack: tell whoever publishes it\n',
  });
});

test('code without a command of the index, or that cannot be loaded, is found too', async () => {
  const other = await misshapen('[{ ...greet, path: ["greets"] }]');
  expect((await run(['pack', 'validate'], { cwd: other })).out).toContain(
    'commands.json:23:5: error: index.mjs does not have the command "greet" [command-shape]\n',
  );
  const broken = await builtHello();
  writeFileSync(join(broken, 'index.mjs'), 'throw new Error("on its own");');
  expect((await run(['pack', 'validate'], { cwd: broken })).out).toContain(
    'error: index.mjs cannot be loaded: on its own [command-shape]\n',
  );
});

test.each(['"fine"', 'undefined', '"toString"'])('an outcome %s is no outcome', async (outcome) => {
  const built = await misshapen(`[{ ...greet, outcome: () => ${outcome} }]`);
  const target = join(temporaryFolder(), 'srv');
  await run(['pack', 'install', built, `--target=${target}`]);
  const { code, err } = await run(['hello', 'greet', 'you', `--target=${target}`]);
  expect([code, err]).toEqual([
    3,
    expect.stringContaining('brctl: the command "greet" ended with no outcome that there is\n'),
  ]);
});
