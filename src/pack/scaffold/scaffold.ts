/**
 * The files of a new pack. It builds, installs, runs and validates as it is, and its test needs no
 * packages; everything in it is meant to be replaced.
 */
import { codeFiles } from './code-files.ts';
import { manifestFiles } from './manifest-files.ts';
import { projectFiles } from './project-files.ts';

export type ScaffoldFile = Readonly<{
  /** Below the folder of the pack, with forward slashes. */
  path: string;
  text: string;
}>;

export type ScaffoldQuestion = Readonly<{
  /** Already checked. */
  name: string;
  /** Of the brctl that the pack is begun with: the oldest that it asks for. */
  hostVersion: string;
}>;

/** Sorted by path. */
export function scaffoldFiles(question: ScaffoldQuestion): readonly ScaffoldFile[] {
  return [...manifestFiles(question), ...codeFiles(question), ...projectFiles(question)].sort(
    (a, b) => (a.path < b.path ? -1 : 1),
  );
}
