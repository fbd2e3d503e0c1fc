/**
 * What a file imports, and whether the table of rules.ts allows it.
 *
 * es-module-lexer reads TypeScript and tells types from values, all but the types written as
 * `import('x')`: those are the places in the code where it saw no import.
 */
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { init, parse } from 'es-module-lexer';
import { codeOnly } from './code-only.ts';
import { AREAS, type Area, BUILD_FILES, FREE_FILES, NATIVE, VENDORS } from './rules.ts';

export type Import = Readonly<{ specifier: string; line: number; isType: boolean }>;

export async function importsOf(text: string): Promise<Import[]> {
  await init;
  const lineAt = (index: number): number => text.slice(0, index).split('\n').length;
  const found = parse(text)[0].flatMap((each) => {
    const { specifier, typeOnly = false, importStart } = each as Lexed;
    return specifier ? [{ specifier, isType: typeOnly, at: importStart }] : [];
  });
  const places = new Set(found.map(({ at }) => at));
  const written = typeQueries(text).filter(({ at }) => !places.has(at));
  return [...found, ...written].map(({ at, specifier, isType }) => ({
    specifier,
    isType,
    line: lineAt(at),
  }));
}

/** What the kinds of import have in common; a computed name has no specifier. */
type Lexed = Readonly<{ specifier?: string | null; typeOnly?: boolean; importStart: number }>;

function typeQueries(text: string) {
  const code = codeOnly(text);
  return [...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)]
    .filter(({ index }) => code.startsWith('import(', index))
    .map((match) => ({ specifier: match[1]!, isType: true, at: match.index }));
}

/** Path of the repository that a relative import means; undefined for anything else. */
export function importedPath(path: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return posix.join(posix.dirname(path), specifier);
}

export function importProblem(path: string, imported: Import): string | undefined {
  const from = areaOf(path);
  if (from === undefined || FREE_FILES.test(path)) return undefined;
  const { specifier } = imported;
  const target = importedPath(path, specifier);
  if (target !== undefined) return pathProblem(path, { from, target });
  if (specifier.startsWith('brctl/')) {
    if (specifier === 'brctl/sdk' && from.may.includes('sdk')) return undefined;
    return `${from.name} must not import ${specifier}: ${from.remedy}`;
  }
  return outsideProblem(path, { from, imported });
}

type PathQuestion = Readonly<{ from: Area; target: string }>;

function pathProblem(path: string, { from, target }: PathQuestion): string | undefined {
  const to = areaOf(target);
  if (to === undefined) {
    return target.endsWith('.json') ? undefined : `${from.name} must not import ${target}`;
  }
  if (path.startsWith('packs/') && target.startsWith('src/')) {
    return `a pack knows the host as brctl/sdk, not as ${target}`;
  }
  if (from.name !== to.name) {
    if (from.may.includes(to.name)) return undefined;
    return `${from.name} must not import ${to.name} (${target}): ${from.remedy}`;
  }
  if (partOf(from, path) === partOf(from, target)) return undefined;
  return `${partOf(from, path)} must not import its sibling ${target}: ${from.remedy}`;
}

type OutsideQuestion = Readonly<{ from: Area; imported: Import }>;

function outsideProblem(path: string, { from, imported }: OutsideQuestion): string | undefined {
  const { specifier, isType } = imported;
  const isPack = path.startsWith('packs/');
  if (isPack && !isType && NATIVE.test(specifier)) {
    return `${specifier} comes from the host: ctx.duckdb() or ctx.sqlite(), and import type`;
  }
  const vendor = from.name === 'adapters' ? VENDORS[partOf(from, path).split('/').at(-1)!] : null;
  if (from.uses.test(specifier) || vendor?.test(specifier)) return undefined;
  if (isType && from.usesTypes?.test(specifier)) return undefined;
  return `${from.name} must not import ${specifier}: ${from.remedy}`;
}

function areaOf(path: string): Area | undefined {
  return AREAS.find(({ at }) => at.test(path));
}

function partOf(area: Area, path: string): string {
  return area.part?.exec(path)?.[0] ?? '';
}

export type Declared = Readonly<{
  dependencies?: Readonly<Record<string, string>>;
  devDependencies?: Readonly<Record<string, string>>;
}>;

/** A package that runs with brctl is a dependency, not something that happens to be installed. */
export function undeclared(path: string, imported: Import, declared: Declared): string | undefined {
  const { specifier, isType } = imported;
  if (/^(\.|brctl\/)/.test(specifier) || isBuiltin(specifier)) return undefined;
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  if (Object.hasOwn(declared.dependencies ?? {}, name)) return undefined;
  const mayBeDevelopment = isType || BUILD_FILES.test(path);
  if (mayBeDevelopment && Object.hasOwn(declared.devDependencies ?? {}, name)) return undefined;
  return `${name} is not among the dependencies of package.json`;
}

/** Each circle of imports once, as the files on it. */
export function cycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>();
  const circles: string[][] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    const start = trail.indexOf(file);
    if (start >= 0) circles.push([...trail.slice(start), file]);
    if (start >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of [...graph.keys()].sort()) visit(file, []);
  return circles;
}
