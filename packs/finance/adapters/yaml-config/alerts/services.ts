/** `service_alerts` of usage-alerts-config.yaml: ladders over what one service costs or uses. */
import type {
  AlertService,
  Ladder,
  Metric,
  RuleOptions,
  Scope,
} from '../../../core/alert-config/config.ts';
import { isCostMetric, periodInName } from '../../../core/alert-config/period.ts';
import { dimension } from '../../../core/dimension.ts';
import { fieldsOf, type Part, requiredField, type Source, say, textOf } from '../part.ts';
import { readRules } from '../rules.ts';
import { NO_OPTIONS, OPTION_KEYS, readOptions } from './options.ts';
import { type Base, readPeriod, readSteps } from './steps.ts';
import { given, namedFields, readCurrency, readLine, readNames, readPositive } from './values.ts';

const SERVICE_KEYS = [
  'provider',
  'tier',
  'services',
  'region',
  'notes',
  'currency',
  'match',
  'alerts',
  ...OPTION_KEYS,
];
const METRIC_KEYS = ['metric', 'limit', 'currency', 'period', 'thresholds', ...OPTION_KEYS];

const MATCHES = ['ServiceProviderName', 'ServiceName'].map(dimension);

export type ServiceAlerts = Readonly<{
  ladders: readonly Ladder[];
  services: readonly AlertService[];
}>;

/** `currency` is of amounts that name none: that of all budgets, where they have one. */
export function readServiceAlerts(
  source: Source,
  part: Part,
  currency: string | undefined,
): ServiceAlerts {
  const read = [...namedFields(source, part)].flatMap(([name, each]) => {
    const found = readService(source, each, name, currency);
    return found === undefined ? [] : [found];
  });
  return {
    ladders: read.flatMap(({ ladders }) => ladders),
    services: read.map(({ service }) => service),
  };
}

function readService(
  source: Source,
  part: Part,
  name: string,
  around: string | undefined,
): Readonly<{ service: AlertService; ladders: readonly Ladder[] }> | undefined {
  const fields = fieldsOf(source, part, SERVICE_KEYS);
  if (fields === undefined) return undefined;
  const provider = given(source, fields, 'provider', readLine) ?? name;
  const options = readOptions(source, fields, NO_OPTIONS);
  const currency = given(source, fields, 'currency', readCurrency) ?? around;
  const match = given(source, fields, 'match', readRules) ?? ofProvider(provider);
  const scope: Scope = { of: 'service', service: name, provider, match };
  const alerts = requiredField(source, part, fields, 'alerts');
  const names = (key: string) => given(source, fields, key, readNames) ?? [];
  const service: AlertService = {
    ...{ name, provider },
    tier: given(source, fields, 'tier', readLine),
    notes: given(source, fields, 'notes', textOf),
    region: names('region'),
    services: names('services'),
  };
  if (alerts === undefined) return { service, ladders: [] };
  const ladders = [...namedFields(source, alerts)].flatMap(([key, each]) => {
    const base = { id: `service/${name}/${key}`, name: key, scope };
    return readMetricAlert(source, each, base, { currency, options }) ?? [];
  });
  return { service, ladders };
}

/** Whatever is charged by the provider or under its name. */
function ofProvider(provider: string) {
  const glob = provider.replace(/[*?\\]/g, '\\$&');
  return MATCHES.map((column) => [{ dimension: column, globs: [glob] }]);
}

function readMetricAlert(
  source: Source,
  part: Part,
  known: Pick<Ladder, 'id' | 'name' | 'scope'>,
  around: Readonly<{ currency: string | undefined; options: RuleOptions }>,
): Ladder | undefined {
  const fields = fieldsOf(source, part, METRIC_KEYS);
  if (fields === undefined) return undefined;
  const metricField = requiredField(source, part, fields, 'metric');
  const name = metricField && readLine(source, metricField);
  const limit = given(source, fields, 'limit', readPositive);
  const period = readPeriod(source, fields) ?? periodInName(name ?? '');
  const options = readOptions(source, fields, around.options);
  const currency = given(source, fields, 'currency', readCurrency) ?? around.currency;
  const thresholds = requiredField(source, part, fields, 'thresholds');
  if (name === undefined || thresholds === undefined) return undefined;
  const isCost = isCostMetric(name);
  if (isCost && currency === undefined && !fields.has('currency')) {
    const message = `${name} is money, and nothing says of which currency`;
    say(source, part, 'currency-unknown', message, 'add currency, for example USD');
  }
  if (isCost && period === undefined && !fields.has('period')) {
    const message = `${name} says no period`;
    say(source, part, 'period-unknown', message, 'add period: day, week or month');
  }
  const metric: Metric = isCost ? { of: 'cost', currency } : { of: 'usage', name };
  const base: Base = {
    ...{ kind: 'service', ...known, isEnabled: true, metric, period, limit },
    ...{ direction: 'over', leadDays: undefined },
  };
  const steps = readSteps(source, thresholds, base, options);
  if (!fields.has('limit') && steps.some(({ threshold }) => threshold.by === 'percent')) {
    const message = 'its thresholds are percentages of a limit that is not given';
    say(source, part, 'limit-unknown', message, 'add limit');
  }
  return steps.length === 0 ? undefined : { ...base, steps };
}
