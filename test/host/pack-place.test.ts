/** A pack from a folder, an archive or an address: what that place has by now. */
import { cpSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { packArchive } from '../../src/pack/source/archive.ts';
import { installWords } from '../../src/pack/source/place.ts';
import { type HostOptions, type Ran, temporaryFolder } from '../support/host.ts';
import {
  hello,
  leavingNothingBehind,
  online,
  release,
  serve,
  writeFile,
} from '../support/releases.ts';

leavingNothingBehind();

let target: string;
let folder: string;
beforeEach(() => {
  target = join(temporaryFolder(), 'srv');
  folder = join(temporaryFolder(), 'hello');
});

const brctl = (words: readonly string[], options: HostOptions = {}): Promise<Ran> =>
  online(['pack', ...words, `--target=${target}`], options);
const current = () => readlinkSync(join(target, '.brctl/packs/hello/current'));

async function now(version: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  cpSync(await hello(version), folder, { recursive: true });
}

test('--to takes the version that a folder now holds, and no other', async () => {
  await now('1.2.0');
  await brctl(['install', folder]);
  const before = await brctl(['upgrade', 'hello', '--to', '1.3.0']);
  expect([before.code, before.err]).toEqual([
    2,
    `brctl: ${folder} holds hello 1.2.0, which is not 1.3.0\n` +
      '  hint: name the file or address that holds it: brctl pack install PLACE\n',
  ]);
  await now('1.3.0');
  expect((await brctl(['upgrade', 'hello', '--to', '^1.3'])).code).toBe(0);
  expect(current()).toBe('g0002');
  await now('1.2.0');
  expect((await brctl(['upgrade', 'hello', '--to', '1.2.0'])).out).toContain('older than 1.3.0');
  expect((await brctl(['upgrade', 'hello', '--to', 'newest'])).err).toContain('is no version');
});

test('--to takes the version that an archive now holds', async () => {
  const file = writeFile(join(folder, 'hello.tgz'), await packArchive(await hello('1.2.0')));
  await brctl(['install', file]);
  writeFileSync(file, await packArchive(await hello('1.3.0')));
  const wrong = await brctl(['upgrade', 'hello', '--to', '2.0.0']);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('holds hello 1.3.0, which')]);
  expect((await brctl(['upgrade', 'hello', '--to', '1.3.0'])).out).toContain('1.3.0 installed');
});

test('an address is one version, and a link is what it holds: --to says so', async () => {
  const { bytes, integrity } = await release('1.2.0');
  const host = await serve(({ url }, response) => {
    response.writeHead(url === '/hello.tgz' ? 200 : 404).end(bytes);
  });
  const spec = `http://${host}/hello.tgz#${integrity}`;
  await brctl(['install', spec]);
  const { code, err } = await brctl(['upgrade', 'hello', '--to', '1.3.0']);
  expect([code, err]).toEqual([2, expect.stringContaining(`${spec} is one version\n`)]);
  const listed = await brctl(['list', '--outdated']);
  expect(listed.out).toBe(`nothing newer is there for ${target}\nhello: ${spec} is one version\n`);
  const [only] = JSON.parse((await brctl(['list', '--format=json'])).out).packs;
  expect([only.newer, only.newer_note]).toEqual([null, `${spec} is one version`]);
});

test('list --outdated looks into folders and archives', async () => {
  await now('1.2.0');
  await brctl(['install', folder]);
  expect((await brctl(['list', '--outdated'])).out).toContain('nothing newer is there');
  await now('1.3.0');
  expect((await brctl(['list', '--outdated'])).out).toMatch(/^hello +1\.2\.0 +1\.3\.0 /m);
  await now('1.1.0');
  expect((await brctl(['list', '--outdated'])).out).toContain('nothing newer is there');
  const archive = writeFile(join(temporaryFolder(), 'h.tgz'), await packArchive(folder));
  await brctl(['install', archive]);
  writeFileSync(archive, await packArchive(await hello('1.4.0')));
  expect((await brctl(['list'])).out).toMatch(/^hello +1\.1\.0 +1\.4\.0 /m);
});

test('a version that was rolled away from is no newer one', async () => {
  await now('1.2.0');
  await brctl(['install', folder]);
  await now('1.3.0');
  await brctl(['upgrade', 'hello']);
  await brctl(['rollback', 'hello']);
  const listed = await brctl(['list', '--outdated']);
  expect(listed.out).toBe(
    `nothing newer is there for ${target}\n` +
      'hello: 1.3.0 is passed over: it was rolled away from\n',
  );
});

test('a place that is gone, or holds something else, is told and hides nothing', async () => {
  await now('1.2.0');
  await brctl(['install', folder]);
  rmSync(folder, { recursive: true });
  const gone = await brctl(['list', '--outdated']);
  expect([gone.code, gone.out]).toEqual([0, expect.stringContaining(`there is no ${folder}\n`)]);
  const all = await brctl(['list']);
  expect([all.code, all.out, all.err]).toEqual([0, expect.stringMatching(/^hello +1\.2\.0/m), '']);
  cpSync(await hello('1.3.0'), folder, { recursive: true });
  writeFileSync(join(folder, 'pack.yaml'), 'name: [');
  expect((await brctl(['list', '--outdated'])).out).toContain('holds no pack that can be read now');
});

test('a damaged pack comes back with the command that every message names', async () => {
  await now('1.2.0');
  await brctl(['install', folder]);
  rmSync(join(target, '.brctl/packs/hello/g0001/README.md'));
  const again = `brctl pack install ${folder} --target=${target}`;
  expect((await brctl(['verify'])).err).toContain(again);
  expect((await online(['doctor', `--target=${target}`])).out).toContain(again);
  rmSync(join(target, '.brctl/packs/hello/g0001/.brctl/receipt.json'));
  const lost = `brctl pack install ${folder} puts it right`;
  expect((await brctl(['upgrade', 'hello'])).err).toContain(lost);
  expect((await brctl(['rollback', 'hello'])).err).toContain(lost);
  expect((await online(['doctor', `--target=${target}`])).out).toContain(again);
});

test('a path with a blank is one word', () => {
  const locked = { source: { kind: 'directory', spec: "./it's mine" } } as never;
  const words = installWords({ name: 'hello', locked, target: '/srv' });
  expect(words).toBe("'/srv/it'\\''s mine'");
});
