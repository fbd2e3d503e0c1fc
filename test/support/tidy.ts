/**
 * The rules of the house, applied to a tree: every failure names file, line and remedy.
 *
 * Rules are data (tidy/rules.ts). What is read is what is there, tracked or not, but for what
 * tools make. Sorted, so that two runs say the same.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { codeOnly } from './tidy/code-only.ts';
import { functionSpans } from './tidy/functions.ts';
import {
  cycles,
  type Declared,
  type Import,
  importedPath,
  importProblem,
  importsOf,
  undeclared,
} from './tidy/imports.ts';
import {
  BANS,
  CODE_FILE,
  DATA_FILE,
  IGNORED,
  JUNK_NAME,
  JUNK_NAME_ALLOWED,
  LIMITS,
  SIZED_FILE,
  TEXT_FILE,
  TOP_LEVEL,
  WIDE_FILE,
} from './tidy/rules.ts';

/** `file:line message` */
export async function tidy(root: string): Promise<string[]> {
  const paths = [...filesBelow(root)].sort();
  const texts = new Map(
    paths
      .filter((path) => TEXT_FILE.test(path) && !DATA_FILE.test(path))
      .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
  );
  const code = new Map([...texts].filter(([path]) => CODE_FILE.test(path)));
  const imports = await importsByFile(code);
  return [
    ...topLevelProblems(root),
    ...paths.flatMap(nameProblems),
    ...[...texts].flatMap(([path, text]) => textProblems(path, text)),
    ...[...texts].flatMap(([path, text]) => lengthProblems(path, text)),
    ...[...code].flatMap(([path, text]) => functionProblems(path, text)),
    ...importProblems(imports, declaredIn(texts)),
    ...[...texts].flatMap(([path, text]) => portProblems(path, text)),
    ...cycleProblems(imports),
    ...schemaProblems(texts),
  ].sort(byPlace);
}

/** By file, then by line as a number. */
function byPlace(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function* filesBelow(root: string, folder = ''): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (IGNORED.has(entry.name)) continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(root, path);
    else yield path;
  }
}

function topLevelProblems(root: string): string[] {
  const there = readdirSync(root).filter((name) => !name.startsWith('.') && !IGNORED.has(name));
  return [
    ...there
      .filter((name) => !TOP_LEVEL.includes(name))
      .map((name) => `${name}:1 the top level is fixed: put it below one of its folders`),
    ...TOP_LEVEL.filter((name) => !there.includes(name)).map(
      (name) => `${name}:1 is missing at the top level`,
    ),
  ];
}

function nameProblems(path: string): string[] {
  const isFree = JUNK_NAME_ALLOWED.test(path) || DATA_FILE.test(path);
  if (isFree || !JUNK_NAME.test(path)) return [];
  return [`${path}:1 the name says nothing: name the noun it holds`];
}

function textProblems(path: string, text: string): string[] {
  const isCode = CODE_FILE.test(path);
  const lines = text.split('\n');
  const code = isCode ? codeOnly(text).split('\n') : [];
  return lines.flatMap((line, i) => {
    const problems = BANS.filter(
      (ban) =>
        !ban.allow.test(path) && ban.pattern.test(ban.in === 'text' ? line : (code[i] ?? '')),
    ).map(
      (ban) => `${path}:${i + 1} ${ban.pattern.exec(line)?.[0].trim()} is banned: use ${ban.use}`,
    );
    if ([...line].length > LIMITS.columns && !mayBeWide(path, line)) {
      problems.push(`${path}:${i + 1} the line exceeds ${LIMITS.columns} columns: break it`);
    }
    return problems;
  });
}

/** A link, or a line that a test expects from somebody, loses its meaning when it is broken. */
function mayBeWide(path: string, line: string): boolean {
  if (WIDE_FILE.test(path) || /https?:/.test(line)) return true;
  return path.startsWith('test/') && /^\s*(['"`]).*\1[,;)]*$/.test(line);
}

function lengthProblems(path: string, text: string): string[] {
  const lines = text.split('\n').length - 1;
  const limit = path.endsWith('.schema.json') ? LIMITS.schemaLines : LIMITS.fileLines;
  if (!SIZED_FILE.test(path) || lines <= limit) return [];
  return [`${path}:${lines} the file exceeds ${limit} lines: split it`];
}

function functionProblems(path: string, text: string): string[] {
  return functionSpans(codeOnly(text))
    .filter((span) => span.lines > LIMITS.functionLines)
    .map(
      (span) =>
        `${path}:${span.line} the function has ${span.lines} lines, ` +
        `more than ${LIMITS.functionLines}: split it`,
    );
}

async function importsByFile(code: ReadonlyMap<string, string>): Promise<Map<string, Import[]>> {
  const found = new Map<string, Import[]>();
  for (const [path, text] of code) found.set(path, await importsOf(text));
  return found;
}

function declaredIn(texts: ReadonlyMap<string, string>): Declared {
  return JSON.parse(texts.get('package.json') ?? '{}');
}

function importProblems(
  imports: ReadonlyMap<string, readonly Import[]>,
  declared: Declared,
): string[] {
  return [...imports].flatMap(([path, list]) =>
    list.flatMap((each) =>
      [importProblem(path, each), undeclared(path, each, declared)]
        .filter((problem) => problem !== undefined)
        .map((problem) => `${path}:${each.line} ${problem}`),
    ),
  );
}

const PORT = /^packs\/[^/]+\/ports\//;
const VALUE = /^(?:export )?(?:default |async )*(?:function|const|let|class|import (?!type\b))/m;
/** A list that a union of words is made of is as good as a type. */
const WORDS = /^export const [A-Z_]+ = \[[^\]]*\] as const;/gm;

/** A port promises; whatever keeps the promise is an adapter. */
function portProblems(path: string, text: string): string[] {
  if (!PORT.test(path)) return [];
  const code = codeOnly(text).replace(WORDS, (list) => list.replace(/\S/g, ' '));
  const found = VALUE.exec(code);
  if (found === null) return [];
  const line = text.slice(0, found.index).split('\n').length;
  return [`${path}:${line} a port is types only: move the value to core or to an adapter`];
}

function cycleProblems(imports: ReadonlyMap<string, readonly Import[]>): string[] {
  const graph = new Map(
    [...imports].map(([path, list]) => [
      path,
      list
        .filter(({ isType }) => !isType)
        .map(({ specifier }) => importedPath(path, specifier))
        .filter((target) => target !== undefined && imports.has(target)) as string[],
    ]),
  );
  return cycles(graph).map(
    (circle) => `${circle[0]}:1 imports itself (${circle.join(' -> ')}): lift out what they share`,
  );
}

/** Every schema compiles under the strictest reading; they may refer to each other by $id. */
function schemaProblems(texts: ReadonlyMap<string, string>): string[] {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  addFormats.default(ajv);
  const schemas = [...texts].filter(([path]) => /^schemas\/.+\.json$/.test(path));
  const problems: string[] = [];
  const attempt = (path: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      problems.push(`${path}:1 is no JSON Schema 2020-12: ${(error as Error).message}`);
    }
  };
  for (const [path, text] of schemas) {
    attempt(path, () => ajv.addSchema(JSON.parse(text), path));
  }
  for (const [path] of schemas) {
    if (!problems.some((problem) => problem.startsWith(`${path}:`))) {
      attempt(path, () => ajv.getSchema(path));
    }
  }
  return problems;
}
