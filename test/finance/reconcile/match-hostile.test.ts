/** Books that nobody has, and that must not take forever. */
import { describe, expect, it } from 'vitest';
import type { Item } from '../../../packs/finance/core/reconcile/item.ts';
import { entry, matched, payment } from '../../support/reconcile-items.ts';

const COUNT = 5000;
/** Of the processor: a second or two is usual, and the machine may be slow. */
const SECONDS = 20;

const day = (at: number): string =>
  `2025-${String(1 + (Math.floor(at / 28) % 12)).padStart(2, '0')}`;
const date = (at: number): string => `${day(at)}-${String(1 + (at % 28)).padStart(2, '0')}`;

type Line = (at: number) => Readonly<{ day: string; amount: string; party: string; text?: string }>;

function books(line: Line): Readonly<{ entries: Item[]; payments: Item[] }> {
  const all = Array.from({ length: COUNT }, (_, at) => at);
  return {
    entries: all.map((at) => entry({ id: `e${at}`, ...line(at) })),
    payments: all.map((at) => payment({ id: `p${at}`, ...line(at) })),
  };
}

const CASES: readonly Readonly<{ what: string; line: Line }>[] = [
  {
    what: 'one amount, one vendor, one day',
    line: () => ({ day: '2025-12-01', amount: '5.00', party: 'Railway' }),
  },
  {
    what: 'one amount and one vendor on all days',
    line: (at) => ({ day: date(at), amount: '5.00', party: 'Railway' }),
  },
  {
    what: 'one amount and one vendor on one day with a text of its own each',
    line: (at) => ({ day: '2025-12-01', amount: '5.00', party: 'Railway', text: `no ${at}x` }),
  },
  {
    what: 'one amount of vendors that are all alike',
    line: (at) => ({ day: date(at), amount: '5.00', party: `Northern ${letters(at)} Analytics` }),
  },
  {
    what: 'one amount without names',
    line: (at) => ({ day: date(at), amount: '1234.56', party: `${at}` }),
  },
  {
    what: 'one vendor with all amounts',
    line: (at) => ({
      day: date(at),
      amount: `${(at * 7919) % 10_007}.${10 + (at % 90)}`,
      party: 'A B',
    }),
  },
  { what: 'zeros', line: (at) => ({ day: date(at), amount: '0', party: 'Railway' }) },
  {
    what: 'amounts of 10^24 units and what cancels them',
    line: (at) => ({
      ...{ day: date(at), amount: `${at % 2 === 0 ? '' : '-'}${10n ** 12n + BigInt(at >> 1)}` },
      ...{ party: 'Railway', text: 'void' },
    }),
  },
  {
    what: 'one reference for all',
    line: (at) => ({ day: date(at), amount: `${at + 1}`, party: 'Railway', text: 'INV-77001' }),
  },
  {
    what: 'texts that are long',
    line: (at) => ({ day: date(at), amount: '5.00', party: `${'a1 '.repeat(3000)}${at}` }),
  },
];

/** A word that only this number has. */
function letters(at: number): string {
  return at
    .toString(26)
    .split('')
    .map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)))
    .join('');
}

describe('a matching of 5,000 against 5,000', () => {
  it.each(CASES)('ends in time: $what', ({ line }) => {
    const { entries, payments } = books(line);
    const before = process.cpuUsage();
    const result = matched(entries, payments);
    const { user } = process.cpuUsage(before);
    expect(user / 1e6).toBeLessThan(SECONDS);
    const lines = [...result.matches, ...result.ambiguous].flatMap((group) => [
      ...group.entries,
      ...group.payments,
    ]);
    expect(lines.length + result.suggestions.length + result.residue.length).toBe(2 * COUNT);
  });
});
