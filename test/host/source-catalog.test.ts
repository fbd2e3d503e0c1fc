/** Which release a name of the catalogue means, and whether what comes is what was meant. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { readReceipt } from '../../src/pack/store/receipt.ts';
import { type HostOptions, temporaryFolder } from '../support/host.ts';
import {
  catalogue,
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

const brctl = (packageRoot: string, words: readonly string[], options: HostOptions = {}) =>
  online(['pack', ...words, `--target=${target}`], { packageRoot, ...options });

/** The version that would be installed, else the first line of the error. */
async function meant(packageRoot: string, spec: string, options: HostOptions = {}) {
  const words = ['install', spec, '--dry-run', '--format=json'];
  const { code, out, err } = await brctl(packageRoot, words, options);
  return code === 0 ? JSON.parse(out).version : `${code} ${err.split('\n')[0]}`;
}

test('a catalogue of prereleases alone gives one only to those who name it', async () => {
  const root = await released({ version: '2.0.0-rc.1' }, { version: '2.0.0-rc.10' });
  const { code, err } = await brctl(root, ['install', 'hello']);
  expect([code, err]).toEqual([
    2,
    'brctl: of hello there are only prereleases: 2.0.0-rc.1, 2.0.0-rc.10\n' +
      '  hint: name one: hello@2.0.0-rc.10\n',
  ]);
  expect(await meant(root, 'hello@*')).toMatch(/^2 brctl: no version of hello is in \*/);
  expect(await meant(root, 'hello@2.0.0-rc.1')).toBe('2.0.0-rc.1');
  expect(await meant(root, 'hello@>=2.0.0-rc.1')).toBe('2.0.0-rc.10');
});

test('a range is the newest release in it, a prerelease only where it is asked for', async () => {
  const versions = ['1.2.0', '1.10.0', '1.9.9', '2.0.0-rc.1', '2.0.0-rc.2', '0.9.0'];
  const root = await released(...versions.map((version) => ({ version })));
  const wanted = {
    hello: '1.10.0',
    'hello@*': '1.10.0',
    'hello@^1.2': '1.10.0',
    'hello@~1.9': '1.9.9',
    'hello@1.9': '1.9.9',
    'hello@<1': '0.9.0',
    'hello@1.2.0': '1.2.0',
    'hello@v1.2.0': '1.2.0',
    'hello@>=1 <1.10 || 0.9': '1.9.9',
    'hello@2.0.0-rc.1': '2.0.0-rc.1',
    'hello@^2.0.0-rc.1': '2.0.0-rc.2',
    'hello@^2': `2 brctl: no version of hello is in ^2; there is ${versions.join(', ')}`,
    'hello@latest': '2 brctl: "latest" is no version and no range of versions',
    'hello@': '2 brctl: "" is no version and no range of versions',
    'Hello@1': '2 brctl: no pack "Hello" in the catalogue, which has hello',
  };
  for (const [spec, version] of Object.entries(wanted)) {
    expect([spec, await meant(root, spec)]).toEqual([spec, version]);
  }
  const found = JSON.parse((await brctl(root, ['info', 'hello', '--format=json'])).out);
  expect(found.versions).toEqual(['2.0.0-rc.2', '2.0.0-rc.1', '1.10.0', '1.9.9', '1.2.0', '0.9.0']);
});

test('what is withdrawn or needs another brctl is passed over, with the reason', async () => {
  const root = await released(
    { version: '1.2.0' },
    { version: '1.3.0', yanked: 'it loses greetings' },
    { version: '1.4.0', engine: '>=99' },
  );
  const { code, out } = await brctl(root, ['install', 'hello']);
  expect(code).toBe(0);
  expect(out).toContain(
    '  1.4.0 is passed over: it needs brctl >=99, and this is 0.1.0\n' +
      '  1.3.0 is passed over: it was withdrawn: it loses greetings\n',
  );
  const json = JSON.parse((await brctl(root, ['plan', 'hello', '--format=json'])).out);
  expect(json.passed_over).toEqual([
    { version: '1.4.0', reason: 'it needs brctl >=99, and this is 0.1.0' },
    { version: '1.3.0', reason: 'it was withdrawn: it loses greetings' },
  ]);
  expect(await brctl(root, ['install', 'hello@1.3.0'])).toMatchObject({
    code: 2,
    err:
      'brctl: hello 1.3.0 is not to be had: it was withdrawn: it loses greetings\n' +
      '  hint: brctl pack search hello lists the others\n',
  });
  expect(await brctl(root, ['install', 'hello@^1.4'])).toMatchObject({
    code: 6,
    err:
      'brctl: hello 1.4.0 is not to be had: it needs brctl >=99, and this is 0.1.0\n' +
      '  hint: upgrade brctl\n',
  });
});

test('a brctl that is newer than every release is told so', async () => {
  const root = await released({ version: '1.2.0', engine: '<0.1' });
  const { code, err } = await brctl(root, ['install', 'hello']);
  expect([code, err]).toEqual([
    6,
    'brctl: hello 1.2.0 is not to be had: it needs brctl <0.1, and this is 0.1.0\n' +
      '  hint: this brctl is too new for it; ask for a newer hello\n',
  ]);
  expect((await brctl(root, ['search'])).out).toContain('none fits');
});

test('what the workspace has built stands beside the releases', async () => {
  const root = await released({ version: '1.2.0' }, { version: '1.3.0' });
  const built = join(root, 'dist/packs/hello');
  cpSync(await hello('1.4.0'), built, { recursive: true });
  expect(await meant(root, 'hello')).toBe('1.4.0');
  expect(await meant(root, 'hello@<1.4')).toBe('1.3.0');
  rmSync(built, { recursive: true });
  cpSync(await hello('1.3.0'), built, { recursive: true });
  const { out } = await brctl(root, ['install', 'hello', '--format=json']);
  expect(JSON.parse(out).source).toMatchObject({ resolved: built, integrity: null });
  writeFileSync(join(built, 'commands.json'), '{}');
  expect(await meant(root, 'hello@1.2.0')).toBe('1.2.0');
  writeFileSync(join(built, 'pack.yaml'), 'nothing: 1\n');
  expect(await meant(root, 'hello')).toBe('1.3.0');
});

test('a build that needs another brctl leaves the releases to be had', async () => {
  const root = await released({ version: '1.2.0' });
  const built = await hello('1.4.0');
  cpSync(built, join(root, 'dist/packs/hello'), { recursive: true });
  const words = ['install', 'hello'];
  const manifest = join(root, 'dist/packs/hello/pack.yaml');
  const text = 'name: hello\napiVersion: brctl.dev/v1\nkind: Pack\nversion: "1.4.0"\n';
  writeFileSync(manifest, `${text}summary: x\nentry: index.mjs\nengines: { brctl: ">=99" }\n`);
  const { out } = await brctl(root, words);
  expect(out).toContain('hello 1.2.0 installed');
  expect(out).toContain('1.4.0 is passed over: it needs brctl >=99, and this is 0.1.0');
});

test('an archive of the catalogue may be at an address, with its signature beside it', async () => {
  const { bytes, integrity } = await release('1.2.0');
  const asked: (string | undefined)[] = [];
  const host = await serve(({ url }, response) => {
    asked.push(url);
    response.writeHead(url === '/hello.tgz' ? 200 : 404).end(url === '/hello.tgz' ? bytes : '');
  });
  const archive = `http://user:hunter2@${host}/hello.tgz`;
  const root = catalogue([{ version: '1.2.0', archive, integrity }]);
  const { code, out } = await brctl(root, ['install', 'hello']);
  expect([code, asked]).toEqual([0, ['/hello.tgz', '/hello.tgz.sig']]);
  expect(out).toContain(`8 files from http://${host}/hello.tgz\n`);
  expect(readReceipt(join(target, '.brctl/packs/hello/g0001'))).toMatchObject({
    source: { kind: 'catalog', spec: 'hello', resolved: `http://${host}/hello.tgz` },
    archive: integrity,
  });
  const other = catalogue([{ version: '1.2.0', archive: 'http://example.com/x', integrity }]);
  expect(await meant(other, 'hello')).toBe(
    '3 brctl: the catalogue names http://example.com/x: not https',
  );
});

test('an archive that is missing, changed, or of something else is refused', async () => {
  const root = await released({ version: '1.2.0' });
  const other = await release('1.3.0');
  const file = join(root, 'releases/hello-1.2.0.tgz');
  writeFileSync(file, other.bytes);
  const changed = await brctl(root, ['install', 'hello']);
  expect(changed.code).toBe(5);
  expect(changed.err).toMatch(/^brctl: hello 1\.2\.0 \(.*\) is not what was promised: sha512-/);
  rmSync(file);
  expect(await meant(root, 'hello')).toBe(
    `3 brctl: the catalogue names ${file}, and it is not there`,
  );
  const archive = 'releases/x.tgz';
  const { integrity } = other;
  const wrong = catalogue([{ version: '1.2.0', archive, integrity }]);
  writeFile(join(wrong, archive), other.bytes);
  expect(await meant(wrong, 'hello')).toBe(
    `5 brctl: the catalogue says that ${wrong}/${archive} is hello 1.2.0, and it is hello 1.3.0`,
  );
  expect(existsSync(target)).toBe(false);
});

test('a folder that is built under another name is not the pack of the catalogue', async () => {
  const root = catalogue([]);
  const built = await hello('1.2.0');
  mkdirSync(join(root, 'dist/packs'), { recursive: true });
  cpSync(built, join(root, 'dist/packs/hello'), { recursive: true });
  const manifest = join(root, 'pack.yaml');
  const text = readFileSync(manifest, 'utf8');
  writeFileSync(manifest, text.replace('"name":"hello"', '"name":"other"'));
  expect(await meant(root, 'other')).toMatch(/^5 brctl: .* is other 1\.2\.0, and it is hello 1/);
});

test('a release whose version is none is in nobody’s way', async () => {
  const { bytes, integrity } = await release('1.2.0');
  const archive = 'hello.tgz';
  const versions = ['latest', '1.2', 'v1.3.0', '1.2.0', '01.2.0'];
  const root = catalogue(versions.map((version) => ({ version, archive, integrity })));
  writeFile(join(root, archive), bytes);
  expect(await meant(root, 'hello')).toBe('1.2.0');
  expect((await brctl(root, ['search', '--format=json'])).out).toContain(
    '"versions": [\n        "1.2.0"\n      ]',
  );
  expect((await brctl(root, ['list'])).code).toBe(0);
});

test('a version that was rolled away from is passed over until it is named', async () => {
  const root = await released({ version: '1.2.0' }, { version: '1.3.0' });
  await brctl(root, ['install', 'hello@1.2.0']);
  await brctl(root, ['install', 'hello']);
  await brctl(root, ['rollback', 'hello']);
  const again = await brctl(root, ['install', 'hello']);
  expect(again.out).toContain('1.3.0 is passed over: it was rolled away from');
  expect(await meant(root, 'hello@^1.3')).toBe(
    '2 brctl: hello 1.3.0 is not to be had: it was rolled away from',
  );
  const named = await brctl(root, ['install', 'hello@1.3.0']);
  expect([named.code, named.out]).toEqual([0, expect.stringContaining('hello 1.3.0 installed')]);
  expect(await meant(root, 'hello')).toBe('1.3.0');
});

test('a search shows what could be installed, by a word of the name or the summary', async () => {
  const root = await released({ version: '1.2.0' }, { version: '1.3.0', yanked: 'no' });
  await brctl(root, ['install', 'hello']);
  expect(await brctl(root, ['search', 'GREETS'])).toEqual({
    code: 0,
    out: 'Pack   Version  Installed  Summary\nhello  1.2.0    1.2.0      Greets.\n',
    err: '',
  });
  expect((await brctl(root, ['search', 'bye'])).out).toBe('the catalogue has no such pack\n');
  const json = await brctl(root, ['search', 'bye', '--format=json']);
  expect(JSON.parse(json.out)).toEqual({ schema: 'brctl/pack-search/v1', packs: [] });
  expect((await brctl(catalogue([]), ['search'])).out).toContain('not built');
});
