/** What help says of a pack and of its groups of commands, where they are listed. */
import type { CommandIndex } from './installed.ts';

export type HelpGroup = Readonly<{ name: string; summary: string }>;

/** The pack first. Whatever a damaged index says, help is shown. */
export function helpGroups({ name, summary, groups }: CommandIndex): readonly HelpGroup[] {
  const own = Object.entries(Object(groups)).flatMap(([words, text]) =>
    typeof text === 'string' ? [{ name: `${name} ${words}`, summary: text }] : [],
  );
  return [{ name, summary }, ...own];
}
