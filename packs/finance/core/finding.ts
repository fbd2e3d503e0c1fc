/**
 * Something about the person's money or data that needs a look. Part of a result, never thrown.
 *
 * `code` is a kebab-case noun, stable across releases. `message` is one sentence with its numbers.
 */
export type Finding = Readonly<{
  code: string;
  severity: 'info' | 'warning' | 'error';
  /** What it is about: a source, a service, a budget line. */
  subject: string;
  message: string;
}>;

/** `info` tells, the others ask for somebody: only they make a command exit with 1. */
export function needsAttention(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity !== 'info');
}
