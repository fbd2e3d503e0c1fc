/**
 * How well and how fast invoices find their payments, beside the naive rule (equal amount, three
 * days, first come first served) on the same books in the same run.
 *
 *     node test/bench/reconcile-bench.ts [--no-gates] [--books 20] [--growth 100000]
 *
 * The books are generated, with labels; seeds from 101 on, which nothing was tuned on. A pair is an
 * entry with a payment of its group; lines that nothing but their id tells apart are as good as
 * each other. Exit code 1 when a gate is missed. Times are of the processor, not of the clock: the
 * machine may be shared.
 */
import { parseArgs } from 'node:util';
import { matchItems } from '../../packs/finance/core/reconcile/match.ts';
import { NO_MEMORY } from '../../packs/finance/core/reconcile/options.ts';
import type { MatchResult } from '../../packs/finance/core/reconcile/result.ts';
import { type Books, booksOf } from '../support/reconcile-generator.ts';
import type { ProfileName } from '../support/reconcile-profiles.ts';
import { ratesOf, type Tally, tally, together } from '../support/reconcile-score.ts';
import { naiveMatches } from './reconcile-baseline.ts';

const FIRST_SEED = 101;
const ENTRIES = 1334;

type Gate = Readonly<{ what: string; is: string; goal: string; isMet: boolean }>;
type Timed = Readonly<{ result: MatchResult; ms: number }>;

function timed(books: Books): Timed {
  const before = process.cpuUsage();
  const { entries, payments, options } = books;
  const result = matchItems({ entries, payments, options, memory: NO_MEMORY });
  const { user, system } = process.cpuUsage(before);
  return { result, ms: (user + system) / 1000 };
}

type Measured = Readonly<{ ours: Tally; naive: Tally; ms: number }>;

function measure(profile: ProfileName, count: number): Measured {
  const ours: Tally[] = [];
  const naive: Tally[] = [];
  let ms = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + count; seed += 1) {
    const books = booksOf(profile, seed, ENTRIES);
    const found = timed(books);
    ms += found.ms;
    ours.push(tally(books, found.result));
    naive.push(tally(books, { matches: naiveMatches(books) }));
  }
  return { ours: together(ours), naive: together(naive), ms };
}

const share = (part: number, whole: number): string =>
  whole === 0 ? '–' : (part / whole).toFixed(4);

function row(name: string, sum: Tally, ms: number | undefined): string {
  const { precision, recall, f1 } = ratesOf(sum);
  const cells = [
    name,
    ...[precision, recall, f1].map((rate) => rate.toFixed(4)),
    share(sum.automatic, sum.payable),
    ((sum.wrongMatches * 10_000) / sum.lines).toFixed(2),
    share(sum.groupsFound, sum.groups),
    share(sum.offsetsFound, sum.offsets),
    ms === undefined ? '–' : share(sum.first, sum.open),
    ms === undefined ? '–' : share(sum.three, sum.open),
    ms === undefined ? '–' : ((ms * 1000) / sum.lines).toFixed(1),
  ];
  return `| ${cells.join(' | ')} |\n`;
}

const HEAD = `| books | P | R | F1 | automatic | wrong / 10,000 lines | N:1 whole | offsets | \
top 1 | top 3 | ms / 1,000 lines |
|---|---|---|---|---|---|---|---|---|---|---|
`;

function quality(count: number): Gate[] {
  process.stdout.write(`${count} books of each kind, ${ENTRIES} entries each\n\n${HEAD}`);
  const measured = new Map<ProfileName, Measured>();
  for (const profile of ['plain', 'duplicates', 'hard'] as const) {
    const found = measure(profile, count);
    measured.set(profile, found);
    process.stdout.write(row(profile, found.ours, found.ms));
    process.stdout.write(row(`${profile}, naive`, found.naive, undefined));
  }
  return gatesOf(measured.get('hard')!.ours, measured.get('duplicates')!.ours);
}

function gatesOf(hard: Tally, duplicates: Tally): Gate[] {
  const rates = ratesOf(hard);
  const automatic = duplicates.automatic / duplicates.payable;
  return [
    atLeast('hard: F1', rates.f1, 0.995),
    atLeast('hard: precision', rates.precision, 0.999),
    atLeast('hard: N:1 found whole', hard.groupsFound / hard.groups, 0.98),
    atLeast('duplicates: precision', ratesOf(duplicates).precision, 0.999),
    atLeast('duplicates: automatic', automatic, 0.85),
    below('hard: wrong in 10,000 lines', (hard.wrongMatches * 10_000) / hard.lines, 0.5),
  ];
}

function atLeast(what: string, value: number, goal: number): Gate {
  return { what, is: value.toFixed(4), goal: `≥ ${goal}`, isMet: value >= goal };
}

function below(what: string, value: number, goal: number): Gate {
  return { what, is: value.toFixed(2), goal: `< ${goal}`, isMet: value < goal };
}

/** The books of the gate on time, then thousand by thousand more. */
function speed(most: number): Gate[] {
  process.stdout.write('\n| lines | seconds | ms / 1,000 lines | heap in use after, MiB |\n');
  process.stdout.write('|---|---|---|---|\n');
  const gates: Gate[] = [];
  const perLine = new Map<number, number>();
  for (const lines of [1000, 10_000, 23_000, 100_000].filter((count) => count <= most)) {
    const books = booksOf(
      'hard',
      FIRST_SEED,
      Math.round(lines * (lines === 23_000 ? 0.565 : 0.53)),
    );
    const before = process.memoryUsage().heapUsed;
    const { result, ms } = timed(books);
    const heap = Math.max(0, process.memoryUsage().heapUsed - before) / 2 ** 20;
    const count = books.entries.length + books.payments.length;
    perLine.set(lines, ms / count);
    const cells = [
      count,
      (ms / 1000).toFixed(2),
      ((ms * 1000) / count).toFixed(1),
      heap.toFixed(0),
    ];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
    const wrong = tally(books, result).wrongMatches;
    if (lines === 10_000) gates.push(below('hard: wrong in one book of 10,000', wrong, 1));
    if (lines === 23_000) gates.push(below('hard: seconds for 23,000 lines', ms / 1000, 5));
  }
  const [few, many] = [perLine.get(10_000), perLine.get(100_000)];
  if (few !== undefined && many !== undefined) {
    gates.push(below('ms a line, 100,000 against 10,000 lines', many / few, 4));
  }
  const peak = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`\npeak resident memory of the whole bench: ${peak.toFixed(0)} MiB\n`);
  return gates;
}

function judge(gates: readonly Gate[], isStrict: boolean): void {
  process.stdout.write('\n| gate | is | goal | met |\n|---|---|---|---|\n');
  for (const { what, is, goal, isMet } of gates) {
    process.stdout.write(`| ${what} | ${is} | ${goal} | ${isMet ? 'yes' : 'no'} |\n`);
  }
  if (isStrict && gates.some(({ isMet }) => !isMet)) process.exitCode = 1;
}

const { values } = parseArgs({
  options: {
    'no-gates': { type: 'boolean', default: false },
    books: { type: 'string', default: '20' },
    growth: { type: 'string', default: '100000' },
  },
});
judge([...quality(Number(values.books)), ...speed(Number(values.growth))], !values['no-gates']);
