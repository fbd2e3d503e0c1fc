/**
 * Values that a config only names: variables of the environment, and files that hold one.
 *
 * `NAME_FILE` names a file with the value, as containers mount secrets; the variable itself wins.
 */
export type Variable =
  | Readonly<{ value: string; problem?: undefined }>
  /** Without the value, and without a guess at it. */
  | Readonly<{ value?: undefined; problem: string }>;

export type Variables = Readonly<{
  /** One for each name. Never throws for a variable or a file that is not there. */
  lookUp(names: readonly string[]): Promise<ReadonlyMap<string, Variable>>;
}>;
