/** One signature for the archive, the folder and the installed copy; and none that is wrong. */
import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PublicKey, parsePublicKey } from '../../src/pack/trust/keys.ts';
import { highestLevel, isAtLeast, LEVELS, requireLevel } from '../../src/pack/trust/level.ts';
import {
  generateSigningKey,
  type SignatureFile,
  type Statement,
  signaturePathOf,
  signatureText,
  signPack,
  verifySignature,
} from '../../src/pack/trust/signature.ts';
import { type BrctlError, isBrctlError } from '../../src/sdk/index.ts';

const PACK: Statement = { name: 'hello', version: '1.2.0', tree: `sha256:${'ab'.repeat(32)}` };

const pair = generateSigningKey();
const trusted = keyIn(pair.publicPem);
const signature = signPack({ ...PACK, privateKeyPem: pair.privatePem });

function keyIn(text: string): PublicKey {
  const key = parsePublicKey(text);
  if ('problem' in key) throw new Error(key.problem);
  return key;
}

type Question = Readonly<{
  text?: string | Uint8Array;
  statement?: Statement;
  keys?: readonly PublicKey[];
}>;

function verify(question: Question = {}) {
  const { text = signatureText(signature), statement = PACK, keys = [trusted] } = question;
  return verifySignature({ bytes: Buffer.from(text), file: 'hello.sig', statement, keys });
}

/** The error that it throws. */
function refusal(work: () => unknown): BrctlError {
  try {
    work();
  } catch (error) {
    if (isBrctlError(error)) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function changed(change: Partial<Record<keyof SignatureFile, unknown>>): string {
  return JSON.stringify({ ...signature, ...change });
}

/** The last letter before the padding has four bits that mean nothing. */
function nextLetter(end: string): string {
  return `${String.fromCharCode(end.charCodeAt(0) + 1)}==`;
}

/** Signed all over again, by a key that may say whatever it likes. */
function resigned(statement: Statement): string {
  return signatureText(signPack({ ...statement, privateKeyPem: pair.privatePem }));
}

test('what a trusted key signed is signed', () => {
  expect(verify()).toEqual({ level: 'signed', key: pair.id, note: undefined });
});

test('the file has its keys in order, and signing again gives the same bytes', () => {
  expect(Object.keys(JSON.parse(signatureText(signature)))).toEqual([
    'schema',
    'name',
    'version',
    'tree',
    'algorithm',
    'key',
    'publicKey',
    'signature',
  ]);
  expect(resigned(PACK)).toBe(signatureText(signature));
});

test('the signature is over a text that anyone can write down', () => {
  const text =
    '{"schema":"brctl/signature/v1","name":"hello","version":"1.2.0",' +
    `"tree":"sha256:${'ab'.repeat(32)}"}`;
  const bytes = sign(null, Buffer.from(text), pair.privatePem).toString('base64');
  expect(signature.signature).toBe(bytes);
});

test('no signature is a level', () => {
  const none = { bytes: undefined, file: 'hello.sig', statement: PACK, keys: [trusted] };
  expect(verifySignature(none)).toEqual({ level: 'integrity', key: undefined, note: undefined });
});

test('a signature by a stranger is no better than none, and says so', () => {
  const note = `signed by key ${pair.id}, which is not trusted here`;
  for (const keys of [[], [keyIn(generateSigningKey().publicPem)]]) {
    expect(verify({ keys })).toEqual({ level: 'integrity', key: pair.id, note });
  }
});

test('a stranger whose key has the id of a trusted one is a stranger', () => {
  const other = { id: trusted.id, raw: keyIn(generateSigningKey().publicPem).raw };
  expect(verify({ keys: [other] }).level).toBe('integrity');
});

describe('a signature that is wrong is refused, whoever made it:', () => {
  const other = generateSigningKey();
  const cases: readonly (readonly [name: string, question: Question, says: string])[] = [
    [
      'another pack',
      { text: resigned({ ...PACK, name: 'other' }) },
      'is for the pack other, and this one is hello',
    ],
    [
      'another version',
      { text: resigned({ ...PACK, version: '1.1.0' }) },
      'is for hello 1.1.0, and this is 1.2.0',
    ],
    [
      'other files',
      { text: resigned({ ...PACK, tree: `sha256:${'cd'.repeat(32)}` }) },
      'is for other files of hello 1.2.0',
    ],
    ['a changed name', { text: changed({ name: 'other' }) }, 'does not fit what it says'],
    [
      'a version changed with the pack',
      { text: changed({ version: '9.9.9' }), statement: { ...PACK, version: '9.9.9' } },
      'does not fit what it says',
    ],
    [
      'other bytes',
      { text: changed({ signature: Buffer.alloc(64, 1).toString('base64') }) },
      'does not fit what it says',
    ],
    [
      'the bytes of another key',
      { text: changed({ publicKey: keyIn(other.publicPem).raw }) },
      `names key ${pair.id}, and contains another one`,
    ],
    [
      'another key and its id',
      { text: changed({ key: other.id, publicKey: keyIn(other.publicPem).raw }) },
      'does not fit what it says',
    ],
    [
      'an unknown algorithm',
      { text: changed({ algorithm: 'none' }) },
      'algorithm must be "ed25519"',
    ],
    ['no algorithm', { text: changed({ algorithm: undefined }) }, 'missing key "algorithm"'],
    ['a key too many', { text: JSON.stringify({ ...signature, x: 1 }) }, 'unknown key "x"'],
    ['bytes that are too few', { text: changed({ signature: 'AAAA' }) }, 'is not 64 bytes'],
    [
      'base64 with stray bits',
      { text: changed({ signature: signature.signature.replace(/.==$/, nextLetter) }) },
      'stray bits',
    ],
    ['half a file', { text: signatureText(signature).slice(0, 100) }, 'is no signature'],
    ['nothing at all', { text: '' }, 'is no signature'],
    ['text', { text: 'not found' }, 'is no signature'],
    ['what is YAML and not JSON', { text: `# hm\n${signatureText(signature)}` }, 'is not JSON'],
    [
      'a name that is given twice',
      { text: signatureText(signature).replace('{', '{"name": "other",') },
      'this key is given twice',
    ],
    ['no UTF-8', { text: Buffer.from([0x7b, 0xff, 0x7d]) }, 'is not UTF-8'],
    ['far too much', { text: ' '.repeat(20_000) }, 'has 20000 bytes'],
    [
      'a newer format',
      { text: changed({ schema: 'brctl/signature/v2' }) },
      'newer than this brctl',
    ],
  ];
  test.each(cases)('%s', (_, question, says) => {
    for (const keys of [[trusted], []]) {
      const error = refusal(() => verify({ ...question, keys }));
      expect(error).toMatchObject({ kind: 'integrity', code: 'signature-wrong' });
      expect(error.message).toContain(says);
      expect(error.message).toMatch(/^hello\.sig/);
      expect(error.hint).toBeDefined();
    }
  });
});

test('whatever happens to a signature, it is refused or as good as before', () => {
  const text = signatureText(signature);
  const damage = fc.record({
    at: fc.nat(text.length - 1),
    length: fc.nat(3),
    insert: fc.string({ unit: 'binary', maxLength: 3 }),
  });
  fc.assert(
    fc.property(damage, ({ at, length, insert }) => {
      const damaged = text.slice(0, at) + insert + text.slice(at + length);
      try {
        // White space between words may come and go.
        expect(verify({ text: damaged }).level).toBe('signed');
        expect(JSON.parse(damaged)).toEqual(JSON.parse(text));
      } catch (error) {
        expect(error).toMatchObject({ kind: 'integrity' });
      }
    }),
    { numRuns: 500 },
  );
});

describe('a key that cannot sign', () => {
  const pem = { type: 'pkcs8', format: 'pem' } as const;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(pem);
  const x25519 = generateKeyPairSync('x25519').privateKey.export(pem);
  const locked = generateKeyPairSync('ed25519').privateKey.export({
    ...pem,
    cipher: 'aes-256-cbc',
    passphrase: 'secret',
  });
  test.each([
    ['rsa', rsa, 'holds a key of type rsa, and ed25519 is needed'],
    ['x25519', x25519, 'holds a key of type x25519, and ed25519 is needed'],
    ['encrypted', locked, 'is encrypted'],
    ['public', pair.publicPem, 'holds a public key'],
    ['broken', pair.privatePem.replace('MC4', 'MC5'), 'holds no private key in PEM'],
    ['empty', '', 'holds no private key in PEM'],
  ])('is refused with what it is and without a word of it: %s', (_, privateKeyPem, says) => {
    const key = `${privateKeyPem}`;
    const error = refusal(() => signPack({ ...PACK, privateKeyPem: key, from: 'release.key' }));
    expect(error).toMatchObject({ kind: 'operational', code: 'signing-key-unusable' });
    expect(error.message).toBe(`release.key ${error.message.slice('release.key '.length)}`);
    expect(error.message).toContain(says);
    for (const line of key.split('\n').filter((each) => each.length > 8)) {
      expect(`${error.message} ${error.hint} ${error.cause}`).not.toContain(line);
    }
  });
});

test('a key whose line breaks were written out by a CI store signs as well', () => {
  const privateKeyPem = pair.privatePem.replaceAll('\n', '\\n');
  expect(signPack({ ...PACK, privateKeyPem })).toEqual(signature);
});

test('the signature of a pack lies beside it', () => {
  expect(signaturePathOf('dist/hello-1.2.0.tgz')).toBe('dist/hello-1.2.0.tgz.sig');
  expect(signaturePathOf('dist/hello/')).toBe('dist/hello.sig');
});

describe('levels', () => {
  test('are in order: each is enough for itself and for those below', () => {
    for (const [i, actual] of LEVELS.entries()) {
      for (const [j, minimum] of LEVELS.entries()) {
        expect(isAtLeast(actual, minimum)).toBe(i >= j);
      }
    }
  });

  test('the highest that anyone asks for is required: a flag cannot lower it', () => {
    expect(highestLevel('signed', 'integrity')).toBe('signed');
    expect(highestLevel('integrity', 'signed')).toBe('signed');
    expect(highestLevel(undefined, 'integrity')).toBe('integrity');
    expect(highestLevel(undefined, undefined)).toBe('dev');
  });

  test('too little is an integrity error that says what is needed', () => {
    expect(() => requireLevel('signed', 'integrity', 'hello 1.2.0')).not.toThrow();
    const error = refusal(() => requireLevel('integrity', 'signed', 'hello 1.2.0 (unsigned)'));
    expect(error).toMatchObject({ kind: 'integrity', code: 'trust-too-low' });
    expect(error.message).toBe(
      'hello 1.2.0 (unsigned) has trust level integrity, and signed is required here',
    );
    expect(refusal(() => requireLevel('dev', 'integrity', 'hello')).hint).toContain('linking');
  });
});
