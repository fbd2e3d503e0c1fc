/**
 * The lines of an env file: `NAME=value`, also after `export`. Only lines of the names that are
 * asked for are looked at; all others stay as they are, byte by byte.
 */
export type Line = Readonly<{ name: string; prefix: string; text: string; index: number }>;

const FORM = /^(\s*(?:export\s+)?)([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s;

/** Also the last one, which may have no line break. */
function linesOf(text: string): string[] {
  return text.split('\n');
}

/** @throws RangeError where a name is set twice: which one counts is the reader's affair. */
export function linesNamed(text: string, names: readonly string[]): ReadonlyMap<string, Line> {
  const found = new Map<string, Line>();
  for (const [index, line] of linesOf(text).entries()) {
    const [, prefix = '', name = ''] = FORM.exec(line) ?? [];
    if (!names.includes(name)) continue;
    if (found.has(name)) throw new RangeError(`${name} is set twice in it`);
    found.set(name, { name, prefix, text: line, index });
  }
  return found;
}

/** With each name set to its value where it stands, or at the end. */
export function withValues(
  text: string,
  values: readonly (readonly [name: string, value: string])[],
): string {
  const known = linesNamed(
    text,
    values.map(([name]) => name),
  );
  const lines = linesOf(text);
  const added: string[] = [];
  for (const [name, value] of values) {
    const line = known.get(name);
    if (line === undefined) added.push(`${name}=${value}`);
    else lines[line.index] = lineWith(line, value);
  }
  if (added.length === 0) return lines.join('\n');
  const body = lines.join('\n');
  const gap = body === '' || body.endsWith('\n') ? '' : '\n';
  return `${body}${gap}${added.join('\n')}\n`;
}

/** A file of Windows keeps its line ends. */
function lineWith({ name, prefix, text }: Line, value: string): string {
  return `${prefix}${name}=${value}${text.endsWith('\r') ? '\r' : ''}`;
}

/** Lines as they were put back; a name that had none loses its line. */
export function withLines(
  text: string,
  before: readonly (readonly [name: string, line: string | null])[],
): string {
  const known = linesNamed(
    text,
    before.map(([name]) => name),
  );
  const lines: (string | undefined)[] = linesOf(text);
  const added: string[] = [];
  for (const [name, was] of before) {
    const line = known.get(name);
    if (line !== undefined) lines[line.index] = was ?? undefined;
    else if (was !== null) added.push(was);
  }
  const body = lines.filter((line) => line !== undefined).join('\n');
  if (added.length === 0) return body;
  const gap = body === '' || body.endsWith('\n') ? '' : '\n';
  return `${body}${gap}${added.join('\n')}\n`;
}

/** Whether each name has its value and nothing else, without a thought for its prefix. */
export function hasValue(line: Line | undefined, value: string): boolean {
  if (line === undefined) return false;
  return line.text.replace(/\r$/, '') === `${line.prefix}${line.name}=${value}`;
}

/** What every reader of env files takes for the same, without quotes. */
export const PLAIN_VALUE = /^[A-Za-z0-9_./:@%+,=~-]*$/;
