/** Whatever the ledger holds: the report foots, forgets nothing and does not depend on order. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memoryWarehouse } from '../../packs/finance/adapters/memory/warehouse.ts';
import type { BudgetsConfig } from '../../packs/finance/core/budget.ts';
import { compileBudgets } from '../../packs/finance/core/classify.ts';
import type { Cell, Question } from '../../packs/finance/ports/warehouse.ts';
import { reportAsJson } from '../../packs/finance/report/render/as-json.ts';
import { EVER } from '../../packs/finance/report/silence.ts';
import { tally } from '../../packs/finance/report/tally.ts';
import { buildReport, type ReportInput } from '../../packs/finance/report/weekly.ts';
import { allowance, budgets, line, rule, service } from '../support/budgets.ts';
import { someCharges, someQuestion } from '../support/ledgers.ts';

const RULES = [
  rule({ ServiceName: 'Alpha' }),
  rule({ ServiceName: 'B*', 'Tags.team': 'core' }),
  rule({ 'Tags.team': ['web', 'core'] }),
  rule({ x_Project: '*' }),
  rule({ Source: 'aws' }),
];

function someConfig(): fc.Arbitrary<BudgetsConfig> {
  const lines = fc
    .subarray(RULES)
    .map((rules) => [
      ...rules.map((each, i) => line(`Line ${i}`, '7', each)),
      line('Reserve', '1'),
    ]);
  const services = fc
    .subarray(RULES)
    .map((rules) =>
      rules.map((each, i) =>
        service(`Service ${i}`, { match: [each], tier: 'Pro', allowance: allowance('3') }),
      ),
    );
  return fc.record({ lines, services }).map((each) => budgets(each));
}

type Case = Readonly<{ input: ReportInput; shuffled: readonly Cell[] }>;

async function caseOf(
  charges: Parameters<typeof memoryWarehouse>[0],
  config: BudgetsConfig,
  { basis, period }: Question,
  turn: number,
): Promise<Case> {
  const classifier = compileBudgets(config);
  const warehouse = memoryWarehouse(charges);
  const cells = await warehouse.aggregate({ basis, period, groupBy: classifier.groupBy });
  const input = {
    week: undefined,
    period,
    basis,
    today: period.end,
    config,
    classifier,
    cells,
    ever: await warehouse.aggregate({ basis, period: EVER, groupBy: classifier.groupBy }),
    files: await warehouse.periods(),
    freshness: [],
    restatements: [],
  };
  const at = cells.length === 0 ? 0 : turn % cells.length;
  return { input, shuffled: [...cells.slice(at), ...cells.slice(0, at)].reverse() };
}

const someCase = () =>
  fc.tuple(someCharges(), someConfig(), someQuestion(), fc.nat()).map((parts) => caseOf(...parts));

const sumOf = (parts: readonly bigint[]) => parts.reduce((a, b) => a + b, 0n);

it('shown numbers foot: services to their category, categories to the total', async () => {
  await fc.assert(
    fc.asyncProperty(someCase(), async (given) => {
      const report = buildReport((await given).input);
      const { categories, services, total } = report;
      const known = categories.filter(({ actual }) => actual !== undefined);
      expect(sumOf(known.map(({ actual }) => actual!.shown))).toBe(total.actual?.shown ?? 0n);
      expect(sumOf(categories.map(({ budget }) => budget!.shown))).toBe(total.budget!.shown);
      for (const { name, actual } of known) {
        const within = services.filter(({ category }) => category === name);
        expect(sumOf(within.map((each) => each.actual?.shown ?? 0n))).toBe(actual!.shown);
        expect(sumOf(within.map((each) => each.actual?.exact ?? 0n))).toBe(actual!.exact);
      }
    }),
  );
});

it('every unit of the currency is in one category, and no other currency is', async () => {
  await fc.assert(
    fc.asyncProperty(someCase(), async (given) => {
      const { input } = await given;
      const inCurrency = input.cells.filter(({ currency }) => currency === 'USD');
      const counts = tally(input.cells, input.config, input.classifier);
      const expected = sumOf(inCurrency.map(({ units }) => units));
      expect(counts.total.units).toBe(expected);
      expect(sumOf(counts.lines.map(({ units }) => units)) + (counts.unbudgeted?.units ?? 0n)).toBe(
        expected,
      );
    }),
  );
});

it('the order of the cells does not matter', async () => {
  await fc.assert(
    fc.asyncProperty(someCase(), async (given) => {
      const { input, shuffled } = await given;
      const other = buildReport({ ...input, cells: shuffled });
      expect(reportAsJson(other)).toBe(reportAsJson(buildReport(input)));
    }),
  );
});

it('the reports of two halves of a range spend what the whole spends', async () => {
  await fc.assert(
    fc.asyncProperty(someCharges(), someQuestion(), async (charges, question) => {
      const warehouse = memoryWarehouse(charges);
      const { start, end } = question.period;
      const middle = (start + Math.floor((end - start) / 2)) as typeof start;
      const spent = async (from: typeof start, until: typeof start) => {
        const cells = await warehouse.aggregate({
          ...question,
          period: { start: from, end: until },
        });
        return sumOf(cells.map(({ units }) => units));
      };
      expect((await spent(start, middle)) + (await spent(middle, end))).toBe(
        await spent(start, end),
      );
    }),
  );
});
