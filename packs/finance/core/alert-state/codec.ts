/**
 * Readers of plain JSON values: what comes back from a state file is what was written, or it is
 * refused. A reader returns its value or throws a RangeError that names the place.
 */
export type Reader<T> = (value: unknown, at: string) => T;

export function refuse(at: string, wanted: string): never {
  throw new RangeError(`${at} is not ${wanted}`);
}

export const text: Reader<string> = (value, at) =>
  typeof value === 'string' ? value : refuse(at, 'text');

export const flag: Reader<boolean> = (value, at) =>
  typeof value === 'boolean' ? value : refuse(at, 'true or false');

/** Milliseconds, or a count: a whole number that a double holds exactly. */
export const whole: Reader<number> = (value, at) =>
  Number.isSafeInteger(value) && !Object.is(value, -0)
    ? (value as number)
    : refuse(at, 'a whole number');

/** A bigint as decimal text, in its one spelling. */
export const decimal: Reader<bigint> = (value, at) =>
  typeof value === 'string' && /^(0|-?[1-9]\d*)$/.test(value)
    ? BigInt(value)
    : refuse(at, 'a decimal integer');

export function oneOf<const T extends string>(words: readonly T[]): Reader<T> {
  return (value, at) =>
    words.find((word) => word === value) ?? refuse(at, `one of ${words.join(', ')}`);
}

export function nullable<T>(read: Reader<T>): Reader<T | null> {
  return (value, at) => (value === null ? null : read(value, at));
}

export function list<T>(read: Reader<T>): Reader<readonly T[]> {
  return (value, at) =>
    Array.isArray(value) ? value.map((item, i) => read(item, `${at}[${i}]`)) : refuse(at, 'a list');
}

/** Text by text, in the order of the keys. */
export const texts: Reader<Readonly<Record<string, string>>> = (value, at) => {
  const entries = Object.entries(object(value, at));
  return Object.fromEntries(entries.map(([key, item]) => [key, text(item, `${at}.${key}`)]));
};

/** Exactly these keys, no fewer and no others. */
export function record<T extends object>(readers: { [K in keyof T]: Reader<T[K]> }): Reader<T> {
  const keys = Object.keys(readers) as (keyof T & string)[];
  return (value, at) => {
    const fields = object(value, at);
    const stranger = Object.keys(fields).find((key) => !Object.hasOwn(readers, key));
    if (stranger !== undefined) throw new RangeError(`${at} has an unknown "${stranger}"`);
    const missing = keys.find((key) => !Object.hasOwn(fields, key));
    if (missing !== undefined) throw new RangeError(`${at} has no "${missing}"`);
    return Object.fromEntries(
      keys.map((key) => [key, readers[key](fields[key], `${at}.${key}`)]),
    ) as T;
  };
}

function object(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse(at, 'an object');
  }
  return value as Readonly<Record<string, unknown>>;
}

/** `what` it should be: `an alert`. */
export function parseWritten(written: string, what: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    throw new RangeError(`not ${what}: it is no JSON`);
  }
}
