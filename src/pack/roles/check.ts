/**
 * Packs ask for roles, the operator binds them to people: what is left open between the two, and
 * what must not be. All but `installedManifests` is pure.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareDiagnostics, type Diagnostic, suggest } from '../../sdk/index.ts';
import { isError, type Manifest, type Role, readManifest } from '../manifest/manifest.ts';
import { MANIFEST } from '../paths.ts';
import { installWords } from '../source/place.ts';
import type { Receipt } from '../store/receipt.ts';
import { packStatuses } from '../store/status.ts';
import { type Binding, type PlacedBinding, type ReadBindings, ROLES_FILE } from './bindings.ts';
import { peopleOf, sameName } from './person.ts';

/** The parts of a manifest that speak of roles. */
export type Asking = Pick<Manifest, 'name' | 'roles' | 'separationOfDuty'>;

export type Unreadable = Readonly<{
  name: string;
  problem: string;
  /** Where it came from, if that is known. */
  receipt?: Receipt | undefined;
}>;

export type InstalledManifests = Readonly<{
  manifests: readonly Manifest[];
  /** Packs of which nobody can say which roles they ask for. They hide no other. */
  unreadable: readonly Unreadable[];
}>;

/** A manifest that was changed since the install is not what the operator agreed to. */
export function installedManifests(target: string): InstalledManifests {
  const manifests: Manifest[] = [];
  const unreadable: Unreadable[] = [];
  for (const { name, root, problems, receipt } of packStatuses(target)) {
    const file = root === undefined ? undefined : join(root, MANIFEST);
    const problem = problems.find((each) => file === undefined || each.startsWith(`${MANIFEST} `));
    if (problem !== undefined || file === undefined || !existsSync(file)) {
      const why = problem ?? problems[0] ?? `it has no ${MANIFEST}`;
      unreadable.push({ name, problem: why, receipt });
      continue;
    }
    const { manifest, problems: said } = readManifest(readFileSync(file), file);
    if (manifest !== undefined) manifests.push(manifest);
    else {
      const why = `${MANIFEST}: ${said.find(isError)?.message}`;
      unreadable.push({ name, problem: why, receipt });
    }
  }
  return { manifests, unreadable };
}

/** A role that a pack asks for. */
export type NeededRole = Readonly<{
  role: string;
  pack: string;
  summary: string;
  needs: readonly string[];
}>;

/** By role, then by pack. */
export function neededRoles(manifests: readonly Asking[]): readonly NeededRole[] {
  return manifests
    .flatMap(({ name, roles = [] }) => roles.map((role) => neededBy(name, role)))
    .sort((a, b) => compareText(a.role, b.role) || compareText(a.pack, b.pack));
}

function neededBy(pack: string, { id, summary, needs = [] }: Role): NeededRole {
  return { role: id, pack, summary, needs };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Does the binding give the role of this pack? */
export function covers(binding: Binding, role: string, pack: string): boolean {
  return binding.role === role && (binding.pack === undefined || binding.pack === pack);
}

/** The roles that packs ask for and nobody holds. */
export function unboundRoles(
  manifests: readonly Asking[],
  bindings: readonly Binding[],
): readonly NeededRole[] {
  const held = bindingsByRole(bindings);
  return neededRoles(manifests).filter(
    ({ role, pack }) => !(held.get(role) ?? []).some((each) => covers(each, role, pack)),
  );
}

function bindingsByRole<B extends Binding>(bindings: readonly B[]): ReadonlyMap<string, B[]> {
  return Map.groupBy(bindings, ({ role }) => role);
}

/** One person who holds two roles that a pack keeps apart. */
export type Violation<B extends Binding = Binding> = Readonly<{
  pack: string;
  /** As the manifest pairs them. */
  roles: readonly [string, string];
  /** What gives the person the first role and the second, in the order of the file. */
  by: readonly [readonly [B, ...B[]], readonly [B, ...B[]]];
}>;

export function violations<B extends Binding>(
  manifests: readonly Asking[],
  bindings: readonly B[],
): readonly Violation<B>[] {
  const person = personOf(bindings);
  const held = bindingsByRole(bindings);
  const byPerson = (role: string, pack: string): Map<number, B[]> =>
    Map.groupBy(
      (held.get(role) ?? []).filter((each) => covers(each, role, pack)),
      (each) => person.get(each)!,
    );
  return manifests.flatMap(({ name: pack, separationOfDuty = [] }) =>
    separationOfDuty.flatMap((roles) => {
      const second = byPerson(roles[1], pack);
      return [...byPerson(roles[0], pack)].flatMap(([who, first]): Violation<B>[] => {
        const other = second.get(who);
        const isPair = isFilled(first) && other !== undefined && isFilled(other);
        return isPair ? [{ pack, roles, by: [first, other] }] : [];
      });
    }),
  );
}

function isFilled<T>(list: readonly T[]): list is readonly [T, ...T[]] {
  return list.length > 0;
}

function personOf<B extends Binding>(bindings: readonly B[]): ReadonlyMap<B, number> {
  const people = peopleOf(bindings);
  return new Map(bindings.map((binding, i) => [binding, people[i]!]));
}

/** How one person is called in a sentence about two bindings. */
export function nameBoth(a: Binding, b: Binding): string {
  return sameName(a.to) === sameName(b.to) ? a.to : `${a.to}, who is also ${b.to},`;
}

export type RolesToCheck = InstalledManifests &
  Readonly<{
    target: string;
    read: ReadBindings;
  }>;

/** All that is wrong with who holds what, worst first. */
export function roleDiagnostics(check: RolesToCheck): readonly Diagnostic[] {
  const { read, manifests } = check;
  const isWhole = !read.diagnostics.some(isError);
  return [
    ...read.diagnostics,
    ...check.unreadable.map((pack) => packUnreadable(pack, check)),
    // A binding that cannot be read may be the one that is missed.
    ...(isWhole ? unboundRoles(manifests, read.bindings) : []).map((one) => unbound(one, check)),
    ...unknownBindings(check),
    ...violations(manifests, read.bindings).map((one) => together(one, read.file)),
    ...repeated(read),
  ].sort(compareDiagnostics);
}

function packUnreadable(
  { name, problem, receipt }: Unreadable,
  { target, read }: RolesToCheck,
): Diagnostic {
  return {
    severity: 'error',
    code: 'roles-unknown',
    message: `what pack ${name} asks for is not known: ${problem}`,
    hint: `brctl pack install ${installWords({ name, receipt, target })} --target=${target}`,
    file: read.file,
  };
}

function unbound({ role, pack, summary }: NeededRole, { target, read }: RolesToCheck): Diagnostic {
  const bind = `brctl role bind ${role} slack:U… --target=${target}`;
  const isThere = read.bytes !== undefined;
  return {
    severity: 'error',
    code: 'role-unbound',
    message: `nobody holds ${role}, which pack ${pack} asks for: ${summary}`,
    hint: isThere ? bind : `${ROLES_FILE} does not exist: ${bind} makes it`,
    file: read.file,
  };
}

function unknownBindings({ manifests, unreadable, target, read }: RolesToCheck): Diagnostic[] {
  const packs = new Map(
    manifests.map(({ name, roles = [] }) => [name, new Set(roles.map(({ id }) => id))]),
  );
  const all = new Set([...packs.values()].flatMap((roles) => [...roles]));
  const silent = new Set(unreadable.map(({ name }) => name));
  return read.bindings.flatMap((binding): Diagnostic[] => {
    const { role, to, pack, at } = binding;
    const own = pack === undefined ? all : packs.get(pack);
    // Whoever cannot be asked may know the role.
    const isOpen = pack === undefined ? silent.size > 0 : silent.has(pack);
    if (isOpen || own?.has(role)) return [];
    const base = { severity: 'error', file: read.file } as const;
    if (pack !== undefined && own === undefined) {
      const message = `pack ${pack} is not installed here${didYouMean(pack, [...packs.keys()])}`;
      return [{ ...base, code: 'pack-unknown', message, ...at.pack }];
    }
    const who = pack === undefined ? 'no installed pack' : `pack ${pack} does not`;
    const verb = pack === undefined ? 'asks for' : 'ask for';
    const message = `${who} ${verb} a role ${role}${didYouMean(role, [...(own ?? [])])}`;
    const hint = `brctl role unbind ${role} ${to} --target=${target}`;
    return [{ ...base, code: 'role-unknown', message, hint, ...at.role }];
  });
}

export function didYouMean(word: string, known: readonly string[]): string {
  const meant = suggest(word, known);
  return meant === undefined ? '' : ` (did you mean "${meant}"?)`;
}

function together(violation: Violation<PlacedBinding>, file: string): Diagnostic {
  const { pack, roles } = violation;
  const [a, b] = [violation.by[0][0], violation.by[1][0]];
  const isInOrder = a.at.role.line <= b.at.role.line;
  const [earlier, later] = isInOrder ? [a, b] : [b, a];
  return {
    severity: 'error',
    code: 'duty-not-separate',
    message:
      `${nameBoth(earlier, later)} holds ${roles.join(' and ')}, ` +
      `which pack ${pack} keeps apart (the other is in line ${earlier.at.role.line})`,
    hint: 'bind one of the two to someone else',
    file,
    ...later.at.role,
  };
}

/** Harmless, and still nothing that anyone means to write. */
function repeated({ bindings, file }: ReadBindings): Diagnostic[] {
  const keyOf = ({ role, to, pack }: Binding): string => [role, sameName(to), pack].join(' ');
  const first = new Map<string, PlacedBinding>();
  for (const binding of bindings) {
    if (!first.has(keyOf(binding))) first.set(keyOf(binding), binding);
  }
  return bindings.flatMap((binding): Diagnostic[] => {
    const { role, to, at } = binding;
    const wide = first.get(keyOf({ ...binding, pack: undefined })) ?? binding;
    const other = wide === binding ? first.get(keyOf(binding))! : wide;
    if (other === binding) return [];
    const message = `${to} holds ${role} already, by line ${other.at.role.line}`;
    return [{ severity: 'warning', code: 'binding-repeated', message, file, ...at.to }];
  });
}
