/** `budget_alerts` of usage-alerts-config.yaml: ladders, flat amounts and variances. */
import {
  DIRECTIONS,
  type Ladder,
  type Scope,
  type Step,
} from '../../../core/alert-config/config.ts';
import { periodInName } from '../../../core/alert-config/period.ts';
import { fieldsOf, keyOffset, type Part, requiredField, type Source, say } from '../part.ts';
import { readRules } from '../rules.ts';
import { checkStep, NO_OPTIONS, OPTION_KEYS, readOptions, readStep } from './options.ts';
import { type Base, readPeriod, readSteps } from './steps.ts';
import {
  type Fields,
  given,
  namedFields,
  oneOf,
  readCurrency,
  readPositive,
  refuseMisplaced,
} from './values.ts';

const LADDER_KEYS = ['budget', 'currency', 'period', 'match', 'alerts', ...OPTION_KEYS];
const FLAT_KEYS = [
  'amount',
  'budget',
  'currency',
  'period',
  'match',
  'severity',
  'message',
  ...OPTION_KEYS,
];
const VARIANCE_KEYS = [
  'threshold_percent',
  'direction',
  'period',
  'severity',
  'message',
  ...OPTION_KEYS,
];
const BUDGET_KEYS = [...new Set([...LADDER_KEYS, ...FLAT_KEYS, ...VARIANCE_KEYS])];

export function readBudgetAlerts(source: Source, part: Part): readonly Ladder[] {
  return [...namedFields(source, part)].flatMap(([name, each]) => {
    const fields = fieldsOf(source, each, BUDGET_KEYS);
    if (fields === undefined) return [];
    const found = fields.has('threshold_percent')
      ? readVariance(source, each, { name, fields })
      : readBudget(source, each, { name, fields });
    return found === undefined ? [] : [found];
  });
}

type Entry = Readonly<{ name: string; fields: Fields }>;

function readBudget(source: Source, part: Part, { name, fields }: Entry): Ladder | undefined {
  const isFlat = !fields.has('alerts');
  const what = isFlat ? 'a flat amount' : 'a budget with alerts';
  const allowed = isFlat ? FLAT_KEYS : LADDER_KEYS;
  refuseMisplaced(source, part, fields, { all: BUDGET_KEYS, allowed, to: `in ${what}` });
  const limit = readLimit(source, part, fields, isFlat);
  const currencyField = requiredField(source, part, fields, 'currency');
  const currency = currencyField && readCurrency(source, currencyField);
  const period = readPeriod(source, fields) ?? periodInName(name);
  if (period === undefined && !fields.has('period')) {
    const message = `its name says no period`;
    say(source, part, 'period-unknown', message, 'add period: day, week or month');
  }
  const match = given(source, fields, 'match', readRules);
  const scope: Scope = match === undefined ? { of: 'all' } : { of: 'charges', match };
  const base: Base = {
    ...{ kind: 'budget', id: `budget/${name}`, name, isEnabled: true, scope, period, limit },
    metric: { of: 'cost', currency },
    direction: 'over',
    leadDays: undefined,
  };
  const steps = isFlat
    ? readFlat(source, part, fields, base)
    : readSteps(source, fields.get('alerts')!, base, readOptions(source, fields, NO_OPTIONS));
  return steps.length === 0 ? undefined : { ...base, steps };
}

function readLimit(
  source: Source,
  part: Part,
  fields: Fields,
  isFlat: boolean,
): bigint | undefined {
  if (isFlat && fields.has('amount') && fields.has('budget')) {
    const at = { ...part, offset: keyOffset(part, 'budget') ?? part.offset };
    say(source, at, 'misplaced-key', 'amount and budget both say what may be spent');
  }
  const isAmount = isFlat && (fields.has('amount') || !fields.has('budget'));
  const field = requiredField(source, part, fields, isAmount ? 'amount' : 'budget');
  return field && readPositive(source, field);
}

/** One severity at one amount. */
function readFlat(source: Source, part: Part, fields: Fields, base: Base): readonly Step[] {
  const threshold =
    base.limit === undefined ? undefined : ({ by: 'amount', units: base.limit } as const);
  const step = readStep(source, part, fields, { threshold, around: NO_OPTIONS });
  if (step === undefined) return [];
  checkStep(source, part, step, base);
  return [step];
}

function readVariance(source: Source, part: Part, { name, fields }: Entry): Ladder | undefined {
  const allowed = VARIANCE_KEYS;
  refuseMisplaced(source, part, fields, { all: BUDGET_KEYS, allowed, to: 'in a variance alert' });
  const percent = readPositive(source, fields.get('threshold_percent')!);
  const base: Base = {
    ...{ kind: 'variance', id: `variance/${name}`, name, isEnabled: true },
    scope: { of: 'budget-lines' },
    metric: { of: 'cost', currency: undefined },
    period: readPeriod(source, fields) ?? periodInName(name) ?? 'week',
    limit: undefined,
    direction: given(source, fields, 'direction', oneOf(DIRECTIONS)) ?? 'over',
    leadDays: undefined,
  };
  const threshold = percent === undefined ? undefined : ({ by: 'percent', percent } as const);
  const step = readStep(source, part, fields, { threshold, around: NO_OPTIONS });
  if (step === undefined) return undefined;
  checkStep(source, part, step, base);
  return { ...base, steps: [step] };
}
