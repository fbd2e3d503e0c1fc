/** What is said of lines that are not simply settled. */
import { describe, expect, it } from 'vitest';
import { parseDay } from '../../../packs/finance/core/day.ts';
import { explainItem } from '../../../packs/finance/core/reconcile/explain.ts';
import type { Item } from '../../../packs/finance/core/reconcile/item.ts';
import { DEFAULT_OPTIONS, NO_MEMORY } from '../../../packs/finance/core/reconcile/options.ts';
import { entry, matched, payment, reasonsLeft, shortly } from '../../support/reconcile-items.ts';

const railway = (id: string, day: string, amount: string, more: object = {}): Item =>
  entry({ id, day, amount, party: 'Railway Corp.', ...more });
const paid = (id: string, day: string, amount: string, party = 'RAILWAY'): Item =>
  payment({ id, day, amount, party });

describe('a line that nothing fits', () => {
  it('is a missing payment, and overdue when its day is over', () => {
    const late = railway('a', '2025-12-01', '5.00', { due: '2025-12-15' });
    const reasons = (asOf: string) => reasonsLeft(matched([late], [], { asOf: parseDay(asOf) }));
    expect(reasons('2025-12-15')).toEqual(['a: missing_payment']);
    expect(reasons('2025-12-16')).toEqual(['a: missing_payment, overdue']);
  });

  it('is not in the ledger where it is compared with the ledger', () => {
    const left = matched([railway('a', '2025-12-01', '5.00')], [], { against: 'ledger' });
    expect(reasonsLeft(left)).toEqual(['a: not_in_ledger']);
  });

  it('is a missing invoice of a known vendor, an untracked charge of anybody else', () => {
    const left = matched(
      [railway('a', '2025-12-01', '5.00')],
      [
        paid('p', '2025-12-02', '5.00'),
        paid('q', '2025-10-02', '90.00'),
        paid('r', '2025-12-02', '31.07', 'CORNER HOTEL'),
      ],
    );
    expect(reasonsLeft(left)).toEqual(['q: missing_invoice', 'r: untracked_charge']);
  });

  it('has nothing due, is a fee, is void, is a credit note', () => {
    const left = matched(
      [
        railway('a', '2025-12-01', '0.00'),
        railway('b', '2025-12-01', '7.00', { kind: 'void' }),
        railway('c', '2025-12-01', '-8.00', { kind: 'credit_note' }),
      ],
      [payment({ id: 'f', day: '2025-12-02', amount: '1.50', party: 'BANK', kind: 'fee' })],
    );
    expect(reasonsLeft(left)).toEqual(['c: credit', 'a: nothing_due', 'b: void', 'f: fee']);
  });

  it('repeats what is settled: paid twice, billed twice', () => {
    const cited = railway('INV-77001', '2025-12-01', '31.07');
    const twice = matched(
      [cited],
      [paid('p', '2025-12-02', '31.07', 'RAILWAY INV-77001'), paid('q', '2025-12-09', '31.07')],
    );
    expect(reasonsLeft(twice)).toEqual(['q: paid_twice']);
    const billed = matched(
      [cited, railway('INV-88002', '2025-12-05', '31.07')],
      [paid('p', '2025-12-06', '31.07', 'RAILWAY INV-77001')],
    );
    expect(reasonsLeft(billed)).toEqual(['INV-88002: billed_twice']);
  });
});

describe('a line that something may fit', () => {
  const first = (entries: Item[], payments: Item[]) =>
    matched(entries, payments).suggestions.map(({ id, reasons, candidates }) => ({
      ...{ id, reasons },
      best: candidates[0]?.entries,
    }));

  it.each([
    ['date_out_of_window', paid('p', '2026-02-14', '31.07')],
    ['wrong_currency', payment({ ...said('31.07'), currency: 'GBP' })],
    ['amount_differs', paid('p', '2025-12-02', '24.00')],
    ['weak', paid('p', '2025-12-02', '31.07', 'CORNER HOTEL')],
  ])('is suggested as %s', (reason, other) => {
    expect(first([railway('a', '2025-12-01', '31.07')], [other])).toEqual([
      { id: 'a', reasons: [reason], best: ['a'] },
      { id: 'p', reasons: [reason], best: ['a'] },
    ]);
  });

  function said(amount: string) {
    return { id: 'p', day: '2025-12-02', amount, party: 'RAILWAY' };
  }

  it('names at most three, best first', () => {
    const entries = [10, 20, 30, 40, 50].map((off) => railway(`e${off}`, '2025-12-01', `1${off}`));
    const { suggestions } = matched(entries, [paid('p', '2025-12-02', '185.00')]);
    const found = suggestions.find(({ id }) => id === 'p')!.candidates;
    expect(found.map(({ entries: [id] }) => id)).toEqual(['e50', 'e40', 'e30']);
  });
});

describe('a tie', () => {
  const two = [railway('a', '2025-12-01', '31.07'), railway('b', '2025-12-02', '31.07')];

  it('is ambiguous with all its candidates, and takes nothing', () => {
    const { matches, ambiguous } = matched(two, [paid('p', '2025-12-05', '31.07')]);
    expect(matches).toEqual([]);
    expect(ambiguous).toMatchObject([
      { entries: ['a', 'b'], payments: ['p'], candidateCount: 2, reasons: ['ambiguous'] },
    ]);
  });

  it('is one too between two payments of one invoice', () => {
    const payments = [paid('p', '2025-12-05', '31.07'), paid('q', '2025-12-07', '31.07')];
    const { matches, ambiguous } = matched([two[0]!], payments);
    expect(matches).toEqual([]);
    expect(ambiguous[0]).toMatchObject({ entries: ['a'], payments: ['p', 'q'] });
  });

  it('is none between lines that nothing tells apart, when all of them are settled', () => {
    const alike = [railway('a', '2025-12-01', '5'), railway('b', '2025-12-01', '5')];
    const same = [paid('p', '2025-12-02', '5'), paid('q', '2025-12-02', '5')];
    const { matches } = matched(alike, same);
    expect(shortly(matched(alike, same))).toEqual(['named: a = p', 'named: b = q']);
    expect(matches[0]?.evidence.at(-1)?.fact).toBe('interchangeable');
    expect(matched(alike, same.slice(1)).matches).toEqual([]);
  });

  it('is one between two sums', () => {
    const entries = ['10.01', '20.02', '15.01', '15.02'].map((amount) =>
      railway(amount, '2025-12-01', amount),
    );
    const { matches, ambiguous } = matched(entries, [paid('p', '2025-12-02', '30.03')]);
    expect(matches).toEqual([]);
    expect(ambiguous[0]?.entries).toHaveLength(4);
  });

  it('is resolved by what the vendor always does', () => {
    const days = ['2025-08-01', '2025-09-01', '2025-10-01', '2025-11-01'];
    const settled = days.map((day) => railway(day, day, '31.07'));
    const payments = days.map((day) => paid(`p${day}`, `${day.slice(0, 8)}06`, '31.07'));
    const open = [railway('a', '2025-12-04', '31.07'), railway('b', '2025-12-12', '31.07')];
    const late = paid('p', '2025-12-17', '31.07');
    expect(matched(open, [late]).matches).toEqual([]);
    const { matches } = matched([...settled, ...open], [...payments, late]);
    expect(matches.at(-1)).toMatchObject({ entries: ['b'], payments: ['p'] });
  });
});

describe('memory', () => {
  const a = entry({ id: 'a', day: '2025-12-01', amount: '20.00', party: 'Alphabet' });
  const p = paid('p', '2025-12-02', '20.00', 'GOOGLE CLOUD 8812');

  it('knows who a text names once it was confirmed', () => {
    const aliases = [{ payment: 'Google Cloud', entry: 'Alphabet' }];
    expect(matched([a], [p]).matches).toEqual([]);
    expect(shortly(matched([a], [p], {}, { ...NO_MEMORY, aliases }))).toEqual(['named: a = p']);
  });

  it('never proposes again what was rejected, and says that it was', () => {
    const rejected = [{ entry: 'INV-77001', payment: 'p' }];
    const one = railway('INV-77001', '2025-12-01', '31.07');
    const left = matched(
      [one],
      [paid('p', '2025-12-02', '31.07', 'RAILWAY INV-77001')],
      {},
      {
        ...NO_MEMORY,
        rejected,
      },
    );
    expect([left.matches, left.suggestions, left.ambiguous]).toEqual([[], [], []]);
    expect(reasonsLeft(left)).toEqual([
      'INV-77001: missing_payment, rejected',
      'p: missing_invoice, rejected',
    ]);
  });
});

describe('an explanation', () => {
  const entries = [
    railway('a', '2025-12-01', '31.07'),
    entry({ id: 'b', day: '2025-12-01', amount: '31.07', party: 'Railway Travel' }),
  ];
  const payments = [paid('p', '2025-12-05', '31.07', 'RAILWAY CORP')];
  const input = { entries, payments, options: DEFAULT_OPTIONS, memory: NO_MEMORY };

  it('names every pass, and why each candidate was taken or not', () => {
    const { outcome, passes } = explainItem(input, 'payment', 'p');
    expect(outcome.bucket).toBe('matched');
    expect(passes.map(({ pass }) => pass)).toContain('anonymous_sum');
    const named = passes.find(({ pass }) => pass === 'named')!.verdicts;
    expect(named.map(({ candidate, isTaken }) => [candidate.entries[0], isTaken])).toEqual([
      ['a', true],
      ['b', false],
    ]);
    expect(named[1]?.why).toBe('all together fit better without it');
  });

  it('refuses a line that is not there', () => {
    expect(() => explainItem(input, 'entry', 'p')).toThrow(RangeError);
  });
});

describe('items', () => {
  it('have an id of their own on their side', () => {
    const twice = [railway('a', '2025-12-01', '1'), railway('a', '2025-12-02', '2')];
    expect(() => matched(twice, [])).toThrow('two items of one side are called "a"');
  });
});
