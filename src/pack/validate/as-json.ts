/** Diagnostics with the same keys in the same order, whatever they know. */
import type { Diagnostic } from '../../sdk/index.ts';

export function diagnosticsAsJson(diagnostics: readonly Diagnostic[]): readonly object[] {
  return diagnostics.map(({ severity, code, message, file, line, column, hint }) => ({
    severity,
    code,
    message,
    file,
    line: line ?? null,
    column: column ?? null,
    hint: hint ?? null,
  }));
}
