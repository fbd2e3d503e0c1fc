/** The roles of a target as a list: one entry for each role of each pack. Pure. */
import type { Binding } from './bindings.ts';
import { type Asking, covers, neededRoles } from './check.ts';

export type RoleEntry = Readonly<{
  role: string;
  /** Of a role that no pack asks for: the one the binding names, if it names one. */
  pack: string | undefined;
  /** An installed pack asks for it. */
  isKnown: boolean;
  summary: string | undefined;
  needs: readonly string[];
  /** In the order of the file. */
  holders: readonly Pick<Binding, 'to' | 'email'>[];
}>;

/** By role, then by pack; those that no pack asks for come last. */
export function roleEntries(
  manifests: readonly Asking[],
  bindings: readonly Binding[],
): readonly RoleEntry[] {
  const needed = neededRoles(manifests);
  const held = Map.groupBy(bindings, ({ role }) => role);
  const known = needed.map(({ role, pack, summary, needs }): RoleEntry => {
    const holders = (held.get(role) ?? []).filter((each) => covers(each, role, pack));
    return { role, pack, isKnown: true, summary, needs, holders };
  });
  const packsOf = Map.groupBy(needed, ({ role }) => role);
  const isVain = (binding: Binding): boolean =>
    !(packsOf.get(binding.role) ?? []).some(({ role, pack }) => covers(binding, role, pack));
  const vain = Map.groupBy(bindings.filter(isVain), ({ role, pack }) => `${role} ${pack ?? ''}`);
  const unknown = [...vain].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...known,
    ...unknown.map(([, holders]): RoleEntry => {
      const { role, pack } = holders[0]!;
      return { role, pack, isKnown: false, summary: undefined, needs: [], holders };
    }),
  ];
}
