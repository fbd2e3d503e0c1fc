/** Diagnostics for a person: one line each as compilers print them, then the count. */
import { type Diagnostic, type Paint, place, type Severity } from '../../sdk/index.ts';
import type { Report } from './validate.ts';

export function asText({ files, diagnostics }: Report, paint: Paint): string {
  const colour: Readonly<Record<Severity, (text: string) => string>> = {
    error: paint.red,
    warning: paint.yellow,
    note: paint.cyan,
  };
  const lines = diagnostics.map((each) => {
    const { severity, message, code, hint } = each;
    const head = `${paint.bold(place(each))}: ${colour[severity](severity)}: ${message}`;
    const tail = hint === undefined ? '' : `\n    hint: ${hint}`;
    return `${head} ${paint.dim(`[${code}]`)}${tail}\n`;
  });
  return `${lines.join('')}${summaryOf({ files, diagnostics })}\n`;
}

/** `5 files, no problems` or `2 errors, 1 warning in 5 files` */
export function summaryOf({ files, diagnostics }: Report): string {
  const inFiles = counted(files.length, 'file');
  if (diagnostics.length === 0) return `${inFiles}, no problems`;
  const counts = (['error', 'warning', 'note'] as const)
    .map((severity) => [severity, tally(diagnostics, severity)] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => counted(count, severity));
  return `${counts.join(', ')} in ${inFiles}`;
}

function tally(diagnostics: readonly Diagnostic[], severity: Severity): number {
  return diagnostics.filter((each) => each.severity === severity).length;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
