/**
 * Values of a config that may name variables of the environment: `${SLACK_WEBHOOK}`.
 *
 * The config keeps the text as it was typed. It is resolved when it is used, so a config can be
 * checked where its secrets are not, and a value that is secret is never shown.
 */
export type Setting = Readonly<{ text: string; isSecret: boolean }>;

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** `${NAME}` */
export function variable(name: string): string {
  return `\${${name}}`;
}

/** The names of the variables in a text, each once, in order. */
export function variablesIn(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(VARIABLE), ([, name]) => name!))];
}

/** Whether all that looks like a variable is one: `${SLACK WEBHOOK}` is not. */
export function isSettingText(text: string): boolean {
  return !text.replace(VARIABLE, '').includes('${');
}

export type Resolved =
  | Readonly<{ value: string; missing?: undefined }>
  /** Names of variables that are unset or empty, never empty. */
  | Readonly<{ value?: undefined; missing: readonly string[] }>;

/** What is in a variable is not read again: a value may hold `${`. */
export function resolveSetting(
  { text }: Setting,
  lookUp: (name: string) => string | undefined,
): Resolved {
  const missing = variablesIn(text).filter((name) => (lookUp(name) ?? '') === '');
  if (missing.length > 0) return { missing };
  return { value: text.replace(VARIABLE, (_, name: string) => lookUp(name)!) };
}

export const HIDDEN = '(hidden)';

/** As it may be printed: a secret only where it is nothing but the name of a variable. */
export function shownSetting({ text, isSecret }: Setting): string {
  const isName = text.startsWith('${') && text.replace(VARIABLE, '') === '';
  return !isSecret || isName ? text : HIDDEN;
}

/** A secret that stands in the file itself, for all who can read it. */
export function isLiteralSecret({ text, isSecret }: Setting): boolean {
  return isSecret && variablesIn(text).length === 0;
}
