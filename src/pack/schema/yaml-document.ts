/**
 * YAML (or JSON) text -> a value, and for every part of it the line and column to point at.
 *
 * Text that could mean two things is refused here, so that everything after may trust the value:
 * duplicate keys, a second document, unknown or circular aliases, keys that are not plain text.
 */
import { isUtf8 } from 'node:buffer';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type { Diagnostic } from '../../sdk/index.ts';
import { plainJson } from './plain-json.ts';

export type Position = Readonly<{ line: number; column: number }>;
export type Path = readonly (string | number)[];

export type YamlDocument = Readonly<{
  /** As it is shown to the person. */
  file: string;
  /** Undefined when it cannot be read. Of a key that is given twice the last value counts. */
  value: unknown;
  problems: readonly Diagnostic[];
  /** Where the part at `path` starts: its value, or with `key` the word before the colon. */
  position(path: Path, part: 'key' | 'value'): Position;
  /** The text of a scalar as it was typed. */
  source(path: Path): string | undefined;
}>;

type Parsed = ReturnType<typeof parseDocument>;

const START: Position = { line: 1, column: 1 };
/** The one problem that leaves the rest of a document readable. */
const DUPLICATE = 'duplicate-key';
const BYTES_MAX = 1024 * 1024;
const PROBLEMS_MAX = 20;
/** How often aliases may multiply a document: beyond this it is an attack, not a shorthand. */
const ALIASES_MAX = 100;

/** For a file as bytes: what is not UTF-8, or far too big for a config file, is a problem. */
export function parseYamlBytes(bytes: Uint8Array, file: string): YamlDocument {
  return parseBytes(bytes, file, parseYaml);
}

/** The same for files that are JSON by their name: much faster, as long as nothing is wrong. */
export function parseJsonBytes(bytes: Uint8Array, file: string): YamlDocument {
  return parseBytes(bytes, file, parseJson);
}

function parseBytes(bytes: Uint8Array, file: string, parse: typeof parseYaml): YamlDocument {
  const problems = textProblems(bytes, file);
  return problems.length > 0 ? blank(file, problems) : parse(new TextDecoder().decode(bytes), file);
}

/** What keeps bytes from being the text of a config file, of whatever kind. */
export function textProblems(bytes: Uint8Array, file: string): readonly Diagnostic[] {
  const refuse = (code: string, message: string): readonly Diagnostic[] => [
    { severity: 'error', code, message, file },
  ];
  if (bytes.byteLength > BYTES_MAX) {
    return refuse('file-too-big', `has ${bytes.byteLength} bytes; the limit is ${BYTES_MAX}`);
  }
  return isUtf8(bytes) ? [] : refuse('not-utf8', 'is not UTF-8 text');
}

/**
 * JSON is YAML, so what the YAML parser makes of it; but asked only when the place of something
 * is wanted, or when the text is no plain JSON.
 */
export function parseJson(text: string, file: string): YamlDocument {
  const value = plainJson(text);
  if (value === undefined) return parseYaml(text, file);
  let parsed: YamlDocument | undefined;
  const asYaml = (): YamlDocument => {
    parsed ??= parseYaml(text, file);
    return parsed;
  };
  return {
    file,
    value,
    problems: [],
    position: (path, part) => asYaml().position(path, part),
    source: (path) => asYaml().source(path),
  };
}

export function parseYaml(text: string, file: string): YamlDocument {
  const counter = new LineCounter();
  const document = parseDocument(text.replace(/^\uFEFF/, ''), {
    lineCounter: counter,
    prettyErrors: false,
    logLevel: 'error',
    keepSourceTokens: true,
  });
  const place = (offset: number): Position => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const say = (code: string, message: string, offset: number): Diagnostic => ({
    severity: 'error',
    code,
    message,
    file,
    ...place(offset),
  });
  const problems = [...syntaxProblems(document, say), ...shapeProblems(document, say)];
  if (problems.some(({ code }) => code !== DUPLICATE)) return blank(file, problems);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const message = 'aliases multiply this file beyond any use';
    return blank(file, [...problems, say('yaml-aliases', message, 0)]);
  }
  return {
    file,
    value,
    problems: [
      ...problems,
      ...document.warnings.map(({ message, pos }) => ({
        ...say('yaml-tag', message, pos[0]),
        severity: 'warning' as const,
      })),
    ],
    position: (path, part) => {
      const offset = offsetOf(document, path, part);
      return offset === undefined ? START : place(offset);
    },
    source: (path) => {
      const node = nodeAt(document, path)?.value;
      return isScalar(node) ? (node.source ?? undefined) : undefined;
    },
  };
}

function blank(file: string, problems: readonly Diagnostic[]): YamlDocument {
  return { file, value: undefined, problems, position: () => START, source: () => undefined };
}

type Say = (code: string, message: string, offset: number) => Diagnostic;

function syntaxProblems(document: Parsed, say: Say): Diagnostic[] {
  const tooDeep = document.errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  if (tooDeep !== undefined) {
    return [say('yaml-syntax', 'brackets are nested too deeply', tooDeep.pos[0])];
  }
  const seen = new Set<number>();
  const problems: Diagnostic[] = [];
  for (const { code, message, pos } of document.errors) {
    const [offset] = pos;
    // One broken bracket makes the parser complain about each level around it: say it once.
    if (seen.has(offset) || problems.length === PROBLEMS_MAX) continue;
    seen.add(offset);
    if (code === 'DUPLICATE_KEY') {
      problems.push(say(DUPLICATE, 'this key is given twice', offset));
    } else if (code === 'MULTIPLE_DOCS') {
      problems.push(say('yaml-syntax', 'a second document starts here; one is allowed', offset));
    } else {
      problems.push(say('yaml-syntax', message, offset));
    }
  }
  return problems;
}

/** What is legal YAML and still no sensible config. */
function shapeProblems(document: Parsed, say: Say): Diagnostic[] {
  if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) return [];
  const problems: Diagnostic[] = [];
  visit(document, {
    Alias: (_, alias, ancestors) => {
      const anchored = alias.resolve(document);
      if (anchored === undefined) {
        problems.push(say('yaml-aliases', `no &${alias.source} before this`, startOf(alias)));
      } else if (ancestors.includes(anchored)) {
        problems.push(say('yaml-aliases', `&${alias.source} contains itself`, startOf(alias)));
      }
    },
    Pair: (_, pair) => {
      if (isScalar(pair.key)) return;
      problems.push(say('yaml-key', 'a key must be plain text', startOf(pair.key as Node)));
    },
  });
  return problems;
}

function startOf(node: Node | null | undefined): number {
  return node?.range?.[0] ?? 0;
}

type Found = Readonly<{ key: Node | undefined; value: Node | null | undefined }>;

function nodeAt(document: Parsed, path: Path): Found | undefined {
  let found: Found = { key: undefined, value: document.contents };
  for (const step of path) {
    const { value } = found;
    const holder = isAlias(value) ? value.resolve(document) : value;
    if (isMap(holder)) {
      const pair = holder.items.findLast(
        ({ key }) => isScalar(key) && String(key.value) === `${step}`,
      );
      if (pair === undefined) return undefined;
      found = { key: pair.key as Node, value: pair.value as Node | null };
    } else if (isSeq(holder)) {
      const item = holder.items[Number(step)];
      if (item === undefined) return undefined;
      found = { key: undefined, value: item as Node };
    } else {
      return undefined;
    }
  }
  return found;
}

/** Falls back to what encloses the part, so a problem always has a place near it. */
function offsetOf(document: Parsed, path: Path, part: 'key' | 'value'): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const found = nodeAt(document, path.slice(0, length));
    const node = part === 'key' ? (found?.key ?? found?.value) : (found?.value ?? found?.key);
    // An empty value (`name:`) has a range after the colon; the key is the better place.
    const isEmpty = isScalar(node) && node.value === null && !node.source;
    const chosen = isEmpty ? (found?.key ?? node) : node;
    if (chosen?.range) return chosen.range[0];
  }
  return undefined;
}
