/**
 * Is a command what brctl can run? The types say so, but bundles are not type-checked: one may
 * have been written by hand, or built without a look at what the compiler says.
 */
const NEEDED = ['parse', 'plan', 'render', 'outcome'];
const OPTIONAL = ['apply', 'release'];

/** The first thing that is wrong, with the command's name, as a sentence of its own. */
export function shapeProblem(command: unknown, place: number): string | undefined {
  const path = pathOf(command);
  if (path === undefined) return `command ${place + 1} of its code has no path of words`;
  const parts = command as Readonly<Record<string, unknown>>;
  const missing = NEEDED.find((name) => parts[name] === undefined);
  if (missing !== undefined) return `the command "${path}" has no "${missing}"`;
  const odd = [...NEEDED, ...OPTIONAL].find((name) => !isFunctionOrAbsent(parts[name]));
  return odd && `"${odd}" of the command "${path}" is no function`;
}

/** The words of a command with blanks between; undefined for what is no command at all. */
export function pathOf(command: unknown): string | undefined {
  const { path } = Object(command) as Readonly<{ path?: unknown }>;
  const isPath = Array.isArray(path) && path.length > 0;
  return isPath && path.every((word) => typeof word === 'string') ? path.join(' ') : undefined;
}

function isFunctionOrAbsent(part: unknown): boolean {
  return part === undefined || typeof part === 'function';
}
