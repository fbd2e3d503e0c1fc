/** Signed packs through every command: what a level is worth, and that nothing lowers a minimum. */
import { chmodSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { readLock } from '../../src/pack/store/lockfile.ts';
import { readTree } from '../../src/pack/store/tree.ts';
import { parsePublicKey } from '../../src/pack/trust/keys.ts';
import {
  generateSigningKey,
  type KeyPair,
  signatureText,
  signPack,
} from '../../src/pack/trust/signature.ts';
import { type HostOptions, type Ran, temporaryFolder } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import {
  catalogue,
  leavingNothingBehind,
  online,
  release,
  serve,
  writeFile,
} from '../support/releases.ts';

leavingNothingBehind();

const [KEY, OTHER] = [generateSigningKey(), generateSigningKey()];

let target: string;
let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  target = join(folder, 'srv');
});

const brctl = (words: readonly string[], options: HostOptions = {}): Promise<Ran> =>
  online(['pack', ...words, `--target=${target}`], options);
const locked = () => readLock(join(target, 'packs.lock.yaml')).get('hello');
const current = () => readlinkSync(join(target, '.brctl/packs/hello/current'));

/** What the operator of the target trusts. */
function trust(keys: readonly KeyPair[], minLevel?: string): void {
  const items = keys.map(({ id, publicPem }) => {
    const key = parsePublicKey(publicPem);
    return { id, publicKey: 'raw' in key ? key.raw : '' };
  });
  const least = minLevel === undefined ? '' : `minLevel: ${minLevel}\n`;
  const head = `apiVersion: brctl.dev/v1\nkind: Trust\n${least}`;
  writeFile(join(target, 'config/trust.yaml'), `${head}keys: ${JSON.stringify(items)}\n`);
}

/** An archive, and its signature beside it. */
async function signed(version: string, key: KeyPair | undefined) {
  const { bytes, integrity, root } = await release(version);
  const file = writeFile(join(folder, `hello-${version}.tgz`), bytes);
  const { hash: tree } = readTree(root);
  const privateKeyPem = key?.privatePem ?? '';
  const statement = { name: 'hello', version, tree };
  if (key !== undefined) {
    writeFile(`${file}.sig`, signatureText(signPack({ ...statement, privateKeyPem })));
  } else rmSync(`${file}.sig`, { force: true });
  return { bytes, integrity, root, file, signature: `${file}.sig` };
}

describe('a pack that a trusted key has signed', () => {
  test('has the level signed wherever levels are shown', async () => {
    trust([KEY]);
    const { file } = await signed('1.2.0', KEY);
    const { code, out } = await brctl(['install', file]);
    expect([code, out]).toEqual([0, expect.stringContaining(`  signed by key ${KEY.id}\n`)]);
    expect(locked()).toMatchObject({ level: 'signed', key: KEY.id });
    expect((await brctl(['list'])).out).toMatch(/g0001 +signed +intact/);
    expect((await brctl(['history', 'hello'])).out).toMatch(/ signed +current /);
    expect((await brctl(['info', 'hello'])).out).toMatch(/level +signed\n/);
    expect((await brctl(['verify'])).out).toBe(
      `hello 1.2.0 (g0001) verified: 8 files, level signed by key ${KEY.id}\n`,
    );
    const json = JSON.parse((await brctl(['install', file, '--format=json'])).out);
    expect([json.action, json.level, json.key]).toEqual(['none', 'signed', KEY.id]);
  });

  test('is signed as a folder, from an address and from the catalogue', async () => {
    const { file, root, integrity } = await signed('1.2.0', KEY);
    writeFileSync(`${root}.sig`, readFileSync(`${file}.sig`));
    const host = await serve(({ url }, response) => {
      response.end(readFileSync(url === '/hello.tgz' ? file : `${file}.sig`));
    });
    const archive = `http://${host}/hello.tgz`;
    const packageRoot = catalogue([{ version: '1.2.0', archive, integrity }]);
    for (const spec of [root, `${root}/`, `${archive}#${integrity}`, 'hello']) {
      target = join(temporaryFolder(), 'srv');
      trust([KEY], 'signed');
      expect((await brctl(['install', spec], { packageRoot })).code).toBe(0);
      expect(locked()).toMatchObject({ level: 'signed', key: KEY.id });
    }
  });

  test('becomes so when the signature comes later, and stays so when it is gone', async () => {
    trust([KEY]);
    const { root } = await signed('1.2.0', undefined);
    await brctl(['install', root]);
    expect(locked()).toMatchObject({ level: 'integrity', key: null });
    const { file } = await signed('1.2.0', KEY);
    await brctl(['install', file]);
    expect((await brctl(['verify'])).out).toContain(`level signed by key ${KEY.id}\n`);
    expect(locked()).toMatchObject({ level: 'signed', key: KEY.id });
    await brctl(['install', root]);
    expect((await brctl(['verify'])).out).toContain(`level signed by key ${KEY.id}\n`);
    expect(locked()).toMatchObject({ level: 'signed', key: KEY.id });
  });
});

describe('a signature that is wrong', () => {
  const spoil: Readonly<Record<string, (text: string) => string>> = {
    'no signature': () => 'nothing',
    'an empty file': () => '',
    'damaged base64': (text) => text.replace(/"signature": "./, '"signature": "_'),
    'another signature': (text) => text.replace(/"signature": "../, '"signature": "AA'),
    'another version': (text) => text.replace('1.2.0', '1.2.1'),
    'another pack': (text) => text.replace('"hello"', '"bye"'),
    'other bytes': (text) => text.replace(/sha256:../, 'sha256:00'),
    'another key id': (text) => text.replace(KEY.id, OTHER.id),
    'a later format': (text) => text.replace('signature/v1', 'signature/v2'),
    'far too much': (text) => text + ' '.repeat(20_000),
  };

  test.each(Object.keys(spoil))('%s is an error for everybody', async (what) => {
    const { file, signature } = await signed('1.2.0', KEY);
    const text = readFileSync(signature, 'utf8');
    writeFileSync(signature, spoil[what]!(text));
    expect(readFileSync(signature, 'utf8')).not.toBe(text);
    for (const keys of [[], [KEY], [OTHER]]) {
      trust(keys);
      for (const words of [[], ['--dry-run'], ['--min-level', 'integrity']]) {
        const { code, out, err } = await brctl(['install', file, ...words]);
        expect([code, out]).toEqual([5, '']);
        expect(err).toContain(`brctl: ${signature}`);
      }
    }
  });

  test('of a former version fits no later one', async () => {
    trust([KEY]);
    const old = await signed('1.2.0', KEY);
    const next = await signed('1.3.0', undefined);
    writeFileSync(next.signature, readFileSync(old.signature));
    const { code, err } = await brctl(['install', next.file]);
    expect([code, err]).toEqual([
      5,
      `brctl: ${next.signature} is for hello 1.2.0, and this is 1.3.0\n` +
        '  hint: get the pack and its signature again from where they come from\n',
    ]);
  });
});

test('a stranger’s signature is told, and is worth what none is', async () => {
  trust([OTHER]);
  const { file } = await signed('1.2.0', KEY);
  const { code, out } = await brctl(['install', file]);
  const note = `signed by key ${KEY.id}, which is not trusted here`;
  expect([code, out]).toEqual([0, expect.stringContaining(`  note ${note}\n`)]);
  expect(locked()).toMatchObject({ level: 'integrity', key: null });
  expect((await brctl(['verify'])).code).toBe(0);
  const asked = await brctl(['install', file, '--min-level', 'signed']);
  expect([asked.code, asked.err]).toEqual([
    5,
    `brctl: hello 1.2.0 (${note}) has trust level integrity, and signed is required here\n` +
      '  hint: trust the key of its signer with brctl trust add, or get the pack from who signs it\n',
  ]);
});

describe('a minimum', () => {
  test('of the target is for every way in, and no flag lowers it', async () => {
    trust([KEY], 'signed');
    const { file, root } = await signed('1.2.0', undefined);
    const ways = [[file], [root], [root, '--link'], [file, '--frozen'], [file, '--dry-run']];
    for (const words of ways) {
      for (const level of [[], ['--min-level', 'integrity']]) {
        const { code } = await brctl(['install', ...words, ...level]);
        expect([words, code]).toEqual([words, 5]);
      }
    }
    expect((await brctl(['plan', file])).code).toBe(5);
    expect((await brctl(['install', file, '--min-level', 'dev'])).code).toBe(2);
    writeFileSync(join(folder, 'trust.yaml'), 'minLevel: dev\n');
    mkdirSync(join(folder, 'config'));
    writeFileSync(join(folder, 'config/trust.yaml'), 'minLevel: dev\n');
    expect((await brctl(['install', file], { cwd: folder })).code).toBe(5);
    const good = await signed('1.2.0', KEY);
    expect((await brctl(['install', good.file])).code).toBe(0);
  });

  test('of a flag is for one command', async () => {
    const { file } = await signed('1.2.0', undefined);
    const refused = await brctl(['install', file, '--min-level', 'signed']);
    expect([refused.code, refused.err]).toEqual([
      5,
      expect.stringContaining('hello 1.2.0 (it has no signature) has trust level integrity'),
    ]);
    expect((await brctl(['install', file])).code).toBe(0);
    const next = await signed('1.3.0', undefined);
    writeFileSync(file, readFileSync(next.file));
    expect((await brctl(['upgrade', 'hello', '--min-level', 'signed'])).code).toBe(5);
    expect((await brctl(['upgrade', 'hello'])).code).toBe(0);
  });

  test('that was raised later is told by verify, and keeps a rollback from below', async () => {
    trust([KEY]);
    await brctl(['install', (await signed('1.2.0', undefined)).file]);
    await brctl(['install', (await signed('1.3.0', KEY)).file]);
    trust([KEY], 'signed');
    expect((await brctl(['verify'])).code).toBe(0);
    const before = fingerprint(target);
    const { code, err } = await brctl(['rollback', 'hello']);
    expect([code, err]).toEqual([
      5,
      expect.stringContaining('hello 1.2.0 (it has no signature) has trust level integrity, and'),
    ]);
    expect(fingerprint(target)).toEqual(before);
    trust([KEY]);
    expect((await brctl(['rollback', 'hello'])).code).toBe(0);
    trust([KEY], 'signed');
    const verified = await brctl(['verify']);
    const sentence = 'has trust level integrity, and signed is required here';
    expect([verified.code, verified.out]).toEqual([5, expect.stringContaining(sentence)]);
    const visit = await online(['doctor', `--target=${target}`]);
    expect([visit.code, visit.out]).toEqual([1, expect.stringContaining(sentence)]);
  });

  test('is told of a linked folder too', async () => {
    const { root } = await signed('1.2.0', undefined);
    await brctl(['install', root, '--link']);
    trust([], 'integrity');
    const { code, out } = await brctl(['verify']);
    expect([code, out]).toEqual([
      5,
      'hello 1.2.0 (g0001) differs\n  has trust level dev, and integrity is required here\n',
    ]);
  });
});

describe('trust that was withdrawn', () => {
  beforeEach(async () => {
    trust([KEY]);
    await brctl(['install', (await signed('1.2.0', KEY)).file]);
  });

  test('is a difference, whatever the minimum is', async () => {
    trust([]);
    const { code, out } = await brctl(['verify']);
    expect([code, out]).toEqual([
      5,
      `hello 1.2.0 (g0001) differs\n  signed by key ${KEY.id}, which is not trusted here\n`,
    ]);
    const json = JSON.parse((await brctl(['verify', '--format=json'])).out);
    expect(json.packs[0]).toMatchObject({ level: 'integrity', key: null });
    expect((await brctl(['list'])).out).toMatch(/hello +1\.2\.0 .* integrity +intact/);
  });

  test('so is a signature that is gone or changed', async () => {
    const file = join(target, '.brctl/packs/hello', current(), '.brctl/signature.json');
    const text = readFileSync(file, 'utf8');
    chmodSync(file, 0o644);
    writeFileSync(file, text.replace('1.2.0', '1.2.1'));
    expect((await brctl(['verify'])).out).toContain('was damaged or changed: its signature');
    rmSync(file);
    expect((await brctl(['verify'])).out).toContain(`its signature by key ${KEY.id} is gone\n`);
    const visit = await online(['doctor', `--target=${target}`]);
    expect([visit.code, visit.out]).toEqual([1, expect.stringContaining('is gone')]);
  });

  test('and a trust file that cannot be understood trusts nobody', async () => {
    writeFileSync(join(target, 'config/trust.yaml'), 'keys: 1\n');
    const verified = await brctl(['verify']);
    expect([verified.code, verified.out]).toEqual([5, expect.stringContaining('trust.yaml:')]);
    const { code, err } = await brctl(['install', (await signed('1.3.0', KEY)).file]);
    expect([code, err]).toEqual([3, expect.stringContaining('config/trust.yaml:')]);
  });
});
