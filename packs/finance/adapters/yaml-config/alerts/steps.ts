/** The steps of a ladder: thresholds, each with its severity. */
import type { Ladder, RuleOptions, Step } from '../../../core/alert-config/config.ts';
import { ALERT_PERIODS } from '../../../core/alert-config/period.ts';
import { heightOf } from '../../../core/alert-config/rule.ts';
import { formatExact } from '../../../core/money.ts';
import { fieldsOf, isList, itemsOf, type Part, requiredField, type Source, say } from '../part.ts';
import { checkStep, OPTION_KEYS, readStep } from './options.ts';
import { type Fields, given, oneOf, readPositive } from './values.ts';

export type Base = Omit<Ladder, 'steps'>;

const BUDGET_STEP_KEYS = ['threshold_percent', 'severity', 'message', ...OPTION_KEYS];
const STEP_KEYS = ['percent', 'amount', 'severity', 'message', ...OPTION_KEYS];

export function readPeriod(source: Source, fields: Fields) {
  return given(source, fields, 'period', oneOf(ALERT_PERIODS));
}

/** The steps of a ladder, no two at the same height. */
export function readSteps(
  source: Source,
  part: Part,
  base: Base,
  around: RuleOptions,
): readonly Step[] {
  const items = itemsOf(source, part) ?? [];
  if (isList(part) && items.length === 0) {
    say(source, part, 'missing-value', 'must hold at least one threshold');
  }
  const steps: Step[] = [];
  for (const item of items) {
    const step = base.kind === 'budget' ? readBudgetStep : readMetricStep;
    const found = step(source, item, around);
    if (found === undefined) continue;
    checkStep(source, item, found, base);
    const { threshold } = found;
    const first = steps[0]?.threshold;
    const height = heightOf(threshold);
    if (first !== undefined && first.by !== threshold.by) {
      const message = 'thresholds of one alert are all percentages or all amounts';
      say(source, item, 'mixed-thresholds', message, 'else nobody can say which is higher');
    } else if (steps.some((each) => heightOf(each.threshold) === height)) {
      const message = `the threshold ${formatExact(height, 0)} is given twice`;
      say(source, item, 'duplicate-threshold', message);
    }
    steps.push(found);
  }
  return steps;
}

function readBudgetStep(source: Source, part: Part, around: RuleOptions) {
  const fields = fieldsOf(source, part, BUDGET_STEP_KEYS);
  if (fields === undefined) return undefined;
  const field = requiredField(source, part, fields, 'threshold_percent');
  const percent = field && readPositive(source, field);
  const threshold = percent === undefined ? undefined : ({ by: 'percent', percent } as const);
  return readStep(source, part, fields, { threshold, around });
}

function readMetricStep(source: Source, part: Part, around: RuleOptions) {
  const fields = fieldsOf(source, part, STEP_KEYS);
  if (fields === undefined) return undefined;
  const isBoth = fields.has('percent') && fields.has('amount');
  if (isBoth || (!fields.has('percent') && !fields.has('amount'))) {
    const message = isBoth ? 'has both percent and amount' : 'has neither percent nor amount';
    say(source, part, 'threshold-unclear', message, 'give one of them');
    return undefined;
  }
  const percent = given(source, fields, 'percent', readPositive);
  const units = given(source, fields, 'amount', readPositive);
  const threshold =
    percent !== undefined
      ? ({ by: 'percent', percent } as const)
      : units !== undefined
        ? ({ by: 'amount', units } as const)
        : undefined;
  return readStep(source, part, fields, { threshold, around });
}
