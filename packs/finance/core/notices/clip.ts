/**
 * Text that others wrote, made fit for one line of a message: names of services and contributors
 * come from providers, and media have limits.
 */

/** Would turn the reading direction of what follows, or hide in it. */
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu;
const LONE_SURROGATE = /\p{Cs}/gu;

/** No control character, no line break, no half of a character. */
export function oneLine(text: string): string {
  return text.replace(INVISIBLE, '').replace(LONE_SURROGATE, '\ufffd').replace(BREAKS, ' ').trim();
}

const asItIs = (text: string): string => text;

/**
 * At most `max` UTF-16 units after `escaping`, and an ellipsis where something was left out;
 * neither a character nor what it is escaped to is ever cut in two.
 */
export function clipped(
  text: string,
  max: number,
  escaping: (text: string) => string = asItIs,
): string {
  const whole = escaping(text);
  if (whole.length <= max) return whole;
  if (max < 1) return '';
  const kept: string[] = [];
  let length = 0;
  for (const character of text) {
    const escaped = escaping(character);
    if (length + escaped.length > max - 1) break;
    kept.push(escaped);
    length += escaped.length;
  }
  return `${kept.join('')}…`;
}
