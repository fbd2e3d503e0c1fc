/** What a backtest keeps of a ledger: all that rules can tell apart, however much there is. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type Asked,
  LAG_MS,
  postingsOf,
  recordedWatermarks,
} from '../../../packs/finance/alerts/backtest/recorded.ts';
import { likenessOf } from '../../../packs/finance/core/alert-simulation/likeness.ts';
import type { BudgetsConfig } from '../../../packs/finance/core/budget.ts';
import {
  addDays,
  type Day,
  dayRange,
  formatDay,
  parseDay,
} from '../../../packs/finance/core/day.ts';
import { DAY, dimension } from '../../../packs/finance/core/dimension.ts';
import { compileGlob } from '../../../packs/finance/core/glob.ts';
import type { Cell, Question } from '../../../packs/finance/ports/warehouse.ts';

const SERVICE = dimension('ServiceName');
const ACCOUNT = dimension('SubAccountId');
const FIRST = parseDay('2026-03-01');

function budgets(globs: readonly string[]): BudgetsConfig {
  const match = globs.map((glob) => [{ dimension: ACCOUNT, globs: [glob] }]);
  return {
    currency: 'USD',
    lines: [{ name: 'a', match }],
    services: [],
  } as unknown as BudgetsConfig;
}

function asked(days: number, globs: readonly string[]): Asked {
  return {
    bases: ['billed'],
    period: dayRange(FIRST, addDays(FIRST, days)),
    columns: [SERVICE, ACCOUNT],
    likeness: likenessOf([{ ladders: [] }], budgets(globs)),
  };
}

function cell(day: Day, account: string | null, units = 1n): Cell {
  const said = { source: 'big', costSource: 'provider_billed' as const, currency: 'USD' };
  return { key: [formatDay(day), 'Compute', account], ...said, units, charges: 1, unknown: 0 };
}

/** That many accounts, each with a charge on each day. */
function ledger(accounts: number) {
  const questions: Question[] = [];
  const aggregate = async (question: Question) => {
    questions.push(question);
    expect(question.groupBy).toEqual([DAY, SERVICE, ACCOUNT]);
    const { start, end } = question.period;
    return Array.from({ length: (end - start) * accounts }, (_, i) =>
      cell(addDays(start, Math.floor(i / accounts)), `acc${i % accounts}`),
    );
  };
  return { questions, warehouse: { aggregate, periods: async () => [] } };
}

it('is two kinds of account a day, of 20,000 that rules ask in two ways', async () => {
  const { warehouse, questions } = ledger(20_000);
  const postings = await postingsOf(warehouse, asked(30, ['acc1*', 'nobody']));
  expect(postings).toHaveLength(60);
  expect(postings.reduce((sum, { units }) => sum + units, 0n)).toBe(600_000n);
  expect(postings[0]).toMatchObject({ day: FIRST, knownMs: (FIRST + 1) * 86_400_000 + LAG_MS });
  // Each day is asked for once, and fewer at a time where there is much.
  const days = questions.flatMap(({ period }) => period.end - period.start);
  expect(days.reduce((a, b) => a + b)).toBe(30);
  expect(Math.max(...days.slice(1))).toBeLessThanOrEqual(5);
});

it('is all of it where rules tell each from each', async () => {
  const { warehouse } = ledger(3);
  const postings = await postingsOf(warehouse, asked(400, ['acc0', 'acc1', 'acc2']));
  expect(postings).toHaveLength(1200);
});

it('is more than arguments of a call can be', async () => {
  const { warehouse } = ledger(20_000);
  const likeness: Asked['likeness'] = (_, name) => name;
  const postings = await postingsOf(warehouse, { ...asked(7, []), likeness });
  expect(postings).toHaveLength(140_000);
});

it('a name that stands for another is taken by the same globs, and no name for none', () => {
  const name = fc.stringMatching(/^[abAB]{1,3}$/);
  const glob = fc.stringMatching(/^[ab*?]{1,3}$/);
  fc.assert(
    fc.property(fc.array(glob, { maxLength: 4 }), fc.array(name), (globs, names) => {
      const likeness = likenessOf([{ ladders: [] }], budgets(globs));
      const tests = globs.map(compileGlob);
      const taken = (text: string) => tests.map((matches) => matches(text)).join();
      for (const each of names) {
        const other = likeness(ACCOUNT, each)!;
        expect(taken(other)).toBe(taken(each));
        expect(names).toContain(other);
        expect(likeness(SERVICE, each)).toBe(each);
      }
      expect(new Set(names.map((each) => likeness(ACCOUNT, each))).size).toBe(
        new Set(names.map(taken)).size,
      );
      expect(likeness(ACCOUNT, null)).toBeNull();
    }),
  );
});

it('a source is complete up to its last day, until its month is over', async () => {
  const period = dayRange(FIRST, addDays(FIRST, 60));
  const postings = await postingsOf(ledger(1).warehouse, asked(33, []));
  const recorded = async (through: string) => {
    const known = [{ source: 'big', completeThrough: parseDay(through) }];
    const warehouse = {
      ...ledger(1).warehouse,
      periods: async () => [{ source: 'big', period: '2026-03' }],
    };
    const ports = { warehouse, state: { freshness: () => known as never } };
    return recordedWatermarks(ports, { postings, period });
  };
  const shown = (await recorded('2026-04-01')).map(({ knownMs, through }) => {
    const day = formatDay(Math.floor(knownMs / 86_400_000) as Day);
    return `${day} ${through === undefined ? 'none' : formatDay(through)}`;
  });
  expect(shown.slice(0, 3)).toEqual([
    '2026-03-02 none',
    '2026-03-03 2026-03-01',
    '2026-03-04 2026-03-02',
  ]);
  expect(shown).toContain('2026-03-31 2026-03-29');
  expect(shown).toContain('2026-04-01 2026-03-31');
  expect(shown).toContain('2026-04-02 2026-03-31');
  expect(shown).toContain('2026-04-03 2026-04-01');
  const ended = await recorded('2026-03-20');
  expect(Math.max(...ended.map(({ through }) => through ?? 0))).toBe(parseDay('2026-03-20'));
});
