/**
 * `npm run bench`: brctl against what it could be measured by, in one run on one machine, as a
 * Markdown table on stdout. Nothing here is asserted and `npm test` does not run it.
 *
 *     npm run build && npm run bench -- --rows 5000000 --runs 3 [--dir SCRATCH] [--loop-rows N]
 *     npm run bench -- --packs                   only packs: install, and mounting of a command
 *
 * The scratch folder needs about 1.2 GB for each million of rows and is removed at the end.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FINANCE_CONSENT } from '../support/consent.ts';
import { type Command, measurePair, runOnce } from './measure.ts';
import { packLines } from './pack-bench.ts';
import { both, type Line, mebibytes, milliseconds, moreRuns, table } from './table.ts';

const ROOT = join(import.meta.dirname, '../..');
const BRCTL = join(ROOT, 'bin/brctl.js');
const BASELINE = join(import.meta.dirname, 'baseline.js');
const GENERATE = join(import.meta.dirname, 'generate.ts');
const WEEK = '2025-W52';

type Options = Readonly<{
  rows: number;
  loopRows: number;
  runs: number;
  dir: string;
  /** Only what is about packs, which takes seconds. */
  packs: boolean;
}>;

async function main(options: Options): Promise<void> {
  const scratch = mkdtempSync(join(options.dir, 'brctl-bench-'));
  try {
    const lines = options.packs ? [] : await ledgerLines(scratch, options);
    progress('installing and mounting packs');
    lines.push(...(await packLines(scratch, moreRuns(options.runs))));
    process.stdout.write(table(options.runs, lines));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function ledgerLines(scratch: string, options: Options): Promise<Line[]> {
  return [
    ...(await importLines(scratch, options)),
    ...(await reportLines(scratch, options)),
    ...(await startLines(scratch, options)),
    ...(await loopLines(scratch, options)),
  ];
}

const brctl = (target: string, ...words: readonly string[]): Command => ({
  arguments: [BRCTL, ...words, '--target', target],
  // A finding is an answer: charges without a budget, say.
  allowed: [0, 1],
});

const baseline = (...words: readonly string[]): Command => ({ arguments: [BASELINE, ...words] });

/** A target with the finance pack and an empty ledger. */
async function install(scratch: string, name: string): Promise<string> {
  const target = join(scratch, name);
  mkdirSync(target);
  progress(`installing the finance pack into ${name}`);
  await runOnce({ ...brctl(target, 'pack', 'install', 'finance', FINANCE_CONSENT), allowed: [0] });
  return target;
}

function importing(target: string, file: string): Command {
  return {
    arguments: [BRCTL, 'finance', 'import', file, '--source', 'aws', '--target', target],
    prepare: () => rmSync(join(target, 'data'), { recursive: true, force: true }),
  };
}

async function importLines(scratch: string, { rows, runs }: Options): Promise<Line[]> {
  const csv = join(scratch, 'charges.csv');
  progress(`generating ${rows} rows`);
  await runOnce({ arguments: [GENERATE, '--rows', String(rows), '--out', csv] });
  const target = await install(scratch, 'large');
  progress('importing, against a plain COPY');
  const { a, b } = await measurePair({
    a: importing(target, csv),
    b: baseline('copy', csv, join(scratch, 'charges.parquet')),
    runs,
    withPeak: true,
  });
  const ratio = a.medianMs / b.medianMs;
  const size = statSync(csv).size;
  return [
    {
      what: `import of ${count(rows)} rows (CSV, ${mebibytes(size / 2 ** 20)}) / plain COPY`,
      ...both(a, b),
      result: `${ratio.toFixed(2)}×`,
      goal: '≤ 1.30×',
      met: ratio <= 1.3,
    },
    {
      what: 'peak memory of the same',
      brctl: mebibytes(a.peakMiB),
      baseline: mebibytes(b.peakMiB),
      result: `${(a.peakMiB / b.peakMiB).toFixed(2)}×`,
      goal: '≤ 2048 MiB',
      met: a.peakMiB <= 2048,
    },
  ];
}

/** Over the ledger and the Parquet file that importLines left behind. */
async function reportLines(scratch: string, { runs }: Options): Promise<Line[]> {
  progress('reporting, against the bare aggregate');
  const report = brctl(join(scratch, 'large'), 'finance', 'report', '--week', WEEK);
  const bare = baseline('aggregate', join(scratch, 'charges.parquet'));
  const { a, b } = await measurePair({ a: report, b: bare, runs: moreRuns(runs) });
  const start = await measurePair({
    a: brctl(join(scratch, 'large'), '--help'),
    b: baseline('empty'),
    runs: moreRuns(runs),
  });
  const limit = 1.5 * b.medianMs + start.a.medianMs;
  return [
    {
      what: 'start-up: brctl --help / Node with DuckDB, no query',
      ...both(start.a, start.b),
      result: '',
      goal: '',
      met: undefined,
    },
    {
      what: `report of ${WEEK} over that ledger / bare aggregate of one Parquet file`,
      ...both(a, b),
      result: `${(a.medianMs / b.medianMs).toFixed(2)}×`,
      goal: `≤ 1.5× + start-up (${milliseconds(limit)})`,
      met: a.medianMs <= limit,
    },
  ];
}

async function startLines(scratch: string, { runs }: Options): Promise<Line[]> {
  const target = await install(scratch, 'small');
  const charges = join(ROOT, 'fixtures/charges');
  for (const file of readdirSync(charges)) {
    const source = file.split('.')[0]!;
    await runOnce(brctl(target, 'finance', 'import', join(charges, file), '--source', source));
  }
  progress('starting, against an empty Node');
  const lines: Line[] = [];
  for (const { words, goalMs } of [
    { words: ['--help'], goalMs: 60 },
    { words: ['finance', 'report', '--week', WEEK], goalMs: 350 },
  ]) {
    const { a, b } = await measurePair({
      a: brctl(target, ...words),
      b: { arguments: ['-e', '0'] },
      runs: moreRuns(runs),
    });
    const more = a.medianMs - b.medianMs;
    lines.push({
      what: `brctl ${words.join(' ')} on a small ledger / node -e 0`,
      ...both(a, b),
      result: `+${milliseconds(more)}`,
      goal: `≤ +${milliseconds(goalMs)}`,
      met: more <= goalMs,
    });
  }
  return lines;
}

/** What one would write first: it only sums one column, in floats, and checks nothing. */
async function loopLines(scratch: string, { loopRows, runs }: Options): Promise<Line[]> {
  const csv = join(scratch, 'slice.csv');
  await runOnce({ arguments: [GENERATE, '--rows', String(loopRows), '--out', csv] });
  const target = join(scratch, 'slice');
  cpSync(join(scratch, 'small'), target, { recursive: true, verbatimSymlinks: true });
  progress('importing a slice, against a loop with csv-parse');
  const { a, b } = await measurePair({
    a: importing(target, csv),
    b: baseline('loop', csv),
    runs,
    withPeak: true,
  });
  return [
    {
      what: `import of ${count(loopRows)} rows / csv-parse loop that sums BilledCost`,
      ...both(a, b),
      result: `${(a.medianMs / b.medianMs).toFixed(2)}×`,
      goal: '',
      met: undefined,
    },
  ];
}

function count(rows: number): string {
  return rows >= 1e6 ? `${rows / 1e6} M` : `${rows / 1e3} k`;
}

function progress(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}

function parse(): Options | undefined {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '5000000' },
      'loop-rows': { type: 'string', default: '200000' },
      runs: { type: 'string', default: '3' },
      dir: { type: 'string', default: tmpdir() },
      packs: { type: 'boolean', default: false },
    },
  });
  const [rows, loopRows, runs] = [values.rows, values['loop-rows'], values.runs].map(Number);
  const isPositive = (value: number | undefined): value is number =>
    Number.isInteger(value) && value! > 0;
  if (!isPositive(rows) || !isPositive(loopRows) || !isPositive(runs)) return undefined;
  return { rows, loopRows, runs, dir: values.dir, packs: values.packs };
}

const options = parse();
if (options === undefined) {
  process.stderr.write(
    'usage: bench [--packs] [--rows N] [--loop-rows N] [--runs N] [--dir SCRATCH]\n',
  );
  process.exitCode = 2;
} else if (existsSync(join(ROOT, 'dist/brctl.js'))) {
  await main(options).catch((error: Error) => {
    process.stderr.write(`bench: ${error.message}\n`);
    process.exitCode = 1;
  });
} else {
  process.stderr.write('bench: there is no dist/brctl.js; npm run build makes it\n');
  process.exitCode = 2;
}
