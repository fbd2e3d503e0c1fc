/**
 * The parts of a YAML config file, each with its place and the name a message gives it.
 *
 * Reading goes on after a problem, so that one run finds them all; what could not be read is
 * undefined and has been said. Scalars are taken as typed: `37.50` keeps its zero and an account
 * number its leading ones.
 */

import { type Diagnostic, suggest } from 'brctl/sdk';
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

type Document = ReturnType<typeof parseDocument>;

export type Source = Readonly<{
  file: string;
  document: Document;
  counter: LineCounter;
  problems: Diagnostic[];
}>;

export type Part = Readonly<{
  node: Node | null;
  /** `lines[0].amount`; empty for the whole file. */
  name: string;
  /** Where to point: the value, or its key where there is no value. */
  offset: number;
}>;

export function openSource(text: string, file: string): Source {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const source: Source = { file, document, counter, problems: [] };
  const tooDeep = document.errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  if (tooDeep !== undefined) {
    sayAt(source, tooDeep.pos[0], 'config-syntax', 'brackets are nested too deeply');
    return source;
  }
  for (const { code, message, pos } of document.errors) {
    const told = code === 'DUPLICATE_KEY' ? 'this key is given twice' : message;
    sayAt(source, pos[0], 'config-syntax', told);
  }
  return source;
}

export function wholeOf(source: Source): Part {
  return { node: follow(source, source.document.contents), name: '', offset: 0 };
}

export function say(
  source: Source,
  part: Part,
  code: string,
  message: string,
  hint?: string,
): void {
  const subject = part.name === '' ? '' : `${part.name}: `;
  sayAt(source, part.offset, code, subject + message, hint);
}

function sayAt(
  source: Source,
  offset: number,
  code: string,
  message: string,
  hint?: string | undefined,
): void {
  const { line, col } = source.counter.linePos(offset);
  const [atLine, atColumn] = [Math.max(line, 1), Math.max(col, 1)];
  const { file } = source;
  source.problems.push({
    severity: 'error',
    code,
    message,
    file,
    line: atLine,
    column: atColumn,
    hint,
  });
}

/**
 * The fields of a map by key. An unknown key is said, and then read as what it was meant to be, so
 * that one slip is one problem.
 */
export function fieldsOf(
  source: Source,
  part: Part,
  known: readonly string[],
): ReadonlyMap<string, Part> | undefined {
  const given = anyFieldsOf(source, part);
  if (given === undefined) return undefined;
  const fields = new Map(given);
  for (const [key, field] of given) {
    if (known.includes(key)) continue;
    const meant = suggest(key, known);
    const ask = meant === undefined ? '' : ` (did you mean "${meant}"?)`;
    const at = { ...part, offset: keyOffset(part, key) ?? field.offset };
    say(source, at, 'unknown-key', `unknown key "${key}"${ask}`, `known keys: ${known.join(', ')}`);
    if (meant !== undefined && !given.has(meant)) fields.set(meant, field);
  }
  return fields;
}

/** The fields of a map whose keys the operator chooses. */
export function anyFieldsOf(source: Source, part: Part): ReadonlyMap<string, Part> | undefined {
  if (!isMap(part.node)) {
    say(source, part, 'wrong-type', 'must be a map of keys and values');
    return undefined;
  }
  const fields = new Map<string, Part>();
  for (const pair of part.node.items) {
    const key = isScalar(pair.key) ? scalarText(pair.key) : undefined;
    const at = (pair.key as Node | null)?.range?.[0] ?? part.offset;
    if (key === undefined) {
      say(source, { ...part, offset: at }, 'wrong-key', 'a key must be plain text');
      continue;
    }
    const name = part.name === '' ? key : `${part.name}.${key}`;
    const node = follow(source, pair.value as Node | null);
    const isEmpty = node === null || (isScalar(node) && node.value === null);
    const offset = (isEmpty ? undefined : (pair.value as Node).range?.[0]) ?? at;
    fields.set(key, { node, name, offset });
  }
  return fields;
}

/** Where a key of a map is written. */
export function keyOffset(part: Part, key: string): number | undefined {
  if (!isMap(part.node)) return undefined;
  const pair = part.node.items.find((each) => isScalar(each.key) && scalarText(each.key) === key);
  return (pair?.key as Node | undefined)?.range?.[0];
}

export function itemsOf(source: Source, part: Part): readonly Part[] | undefined {
  if (!isSeq(part.node)) {
    say(source, part, 'wrong-type', 'must be a list');
    return undefined;
  }
  return part.node.items.map((item, i) => ({
    node: follow(source, item as Node | null),
    name: `${part.name}[${i}]`,
    offset: (item as Node | null)?.range?.[0] ?? part.offset,
  }));
}

export function isList(part: Part): boolean {
  return isSeq(part.node);
}

/** The text of a scalar as it was typed, never empty. */
export function textOf(source: Source, part: Part): string | undefined {
  const text = isScalar(part.node) ? scalarText(part.node) : undefined;
  if (text !== undefined && text.trim() !== '') return text;
  const isText = part.node === null || isScalar(part.node);
  const message = isText ? 'must not be empty' : 'must be one value, not a list or a map';
  say(source, part, isText ? 'missing-value' : 'wrong-type', message);
  return undefined;
}

/** One field that has to be there. */
export function requiredField(
  source: Source,
  part: Part,
  fields: ReadonlyMap<string, Part>,
  key: string,
): Part | undefined {
  const field = fields.get(key);
  if (field === undefined) say(source, part, 'missing-key', `missing key "${key}"`);
  return field;
}

function scalarText(scalar: {
  value: unknown;
  source?: string;
  type?: string;
}): string | undefined {
  if (scalar.value === null) return undefined;
  if (typeof scalar.value === 'string') return scalar.value;
  return scalar.source ?? String(scalar.value);
}

function follow(source: Source, node: Node | null): Node | null {
  return isAlias(node) ? (node.resolve(source.document) ?? null) : node;
}
