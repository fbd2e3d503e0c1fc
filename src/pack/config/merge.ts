/**
 * What an operator's config file becomes when the pack ships a new one: the operator's file with
 * what changed between the formerly and the newly shipped one. By key where the file is YAML or
 * JSON, by line everywhere else.
 *
 * Never guesses: a conflict has no text. The operator's byte order mark, line ends and last line
 * end stay.
 */
import { hasLastEnd, lineEndOf, type MergeResult, mergeText } from './merge-text.ts';
import { type ThreeOf, WHOLE_FILE } from './merge-values.ts';
import { mergeYaml } from './merge-yaml.ts';

export type { MergeResult } from './merge-text.ts';

/** `base` was shipped before, `theirs` is shipped now, `mine` is the operator's. */
export type MergeInput = ThreeOf<string> & Readonly<{ path: string }>;

const MARK = '\uFEFF';

export function mergeThreeWay({ path, base, mine, theirs }: MergeInput): MergeResult {
  if (mine === base) return { kind: 'clean', text: theirs };
  if (theirs === base || theirs === mine) return { kind: 'clean', text: mine };
  const mark = mine.startsWith(MARK) ? MARK : '';
  const bare = { base: unmarked(base), mine: unmarked(mine), theirs: unmarked(theirs) };
  const merged = mergeBare(bare, /\.(ya?ml|json)$/i.test(path));
  return merged.kind === 'clean' ? { kind: 'clean', text: `${mark}${merged.text}` } : merged;
}

function unmarked(text: string): string {
  return text.startsWith(MARK) ? text.slice(MARK.length) : text;
}

function mergeBare(bare: ThreeOf<string>, isYaml: boolean): MergeResult {
  const plain = {
    base: plainOf(bare.base),
    mine: plainOf(bare.mine),
    theirs: plainOf(bare.theirs),
  };
  if (plain.theirs === plain.base || plain.theirs === plain.mine) {
    return { kind: 'clean', text: bare.mine };
  }
  if (!isYaml) return mergeText(bare);
  const merged = mergeYaml(plain);
  if (merged.kind === 'conflict') return merged;
  // Line ends of two kinds cannot be put back after a merge by key.
  if (merged.text !== undefined && !hasMixedEnds(bare.mine)) {
    return { kind: 'clean', text: dressed(merged.text, bare) };
  }
  const byLine = mergeText(bare);
  if (byLine.kind === 'conflict' || merged.isSound(plainOf(byLine.text))) return byLine;
  return { kind: 'conflict', places: [WHOLE_FILE] };
}

/** With LF line ends, the last line too. */
function plainOf(text: string): string {
  const unix = text.replaceAll('\r\n', '\n');
  return unix === '' || unix.endsWith('\n') ? unix : `${unix}\n`;
}

/** With the line ends of the operator. */
function dressed(plain: string, { mine, theirs }: ThreeOf<string>): string {
  const text = hasLastEnd({ mine, theirs }) ? plain : plain.replace(/\n$/, '');
  return lineEndOf(mine) === '\r\n' ? text.replaceAll('\n', '\r\n') : text;
}

function hasMixedEnds(text: string): boolean {
  return text.includes('\r\n') && /(?<!\r)\n/.test(text);
}
