/**
 * `config/roles.yaml` of a target: who holds the roles that packs ask for. It is the operator's,
 * so whatever was not asked to change stays as it is typed.
 */
import {
  accessSync,
  chownSync,
  constants,
  existsSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import rolesSchema from '../../../schemas/roles.schema.json' with { type: 'json' };
import { BrctlError, type Diagnostic, operationalError, place, toJson } from '../../sdk/index.ts';
import { flushFolder, makeFolder, reasonOf, replaceFile, writeNew } from '../disk.ts';
import { isError, newerFormat, ownProblems } from '../manifest/manifest.ts';
import { type Position, parseYamlBytes, type YamlDocument } from '../schema/yaml-document.ts';
import { keptName } from './person.ts';

export type Binding = Readonly<{
  role: string;
  /** `slack:U0123ABCD`, `email:someone@example.com` or `user:someone`. */
  to: string;
  email?: string | undefined;
  /** Undefined: the role of every pack. */
  pack?: string | undefined;
}>;

/** A binding as the file has it, and where its words are. */
export type PlacedBinding = Binding &
  Readonly<{ at: Readonly<Record<'role' | 'to' | 'pack', Position>> }>;

export type ReadBindings = Readonly<{
  /** Absolute. */
  file: string;
  /** Undefined where there is no file, or none that can be read. */
  bytes: Uint8Array | undefined;
  /**
   * In the order of the file. Where a diagnostic is an error, those that nothing was said about:
   * whoever grants something by them must look at the diagnostics first.
   */
  bindings: readonly PlacedBinding[];
  diagnostics: readonly Diagnostic[];
}>;

/** In the target. */
export const ROLES_FILE = 'config/roles.yaml';
/** The schema, put where the first line of the file leads editors. */
const EDITOR_SCHEMA = '.brctl/schemas/roles.schema.json';

/** No file is no binding, and no problem. */
export function readBindings(target: string): ReadBindings {
  const file = join(target, ROLES_FILE);
  const refuse = (message: string): ReadBindings => ({
    file,
    bytes: undefined,
    bindings: [],
    diagnostics: [{ severity: 'error', code: 'file-unreadable', message, file }],
  });
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return { file, bytes: undefined, bindings: [], diagnostics: [] };
    if (stat.isDirectory()) return refuse('is a folder, and must be a file');
    // A pipe would keep whoever reads it waiting.
    if (!stat.isFile()) return refuse('is not a file');
    const bytes = readFileSync(file);
    return { file, bytes, ...understand(bytes, file) };
  } catch (error) {
    return refuse(`cannot be read: ${reasonOf(error)}`);
  }
}

/** For those who act on what it says: one that cannot be understood stops them. */
export function readSoundBindings(target: string): ReadBindings {
  const read = readBindings(target);
  const errors = read.diagnostics.filter(isError);
  const [first] = errors;
  if (first === undefined) return read;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  throw operationalError(
    'roles-invalid',
    `${place(first)}: ${first.message}${more}`,
    first.hint ?? `brctl role check --target=${target} says all that is wrong`,
  );
}

/** What the bytes of the file say. */
export function understand(
  bytes: Uint8Array,
  file: string,
): Pick<ReadBindings, 'bindings' | 'diagnostics'> {
  const document = parseYamlBytes(bytes, file);
  const diagnostics = ownProblems(document, rolesSchema);
  if (newerFormat(document) !== undefined) return { bindings: [], diagnostics };
  return { bindings: soundBindings(document, diagnostics.filter(isError)), diagnostics };
}

/**
 * A problem anywhere between the start of one binding and of the next spoils the first. One
 * before them all, in what the file says of itself, spoils every one.
 */
function soundBindings(
  document: YamlDocument,
  errors: readonly Diagnostic[],
): readonly PlacedBinding[] {
  const { bindings } = (document.value ?? {}) as { bindings?: unknown };
  if (!Array.isArray(bindings)) return [];
  const starts = bindings.map((_, i) => document.position(['bindings', i], 'value'));
  const spoiled = spoiledBy(errors, starts);
  if (spoiled.has(-1)) return [];
  return bindings.flatMap((binding: Binding, i) => {
    if (spoiled.has(i)) return [];
    const at = (key: string): Position => document.position(['bindings', i, key], 'value');
    const { role, to, email, pack } = binding;
    const places = { role: at('role'), to: at('to'), pack: at('pack') };
    return [{ role, to: keptName(to), email, pack, at: places }];
  });
}

/** Which of the parts that start there have an error in them; -1 is what comes before. */
function spoiledBy(errors: readonly Diagnostic[], starts: readonly Position[]): Set<number> {
  const spoiled = new Set<number>();
  let i = -1;
  for (const error of errors.toSorted((a, b) => (isBefore(a, b) ? -1 : 1))) {
    while (i + 1 < starts.length && !isBefore(error, starts[i + 1]!)) i += 1;
    spoiled.add(i);
  }
  return spoiled;
}

type Somewhere = Pick<Diagnostic, 'line' | 'column'>;

function isBefore(at: Somewhere, other: Somewhere): boolean {
  const [line, otherLine] = [at.line ?? 1, other.line ?? 1];
  return line < otherLine || (line === otherLine && (at.column ?? 1) < (other.column ?? 1));
}

const HEADER = `# yaml-language-server: $schema=../${EDITOR_SCHEMA}
#
# Who holds the roles that packs ask for. This file is yours: packs can only ask.
# brctl role list shows what is asked for, brctl role check whether all is well; brctl role bind
# and unbind edit this file and leave alone what they are not asked about.
#
#   role    the id of a role
#   to      the person: slack:U0123ABCD, email:someone@example.com or user:login
#   email   optional: where reports and requests reach the person
#   pack    optional: only the role of this pack
apiVersion: brctl.dev/v1
kind: Roles
bindings: []
`;

/** What a target without the file starts from: it binds nobody. */
export function emptyRoles(): Uint8Array {
  return new TextEncoder().encode(HEADER);
}

/**
 * Whether the file can be replaced, asked before anything waits or is written. A file that may
 * not be written is left alone although a rename could do away with it.
 */
export function requireWritable(file: string): void {
  const real = realFile(file);
  if (existsSync(real)) accessSync(real, constants.W_OK);
  let folder = dirname(real);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  accessSync(folder, constants.W_OK | constants.X_OK);
}

export type Replacement = Readonly<{
  target: string;
  /** What was read; undefined where there was nothing. */
  before: Uint8Array | undefined;
  after: Uint8Array;
}>;

/** Under the lock of the target. Readers see the old file or the new one. */
export function replaceBindings({ target, before, after }: Replacement): void {
  const real = realFile(join(target, ROLES_FILE));
  const draft = join(dirname(real), `.${basename(real)}.brctl-tmp`);
  const old = statSync(real, { throwIfNoEntry: false });
  makeFolder(dirname(real));
  rmSync(draft, { force: true });
  try {
    // Who could not read the old file must not read the new one.
    writeNew(draft, after, old === undefined ? 0o644 : old.mode & 0o777);
    if (old !== undefined) keepOwner(draft, old);
    putEditorSchema(target);
    // The lock keeps out other runs of brctl; an editor knows nothing of it.
    if (!isSame(before, readIfThere(real))) {
      throw operationalError(
        'roles-changed',
        `${real} was changed in this very moment, and nothing was written`,
        'run it again',
      );
    }
    renameSync(draft, real);
  } finally {
    rmSync(draft, { force: true });
  }
  flushFolder(dirname(real));
}

/** Root may give a file away; for everyone else it is theirs already, or cannot be helped. */
function keepOwner(draft: string, { uid, gid }: Stats): void {
  const mine = statSync(draft);
  if (mine.uid === uid && mine.gid === gid) return;
  try {
    chownSync(draft, uid, gid);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EPERM' && code !== 'ENOSYS') throw error;
  }
}

function putEditorSchema(target: string): void {
  const file = join(target, EDITOR_SCHEMA);
  const text = toJson(rolesSchema);
  if (readIfThere(file)?.equals(Buffer.from(text)) !== true) replaceFile(file, text);
}

function readIfThere(file: string): Buffer | undefined {
  return existsSync(file) ? readFileSync(file) : undefined;
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : Buffer.compare(a, b) === 0;
}

const LINKS_MAX = 40;

/** Where links lead, also when nothing is there yet: whoever made the link keeps it. */
function realFile(file: string): string {
  let at = file;
  for (let links = 0; links < LINKS_MAX; links += 1) {
    if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return at;
    at = resolve(realpathSync(dirname(at)), readlinkSync(at));
  }
  throw new BrctlError('operational', {
    code: 'roles-unreachable',
    message: `${file} is a link that leads to itself`,
    hint: 'mend the link',
  });
}
