/** Why a role is not bound: nobody asks for it, or a pack keeps it from this person. Pure. */
import { BrctlError, usageError } from '../../sdk/index.ts';
import { installWords } from '../source/place.ts';
import type { Binding } from './bindings.ts';
import {
  type Asking,
  didYouMean,
  type InstalledManifests,
  nameBoth,
  type Violation,
  violations,
} from './check.ts';
import { sameName } from './person.ts';

type Wanted = Pick<Binding, 'role' | 'pack'> & Readonly<{ target: string }>;

/** A role that no installed pack asks for would be held in vain. */
export function requireKnown({ role, pack, target }: Wanted, installed: InstalledManifests): void {
  const { manifests, unreadable } = installed;
  const asked = pack === undefined ? manifests : manifests.filter(({ name }) => name === pack);
  const roles = [...new Set(asked.flatMap((one) => (one.roles ?? []).map(({ id }) => id)))].sort();
  if (roles.includes(role)) return;
  const broken = unreadable.find(({ name }) => pack === undefined || name === pack);
  const names = manifests.map(({ name }) => name);
  const repair = (words: string): string => `brctl pack install ${words} --target=${target}`;
  if (pack !== undefined && asked.length === 0 && broken === undefined) {
    const message = `pack "${pack}" is not installed in ${target}${didYouMean(pack, names)}`;
    throw usageError('pack-unknown', message, `brctl pack list --target=${target}`);
  }
  const who = pack === undefined ? 'no installed pack asks' : `pack ${pack} does not ask`;
  const message = `${who} for a role "${role}"${didYouMean(role, roles)}`;
  if (broken !== undefined) {
    const said = `${message}, and what pack ${broken.name} asks for is not known`;
    throw usageError(
      'role-unknown',
      `${said}: ${broken.problem}`,
      repair(installWords({ ...broken, target })),
    );
  }
  const list = roles.length === 0 ? 'there are none' : roles.join(', ');
  const hint = names.length === 0 ? `${repair('NAME')} comes first` : `roles to bind: ${list}`;
  throw usageError('role-unknown', message, hint);
}

export type Duty = Readonly<{
  manifests: readonly Asking[];
  before: readonly Binding[];
  wanted: readonly Binding[];
  /** The one that is new among the wanted. */
  own: Binding;
  target: string;
}>;

/** A violation that was there before is no reason to refuse what has no part in it. */
export function requireSeparate({ manifests, before, wanted, own, target }: Duty): void {
  const keyOf = ({ pack, roles, by }: Violation): string =>
    JSON.stringify([pack, roles, by.map(([first]) => first.to)]);
  const known = new Set(violations(manifests, before).map(keyOf));
  const isCaused = (one: Violation): boolean =>
    one.by.some((bindings) => bindings.includes(own)) || !known.has(keyOf(one));
  const caused = violations(manifests, wanted).find(isCaused);
  if (caused === undefined) return;
  const { pack, roles } = caused;
  const [a, b] = [caused.by[0][0], caused.by[1][0]];
  const other = roles[0] === own.role ? b : a;
  const also = sameName(own.to) === sameName(other.to) ? '' : ` is also ${other.to} and`;
  const unbind = `brctl role unbind ${other.role} ${other.to} --target=${target}`;
  throw new BrctlError('consent', {
    code: 'duty-not-separate',
    message: roles.includes(own.role)
      ? `${own.to}${also} holds ${other.role}, which pack ${pack} keeps apart from ${own.role}`
      : `${nameBoth(a, b)} would hold ${roles.join(' and ')}, which pack ${pack} keeps apart`,
    hint: `bind someone else, or first: ${unbind}`,
  });
}
