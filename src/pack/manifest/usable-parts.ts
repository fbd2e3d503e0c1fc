/**
 * The parts of a document that can be relied on although others are wrong: of the kind that is
 * asked for, and nothing was said about them. One problem then hides no other.
 */
import type { Diagnostic } from '../../sdk/index.ts';
import type { Path, YamlDocument } from '../schema/yaml-document.ts';

export type UsableParts = Readonly<{
  text(...path: Path): string | undefined;
  number(...path: Path): number | undefined;
  /** Whatever it is; what is inside may be wrong. */
  value(...path: Path): unknown;
  /** How many items a list has; 0 where there is none, undefined where something else is. */
  count(...path: Path): number | undefined;
}>;

export function usableParts(document: YamlDocument, problems: readonly Diagnostic[]): UsableParts {
  const spoken = new Set(problems.map(({ line, column }) => `${line}:${column}`));
  const at = (path: Path): unknown => {
    const value = valueAt(document.value, path);
    const { line, column } = document.position(path, 'value');
    return spoken.has(`${line}:${column}`) ? undefined : value;
  };
  return {
    text: (...path) => {
      const value = at(path);
      return typeof value === 'string' ? value : undefined;
    },
    number: (...path) => {
      const value = at(path);
      return typeof value === 'number' ? value : undefined;
    },
    value: (...path) => at(path),
    count: (...path) => {
      const value = valueAt(document.value, path);
      if (value === undefined) return 0;
      return Array.isArray(value) ? value.length : undefined;
    },
  };
}

function valueAt(whole: unknown, path: Path): unknown {
  let value = whole;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) {
      return undefined;
    }
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}

/** `0, 1, …` for lists of which every item may be looked at. */
export function upTo(count: number | undefined): readonly number[] {
  return Array.from({ length: count ?? 0 }, (_, i) => i);
}
