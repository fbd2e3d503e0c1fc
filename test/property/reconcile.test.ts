/** What holds of every matching, whatever the books. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, parseDay } from '../../packs/finance/core/day.ts';
import { ONE } from '../../packs/finance/core/money.ts';
import { explainItem } from '../../packs/finance/core/reconcile/explain.ts';
import { ITEM_KINDS, type Item } from '../../packs/finance/core/reconcile/item.ts';
import { type MatchInput, matchItems } from '../../packs/finance/core/reconcile/match.ts';
import {
  DEFAULT_OPTIONS,
  type MatchOptions,
  NO_MEMORY,
} from '../../packs/finance/core/reconcile/options.ts';
import type { Candidate, MatchResult, Side } from '../../packs/finance/core/reconcile/result.ts';
import { booksOf } from '../support/reconcile-generator.ts';

const START = parseDay('2025-11-01');
const OPTIONS: MatchOptions = {
  ...DEFAULT_OPTIONS,
  fees: [{ name: 'card', millionths: 29_000n, fixedUnits: 3n * (ONE / 10n), currency: 'USD' }],
  taxes: [190_000n],
  rates: [{ day: START, from: 'USD', to: 'EUR', rate: 9n * (ONE / 10n) }],
  rateDays: 100,
};

/** Few names, amounts and days, so that lines meet, tie and repeat. */
const someItem = (side: Side) =>
  fc
    .record({
      kind: fc.constantFrom(...ITEM_KINDS),
      day: fc.integer({ min: 0, max: 40 }).map((day) => addDays(START, day)),
      due: fc.option(fc.constantFrom(0, 14, 30), { nil: undefined }),
      coins: fc.oneof(
        fc.constantFrom(0, 500, 1000, 1500, 2000, -500, -1000, 3107, 3170, 6214, 1190, 971),
        fc.integer({ min: -3000, max: 9000 }),
      ),
      currency: fc.constantFrom('USD', 'USD', 'USD', 'EUR'),
      party: fc.constantFrom(
        ...['Railway Corp.', 'RAILWAY', 'Railway Travel', 'OpenAI', 'OPNAI 8812', 'TRN 881234 XX'],
        ...['Sierra Peak Ltd', 'SIERRA PEAK', ''],
      ),
      text: fc.constantFrom('', '', 'VOID', 'deposit', 'INV-77001', 'INV-77001 INV-77002'),
      references: fc.constantFrom([], [], [], ['INV-77001'], ['INV-77002']),
      tail: fc.constantFrom(0n, 0n, 0n, 1n),
    })
    .map(
      ({ coins, tail, due, ...said }): Omit<Item, 'id'> => ({
        ...said,
        units: BigInt(coins) * (ONE / 100n) + tail,
        dueDay: due === undefined || side === 'payment' ? undefined : addDays(said.day, due),
        place: { file: 'books.csv', line: undefined },
      }),
    );

const side = (name: Side) =>
  fc
    .array(someItem(name), { maxLength: 14 })
    .map((items) => items.map((item, at): Item => ({ ...item, id: `${name.charAt(0)}${at}` })));

const someInput = fc.oneof(
  { weight: 3, arbitrary: fc.record({ entries: side('entry'), payments: side('payment') }) },
  {
    weight: 1,
    arbitrary: fc
      .record({ seed: fc.nat(10_000), size: fc.integer({ min: 1, max: 60 }) })
      .map(({ seed, size }) => booksOf('hard', seed, size)),
  },
);

const inputOf = (books: Readonly<{ entries: readonly Item[]; payments: readonly Item[] }>) =>
  ({ options: OPTIONS, ...books, memory: NO_MEMORY }) satisfies MatchInput;

/** `side id` of every line of a result, once for each bucket that it stands in. */
function placed(result: MatchResult): readonly string[] {
  const both = ({ entries, payments }: Pick<Candidate, 'entries' | 'payments'>): string[] => [
    ...entries.map((id) => `entry ${id}`),
    ...payments.map((id) => `payment ${id}`),
  ];
  return [
    ...result.matches.flatMap(both),
    ...result.ambiguous.flatMap(both),
    ...[...result.suggestions, ...result.residue].map((line) => `${line.side} ${line.id}`),
  ];
}

describe('a matching', () => {
  it('puts every line into exactly one bucket', () => {
    fc.assert(
      fc.property(someInput, (books) => {
        const all = [
          ...books.entries.map(({ id }) => `entry ${id}`),
          ...books.payments.map(({ id }) => `payment ${id}`),
        ];
        expect(placed(matchItems(inputOf(books))).toSorted()).toEqual(all.toSorted());
      }),
      { numRuns: 300 },
    );
  });

  it('accounts for every unit of money', () => {
    fc.assert(
      fc.property(someInput, (books) => {
        const { matches } = matchItems(inputOf(books));
        const unitsOf = new Map<string, Item>([
          ...books.entries.map((item) => [`entry ${item.id}`, item] as const),
          ...books.payments.map((item) => [`payment ${item.id}`, item] as const),
        ]);
        for (const match of matches) {
          const entries = match.entries.map((id) => unitsOf.get(`entry ${id}`)!);
          const payments = match.payments.map((id) => unitsOf.get(`payment ${id}`)!);
          const currencies = new Set([...entries, ...payments].map(({ currency }) => currency));
          const total = (items: readonly Item[]) =>
            items.reduce((sum, { units }) => sum + units, 0n);
          const off = total(payments) - total(entries);
          expect(match.difference).toBe(currencies.size === 1 ? off : undefined);
          expect(match.remaining).toBe(match.reasons.includes('partly_paid') ? -off : 0n);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on the order of rows', () => {
    const shuffled = someInput.chain((books) =>
      fc.record({
        books: fc.constant(books),
        entries: fc.shuffledSubarray([...books.entries], { minLength: books.entries.length }),
        payments: fc.shuffledSubarray([...books.payments], { minLength: books.payments.length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ books, entries, payments }) => {
        const again = matchItems({ ...inputOf(books), entries, payments });
        expect(again).toEqual(matchItems(inputOf(books)));
      }),
      { numRuns: 200 },
    );
  });

  // A text is anonymous against all names that are known, and then fewer are.
  it('finds nothing new in what was left over', () => {
    fc.assert(
      fc.property(someInput, (books) => {
        const { residue } = matchItems(inputOf(books));
        const left = new Set(residue.map((line) => `${line.side} ${line.id}`));
        const again = matchItems({
          ...inputOf(books),
          entries: books.entries.filter(({ id }) => left.has(`entry ${id}`)),
          payments: books.payments.filter(({ id }) => left.has(`payment ${id}`)),
        });
        const found = again.matches.filter(({ pass }) => !pass.startsWith('anonymous'));
        expect(found).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('never proposes what was rejected', () => {
    fc.assert(
      fc.property(someInput, (books) => {
        const { matches, suggestions, ambiguous } = matchItems(inputOf(books));
        const told = [...matches, ...[...suggestions, ...ambiguous].flatMap((x) => x.candidates)];
        const rejected = told.flatMap(({ entries, payments }) =>
          entries.flatMap((entry) => payments.map((payment) => ({ entry, payment }))),
        );
        const never = new Set(rejected.map(({ entry, payment }) => `${entry} ${payment}`));
        const again = matchItems({ ...inputOf(books), memory: { aliases: [], rejected } });
        const proposed = [
          ...again.matches,
          ...[...again.suggestions, ...again.ambiguous].flatMap((x) => x.candidates),
        ].flatMap(({ entries, payments }) =>
          entries.flatMap((entry) => payments.map((payment) => `${entry} ${payment}`)),
        );
        expect(proposed.filter((pair) => never.has(pair))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('never chooses between entries that fit one payment equally well', () => {
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { minLength: 2, maxLength: 6 });
    const said = fc.record({ days, coins: fc.integer({ min: 1, max: 999_999 }) });
    fc.assert(
      fc.property(said, ({ days, coins }) => {
        const one = {
          ...{ dueDay: undefined, units: BigInt(coins) * (ONE / 100n), currency: 'USD', text: '' },
          ...{ references: [], place: { file: 'books.csv', line: undefined } },
        };
        const entries = days.map((day, at): Item => {
          const id = `e${at}`;
          return { ...one, id, kind: 'invoice', day: addDays(START, day), party: 'Railway' };
        });
        const paid: Item = {
          ...{ ...one, id: 'p', kind: 'payment', day: addDays(START, 13), party: 'RAILWAY 881' },
        };
        const { matches, ambiguous } = matchItems(inputOf({ entries, payments: [paid] }));
        expect(matches).toEqual([]);
        expect(ambiguous[0]?.payments).toEqual(['p']);
      }),
    );
  });

  it('is explained line by line as it came out', () => {
    fc.assert(
      fc.property(someInput, (books) => {
        const input = inputOf(books);
        const { matches } = matchItems(input);
        const id = matches[0]?.payments[0];
        if (id === undefined) return;
        const { outcome, passes } = explainItem(input, 'payment', id);
        expect(outcome).toEqual({ bucket: 'matched', match: matches[0] });
        const taken = passes.flatMap(({ verdicts }) => verdicts.filter(({ isTaken }) => isTaken));
        expect(taken.map(({ candidate }) => candidate)).toEqual([matches[0]]);
      }),
    );
  });
});
