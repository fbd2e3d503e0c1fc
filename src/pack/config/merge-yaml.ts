/**
 * Three-way merge of YAML and JSON by key. The operator's text is what is edited: comments,
 * quotes, blank lines, brackets and the spelling of numbers stay as they are wherever the pack
 * changed nothing.
 *
 * The value is merged on its own (merge-values.ts). A text is only ever called clean when it is
 * read back as that value and has every comment of the operator.
 */
import { parseDocument } from 'yaml';
import { mergeValues, sameValue, type ThreeOf } from './merge-values.ts';
import { keepsComments } from './yaml-comments.ts';
import { layoutOf } from './yaml-layout.ts';
import { orTooDeep } from './yaml-lines.ts';
import { weave } from './yaml-weave.ts';

export type YamlMerge =
  | Readonly<{ kind: 'conflict'; places: readonly string[] }>
  | Readonly<{
      kind: 'merged';
      /** Undefined where it cannot be done by key. */
      text: string | undefined;
      /** Whether another text, such as a merge of lines, would do as well. */
      isSound(text: string): boolean;
    }>;

/** Texts with LF line ends, the last line too, and no byte order mark. */
export function mergeYaml(texts: ThreeOf<string>): YamlMerge {
  const [base, mine, theirs] = [texts.base, texts.mine, texts.theirs].map(layoutOf);
  if (base === undefined || mine === undefined || theirs === undefined) {
    // Who edits a file that is broken anyway may go on; one that can be read stays readable.
    const isSound = (text: string) => !isReadable(texts.mine) || isReadable(text);
    return { kind: 'merged', text: undefined, isSound };
  }
  const values = { base: base.root.value, mine: mine.root.value, theirs: theirs.root.value };
  const { value, places } = mergeValues(values);
  if (places.length > 0) return { kind: 'conflict', places };
  const isSound = (text: string) => {
    const layout = layoutOf(text);
    if (layout === undefined || !sameValue(layout.root.value, value)) return false;
    return keepsComments(texts, text) && (isJson(text) || !isJson(texts.mine));
  };
  const text = weave(value, { base, mine, theirs });
  const isGood = text !== undefined && isSound(text);
  return { kind: 'merged', text: isGood ? text : undefined, isSound };
}

function isReadable(text: string): boolean {
  const parsed = orTooDeep(() => parseDocument(text, { logLevel: 'silent', prettyErrors: false }));
  return parsed?.errors.length === 0;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
