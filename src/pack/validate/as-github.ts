/**
 * Diagnostics as annotations of a GitHub workflow, which shows ten errors and ten warnings per
 * step: they come worst first, and the last line of the log counts them all.
 */
import type { Diagnostic, Severity } from '../../sdk/index.ts';
import { summaryOf } from './as-text.ts';
import type { Report } from './validate.ts';

const COMMAND: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  note: 'notice',
};

export function asGithub(report: Report): string {
  return `${report.diagnostics.map(annotation).join('')}${summaryOf(report)}\n`;
}

function annotation({ severity, code, message, file, line, column, hint }: Diagnostic): string {
  const properties = [
    `file=${escapeProperty(file)}`,
    line === undefined ? undefined : `line=${line}`,
    column === undefined ? undefined : `col=${column}`,
    `title=${escapeProperty(code)}`,
  ].filter((each) => each !== undefined);
  const text = hint === undefined ? message : `${message}\nhint: ${hint}`;
  return `::${COMMAND[severity]} ${properties.join(',')}::${escapeText(text)}\n`;
}

function escapeText(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Colons and commas end a property; the runner undoes these five escapes and no others. */
function escapeProperty(text: string): string {
  return escapeText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
