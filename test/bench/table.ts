/** What was measured as one Markdown table. */
import { availableParallelism } from 'node:os';
import type { Measured } from './measure.ts';

export type Line = Readonly<{
  what: string;
  brctl: string;
  baseline: string;
  result: string;
  goal: string;
  met: boolean | undefined;
}>;

/** Short commands vary more and cost less. */
export function moreRuns(runs: number): number {
  return Math.max(runs, 9);
}

export function both(a: Measured, b: Measured): Pick<Line, 'brctl' | 'baseline'> {
  return { brctl: span(a), baseline: span(b) };
}

function span({ medianMs, fastestMs, slowestMs }: Measured): string {
  return `${milliseconds(medianMs)} (${fastestMs.toFixed(0)}–${slowestMs.toFixed(0)})`;
}

export function milliseconds(ms: number): string {
  return `${ms.toFixed(0)} ms`;
}

export function mebibytes(mebi: number, digits = 0): string {
  return `${mebi.toFixed(digits)} MiB`;
}

export function table(runs: number, lines: readonly Line[]): string {
  const met = (line: Line): string => (line.met === undefined ? '' : line.met ? 'yes' : 'no');
  const rows = lines.map((line) =>
    [line.what, line.brctl, line.baseline, line.result, line.goal, met(line)].join(' | '),
  );
  return [
    `Node ${process.versions.node}, ${availableParallelism()} threads; medians of ` +
      `${runs} runs (short commands ${moreRuns(runs)}) in turn with the ` +
      'baseline, fastest and slowest in brackets.',
    '',
    '| what | brctl | baseline | result | goal | met |',
    '|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
    '',
  ].join('\n');
}
