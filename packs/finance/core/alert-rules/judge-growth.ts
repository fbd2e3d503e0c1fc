/** Anomalies of usage: the readings of each complete day beside those of the days before. */

import type { AlertRule } from '../alert-config/rule.ts';
import { addDays, type Day, dayRange, formatDay } from '../day.ts';
import { compareText } from '../order.ts';
import type { UsageFigure } from '../usage/figure.ts';
import { compareDay, unitText } from './judge-anomaly.ts';
import { type Judged, type Verdict, type World, without } from './judged.ts';
import { anomalyStart, rangeWindow } from './question.ts';
import { DAY_MS, type PeriodSpan } from './span.ts';

export function judgeUsageSpikes(rules: readonly AlertRule[], world: World): readonly Judged[] {
  const start = anomalyStart(world.config, world.asOf);
  const count = world.asOf - start;
  const days = Array.from({ length: count }, (_, i) => addDays(start, i));
  const names = new Set(days.flatMap((day) => [...figuresAt(day, world).keys()]));
  const metrics = [...names].sort(compareText).map((name) => ({
    name,
    values: days.map((day) => dailyValue(name, day, world)),
  }));
  // Today is not over.
  const spans = world.spansOf('day').slice(1);
  return rules.flatMap((rule) =>
    metrics.flatMap((metric) =>
      spans.map((period) =>
        judgedOf(rule, { ...metric, period, at: period.range.start - start }, world),
      ),
    ),
  );
}

function figuresAt(day: Day, { usageIn, nowMs }: World) {
  const { endMs } = rangeWindow(dayRange(day, addDays(day, 1)), nowMs);
  return usageIn({ startMs: undefined, endMs });
}

type Daily = Readonly<{ value: bigint; unit: string }>;

/**
 * What a day is counted as: of amounts their sum, of a level the last reading of the day, of a
 * counter how much it grew since the day before, or since it began.
 */
function dailyValue(name: string, day: Day, world: World): Daily | undefined {
  const window = rangeWindow(dayRange(day, addDays(day, 1)), world.nowMs);
  const last = figuresAt(day, world).get(name)?.figure;
  if (last === undefined) {
    const sum = world.usageIn(window).get(name)?.figure;
    return sum?.kind === 'amount' ? { value: sum.value, unit: sum.unit } : undefined;
  }
  const { value, unit, kind } = last;
  if (!isOfDay(last, day)) return undefined;
  if (kind === 'level') return { value, unit };
  if (last.sinceMs >= day * DAY_MS) return { value, unit };
  const before = figuresAt(addDays(day, -1), world).get(name)?.figure;
  if (before === undefined || !isOfDay(before, addDays(day, -1))) return undefined;
  const isGrowth = before.sinceMs === last.sinceMs && before.unit === unit;
  return isGrowth && value >= before.value ? { value: value - before.value, unit } : undefined;
}

function isOfDay({ endMs }: UsageFigure, day: Day): boolean {
  return endMs > day * DAY_MS;
}

type Metric = Readonly<{
  /** As `usageName` writes it. */
  name: string;
  values: readonly (Daily | undefined)[];
  period: PeriodSpan;
  /** Of the period among the values. */
  at: number;
}>;

function judgedOf(rule: AlertRule, metric: Metric, world: World): Judged {
  const [service, name] = JSON.parse(metric.name) as [string, string];
  const unit = metric.values[metric.at]?.unit;
  return {
    ...{ rule, scope: `${service}/${name}`, period: metric.period, side: 'over' },
    verdict: verdictOf(rule, metric, world),
    labels: { service, metric: name },
    notes: { unit, owner: rule.owner?.by === 'role' ? rule.owner.role : undefined },
    trace: undefined,
  };
}

function verdictOf(rule: AlertRule, { values, at, period }: Metric, world: World): Verdict {
  const day = values[at];
  if (day === undefined) {
    const reason = `there is no reading of ${formatDay(period.range.start)} to go by`;
    return without('waiting', { fire: undefined, clear: undefined, reason });
  }
  const days = values
    .slice(0, at)
    .flatMap((each) => (each !== undefined && each.unit === day.unit ? [each.value] : []));
  const measure = { floor: 1n, text: unitText(day.unit) };
  return compareDay(rule, { value: day.value, days, remarks: '' }, world, measure);
}
