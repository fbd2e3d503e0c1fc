/**
 * Text that others wrote, made fit for one line of a message: names of services and contributors
 * come from providers, and media have limits.
 */

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
