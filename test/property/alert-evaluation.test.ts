/** What holds of evaluations, whatever the ledger. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChargeRecord } from '../../packs/finance/adapters/memory/charge-record.ts';
import { memoryWarehouse } from '../../packs/finance/adapters/memory/warehouse.ts';
import { judgeAlerts, watchAlerts } from '../../packs/finance/core/alert-rules/evaluate.ts';
import { NOTHING } from '../../packs/finance/core/alert-state/memory.ts';
import { type Day, dayRange, formatDay } from '../../packs/finance/core/day.ts';
import { dimension } from '../../packs/finance/core/dimension.ts';
import { compileRules } from '../../packs/finance/core/match.ts';
import { formatExact, parseUnits } from '../../packs/finance/core/money.ts';
import { inputOf, type Scene } from '../support/alert-evaluation.ts';
import { budgets, line, rule } from '../support/budgets.ts';
import { someCharges, someDay } from '../support/ledgers.ts';

const CONFIG = `budget_alerts:
  weekly_spend: { amount: 5, currency: USD, severity: info }
  monthly_spend: { amount: 5, currency: USD, severity: info, basis: billed }
  alpha: { amount: 5, currency: USD, period: month, severity: info, match: [{ ServiceName: al* }] }
  daily_spend: { amount: 5, currency: USD, severity: info }
  any_variance: { threshold_percent: 10, direction: both, severity: info }
anomaly_detection:
  alerts: { cost_spike: { threshold_percent: 50, severity: info } }
forecast_alerts:
  alerts: { over: { trigger: projected_spend > budget, severity: info } }
`;
const PLAN = budgets({ lines: [line('Alpha', '3', rule({ ServiceName: 'alpha' }))] });

function scene(charges: readonly ChargeRecord[], day: Day): Scene {
  const today = formatDay(day);
  return {
    ...{ config: CONFIG, budgets: PLAN, charges, now: `${today}T12:00:00Z` },
    through: { openai: today, aws: today },
  };
}

const ledgerAndDay = fc.tuple(someCharges(), someDay());

describe('an evaluation', () => {
  it('does not depend on the order of anything', async () => {
    await fc.assert(
      fc.asyncProperty(
        ledgerAndDay,
        fc.infiniteStream(fc.nat()),
        async ([charges, day], random) => {
          const input = await inputOf(scene(charges, day));
          const shuffled = <T>(list: readonly T[]): T[] =>
            list
              .map((each) => [random.next().value as number, each] as const)
              .sort(([a], [b]) => a - b)
              .map(([, each]) => each);
          const other = {
            ...input,
            cells: new Map([...input.cells].map(([basis, cells]) => [basis, shuffled(cells)])),
            freshness: shuffled(input.freshness),
          };
          const watched = (each: typeof input) =>
            watchAlerts(judgeAlerts(each), { ...each, memory: NOTHING }).watched;
          expect(watched(other)).toEqual(watched(input));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('has the amounts that the ledger gives for the same days', async () => {
    await fc.assert(
      fc.asyncProperty(ledgerAndDay, async ([charges, day]) => {
        const input = await inputOf(scene(charges, day));
        const warehouse = memoryWarehouse(charges);
        const name = dimension('ServiceName');
        const isAlpha = compileRules([rule({ ServiceName: 'al*' })], [name]);
        for (const { rule: each, period, verdict } of judgeAlerts(input)) {
          if (each.kind !== 'budget' || verdict.value === undefined) continue;
          const { start, end } = period!.range;
          const cells = await warehouse.aggregate({
            basis: each.basis === 'billed' ? 'billed' : 'effective',
            period: dayRange(start, Math.min(end, day + 1) as typeof end),
            groupBy: [name],
          });
          const sum = cells
            .filter(
              ({ key, currency }) => currency === 'USD' && (each.name !== 'alpha' || isAlpha(key)),
            )
            .reduce((total, { units }) => total + units, 0n);
          expect([each.id, period!.span.label, verdict.value]).toEqual([
            each.id,
            period!.span.label,
            sum,
          ]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is never lower for a sum where a charge is raised', async () => {
    await fc.assert(
      fc.asyncProperty(ledgerAndDay, fc.nat(), async ([charges, day], pick) => {
        fc.pre(charges.length > 0);
        const at = pick % charges.length;
        const raised = charges.map((each, i) => {
          const cost = each.columns.EffectiveCost;
          if (i !== at || cost === null || cost === undefined) return each;
          const more = formatExact(parseUnits(cost) + 10n ** 13n);
          return { ...each, columns: { ...each.columns, EffectiveCost: more } };
        });
        const sums = async (ledger: readonly ChargeRecord[]) =>
          judgeAlerts(await inputOf(scene(ledger, day))).filter(
            ({ rule: each }) => each.kind === 'budget' || each.kind === 'variance',
          );
        const [before, after] = [await sums(charges), await sums(raised)];
        for (const [i, each] of before.entries()) {
          const now = after[i]!.verdict.value;
          if (each.verdict.value === undefined || now === undefined) continue;
          expect(now >= each.verdict.value).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});
