/**
 * Texts of strangers on one line: a control character must never reach a terminal or break a line,
 * what turns the reading direction must not hide what follows, and what looks like a gap must not
 * look like the end of a column.
 */

/** Would turn the reading direction of what follows, or hide in it. */
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu;
const LONE_SURROGATE = /\p{Cs}/gu;

/** No control character, no line break, no half of a character. */
export function oneLine(text: string): string {
  return text.replace(INVISIBLE, '').replace(LONE_SURROGATE, '\ufffd').replace(BREAKS, ' ').trim();
}
