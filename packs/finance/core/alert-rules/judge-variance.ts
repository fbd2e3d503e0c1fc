/**
 * Variances: each line of budgets.yaml against its own budget. What is over is over as soon as it
 * is; that a line is under is only known when its period is over and complete.
 */

import type { AlertRule } from '../alert-config/rule.ts';
import { allowed } from '../allowance.ts';
import type { BudgetLine } from '../budget.ts';
import { divideHalfEven, ONE } from '../money.ts';
import { clauses, moneyText, percentText } from './amount-text.ts';
import { type Cost, costOf, latenessOf, ownerOf, type Purse, purseOf } from './cost.ts';
import { type Judged, type Verdict, valued, type World, without } from './judged.ts';
import { shareOf } from './project.ts';
import { chargeBasis } from './question.ts';
import { chargesTrace } from './trace.ts';

export function judgeVariance(rules: readonly AlertRule[], world: World): readonly Judged[] {
  return rules.flatMap((rule) => {
    const charges = world.charges.get(chargeBasis(rule))!;
    const byLine = Map.groupBy(charges.series, ({ key }) => world.classifier.lineOf(key));
    return world.budgets.lines.flatMap((line, i) => {
      // A line without rules pays for nothing; it is what may go wrong.
      if (line.match.length === 0) return [];
      const series = byLine.get(i) ?? [];
      const { currency } = world.budgets;
      const asked = { charges, series, currency, isAll: false, names: [line.name] };
      return judgeLine(rule, { line, purse: purseOf(asked, world) }, world);
    });
  });
}

type Line = Readonly<{ line: BudgetLine; purse: Purse }>;

function judgeLine(rule: AlertRule, { line, purse }: Line, world: World): readonly Judged[] {
  const sides = rule.direction === 'both' ? (['over', 'under'] as const) : [rule.direction];
  return world.spansOf(rule.period ?? 'week', purse.feeds.sources).flatMap((period) => {
    const cost = costOf(purse, period, world);
    const budget = allowed(line.allowance, period.range);
    return sides.map((side) => ({
      ...{ rule, scope: line.name, period, side },
      verdict: verdictOf(rule, { side, cost, budget }, world),
      labels: { line: line.name, side },
      notes: {
        ...{ ...cost.notes, limit: budget > 0n ? budget : undefined },
        direction: side,
        owner: ownerOf(rule.owner, cost),
      },
      trace: chargesTrace(cost),
    }));
  });
}

type Compared = Readonly<{ side: 'over' | 'under'; cost: Cost; budget: bigint }>;

function verdictOf(
  rule: AlertRule,
  { side, cost, budget }: Compared,
  { asOf }: Pick<World, 'asOf'>,
): Verdict {
  const { spend, obstacle, period, through } = cost;
  const lines = linesFor(rule, { side, budget });
  const late = latenessOf(cost, rule, asOf);
  if (late !== undefined && !(late.isPartial && side === 'over' && spend.units >= lines.fire)) {
    return without('stale', { ...lines, reason: late.reason });
  }
  if (obstacle !== undefined) return without(obstacle.kind, { ...lines, reason: obstacle.reason });
  if (side === 'under' && through !== period.range.end - 1) {
    const reason = `${period.span.label} is not over and complete, so it may still be spent`;
    return without('waiting', { ...lines, reason });
  }
  const said = varianceText(spend.units, budget, cost.purse.currency);
  // What is not known may lift it over either line.
  const isOver = side === 'over' ? spend.units >= lines.fire : spend.units > lines.fire;
  if (!isOver && cost.gap !== undefined) {
    return without('stale', { ...lines, reason: clauses(cost.gap, `so far ${said}`) });
  }
  return valued(spend.units, { ...lines, reason: clauses(said, cost.remarks, late?.reason) });
}

/** Of a budget of nothing any amount is over. */
function linesFor(
  { threshold, clearPercent }: AlertRule,
  { side, budget }: Pick<Compared, 'side' | 'budget'>,
) {
  const percent = threshold.by === 'percent' ? threshold.percent : 0n;
  const lineAt = (off: bigint): bigint => {
    if (side === 'under') return -shareOf(-budget, 100n * ONE - off);
    const line = shareOf(budget, 100n * ONE + off);
    return line > 0n ? line : 1n;
  };
  return { fire: lineAt(percent), clear: lineAt(clearPercent ?? percent) };
}

function varianceText(units: bigint, budget: bigint, currency: string): string {
  const [spent, planned] = [moneyText(units, currency), moneyText(budget, currency)];
  if (budget === 0n) return `${spent} of a budget of ${planned}`;
  const off = divideHalfEven((units - budget) * 100n * ONE, budget);
  const text = off < 0n ? `${percentText(-off)} under` : `${percentText(off)} over`;
  return `${spent}, ${text} its budget of ${planned}`;
}
