/** `anomaly_detection` and `forecast_alerts` of usage-alerts-config.yaml. */
import {
  type Algorithm,
  type AnomalyDetection,
  type ForecastAlerts,
  type Ladder,
  type Metric,
  SENSITIVITIES,
} from '../../../core/alert-config/config.ts';
import { wordsOf } from '../../../core/alert-config/period.ts';
import { fieldsOf, isList, itemsOf, type Part, requiredField, type Source, say } from '../part.ts';
import { checkStep, NO_OPTIONS, OPTION_KEYS, readStep } from './options.ts';
import {
  ask,
  type Fields,
  given,
  namedFields,
  oneOf,
  positionOf,
  readBoolean,
  readLine,
  readPositive,
  readWhole,
} from './values.ts';

const ANOMALY_KEYS = ['enabled', 'baseline_period_days', 'algorithms', 'alerts'];
const SPIKE_KEYS = ['threshold_percent', 'severity', 'message', ...OPTION_KEYS];
const ALGORITHM_KEYS = ['type', 'window', 'deviation_threshold', 'sensitivity'];
const KEYS_OF: Readonly<Record<Algorithm['type'], readonly string[]>> = {
  moving_average: ['window', 'deviation_threshold'],
  trend_detection: ['sensitivity'],
};
const FORECAST_KEYS = ['enabled', 'horizon_days', 'alerts'];
const CROSSING_KEYS = ['trigger', 'lead_time_days', 'severity', 'message', ...OPTION_KEYS];

const DAYS_MAX = 3660;
const BASELINE_DAYS = 14;
const HORIZON_DAYS = 30;

const TRIGGERS = ['projected_spend > budget', 'projected_usage > tier_limit'] as const;

export type Section<T> = Readonly<{ value: T | undefined; ladders: readonly Ladder[] }>;

const NOTHING = { value: undefined, ladders: [] };

export function readAnomalies(source: Source, part: Part): Section<AnomalyDetection> {
  const fields = fieldsOf(source, part, ANOMALY_KEYS);
  if (fields === undefined) return NOTHING;
  const isEnabled = given(source, fields, 'enabled', readBoolean) ?? true;
  const baselineDays =
    given(source, fields, 'baseline_period_days', readWhole(DAYS_MAX)) ?? BASELINE_DAYS;
  const algorithmsField = fields.get('algorithms');
  const algorithms = algorithmsField ? readAlgorithms(source, algorithmsField, baselineDays) : [];
  const alerts = fields.get('alerts');
  const ladders = [...(alerts ? namedFields(source, alerts) : [])].flatMap(([name, each]) => {
    const spike = fieldsOf(source, each, SPIKE_KEYS);
    if (spike === undefined) return [];
    const field = requiredField(source, each, spike, 'threshold_percent');
    const percent = field && readPositive(source, field);
    const threshold = percent === undefined ? undefined : ({ by: 'percent', percent } as const);
    const step = readStep(source, each, spike, { threshold, around: NO_OPTIONS });
    const isUsage = wordsOf(name).includes('usage');
    const base = {
      ...outlook('anomaly', name, isEnabled, isUsage),
      scope: { of: 'services' },
      period: 'day',
    } as const;
    if (step === undefined) return [];
    checkStep(source, each, step, base);
    return [{ ...base, steps: [step] }];
  });
  return { value: { isEnabled, baselineDays, algorithms }, ladders };
}

function outlook(kind: 'anomaly' | 'forecast', name: string, isEnabled: boolean, isUsage: boolean) {
  const metric: Metric = isUsage
    ? { of: 'usage', name: undefined }
    : { of: 'cost', currency: undefined };
  const id = `${kind}/${name}`;
  return {
    kind,
    id,
    name,
    isEnabled,
    metric,
    limit: undefined,
    direction: 'over',
    leadDays: undefined,
  } as const;
}

function readAlgorithms(source: Source, part: Part, baselineDays: number): readonly Algorithm[] {
  const items = itemsOf(source, part) ?? [];
  if (isList(part) && items.length === 0) {
    say(source, part, 'missing-value', 'must hold at least one algorithm');
  }
  const found: Algorithm[] = [];
  for (const item of items) {
    const algorithm = readAlgorithm(source, item, baselineDays);
    if (algorithm === undefined) continue;
    if (found.some(({ type }) => type === algorithm.type)) {
      say(source, item, 'duplicate-name', `${algorithm.type} is given twice`);
    }
    found.push(algorithm);
  }
  return found;
}

function readAlgorithm(source: Source, part: Part, baselineDays: number): Algorithm | undefined {
  const fields = fieldsOf(source, part, ALGORITHM_KEYS);
  const typeField = fields && requiredField(source, part, fields, 'type');
  const types = Object.keys(KEYS_OF) as Algorithm['type'][];
  const type = typeField && oneOf(types)(source, typeField);
  if (fields === undefined || type === undefined) return undefined;
  for (const key of ALGORITHM_KEYS.slice(1)) {
    const field = fields.get(key);
    if (field === undefined || KEYS_OF[type].includes(key)) continue;
    say(source, field, 'misplaced-key', `means nothing to ${type}`);
  }
  const at = positionOf(source, part);
  if (type === 'trend_detection') {
    const sensitivity = given(source, fields, 'sensitivity', oneOf(SENSITIVITIES)) ?? 'medium';
    return { type, sensitivity, at };
  }
  return readMovingAverage(source, part, fields, baselineDays);
}

function readMovingAverage(
  source: Source,
  part: Part,
  fields: Fields,
  baselineDays: number,
): Algorithm | undefined {
  const windowField = requiredField(source, part, fields, 'window');
  const deviationField = requiredField(source, part, fields, 'deviation_threshold');
  const windowDays = windowField && readWhole(DAYS_MAX)(source, windowField);
  const deviations = deviationField && readPositive(source, deviationField);
  if (windowDays === undefined || deviations === undefined) return undefined;
  if (windowDays > baselineDays) {
    const message = `${windowDays} days are more than the baseline of ${baselineDays}`;
    say(source, windowField!, 'window-too-long', message);
  }
  return { type: 'moving_average', windowDays, deviations, at: positionOf(source, part) };
}

export function readForecasts(source: Source, part: Part): Section<ForecastAlerts> {
  const fields = fieldsOf(source, part, FORECAST_KEYS);
  if (fields === undefined) return NOTHING;
  const isEnabled = given(source, fields, 'enabled', readBoolean) ?? true;
  const horizonDays = given(source, fields, 'horizon_days', readWhole(DAYS_MAX)) ?? HORIZON_DAYS;
  const alerts = fields.get('alerts');
  const ladders = [...(alerts ? namedFields(source, alerts) : [])].flatMap(([name, each]) => {
    const crossing = fieldsOf(source, each, CROSSING_KEYS);
    if (crossing === undefined) return [];
    const field = requiredField(source, each, crossing, 'trigger');
    const trigger = field && readTrigger(source, field);
    const leadField = crossing.get('lead_time_days');
    const leadDays = leadField && readWhole(DAYS_MAX)(source, leadField);
    if (leadDays !== undefined && leadDays > horizonDays) {
      const message = `${leadDays} days are beyond the horizon of ${horizonDays}`;
      say(source, leadField!, 'lead-too-long', message);
    }
    const step = readStep(source, each, crossing, {
      threshold: { by: 'crossing' },
      around: NO_OPTIONS,
    });
    if (step === undefined || trigger === undefined) return [];
    const isUsage = trigger === TRIGGERS[1];
    const base = {
      ...outlook('forecast', name, isEnabled, isUsage),
      scope: { of: isUsage ? 'limits' : 'budgets' },
      period: undefined,
      leadDays: leadDays ?? horizonDays,
    } as const;
    checkStep(source, each, step, base);
    return [{ ...base, steps: [step] }];
  });
  return { value: { isEnabled, horizonDays }, ladders };
}

/** Two comparisons, however they are spaced. */
function readTrigger(source: Source, part: Part): (typeof TRIGGERS)[number] | undefined {
  const text = readLine(source, part);
  if (text === undefined) return undefined;
  const tidy = text.replace(/\s*>\s*/, ' > ');
  const trigger = TRIGGERS.find((each) => each === tidy);
  if (trigger !== undefined) return trigger;
  const message = `${JSON.stringify(text)} is no comparison that is known${ask(tidy, TRIGGERS)}`;
  say(source, part, 'wrong-value', message, `"${TRIGGERS.join('" or "')}"`);
  return undefined;
}
