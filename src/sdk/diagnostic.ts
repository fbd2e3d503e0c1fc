/**
 * One problem in a file that a person wrote, with the place to look at.
 *
 * The same value prints as a line, as a GitHub annotation and as a SARIF result.
 */
export type Severity = 'error' | 'warning' | 'note';

export type Diagnostic = Readonly<{
  severity: Severity;
  /** Kebab-case rule id, stable across releases. */
  code: string;
  message: string;
  file: string;
  /** 1-based; absent when the problem is the file itself. */
  line?: number | undefined;
  column?: number | undefined;
  hint?: string | undefined;
}>;

/** `file:line:column`, as editors and terminals link it. */
export function place(at: Pick<Diagnostic, 'file' | 'line' | 'column'>): string {
  if (at.line === undefined) return at.file;
  return `${at.file}:${at.line}:${at.column ?? 1}`;
}

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

/** Total order: worst first, then by place, then by rule; printers cut from the end. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    RANK[a.severity] - RANK[b.severity] ||
    compareText(a.file, b.file) ||
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0) ||
    compareText(a.code, b.code) ||
    compareText(a.message, b.message)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
