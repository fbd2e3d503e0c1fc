/**
 * Diagnostics as SARIF 2.1.0: one run (upload limits count runs), one rule per code, places with
 * columns counted the way the YAML parser counts them.
 */
import { type Diagnostic, type Severity, toJson } from '../../sdk/index.ts';
import type { Report } from './validate.ts';

const LEVEL: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  note: 'note',
};

export function asSarif({ diagnostics }: Report, hostVersion: string): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  return toJson({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'brctl',
            semanticVersion: hostVersion,
            rules: codes.map((id) => ({
              id,
              shortDescription: { text: id.replaceAll('-', ' ') },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((each) => result(each, codes)),
      },
    ],
  });
}

function result(diagnostic: Diagnostic, codes: readonly string[]): object {
  const { severity, code, message, hint, file, line, column } = diagnostic;
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: LEVEL[severity],
    message: { text: hint === undefined ? message : `${message}\nhint: ${hint}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          ...(line === undefined ? {} : { region: { startLine: line, startColumn: column ?? 1 } }),
        },
      },
    ],
  };
}

/** Relative paths stay relative: the viewer knows where the checkout is. */
function uriOf(file: string): string {
  const path = file.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${path}` : path;
}
