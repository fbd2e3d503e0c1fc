/**
 * `role bind` and `role unbind`: a plan says what becomes of `config/roles.yaml`, `applyChange`
 * decides again under the lock of the target and replaces the file with one rename.
 */
import { join } from 'node:path';
import type { HostContext } from '../../host.ts';
import { operationalError, place, usageError } from '../../sdk/index.ts';
import { makeFolder, sayingWhere } from '../disk.ts';
import { isError } from '../manifest/manifest.ts';
import { pathsOf } from '../paths.ts';
import { withTargetLock } from '../store/lock.ts';
import {
  type Binding,
  emptyRoles,
  type ReadBindings,
  ROLES_FILE,
  readSoundBindings,
  replaceBindings,
  requireWritable,
  understand,
} from './bindings.ts';
import { didYouMean, type InstalledManifests, installedManifests } from './check.ts';
import { type Edit, editText } from './edit.ts';
import { isEmail, sameName, understandPerson } from './person.ts';
import { requireKnown, requireSeparate } from './refusal.ts';

/** Who is bound to what; names are checked and spelled as they are kept. */
export type RoleQuestion = Binding & Readonly<{ target: string }>;

/** What was typed. */
export type RoleWords = Readonly<Record<'role' | 'person', string>> &
  Readonly<Record<'email' | 'pack', string | undefined>>;

export function questionOf(target: string, { role, person, email, pack }: RoleWords): RoleQuestion {
  const understood = understandPerson(person);
  if (understood.refusal !== undefined) throw usageError(...understood.refusal);
  if (email !== undefined && !isEmail(email)) {
    throw usageError('email-invalid', `--email: "${email}" is not an e-mail address`);
  }
  return { target, role, to: understood.name, email, pack };
}

export type RoleChange = Readonly<{
  question: RoleQuestion;
  /** `update`: of the e-mail, or from one pack to all. */
  action: 'add' | 'update' | 'remove' | 'none';
  /** As it is after the change; with `remove`, as it was. */
  binding: Binding;
  /** Before an update. */
  old: Binding | undefined;
  /** Bindings of the same role and name that remain after a removal. */
  left: readonly Binding[];
  /** The file does not exist yet. */
  isNew: boolean;
  /** Packs whose manifest cannot be read: what they keep apart is not known. */
  unreadable: InstalledManifests['unreadable'];
  /** The bytes of the file; undefined where there is none. */
  before: Uint8Array | undefined;
  after: Uint8Array;
}>;

export type ChangeWorld = Pick<HostContext, 'signal' | 'sqlite' | 'streams'>;

/** `planBind` or `planUnbind`. */
export type Replan = (question: RoleQuestion) => RoleChange;

const HINT = 'check the owner and the mode of config/ in the target';

export function planBind(question: RoleQuestion): RoleChange {
  const installed = installedManifests(question.target);
  requireKnown(question, installed);
  const read = readSoundBindings(question.target);
  const { role, to, email, pack } = question;
  const same = indexesOf(read, question);
  const covering = same.find((i) => covered(read.bindings[i]!, pack));
  const at = covering ?? (pack === undefined ? same[0] : undefined);
  const base = { question, read, installed };
  if (at === undefined) {
    const binding: Binding = { role, to, email, pack };
    return bound({ ...base, action: 'add', edits: [{ kind: 'append', binding }], binding });
  }
  const old = read.bindings[at]!;
  const wide = covering === undefined ? undefined : old.pack;
  const binding: Binding = { role, to: old.to, email: email ?? old.email, pack: wide };
  const edits: Edit[] = [];
  if (email !== undefined && email !== old.email) edits.push({ kind: 'email', index: at, email });
  if (covering === undefined) {
    edits.push({ kind: 'widen', index: at });
    // What is held for every pack needs no saying for one.
    for (const index of same) if (index !== at) edits.push({ kind: 'remove', index });
  }
  return bound({ ...base, action: edits.length === 0 ? 'none' : 'update', edits, binding, at });
}

/** The role of every pack is that of each. */
function covered({ pack }: Binding, wanted: string | undefined): boolean {
  return pack === undefined || pack === wanted;
}

function indexesOf({ bindings }: ReadBindings, { role, to }: Binding): number[] {
  return bindings.flatMap((each, i) =>
    each.role === role && sameName(each.to) === sameName(to) ? [i] : [],
  );
}

type Bound = Readonly<{
  question: RoleQuestion;
  read: ReadBindings;
  installed: InstalledManifests;
  action: 'add' | 'update' | 'none';
  edits: readonly Edit[];
  /** As it is to be. */
  binding: Binding;
  /** Which one changes; undefined for one more. */
  at?: number;
}>;

function bound({ question, read, installed, action, edits, binding, at }: Bound): RoleChange {
  const { bindings } = read;
  const { manifests, unreadable } = installed;
  const gone = new Set(edits.flatMap((edit) => (edit.kind === 'remove' ? [edit.index] : [])));
  const changed: readonly Binding[] =
    at === undefined
      ? [...bindings, binding]
      : bindings.map((each, i): Binding => (i === at ? binding : each));
  const wanted = changed.filter((_, i) => !gone.has(i));
  const { target } = question;
  if (action !== 'none') {
    requireSeparate({ manifests, before: bindings, wanted, own: binding, target });
  }
  const old = action === 'update' && at !== undefined ? bindings[at] : undefined;
  const rest = { left: [], unreadable, ...rewritten(read, edits, wanted) };
  return { question, action, binding, old, ...rest };
}

export function planUnbind(question: RoleQuestion): RoleChange {
  const { role, to, pack, target } = question;
  const read = readSoundBindings(target);
  const same = indexesOf(read, question);
  const packOf = (i: number): string | undefined => read.bindings[i]!.pack;
  const packs = [...new Set(same.map(packOf))];
  // Without --pack: what is held for every pack, else the only thing there is.
  const meant = pack ?? (packs.includes(undefined) ? undefined : packs[0]);
  if (pack === undefined && !packs.includes(undefined) && packs.length > 1) {
    const list = packs.join(' and for ');
    throw usageError('binding-unclear', `${to} holds ${role} for ${list}`, 'say which with --pack');
  }
  // A repeated binding goes with its twin: whoever unbinds means that it no longer holds.
  const gone = same.filter((i) => packOf(i) === meant);
  if (gone.length === 0) throw notBound(question, read);
  const wanted = read.bindings.filter((_, i) => !gone.includes(i));
  return {
    question,
    action: 'remove',
    binding: read.bindings[gone[0]!]!,
    old: undefined,
    left: same.filter((i) => packOf(i) !== meant).map((i) => read.bindings[i]!),
    unreadable: [],
    ...rewritten(
      read,
      gone.map((index) => ({ kind: 'remove', index })),
      wanted,
    ),
  };
}

const LISTED_MAX = 5;

function notBound({ role, to, pack, target }: RoleQuestion, { bindings }: ReadBindings): Error {
  const here = bindings.filter((each) => each.role === role);
  const named = here.map((each) => `${each.to}${each.pack === undefined ? '' : ` (${each.pack})`}`);
  const more = named.length > LISTED_MAX ? ` and ${named.length - LISTED_MAX} more` : '';
  const forPack = pack === undefined ? '' : ` for pack ${pack}`;
  const roles = [...new Set(bindings.map((each) => each.role))].sort();
  const bound =
    here.length > 0
      ? `it is bound to ${named.slice(0, LISTED_MAX).join(', ')}${more}`
      : roles.length > 0
        ? `bound roles are ${roles.slice(0, LISTED_MAX).join(', ')}${didYouMean(role, roles)}`
        : 'no role is bound to anyone';
  return usageError(
    'binding-unknown',
    `${role} is not bound to ${to}${forPack}: ${bound}`,
    `brctl role list --target=${target}`,
  );
}

/** The new text, read again: it must say what was wanted, and nothing else. */
function rewritten(
  read: ReadBindings,
  edits: readonly Edit[],
  wanted: readonly Binding[],
): Pick<RoleChange, 'isNew' | 'before' | 'after'> {
  const { bytes, file } = read;
  const start = bytes ?? emptyRoles();
  const base = { isNew: bytes === undefined, before: bytes };
  if (edits.length === 0) return { ...base, after: start };
  const text = editText(new TextDecoder('utf-8', { ignoreBOM: true }).decode(start), edits);
  const after = new TextEncoder().encode(text ?? '');
  const { bindings, diagnostics } = understand(after, file);
  const problem = diagnostics.find(isError);
  if (problem?.code === 'file-too-big') {
    throw operationalError('roles-too-big', `${file} would be too big: it ${problem.message}`);
  }
  if (text !== undefined && problem === undefined && isEqual(bindings, wanted)) {
    return { ...base, after };
  }
  const [first] = edits.flatMap((edit) => ('index' in edit ? [read.bindings[edit.index]!] : []));
  throw operationalError(
    'roles-by-hand',
    `${place({ file, ...first?.at.role })} is written in a way that brctl does not edit`,
    'change it by hand, then: brctl role check',
  );
}

function isEqual(a: readonly Binding[], b: readonly Binding[]): boolean {
  const keyOf = ({ role, to, email, pack }: Binding): string =>
    JSON.stringify([role, to, email ?? null, pack ?? null]);
  return a.length === b.length && a.every((each, i) => keyOf(each) === keyOf(b[i]!));
}

export async function applyChange(
  plan: RoleChange,
  replan: Replan,
  world: ChangeWorld,
): Promise<RoleChange> {
  if (plan.action === 'none') return plan;
  const { target } = plan.question;
  const paths = pathsOf(target);
  sayingWhere(`change ${ROLES_FILE}`, HINT, () => {
    requireWritable(join(target, ROLES_FILE));
    makeFolder(paths.state);
  });
  return withTargetLock(target, world, async () => {
    const fresh = replan(plan.question);
    world.signal.throwIfAborted();
    if (fresh.action === 'none') return fresh;
    const { before, after } = fresh;
    sayingWhere(`change ${ROLES_FILE}`, HINT, () => replaceBindings({ target, before, after }));
    return fresh;
  });
}
