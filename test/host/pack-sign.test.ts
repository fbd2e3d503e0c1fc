/** Signing: one signature for the archive, the folder and the installed copy; and keys to do it. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packSign } from '../../src/commands/pack-sign.ts';
import { packArchive } from '../../src/pack/source/archive.ts';
import { readTree } from '../../src/pack/store/tree.ts';
import { parsePublicKey } from '../../src/pack/trust/keys.ts';
import { generateSigningKey, verifySignature } from '../../src/pack/trust/signature.ts';
import {
  builtHello,
  HELLO_SOURCE,
  type HostOptions,
  ROOT,
  temporaryFolder,
} from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import { playVerb } from '../support/verb.ts';

const KEY = generateSigningKey();

/** A folder with a built pack as folder and archive, and a key. */
async function workbench() {
  const folder = await builtHello();
  const cwd = dirname(folder);
  writeFileSync(join(cwd, 'hello.tgz'), await packArchive(folder));
  writeFileSync(join(cwd, 'release.key'), KEY.privatePem, { mode: 0o600 });
  const sign = (words: readonly string[], options: HostOptions = {}) =>
    playVerb([packSign], ['pack', 'sign', ...words], { cwd, ...options });
  return { folder, cwd, sign };
}

/** By whoever has the public key, for the pack in a folder. */
function verify(file: string, root: string) {
  const key = parsePublicKey(KEY.publicPem);
  if ('problem' in key) throw new Error(key.problem);
  const statement = { name: 'hello', version: '1.2.0', tree: readTree(root).hash };
  return verifySignature({ bytes: readFileSync(file), file, statement, keys: [key] });
}

test('archive, folder and installed copy have the same signature', async () => {
  const { folder, cwd, sign } = await workbench();
  const { out, err } = await sign(['hello.tgz', '--key', 'release.key']);
  const { hash } = readTree(folder);
  expect(out).toBe(`hello 1.2.0 signed by key ${KEY.id}\n  ${hash}\n  ${cwd}/hello.tgz.sig\n`);
  expect(err).toBe('');
  await sign(['hello/', '--key', 'release.key']);
  const texts = ['hello.tgz.sig', 'hello.sig'].map((file) => readFileSync(join(cwd, file), 'utf8'));
  expect(texts[0]).toBe(texts[1]);

  const installed = join(cwd, 'g0001');
  cpSync(folder, installed, { recursive: true });
  mkdirSync(join(installed, '.brctl'));
  writeFileSync(join(installed, '.brctl/receipt.json'), '{}');
  for (const root of [folder, installed]) {
    expect(verify(join(cwd, 'hello.sig'), root)).toMatchObject({ level: 'signed', key: KEY.id });
  }
  writeFileSync(join(folder, 'README.md'), 'changed');
  expect(() => verify(join(cwd, 'hello.sig'), folder)).toThrow('is for other files');
});

test('a folder is signed beside itself, whatever way it is named', async () => {
  const { folder, cwd, sign } = await workbench();
  await sign(['.', '--key', '../release.key'], { cwd: folder });
  expect(existsSync(join(cwd, 'hello.sig'))).toBe(true);
  expect(existsSync(join(folder, '.sig'))).toBe(false);
});

test('signing again, a dry run and a signature of one’s own place write nothing', async () => {
  const { cwd, sign } = await workbench();
  const unsigned = fingerprint(cwd);
  const words = ['hello.tgz', '--key', 'release.key'];
  expect((await sign([...words, '--dry-run'])).out).toContain('would be signed by key');
  const printed = await sign([...words, '--format', 'json', '--out', 'elsewhere.sig']);
  expect(fingerprint(cwd)).toEqual(unsigned);
  await sign(words);
  expect(readFileSync(join(cwd, 'hello.tgz.sig'), 'utf8')).toBe(printed.out);
  const signed = fingerprint(cwd);
  expect((await sign(words)).out).toContain('is already signed by key');
  expect(fingerprint(cwd)).toEqual(signed);
});

describe('the key', () => {
  test('comes from a variable, or from the file that one names', async () => {
    const { cwd, sign } = await workbench();
    for (const env of [
      { BRCTL_SIGNING_KEY: KEY.privatePem },
      { BRCTL_SIGNING_KEY_FILE: join(cwd, 'release.key'), BRCTL_SIGNING_KEY: '' },
    ]) {
      rmSync(join(cwd, 'hello.sig'), { force: true });
      await sign(['hello'], { env });
      expect(verify(join(cwd, 'hello.sig'), join(cwd, 'hello')).key).toBe(KEY.id);
    }
  });

  test('that others can read is warned about', async () => {
    const { cwd, sign } = await workbench();
    chmodSync(join(cwd, 'release.key'), 0o640);
    const { err } = await sign(['hello', '--key', 'release.key']);
    expect(err).toContain('warning: release.key can be read by others than its owner');
  });

  test.each<readonly [string, readonly string[], HostOptions['env'], string]>([
    ['none', ['hello'], {}, 'no key to sign with'],
    ['an unnamed one', ['hello', '--key', ''], {}, '--key names no file'],
    ['a missing one', ['hello', '--key', 'none'], {}, 'cannot read the private key'],
    ['a folder', ['hello', '--key', '.'], {}, '. is a folder, not a key'],
    ['no key at all', ['hello', '--key', 'hello.tgz'], {}, 'holds no private key in PEM'],
    ['a broken variable', ['hello'], { BRCTL_SIGNING_KEY: 'x' }, 'BRCTL_SIGNING_KEY holds no'],
    ['two', ['hello'], { BRCTL_SIGNING_KEY: 'x', BRCTL_SIGNING_KEY_FILE: 'y' }, 'are both set'],
    ['one inside the pack', ['hello', '--key', 'hello/release.key'], {}, 'lies in the pack'],
  ])('is refused: %s', async (_, words, env, says) => {
    const { cwd, sign } = await workbench();
    cpSync(join(cwd, 'release.key'), join(cwd, 'hello/release.key'));
    await expect(sign(words, { env: env ?? {} })).rejects.toThrow(says);
    expect(readdirSync(cwd).filter((name) => name.endsWith('.sig'))).toEqual([]);
  });
});

test.each<readonly [string, (cwd: string) => string, object]>([
  ['nothing', () => '', { kind: 'usage', code: 'pack-missing' }],
  ['what is not there', () => 'none', { kind: 'usage', code: 'pack-missing' }],
  ['a folder that is no pack', (cwd) => cwd, { kind: 'usage', code: 'pack-missing' }],
  ['the source of a pack', () => HELLO_SOURCE, { kind: 'operational', code: 'pack-not-built' }],
  ['a catalogue', () => ROOT, { kind: 'operational', code: 'pack-invalid' }],
  ['what is no archive', (cwd) => join(cwd, 'release.key.txt'), { kind: 'integrity' }],
])('cannot be signed: %s', async (_, pack, error) => {
  const { cwd, sign } = await workbench();
  writeFileSync(join(cwd, 'release.key.txt'), 'hello');
  await expect(sign([pack(cwd), '--key', 'release.key'])).rejects.toMatchObject(error);
});

describe('--generate-key', () => {
  const generate = (words: readonly string[], cwd: string) =>
    playVerb([packSign], ['pack', 'sign', '--generate-key', ...words], { cwd });

  test('makes a key that signs, for its owner’s eyes, and a public one to trust', async () => {
    const { cwd, sign } = await workbench();
    const { out } = await generate(['keys/new.key', '--format', 'json'], cwd);
    const { schema, key } = JSON.parse(out);
    expect(schema).toBe('brctl/signing-key/v1');
    expect(statSync(join(cwd, 'keys/new.key')).mode & 0o777).toBe(0o600);
    const { err } = await sign(['hello', '--key', 'keys/new.key']);
    expect(err).toBe('');
    expect(JSON.parse(readFileSync(join(cwd, 'hello.sig'), 'utf8')).key).toBe(key);
    const found = parsePublicKey(readFileSync(join(cwd, 'keys/new.key.pub'), 'utf8'));
    expect(found).toMatchObject({ id: key });
  });

  test('never shows the private key', async () => {
    const cwd = temporaryFolder();
    const { out } = await generate(['new.key'], cwd);
    const [, secret] = readFileSync(join(cwd, 'new.key'), 'utf8').split('\n');
    expect(out).toContain('brctl trust add new.key.pub');
    expect(out).not.toContain(secret);
  });

  test.each(['new.key', 'new.key.pub'])('replaces no %s', async (name) => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, name), 'mine');
    await expect(generate(['new.key'], cwd)).rejects.toMatchObject({ code: 'key-exists' });
    expect(readdirSync(cwd)).toEqual([name]);
    expect(readFileSync(join(cwd, name), 'utf8')).toBe('mine');
  });

  test('signs nothing, and a dry run makes nothing', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'hello'));
    await expect(generate(['new.key', 'hello'], cwd)).rejects.toMatchObject({ kind: 'usage' });
    expect((await generate(['new.key', '--dry-run'], cwd)).out).toContain('would be written');
    expect(readdirSync(cwd)).toEqual(['hello']);
  });
});
