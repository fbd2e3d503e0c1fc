/** `brctl pack list`: one line per installed pack, whatever state it is in. */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtHello, run, temporaryFolder } from '../support/host.ts';

const HEAD = 'Pack   Version  Newer  Generation  Level      Status\n';

async function installed(): Promise<string> {
  const target = temporaryFolder();
  await run(['pack', 'install', await builtHello(), `--target=${target}`]);
  return target;
}

test('an intact pack is a row with version, generation and status', async () => {
  const target = await installed();
  expect(await run(['pack', 'list', '--target', target])).toEqual({
    code: 0,
    out: `${HEAD}hello  1.2.0    -      g0001       integrity  intact\n`,
    err: '',
  });
});

test('a damaged pack stays in the list, with what is wrong below', async () => {
  const target = await installed();
  const file = join(target, '.brctl/packs/hello/current/index.mjs');
  chmodSync(file, 0o644);
  writeFileSync(file, '');
  const { code, out } = await run(['pack', 'list', '--target', target]);
  expect([code, out]).toEqual([
    1,
    `${HEAD}hello  1.2.0    -      g0001       integrity  damaged\n\n` +
      'hello: index.mjs was changed\n',
  ]);
});

test('a broken pack hides no other', async () => {
  const target = await installed();
  mkdirSync(join(target, '.brctl/packs/broken/current'), { recursive: true });
  const { code, out, err } = await run(['pack', 'list', '--target', target]);
  expect(code).toBe(1);
  expect(out).toMatch(/^broken +- +- +- +- +broken$/m);
  expect(out).toMatch(/^hello +1\.2\.0 +- +g0001 +integrity +intact$/m);
  expect(err).toContain('warning: pack broken in');
});

test('an install that never finished is no pack', async () => {
  const target = await installed();
  rmSync(join(target, '.brctl/packs/hello/current'));
  const { out, err } = await run(['pack', 'list', '--target', target]);
  expect([out, err]).toEqual([`no packs are installed in ${target}\n`, '']);
});

test('JSON has the same keys for no pack, a good one and a broken one', async () => {
  const json = async (target: string) =>
    JSON.parse((await run(['pack', 'list', '--format', 'json', '--target', target])).out);
  const empty = temporaryFolder();
  expect(await json(empty)).toEqual({
    schema: 'brctl/pack-list/v1',
    target: empty,
    unfinished: null,
    packs: [],
  });
  const target = await installed();
  const good = {
    name: 'hello',
    version: '1.2.0',
    newer: null,
    newer_note: null,
    generation: 'g0001',
    level: 'integrity',
    status: 'intact',
    problems: [],
  };
  expect((await json(target)).packs).toEqual([good]);
  rmSync(join(target, '.brctl/packs/hello/current/.brctl/receipt.json'));
  expect((await json(target)).packs).toEqual([
    {
      ...good,
      version: null,
      level: null,
      status: 'broken',
      problems: [expect.stringContaining('receipt.json')],
    },
  ]);
});

test('without a target there is nothing to list', async () => {
  expect((await run(['pack', 'list'], { cwd: temporaryFolder() })).code).toBe(2);
});
