/** `brctl pack info`: a pack as it says itself, wherever it is. */
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { readTree } from '../../src/pack/store/tree.ts';
import { HELLO_CONSENT } from '../support/consent.ts';
import { type HostOptions, type Ran, temporaryFolder } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import {
  hello,
  leavingNothingBehind,
  online,
  release,
  released,
  serve,
  writeFile,
} from '../support/releases.ts';

leavingNothingBehind();

let target: string;
beforeEach(() => {
  target = join(temporaryFolder(), 'srv');
});

const brctl = (words: readonly string[], options: HostOptions = {}): Promise<Ran> =>
  online(['pack', ...words, `--target=${target}`], options);
const info = (spec: string, ...words: string[]) => brctl(['info', spec, ...words]);

test('an installed pack is shown by its name, and nothing is written', async () => {
  await brctl(['install', await hello('1.2.0')]);
  const before = fingerprint(target);
  const generation = join(target, '.brctl/packs/hello/g0001');
  const { code, out, err } = await info('hello');
  expect([code, err]).toEqual([0, '']);
  expect(out).toBe(
    `hello 1.2.0: Greets.
from         ${generation}
installed    1.2.0 (g0001)
level        integrity
brctl        >=0.1.0 <1
tree         ${readTree(generation).hash}
commands     hello greet
config       config/hello/greeting.yaml
             config/hello/texts/footer.yaml
roles        greeter: Says hello.
             listener: Hears it.
may          read the secrets HELLO_KEY, HELLO_TOKEN
             talk to api.example.com
permissions  ${HELLO_CONSENT.split('=')[1]}
`,
  );
  expect(fingerprint(target)).toEqual(before);
});

test('JSON has the same keys for the catalogue, a file, and what is installed', async () => {
  const packageRoot = await released({ version: '1.2.0' }, { version: '1.3.0' });
  const { bytes } = await release('1.4.0');
  const file = writeFile(join(temporaryFolder(), 'hello.tgz'), bytes);
  const shown = async (spec: string) => {
    const { code, out } = await brctl(['info', spec, '--format=json'], { packageRoot });
    expect(code).toBe(0);
    return JSON.parse(out);
  };
  const before = await shown('hello');
  expect(before).toMatchObject({
    schema: 'brctl/pack-info/v1',
    name: 'hello',
    version: '1.3.0',
    from: join(packageRoot, 'releases/hello-1.3.0.tgz'),
    installed: null,
    level: null,
    versions: ['1.3.0', '1.2.0'],
  });
  await brctl(['install', 'hello@1.2.0'], { packageRoot });
  const installed = await shown('hello');
  expect(installed).toMatchObject({ installed: '1.2.0 (g0001)', level: 'integrity' });
  const named = await shown('hello@1.3.0');
  expect(named).toMatchObject({ version: '1.3.0', installed: '1.2.0 (g0001)', level: null });
  const other = await shown(file);
  expect(other).toMatchObject({ version: '1.4.0', from: file, level: null });
  for (const each of [installed, named, other]) {
    expect(Object.keys(each)).toEqual(Object.keys(before));
  }
});

test('an address needs its hash here as well', async () => {
  const { bytes, integrity } = await release('1.2.0');
  const host = await serve(({ url }, response) => {
    response.writeHead(url === '/hello.tgz' ? 200 : 404).end(bytes);
  });
  expect((await info(`http://${host}/hello.tgz#${integrity}`)).out).toContain('hello 1.2.0');
  expect((await info(`http://${host}/hello.tgz`)).code).toBe(2);
});

test('what is no pack, or none that is known, is told in one sentence', async () => {
  const folder = temporaryFolder();
  expect((await info('nothing')).err).toContain('no pack "nothing" in the catalogue, which has');
  expect((await info(folder)).err).toBe(`brctl: ${folder} is no pack: it holds no pack.yaml\n`);
  const built = await hello('1.2.0');
  writeFileSync(join(built, 'commands.json'), '[]');
  expect(await info(built)).toMatchObject({
    code: 3,
    err: expect.stringContaining(`${built}/commands.json cannot be understood\n`),
  });
  const { bytes } = await release('1.2.0', { 'commands.json': '{"commands":[{}]}' });
  const file = writeFile(join(folder, 'bad.tgz'), bytes);
  expect((await info(file)).err).toBe(
    `brctl: ${file}: commands.json cannot be understood\n  hint: ask whoever publishes it\n`,
  );
});

test('a damaged pack says what it can, a broken one that it is', async () => {
  await brctl(['install', await hello('1.2.0')]);
  const generation = join(target, '.brctl/packs/hello/g0001');
  rmSync(join(generation, 'README.md'));
  expect((await info('hello')).code).toBe(0);
  const index = join(generation, 'commands.json');
  const text = readFileSync(index, 'utf8');
  for (const bad of ['', '{', 'null', '{"commands": 1}']) {
    chmodSync(index, 0o644);
    writeFileSync(index, bad);
    const { code, err } = await info('hello');
    expect([bad, code]).toEqual([bad, 3]);
    expect(err).toContain(`${index} cannot be understood\n`);
  }
  writeFileSync(index, text);
  chmodSync(join(generation, '.brctl/receipt.json'), 0o644);
  writeFileSync(join(generation, '.brctl/receipt.json'), '{}');
  expect(await info('hello')).toMatchObject({
    code: 5,
    err: expect.stringContaining('brctl: hello is broken: '),
  });
});
