/** YAML as values that know their place, for a file of a few keys. */
import { suggest } from 'brctl/sdk';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import {
  collectProblems,
  type FileProblem,
  type Problems,
  quoted,
} from '../../core/reconcile/file-problem.ts';
import { openText } from '../../core/reconcile/source-text.ts';

export type Source = Readonly<{ problems: Problems; found: FileProblem[] }>;

export type Part = Readonly<{ node: Node | null; name: string; at: number }>;

/** Nobody writes a mapping by hand that is longer. */
const BYTES_MAX = 256 * 1024;

/** Undefined where it is no YAML; why has been said. Aliases are not followed. */
export function openConfig(
  bytes: Uint8Array,
  file: string,
): Readonly<{ source: Source; whole: Part | undefined }> {
  const counter = new LineCounter();
  const text = openText(bytes, file);
  if (text.source === undefined) {
    const { problems: unread } = text;
    return { source: { problems: unread, found: unread.found }, whole: undefined };
  }
  const problems = collectProblems(file, (at) => {
    const { line, col } = counter.linePos(at);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  });
  const source = { problems, found: problems.found };
  if (bytes.length > BYTES_MAX) {
    problems.error({ code: 'file-unreadable', message: `is larger than ${BYTES_MAX / 1024} KiB` });
    return { source, whole: undefined };
  }
  const document = parseDocument(text.source.slice(text.source.start, bytes.length), {
    lineCounter: counter,
    prettyErrors: false,
  });
  // The parser says it once a level.
  if (document.errors.some(({ message }) => message.includes('call stack'))) {
    problems.error({ at: 0, code: 'config-syntax', message: 'is nested too deep' });
    return { source, whole: undefined };
  }
  for (const { code, message, pos } of document.errors) {
    const told = code === 'DUPLICATE_KEY' ? 'this key is given twice' : message;
    problems.error({ at: pos[0], code: 'config-syntax', message: told });
  }
  const whole = { node: document.contents, name: '', at: 0 };
  return { source, whole: problems.found.length === 0 ? whole : undefined };
}

export function say(
  source: Source,
  part: Part,
  code: string,
  message: string,
  hint?: string,
): void {
  const subject = part.name === '' ? '' : `${part.name}: `;
  source.problems.error({ at: part.at, code, message: subject + message, hint });
}

/** An unknown key is said, and then read as what it was meant to be: one slip, one problem. */
export function fieldsOf(
  source: Source,
  part: Part,
  known: readonly string[],
): ReadonlyMap<string, Part> {
  const fields = new Map<string, Part>();
  if (!isMap(part.node)) {
    say(source, part, 'wrong-type', 'must be a map of keys and values');
    return fields;
  }
  for (const pair of part.node.items) {
    const keyNode = pair.key as Node | null;
    const key = isScalar(keyNode) ? String(keyNode.value) : '';
    const value = pair.value as Node | null;
    const keyAt = keyNode?.range?.[0] ?? part.at;
    const name = part.name === '' ? key : `${part.name}.${key}`;
    const field = { node: value, name, at: value?.range?.[0] ?? keyAt };
    const meant = known.includes(key) ? key : suggest(key, known);
    if (meant !== key) {
      const ask = meant === undefined ? '' : ` (did you mean "${meant}"?)`;
      const message = `unknown key ${quoted(key)}${ask}`;
      say(
        source,
        { ...part, at: keyAt },
        'unknown-key',
        message,
        `known keys: ${known.join(', ')}`,
      );
    }
    if (meant !== undefined && !fields.has(meant)) fields.set(meant, field);
  }
  return fields;
}

/** One text, or a list of them. */
export function textsOf(source: Source, part: Part): readonly string[] {
  return itemsOf(part).flatMap((item) => textOf(source, item) ?? []);
}

export function itemsOf(part: Part): readonly Part[] {
  if (!isSeq(part.node)) return [part];
  return part.node.items.map((item, i) => ({
    node: item as Node | null,
    name: `${part.name}[${i}]`,
    at: (item as Node | null)?.range?.[0] ?? part.at,
  }));
}

/** As typed, never empty. */
export function textOf(source: Source, part: Part): string | undefined {
  const { node } = part;
  const isPlain = isScalar(node) && node.value !== null;
  const text = isPlain ? (typeof node.value === 'string' ? node.value : node.source) : undefined;
  if (text !== undefined && text !== '') return text;
  say(source, part, 'wrong-type', 'must be one value, and not empty');
  return undefined;
}

export function choiceOf<T extends string>(
  source: Source,
  part: Part | undefined,
  choices: readonly T[],
): T | undefined {
  const text = part && textOf(source, part);
  if (part === undefined || text === undefined) return undefined;
  const found = choices.find((each) => each === text);
  if (found !== undefined) return found;
  const meant = suggest(text, choices);
  const ask = meant === undefined ? '' : ` (did you mean "${meant}"?)`;
  const message = `${quoted(text)} is none of ${choices.map((each) => quoted(each)).join(', ')}`;
  say(source, part, 'wrong-value', message + ask);
  return undefined;
}
