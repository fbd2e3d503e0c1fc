/**
 * Public keys, and `config/trust.yaml` of a target: the keys whose signatures the operator trusts.
 *
 * Only that one file is asked, and a file that cannot be understood trusts nobody: it stops the
 * command. It is edited in place, so that what the operator wrote around the keys stays.
 */
import { isUtf8 } from 'node:buffer';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isSeq, parseDocument } from 'yaml';
import trustSchema from '../../../schemas/trust.schema.json' with { type: 'json' };
import { type Diagnostic, isBrctlError, operationalError, place } from '../../sdk/index.ts';
import { reasonOf, replaceFile, sayingWhere } from '../disk.ts';
import { isError, ownProblems } from '../manifest/manifest.ts';
import { type Path, parseYamlBytes, type YamlDocument } from '../schema/yaml-document.ts';
import { sha256 } from '../store/tree.ts';
import type { Level } from './level.ts';

export type PublicKey = Readonly<{
  /** The first 16 hexadecimal digits of the SHA-256 of the raw key. */
  id: string;
  /** 32 bytes in base64. */
  raw: string;
}>;

export type TrustedKey = PublicKey & Readonly<{ comment: string | undefined }>;

export type Trust = Readonly<{
  minLevel: Level | undefined;
  /** In the order of the file. */
  keys: readonly TrustedKey[];
}>;

/** What stands before the raw key in its DER form (RFC 8410). */
const DER_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Points of small order, without the sign bit: one signature by such a key fits many messages,
 * and OpenSSL 3.0, which Node 22 has, accepts it.
 */
const WEAK = new Set([
  `00${'00'.repeat(31)}`,
  `01${'00'.repeat(31)}`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
]);

/** Of an ed25519 key. */
export function publicKeyOf(key: KeyObject): PublicKey {
  const raw = Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
  return { id: sha256(raw).slice(0, 16), raw: raw.toString('base64') };
}

/** `raw` is 32 bytes in base64. */
export function keyObjectOf(raw: string): KeyObject {
  const key = Buffer.concat([DER_HEAD, Buffer.from(raw, 'base64')]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

/** PEM, or 32 raw bytes in base64; or what is wrong with it, as the end of a sentence. */
export function parsePublicKey(text: string): PublicKey | Readonly<{ problem: string }> {
  const trimmed = text.trim();
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(trimmed)) {
    return { problem: 'is a private key: give its public half, and keep this one to its owner' };
  }
  const isPem = /^-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----$/;
  if (isPem.test(trimmed)) return fromPem(trimmed);
  const raw = Buffer.from(trimmed, 'base64');
  if (raw.byteLength !== 32 || raw.toString('base64') !== trimmed) {
    return { problem: 'is neither a public key in PEM nor 32 bytes in base64' };
  }
  return unlessWeak(publicKeyOf(keyObjectOf(trimmed)));
}

function fromPem(pem: string): ReturnType<typeof parsePublicKey> {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    return { problem: 'is a public key that cannot be read' };
  }
  if (key.asymmetricKeyType === 'ed25519') return unlessWeak(publicKeyOf(key));
  return { problem: `is a key of type ${key.asymmetricKeyType}, and ed25519 is needed` };
}

function unlessWeak(key: PublicKey): ReturnType<typeof parsePublicKey> {
  const bytes = Buffer.from(key.raw, 'base64');
  bytes[31]! &= 0x7f;
  return WEAK.has(bytes.toString('hex')) ? { problem: 'is a key that anyone can sign for' } : key;
}

export type ReadTrust = Readonly<{
  problems: readonly Diagnostic[];
  /** Undefined when a problem is an error. */
  trust: Trust | undefined;
}>;

type TrustValue = Readonly<{
  minLevel?: Level;
  keys?: readonly Readonly<{ id: string; publicKey: string; comment?: string }>[];
}>;

export function readTrust(bytes: Uint8Array, file: string): ReadTrust {
  const document = parseYamlBytes(bytes, file);
  const said = ownProblems(document, trustSchema);
  if (document.value === undefined || said.some(isError)) {
    return { problems: said, trust: undefined };
  }
  const { minLevel, keys: given = [] } = document.value as TrustValue;
  const { keys, problems } = trustedKeys(given, document);
  const trust = problems.length === 0 ? { minLevel, keys } : undefined;
  return { problems: [...said, ...problems], trust };
}

function trustedKeys(given: NonNullable<TrustValue['keys']>, document: YamlDocument) {
  const keys: TrustedKey[] = [];
  const problems: Diagnostic[] = [];
  const say = (path: Path, code: string, message: string) => {
    const { file } = document;
    const position = document.position(path, 'value');
    problems.push({ severity: 'error', code, message, file, ...position });
  };
  for (const [i, { id, publicKey, comment }] of given.entries()) {
    const key = parsePublicKey(publicKey);
    if ('problem' in key) {
      say(['keys', i, 'publicKey'], 'key-unusable', `keys[${i}].publicKey ${key.problem}`);
    } else if (key.id !== id) {
      say(
        ['keys', i, 'id'],
        'key-id-differs',
        `keys[${i}].id is "${id}", and the key is ${key.id}`,
      );
    } else if (keys.some((each) => each.id === id)) {
      say(['keys', i, 'id'], 'duplicate-key-id', `key ${id} is listed twice`);
    } else {
      keys.push({ ...key, comment });
    }
  }
  return { keys, problems };
}

export function trustFileOf(target: string): string {
  return join(target, 'config', 'trust.yaml');
}

/** The text of the file, if there is one. A link to nothing is a file that cannot be read. */
export function trustText(target: string): string | undefined {
  const file = trustFileOf(target);
  let bytes: Buffer;
  try {
    if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return undefined;
    // A pipe would keep whoever reads it waiting.
    if (!statSync(file).isFile()) throw operationalError('trust-unreadable', `${file} is no file`);
    bytes = readFileSync(file);
  } catch (cause) {
    if (isBrctlError(cause)) throw cause;
    // What stands in the place of config/ is for whoever writes there to complain of.
    if ((cause as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw operationalError('trust-unreadable', `cannot read ${file}: ${reasonOf(cause)}`);
  }
  if (isUtf8(bytes)) return bytes.toString();
  throw operationalError('trust-invalid', `${file} is not UTF-8 text`);
}

/** Whom the target trusts: nobody in particular when it has no file. */
export function trustOf(target: string): Trust {
  return understoodTrust(trustText(target), trustFileOf(target));
}

export function understoodTrust(text: string | undefined, file: string): Trust {
  if (text === undefined) return { minLevel: undefined, keys: [] };
  const { trust, problems } = readTrust(Buffer.from(text), file);
  if (trust !== undefined) return trust;
  const first = problems.find(isError);
  throw operationalError(
    'trust-invalid',
    first === undefined ? `${file} is empty` : `${place(first)}: ${first.message}`,
    first?.hint ?? 'correct the file; until then no pack can be checked against it',
  );
}

const NEW_FILE = `# Whose signatures count here. Yours to edit; brctl trust keeps what you write.
# With \`minLevel: signed\` a pack that none of these keys has signed is refused.
apiVersion: brctl.dev/v1
kind: Trust
keys: []
`;

/** The text with one more key; all else stays. The key is not in it yet. */
export function withKey(text: string | undefined, key: TrustedKey, file: string): string {
  const { id, raw, comment } = key;
  const added: TrustedKey = { id, raw, comment };
  const document = parseDocument(text ?? NEW_FILE);
  const item = { id, publicKey: raw, ...(comment === undefined ? {} : { comment }) };
  const keys = document.get('keys');
  if (isSeq(keys)) {
    if (keys.items.length === 0) keys.flow = false;
    keys.add(document.createNode(item));
  } else {
    document.set('keys', document.createNode([item]));
  }
  const before = understoodTrust(text, file);
  return checked(document, { ...before, keys: [...before.keys, added] }, file);
}

/** The text without that key. */
export function withoutKey(text: string, id: string, file: string): string {
  const document = parseDocument(text);
  const keys = document.get('keys');
  if (isSeq(keys)) keys.items = keys.items.filter((item) => !isMap(item) || item.get('id') !== id);
  const before = understoodTrust(text, file);
  return checked(document, { ...before, keys: before.keys.filter((key) => key.id !== id) }, file);
}

/** Anchors and the like may stand in the way of an edit: what is written says what was meant. */
function checked(document: ReturnType<typeof parseDocument>, wanted: Trust, file: string): string {
  const refusal = operationalError(
    'trust-uneditable',
    `${file} is written in a way that brctl cannot edit`,
    'change its keys by hand',
  );
  let text: string;
  try {
    text = document.toString({ lineWidth: 0 });
  } catch {
    throw refusal;
  }
  const { trust } = readTrust(Buffer.from(text), file);
  if (JSON.stringify(trust) !== JSON.stringify(wanted)) throw refusal;
  return text;
}

/** With one rename; only under the lock of the target. Who linked the file keeps the link. */
export function writeTrust(target: string, text: string): void {
  const file = trustFileOf(target);
  sayingWhere('write the trusted keys', 'check who owns config/ of the target', () => {
    const known = statSync(file, { throwIfNoEntry: false });
    if (known === undefined) replaceFile(file, text);
    else replaceFile(realpathSync(file), text, known.mode & 0o777);
  });
}
