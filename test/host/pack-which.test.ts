/** `brctl pack which`: which pack, generation and file a command comes from. */
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type Ran, run, temporaryFolder } from '../support/host.ts';
import { hello } from '../support/releases.ts';

let target: string;
beforeEach(() => {
  target = join(temporaryFolder(), 'srv');
});

const brctl = (...words: string[]): Promise<Ran> => run(['pack', ...words, `--target=${target}`]);

test('a command is found in the generation that is current', async () => {
  await brctl('install', await hello('1.2.0'));
  await brctl('install', await hello('1.3.0'));
  const file = join(target, '.brctl/packs/hello/g0002/index.mjs');
  expect(await brctl('which', 'hello', 'greet')).toEqual({
    code: 0,
    out: `brctl hello greet: hello 1.3.0 (g0002)\n  ${file}\n`,
    err: '',
  });
  expect(JSON.parse((await brctl('which', 'hello', 'greet', '--format=json')).out)).toEqual({
    schema: 'brctl/pack-which/v1',
    command: 'hello greet',
    pack: 'hello',
    version: '1.3.0',
    generation: 'g0002',
    file,
  });
});

test('of a linked pack it is the file that is developed', async () => {
  const root = await hello('1.2.0');
  await brctl('install', root, '--link');
  expect((await brctl('which', 'hello', 'greet')).out).toContain(`(g0001)\n  ${root}/index.mjs\n`);
});

test('what no installed pack has is not found', async () => {
  await brctl('install', await hello('1.2.0'));
  for (const words of [['hello'], ['hello', 'gree'], ['bye'], ['pack', 'install']]) {
    const { code, err } = await brctl('which', ...words);
    expect([code, err]).toEqual([
      2,
      expect.stringContaining(`brctl: no installed pack has a command "${words.join(' ')}"\n`),
    ]);
  }
  expect(await run(['pack', 'which', 'hello', 'greet'], { cwd: '/' })).toMatchObject({ code: 2 });
});
