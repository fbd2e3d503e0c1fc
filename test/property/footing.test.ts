/** Footing moves what is shown and nothing else. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { absolute, formatExact } from '../../packs/finance/core/money.ts';
import type { Row } from '../../packs/finance/report/weekly-report.ts';
import { budgets, line, rule } from '../support/budgets.ts';
import { reportOf } from '../support/build-report.ts';
import { charge } from '../support/charge.ts';

const sumOf = (parts: readonly bigint[]) => parts.reduce((a, b) => a + b, 0n);

/** Lines A, B, ... of these weekly amounts, and one charge for each. */
async function reportOn(rows: readonly Readonly<{ budget: bigint; actual: bigint }>[]) {
  const names = rows.map((_, i) => `Line ${i}`);
  const config = budgets({
    lines: rows.map(({ budget }, i) =>
      line(names[i]!, formatExact(budget), rule({ ServiceName: names[i]! })),
    ),
  });
  const charges = rows.map(({ actual }, i) =>
    charge({ ServiceName: names[i]!, cost: formatExact(actual) }),
  );
  return reportOf({ charges, config });
}

const someRows = () => {
  const cost = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 14n });
  const row = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 14n }), cost, fc.boolean());
  const rows = fc.array(row, { minLength: 1, maxLength: 6 });
  return rows.map((each) =>
    each.map(([budget, actual, isEqual]) => ({ budget, actual: isEqual ? budget : actual })),
  );
};

it('status and percentage of a line do not depend on the other lines', async () => {
  await fc.assert(
    fc.asyncProperty(someRows(), async (rows) => {
      const judged = ({ status, percent }: Row) => ({ status, percent });
      const together = await reportOn(rows);
      for (const [i, row] of rows.entries()) {
        const alone = await reportOn([row]);
        expect(judged(together.categories[i]!)).toEqual(judged(alone.categories[0]!));
      }
    }),
  );
});

it('columns of equal amounts are shown equal, and are on budget by 0.0 %', async () => {
  await fc.assert(
    fc.asyncProperty(someRows(), async (rows) => {
      const { categories, total } = await reportOn(
        rows.map(({ budget }) => ({ budget, actual: budget })),
      );
      for (const { variance, percent, status } of [...categories, total]) {
        expect([variance!.shown, percent ?? 0n, status]).toEqual([0n, 0n, 'on budget']);
      }
    }),
  );
});

it('a line of equal amounts is shown equal while the others can take the cents', async () => {
  await fc.assert(
    fc.asyncProperty(someRows(), async (rows) => {
      const { categories, total } = await reportOn(rows);
      const even = categories.filter(({ variance }) => variance!.rounded === 0n);
      const canTake = (side: 'budget' | 'actual') => {
        const missing = total[side]!.shown - sumOf(categories.map((row) => row[side]!.rounded));
        const others = categories.filter((row) => !even.includes(row) && row[side]!.exact !== 0n);
        return others.length >= absolute(missing);
      };
      fc.pre(canTake('budget') && canTake('actual'));
      for (const { budget, actual } of even) {
        if (budget!.exact === 0n || actual!.exact === 0n) continue;
        expect(actual!.shown).toBe(budget!.shown);
      }
    }),
  );
});
