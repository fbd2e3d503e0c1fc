/**
 * The detached signature of a pack: ed25519 over name, version and tree hash.
 *
 * Because the tree hash is of the files and not of an archive, one signature fits the `.tgz`, the
 * folder and the installed copy, under whatever file name. The key inside the file only lets a
 * damaged signature be told from a stranger's; trust comes from the operator's keys alone.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import signatureSchema from '../../../schemas/signature.schema.json' with { type: 'json' };
import { BrctlError, operationalError, place, toJson } from '../../sdk/index.ts';
import { ownSchema } from '../schema/json-schema.ts';
import { parseJsonBytes } from '../schema/yaml-document.ts';
import { keyObjectOf, type PublicKey, publicKeyOf } from './keys.ts';

/** What is signed, and what a signature is compared with: the manifest and the files themselves. */
export type Statement = Readonly<{
  name: string;
  version: string;
  /** As `readTree` gives it. */
  tree: string;
}>;

const SIGNATURE_SCHEMA = 'brctl/signature/v1';

/** Keys in the order in which they are written. */
export type SignatureFile = Readonly<{
  schema: typeof SIGNATURE_SCHEMA;
  name: string;
  version: string;
  tree: string;
  algorithm: 'ed25519';
  /** The id of the key. */
  key: string;
  /** 32 raw bytes in base64. */
  publicKey: string;
  /** 64 raw bytes in base64. */
  signature: string;
}>;

export type Verified =
  | Readonly<{ level: 'signed'; key: string; note: undefined }>
  | Readonly<{
      level: 'integrity';
      /** Who signed without being trusted; undefined when nobody signed. */
      key: string | undefined;
      /** Why a signature does not count. */
      note: string | undefined;
    }>;

const BYTES_MAX = 16 * 1024;

/** `finance-1.2.0.tgz` -> `finance-1.2.0.tgz.sig`; `dist/finance/` -> `dist/finance.sig`. */
export function signaturePathOf(pack: string): string {
  return `${pack.replace(/[\\/]+$/, '')}.sig`;
}

/** The same bytes for the same statement, whatever else is in the file around it. */
function signedBytes({ name, version, tree }: Statement): Buffer {
  return Buffer.from(JSON.stringify({ schema: SIGNATURE_SCHEMA, name, version, tree }));
}

export type SignOptions = Statement &
  Readonly<{
    privateKeyPem: string;
    /** The file or variable the key comes from, for messages. */
    from?: string;
  }>;

/** Throws `operational` for a key that cannot sign; the key is never part of a message. */
export function signPack({ privateKeyPem, from = 'the key', ...pack }: SignOptions): SignatureFile {
  const key = readPrivateKey(privateKeyPem, from);
  const { id, raw } = publicKeyOf(createPublicKey(key));
  const { name, version, tree } = pack;
  return {
    schema: SIGNATURE_SCHEMA,
    name,
    version,
    tree,
    algorithm: 'ed25519',
    key: id,
    publicKey: raw,
    signature: sign(null, signedBytes(pack), key).toString('base64'),
  };
}

/** The bytes of the file: keys in fixed order, so that signing again gives the same. */
export function signatureText(signature: SignatureFile): string {
  const { schema, name, version, tree, algorithm, key, publicKey, signature: bytes } = signature;
  return toJson({ schema, name, version, tree, algorithm, key, publicKey, signature: bytes });
}

export type VerifyOptions = Readonly<{
  /** The signature file; undefined when there is none. */
  bytes: Uint8Array | undefined;
  /** As it is shown to the person. */
  file: string;
  /** Of the pack at hand. */
  statement: Statement;
  /** Those the operator trusts. */
  keys: readonly PublicKey[];
}>;

/**
 * No signature is a level; a signature that is wrong in any way is an `integrity` error, also when
 * a stranger made it.
 */
export function verifySignature({ bytes, file, statement, keys }: VerifyOptions): Verified {
  if (bytes === undefined) return { level: 'integrity', key: undefined, note: undefined };
  const signature = readSignature(bytes, file);
  const { key, publicKey } = signature;
  if (publicKeyOf(keyObjectOf(publicKey)).id !== key) {
    throw wrong(file, `names key ${key}, and contains another one`);
  }
  const proof = Buffer.from(signature.signature, 'base64');
  if (!verify(null, signedBytes(signature), keyObjectOf(publicKey), proof)) {
    throw wrong(file, 'was damaged or changed: its signature does not fit what it says');
  }
  refuseOther(signature, statement, file);
  // Ids are short enough to be forged with effort; whole keys are not.
  if (keys.some(({ id, raw }) => id === key && raw === publicKey)) {
    return { level: 'signed', key, note: undefined };
  }
  return { level: 'integrity', key, note: `signed by key ${key}, which is not trusted here` };
}

function readSignature(bytes: Uint8Array, file: string): SignatureFile {
  if (bytes.byteLength > BYTES_MAX) {
    throw wrong(file, `has ${bytes.byteLength} bytes, far more than a signature`);
  }
  const document = parseJsonBytes(bytes, file);
  const [problem] = [...document.problems, ...ownSchema(signatureSchema).check(document)];
  if (isNewer(document.value)) {
    throw wrong(file, 'has a format that is newer than this brctl', 'upgrade brctl');
  }
  if (problem !== undefined) {
    throw wrong(place(problem), `is no signature: ${problem.message}`);
  }
  if (!isJson(bytes)) throw wrong(file, 'is no signature: it is not JSON');
  const signature = document.value as SignatureFile;
  for (const part of [signature.publicKey, signature.signature]) {
    // Two texts for the same bytes would be two files for the same signature.
    if (Buffer.from(part, 'base64').toString('base64') !== part) {
      throw wrong(file, 'is no signature: its base64 has stray bits at the end');
    }
  }
  return signature;
}

function isNewer(value: unknown): boolean {
  const schema = (value as { schema?: unknown } | null | undefined)?.schema;
  return typeof schema === 'string' && /^brctl\/signature\/v([2-9]|\d\d+)$/.test(schema);
}

/** YAML reads more than JSON does. */
function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder().decode(bytes));
    return true;
  } catch {
    return false;
  }
}

function refuseOther(signed: Statement, actual: Statement, file: string): void {
  if (signed.name !== actual.name) {
    throw wrong(file, `is for the pack ${signed.name}, and this one is ${actual.name}`);
  }
  if (signed.version !== actual.version) {
    const { name } = actual;
    throw wrong(file, `is for ${name} ${signed.version}, and this is ${actual.version}`);
  }
  if (signed.tree !== actual.tree) {
    const what = `${actual.name} ${actual.version}`;
    throw wrong(
      file,
      `is for other files of ${what}: ${signed.tree}, and these are ${actual.tree}`,
    );
  }
}

function wrong(
  file: string,
  problem: string,
  hint = 'get the pack and its signature again from where they come from',
): BrctlError {
  return new BrctlError('integrity', {
    code: 'signature-wrong',
    message: `${file} ${problem}`,
    hint,
  });
}

/** PEM (PKCS #8, ed25519, not encrypted). CI stores often write line breaks as `\n`: both do. */
function readPrivateKey(pem: string, from: string): KeyObject {
  const refuse = (problem: string, hint?: string) =>
    operationalError('signing-key-unusable', `${from} ${problem}`, hint);
  const make = 'make one with brctl pack sign --generate-key FILE';
  const text = pem.includes('\n') ? pem : pem.replaceAll('\\n', '\n');
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----/.test(text)) {
    throw refuse('is encrypted', 'give it decrypted, from a secret store rather than from a disk');
  }
  if (/-----BEGIN PUBLIC KEY-----/.test(text)) throw refuse('holds a public key', make);
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch {
    // What the library says may quote the key.
    throw refuse('holds no private key in PEM', make);
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw refuse(`holds a key of type ${key.asymmetricKeyType}, and ed25519 is needed`, make);
  }
  return key;
}

export type KeyPair = Readonly<{ id: string; privatePem: string; publicPem: string }>;

export function generateSigningKey(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    id: publicKeyOf(publicKey).id,
    privatePem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
}
