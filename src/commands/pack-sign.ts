/**
 * `brctl pack sign <tgz|dir>`: a signature over name, version and files, beside the pack; and
 * `brctl pack sign --generate-key FILE`: a key to sign with.
 *
 * Exit codes: 0 signed, or signed alike already · 2 nothing to sign, no key named · 3 not a built
 * pack, unusable key, disk · 4 permission · 5 an archive or a folder that is refused.
 */
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { HostContext } from '../host.ts';
import type { SignatureFile, Statement } from '../pack/trust/signature.ts';
import {
  BrctlError,
  defineCommand,
  type Input,
  operationalError,
  type Paint,
  place,
  textFlag,
  toJson,
  usageError,
} from '../sdk/index.ts';

type Sign = Readonly<{
  action: 'sign';
  /** As it was typed. */
  pack: string;
  /** The file with the key, as it was typed; undefined: the variable holds the key itself. */
  keyFile: string | undefined;
  /** Not where the person has the signature printed to a place of their own. */
  isWritten: boolean;
  isDryRun: boolean;
}>;

type Generate = Readonly<{
  action: 'generate';
  /** As it was typed. */
  file: string;
  isDryRun: boolean;
}>;

type Signed = Sign &
  Readonly<{
    signature: SignatureFile;
    /** Absolute. */
    beside: string;
    /** The same signature is there already. */
    isThere: boolean;
  }>;

/** `id` is known once there is a key. */
type Generated = Generate & Readonly<{ id: string | undefined }>;

const KEY = 'BRCTL_SIGNING_KEY';
const KEY_FILE = 'BRCTL_SIGNING_KEY_FILE';
const GENERATE = 'make a key with brctl pack sign --generate-key FILE';

export const packSign = defineCommand<Sign | Generate, Signed | Generated, HostContext>({
  path: ['pack', 'sign'],
  summary: 'Sign a built pack, or make a key to sign with.',
  description:
    'Writes <pack>.sig beside the archive or folder. It covers the name, the version and every ' +
    'file, so it fits the archive, the folder and the installed pack alike, under any file name. ' +
    `The key is ed25519 in PEM: a file (--key, or ${KEY_FILE}), or the content of ${KEY}. With ` +
    '--format json the result is the signature itself; with --out it goes there and nowhere else.',
  examples: [
    'brctl pack sign --generate-key release.key',
    'brctl pack sign dist/finance-0.1.0.tgz --key release.key',
    'brctl pack sign ./dist/packs/finance --key release.key --format json --out finance.sig',
  ],
  arguments: [{ name: 'tgz|dir', summary: 'a built pack', completes: 'file' }],
  flags: {
    key: { type: 'string', placeholder: 'FILE', summary: 'the private key' },
    'generate-key': {
      type: 'string',
      placeholder: 'FILE',
      summary: 'write a new private key to FILE and its public half to FILE.pub',
    },
  },
  formats: ['table', 'json'],
  dryRun: true,
  parse: (input, context) => {
    const file = textFlag(input, 'generate-key');
    return file === undefined ? parseSign(input, context) : parseGenerate(input, file);
  },
  plan: (options, context) =>
    options.action === 'sign' ? planSign(options, context) : planGenerate(options, context),
  apply: (plan, context) =>
    plan.action === 'sign' ? writeSignature(plan) : writeKey(plan, context),
  render: (plan, { format, paint }) => {
    if (plan.action === 'generate') return format === 'json' ? keyAsJson(plan) : keyAsText(plan);
    return format === 'json' ? toJson(plan.signature) : asText(plan, paint);
  },
  outcome: () => 'ok',
});

function parseGenerate(input: Input, file: string): Generate {
  if (file === '') throw usageError('key-unnamed', '--generate-key names no file');
  if (input.arguments.length > 0 || textFlag(input, 'key') !== undefined) {
    const message = '--generate-key makes a key and signs nothing';
    throw usageError('generate-alone', message, 'sign with --key in a second command');
  }
  return { action: 'generate', file, isDryRun: input.dryRun };
}

function parseSign(input: Input, { env }: HostContext): Sign {
  const [pack] = input.arguments;
  if (!pack) throw usageError('pack-missing', 'no pack to sign', 'name a .tgz or a folder');
  const given = textFlag(input, 'key');
  if (given === '') throw usageError('key-unnamed', '--key names no file');
  if (given === undefined && !env[KEY] && !env[KEY_FILE]) {
    const message = `no key to sign with: --key, ${KEY_FILE} and ${KEY} are all missing`;
    throw usageError('key-missing', message, GENERATE);
  }
  if (given === undefined && env[KEY] && env[KEY_FILE]) {
    throw usageError('key-twice', `${KEY} and ${KEY_FILE} are both set`, 'say which with --key');
  }
  const keyFile = given ?? (env[KEY_FILE] || undefined);
  const isWritten = input.out === undefined;
  return { action: 'sign', pack, keyFile, isWritten, isDryRun: input.dryRun };
}

async function planSign(options: Sign, context: HostContext): Promise<Signed> {
  const { signaturePathOf, signatureText, signPack } = await import('../pack/trust/signature.ts');
  const { pack, keyFile } = options;
  const path = resolve(context.cwd, pack);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory() !== true && stat?.isFile() !== true) {
    throw usageError('pack-missing', `${pack} is ${stat ? 'neither file nor folder' : 'missing'}`);
  }
  const statement = await statementAt(path, stat, pack);
  const { sayingWhere } = await import('../pack/disk.ts');
  const privateKeyPem = sayingWhere('read the private key', GENERATE, () =>
    readKey(keyFile, context),
  );
  if (keyFile !== undefined) refuseInside(path, resolve(context.cwd, keyFile));
  const signature = signPack({ ...statement, privateKeyPem, from: keyFile ?? KEY });
  const beside = signaturePathOf(path);
  const isThere =
    statSync(beside, { throwIfNoEntry: false })?.isFile() === true &&
    readFileSync(beside, 'utf8') === signatureText(signature);
  return { ...options, signature, beside, isThere };
}

function readKey(file: string | undefined, { cwd, env, platform, streams }: HostContext): string {
  if (file === undefined) return env[KEY] ?? '';
  const path = resolve(cwd, file);
  const stat = statSync(path);
  if (stat.isDirectory()) throw usageError('key-unusable', `${file} is a folder, not a key`);
  // Windows has other ways to say who may read.
  if (platform !== 'win32' && stat.isFile() && (stat.mode & 0o077) !== 0) {
    streams.err(`warning: ${file} can be read by others than its owner: chmod 600 ${file}\n`);
  }
  return readFileSync(path, 'utf8');
}

/** A pack with the key in it would be given away together with the right to sign. */
function refuseInside(pack: string, key: string): void {
  const way = relative(realpathSync(pack), realpathSync(key));
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) return;
  throw usageError(
    'key-inside',
    'the private key lies in the pack it signs',
    'keep it elsewhere, and make a new one if that pack was ever given away',
  );
}

async function statementAt(path: string, stat: Stats, shown: string): Promise<Statement> {
  const { LIMITS, readTree } = await import('../pack/store/tree.ts');
  if (stat.isDirectory()) {
    const pack = await packIn(path, shown);
    return { ...pack, tree: readTree(path).hash };
  }
  if (stat.size > 2 * LIMITS.bytes) {
    const message = `${shown} has ${stat.size} bytes, more than a pack may have`;
    throw new BrctlError('integrity', { code: 'archive-size', message });
  }
  const { unpackArchive } = await import('../pack/source/archive.ts');
  const scratch = mkdtempSync(join(tmpdir(), 'brctl-sign-'));
  try {
    const root = join(scratch, 'pack');
    const tree = await unpackArchive(readFileSync(path), root);
    return { ...(await packIn(root, shown)), tree: tree.hash };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function packIn(root: string, shown: string): Promise<Omit<Statement, 'tree'>> {
  const { isError, readManifest } = await import('../pack/manifest/manifest.ts');
  const { COMMAND_INDEX, MANIFEST } = await import('../pack/paths.ts');
  if (!existsSync(join(root, MANIFEST))) {
    throw usageError('pack-missing', `${shown} is no pack: it holds no ${MANIFEST}`);
  }
  const file = `${shown}: ${MANIFEST}`;
  const { manifest, problems } = readManifest(readFileSync(join(root, MANIFEST)), file);
  const first = problems.find(isError);
  if (manifest === undefined) {
    const said = first === undefined ? `${file} is empty` : `${place(first)}: ${first.message}`;
    throw operationalError('pack-invalid', said, first?.hint);
  }
  if (!existsSync(join(root, COMMAND_INDEX))) {
    const message = `${shown} is the source of a pack, not a built pack`;
    throw operationalError('pack-not-built', message, 'sign what brctl pack build makes of it');
  }
  const { name, version } = manifest;
  return { name, version };
}

async function writeSignature(plan: Signed): Promise<Signed> {
  const done = { ...plan, isDryRun: false };
  if (!plan.isWritten || plan.isThere) return done;
  const { signatureText } = await import('../pack/trust/signature.ts');
  const { replaceFile, sayingWhere } = await import('../pack/disk.ts');
  const hint = 'put it elsewhere with --format json --out FILE';
  sayingWhere('write the signature', hint, () =>
    replaceFile(plan.beside, signatureText(plan.signature)),
  );
  return done;
}

async function planGenerate(options: Generate, { cwd }: HostContext): Promise<Generated> {
  for (const file of [options.file, `${options.file}.pub`]) {
    if (lstatSync(resolve(cwd, file), { throwIfNoEntry: false }) === undefined) continue;
    throw usageError('key-exists', `${file} is there already`, 'no key is ever replaced');
  }
  return { ...options, id: undefined };
}

async function writeKey(plan: Generated, { cwd }: HostContext): Promise<Generated> {
  const { generateSigningKey } = await import('../pack/trust/signature.ts');
  const { flushFolder, sayingWhere, writeNew } = await import('../pack/disk.ts');
  const { id, privatePem, publicPem } = generateSigningKey();
  const file = resolve(cwd, plan.file);
  sayingWhere('write the key', 'name another file', () => {
    writeNew(file, privatePem, 0o600);
    try {
      writeNew(`${file}.pub`, publicPem, 0o644);
    } catch (error) {
      rmSync(file);
      throw error;
    }
    flushFolder(dirname(file));
  });
  return { ...plan, id, isDryRun: false };
}

function asText({ signature, beside: file, isThere, isWritten, isDryRun }: Signed, paint: Paint) {
  const { name, version, key, tree } = signature;
  const pack = paint.bold(`${name} ${version}`);
  if (isWritten && isThere) return `${pack} is already signed by key ${key} in ${file}\n`;
  const verb = isDryRun ? 'would be signed' : 'signed';
  const lines = [`${pack} ${verb} by key ${key}`, `  ${paint.dim(tree)}`];
  if (isWritten) lines.push(`  ${file}`);
  if (isDryRun) lines.push('nothing was changed (--dry-run)');
  return `${lines.join('\n')}\n`;
}

function keyAsText({ file, id }: Generated): string {
  if (id === undefined) {
    return `${file} and ${file}.pub would be written\nnothing was changed (--dry-run)\n`;
  }
  return [
    `key ${id}`,
    `  ${file}      private: keep it, and tell nobody`,
    `  ${file}.pub  public: brctl trust add ${file}.pub where packs are installed`,
    '',
  ].join('\n');
}

function keyAsJson({ file, id }: Generated): string {
  return toJson({
    schema: 'brctl/signing-key/v1',
    key: id ?? null,
    privateKey: file,
    publicKey: `${file}.pub`,
  });
}
