/** Keys that the operator trusts, in a file that is the operator's. */
import { generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { trustAdd } from '../../src/commands/trust-add.ts';
import { trustList } from '../../src/commands/trust-list.ts';
import { trustRemove } from '../../src/commands/trust-remove.ts';
import { parsePublicKey, readTrust, trustFileOf, trustOf } from '../../src/pack/trust/keys.ts';
import { generateSigningKey } from '../../src/pack/trust/signature.ts';
import { temporaryFolder } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import { playVerb } from '../support/verb.ts';

const [KEY, OTHER] = [generateSigningKey(), generateSigningKey()];
const HEAD = 'apiVersion: brctl.dev/v1\nkind: Trust\n';

function rawOf(pem: string): string {
  const key = parsePublicKey(pem);
  if ('problem' in key) throw new Error(key.problem);
  return key.raw;
}

const item = ({ id, publicPem }: typeof KEY) =>
  `  - id: "${id}"\n    publicKey: ${rawOf(publicPem)}\n`;

function withTrust(text: string | undefined) {
  const cwd = temporaryFolder();
  const target = join(cwd, 'srv');
  const file = trustFileOf(target);
  mkdirSync(dirname(file), { recursive: true });
  if (text !== undefined) writeFileSync(file, text);
  writeFileSync(join(cwd, 'key.pub'), KEY.publicPem);
  writeFileSync(join(cwd, 'other.pub'), rawOf(OTHER.publicPem));
  const verbs = [trustAdd, trustList, trustRemove];
  const trust = (...words: readonly string[]) =>
    playVerb(verbs, ['trust', ...words], { cwd, target });
  return { cwd, target, file, trust, text: () => readFileSync(file, 'utf8') };
}

describe('config/trust.yaml', () => {
  const errors = (text: string) =>
    readTrust(Buffer.from(text), 'trust.yaml').problems.map(
      ({ line, column, code, message }) => `${line}:${column} ${code} ${message}`,
    );

  test('has keys as PEM or as 32 bytes, and a minimum level', () => {
    const pem = KEY.publicPem.trim().replaceAll('\n', '\n      ');
    const text = `${HEAD}minLevel: signed
keys:
  - id: "${KEY.id}"
    publicKey: |
      ${pem}
    comment: release team
${item(OTHER)}`;
    expect(readTrust(Buffer.from(text), 'trust.yaml')).toEqual({
      problems: [],
      trust: {
        minLevel: 'signed',
        keys: [
          { id: KEY.id, raw: rawOf(KEY.publicPem), comment: 'release team' },
          { id: OTHER.id, raw: rawOf(OTHER.publicPem), comment: undefined },
        ],
      },
    });
  });

  test('may say little', () => {
    const nobody = { minLevel: undefined, keys: [] };
    expect(readTrust(Buffer.from(HEAD), 'trust.yaml').trust).toEqual(nobody);
    expect(trustOf(temporaryFolder())).toEqual(nobody);
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  const x25519 = generateKeyPairSync('x25519').publicKey;
  const pem = { type: 'spki', format: 'pem' } as const;
  const weak = Buffer.alloc(32);
  weak[0] = 1;
  const withKey = (publicKey: string | Buffer) =>
    `${HEAD}keys:\n  - id: "${KEY.id}"\n    publicKey: ${JSON.stringify(`${publicKey}`)}\n`;
  test.each([
    ['no kind', 'apiVersion: brctl.dev/v1\n', '1:1 missing-key'],
    ['a newer format', 'apiVersion: brctl.dev/v2\nkind: Trust\n', '1:13 api-version'],
    ['a level that is none', `${HEAD}minLevel: dev\n`, '3:11 wrong-value'],
    ['a key that nobody knows', `${HEAD}minlevel: signed\n`, '3:1 unknown-key'],
    ['a key twice', `${HEAD}keys:\n${item(KEY)}${item(KEY)}`, '6:9 duplicate-key-id'],
    ['an id of another key', withKey(rawOf(OTHER.publicPem)), '4:9 key-id-differs'],
    ['half a key', withKey('AAAA'), '5:16 key-unusable keys[0].publicKey is neither'],
    [
      'an rsa key',
      withKey(rsa.export(pem)),
      '5:16 key-unusable keys[0].publicKey is a key of type rsa',
    ],
    ['an x25519 key', withKey(x25519.export(pem)), 'is a key of type x25519'],
    ['a weak key', withKey(weak.toString('base64')), 'is a key that anyone can sign for'],
    ['a private key', withKey(KEY.privatePem), 'is a private key'],
    ['two keys at once', withKey(KEY.publicPem + OTHER.publicPem), 'is neither a public key'],
    [
      'an id that YAML takes for a number',
      `${HEAD}keys:\n  - id: 1234567890123456\n    publicKey: x\n`,
      '4:9 wrong-type',
    ],
    ['nothing', '', '1:1 wrong-type'],
  ])('is refused with its place: %s', (_, text, says) => {
    const said = errors(text);
    expect(said[0]).toContain(says);
    expect(said.join()).not.toContain(KEY.privatePem.split('\n')[1]);
    expect(readTrust(Buffer.from(text), 'trust.yaml').trust).toBeUndefined();
  });

  test('trusts nobody silently: what cannot be read or understood stops the command', () => {
    const { target, file } = withTrust('keys: [');
    expect(() => trustOf(target)).toThrow(expect.objectContaining({ code: 'trust-invalid' }));
    writeFileSync(file, Buffer.from([0xff, 0xfe]));
    expect(() => trustOf(target)).toThrow('is not UTF-8 text');
    for (const there of ['nowhere', '.']) {
      const other = withTrust(undefined);
      symlinkSync(there, other.file);
      expect(() => trustOf(other.target)).toThrow(
        expect.objectContaining({ code: 'trust-unreadable' }),
      );
    }
  });
});

describe('trust add, list and remove', () => {
  test('a new target trusts nobody, and then whom it was told to', async () => {
    const { trust, target, file } = withTrust(undefined);
    expect((await trust('list')).out).toBe(
      `no keys are trusted in ${file}\nany trust level is enough\n`,
    );
    const added = await trust('add', 'key.pub', '--comment', 'release team');
    expect(added.out).toBe(`key ${KEY.id} (release team) is now trusted in ${file}\n`);
    await trust('add', 'other.pub');
    expect((await trust('list')).out).toBe(
      `Key               Comment\n${KEY.id}  release team\n${OTHER.id}  -\n\n` +
        'any trust level is enough\n',
    );
    expect(JSON.parse((await trust('list', '--format', 'json')).out)).toEqual({
      schema: 'brctl/trust-list/v1',
      file,
      minLevel: null,
      keys: [
        { id: KEY.id, publicKey: rawOf(KEY.publicPem), comment: 'release team' },
        { id: OTHER.id, publicKey: rawOf(OTHER.publicPem), comment: null },
      ],
    });
    await trust('remove', KEY.id.toUpperCase());
    expect(trustOf(target).keys.map(({ id }) => id)).toEqual([OTHER.id]);
    expect(readdirSync(dirname(file))).toEqual(['trust.yaml']);
  });

  test('comments, levels and the way of writing stay', async () => {
    const text = `# ours\n${HEAD}minLevel: signed # since June\n\nkeys:\n${item(OTHER)}# the end\n`;
    const { trust, text: now } = withTrust(text);
    await trust('add', 'key.pub');
    for (const words of ['# ours\n', 'minLevel: signed # since June\n', '# the end', item(OTHER)]) {
      expect(now()).toContain(words);
    }
    await trust('remove', KEY.id);
    expect(now()).toBe(text.replace('# the end', '\n# the end'));
  });

  test('what is there already, and a dry run, write nothing', async () => {
    const { trust, file } = withTrust(`${HEAD}keys:\n${item(KEY)}`);
    chmodSync(file, 0o640);
    const [before] = fingerprint(dirname(file));
    expect((await trust('add', 'key.pub')).out).toContain('is already trusted');
    expect((await trust('add', 'other.pub', '--dry-run')).out).toContain('nothing was changed');
    expect((await trust('remove', KEY.id, '--dry-run')).out).toContain('nothing was changed');
    expect(fingerprint(dirname(file))).toEqual([before]);
    await trust('add', 'other.pub');
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  test('a linked file stays a link', async () => {
    const { trust, file, cwd } = withTrust(undefined);
    writeFileSync(join(cwd, 'real.yaml'), HEAD);
    symlinkSync(join(cwd, 'real.yaml'), join(cwd, 'link.yaml'));
    symlinkSync(join(cwd, 'link.yaml'), file);
    await trust('add', 'key.pub');
    expect(lstatSync(join(cwd, 'link.yaml')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(cwd, 'real.yaml'), 'utf8')).toContain(KEY.id);
  });

  test('a target that no key can satisfy any more is told so', async () => {
    const { trust } = withTrust(`${HEAD}minLevel: signed\nkeys:\n${item(KEY)}`);
    expect((await trust('remove', KEY.id)).out).toContain('every pack is refused');
  });

  test.each<readonly [string, readonly string[], string]>([
    ['an unknown id', ['remove', 'ffffffffffffffff'], 'is not trusted in'],
    ['no file', ['add', 'none.pub'], 'cannot read none.pub'],
    ['a private key', ['add', 'key'], 'key is a private key'],
    ['two lines', ['add', 'key.pub', '--comment', 'a\nb'], '--comment takes one line'],
  ])('%s is refused', async (_, words, says) => {
    const { trust, cwd, text } = withTrust(`${HEAD}keys:\n${item(OTHER)}`);
    writeFileSync(join(cwd, 'key'), KEY.privatePem);
    await expect(trust(...words)).rejects.toThrow(says);
    expect(text()).toBe(`${HEAD}keys:\n${item(OTHER)}`);
  });

  test('a file that cannot be edited without breaking it is left alone', async () => {
    const one = `${item(KEY)}    comment: &who "${OTHER.id}"\n`;
    const theirs = `    publicKey: ${rawOf(OTHER.publicPem)}\n`;
    for (const [id, two] of [
      [KEY.id, `  - id: "${OTHER.id}"\n${theirs}    comment: *who\n`],
      [OTHER.id, `  - id: *who\n${theirs}`],
    ] as const) {
      const text = `${HEAD}keys:\n${one}${two}`;
      const { trust, text: now } = withTrust(text);
      await expect(trust('remove', id)).rejects.toMatchObject({ code: 'trust-uneditable' });
      expect(now()).toBe(text);
    }
  });

  test('two at once both get in', async () => {
    const { trust, target } = withTrust(undefined);
    await Promise.all([trust('add', 'key.pub'), trust('add', 'other.pub')]);
    expect(
      trustOf(target)
        .keys.map(({ id }) => id)
        .sort(),
    ).toEqual([KEY.id, OTHER.id].sort());
  });
});
