/**
 * What may stand on a step, or on what holds it: then it goes for every step that says nothing of
 * its own.
 */
import {
  ALERT_BASES,
  type Ladder,
  type Owner,
  type RuleOptions,
  type Step,
  type Threshold,
} from '../../../core/alert-config/config.ts';
import { heightOf } from '../../../core/alert-config/rule.ts';
import { SEVERITIES } from '../../../core/alert-config/severity.ts';
import { formatExact, ONE } from '../../../core/money.ts';
import { type Part, requiredField, type Source, say, textOf } from '../part.ts';
import {
  type Fields,
  given,
  oneOf,
  positionOf,
  readDuration,
  readInterval,
  readLine,
  readPositive,
} from './values.ts';

export const OPTION_KEYS = [
  'basis',
  'for',
  'keep_firing_for',
  'clear_percent',
  'freshness',
  'owner',
  'runbook',
] as const;

export const NO_OPTIONS: RuleOptions = {
  basis: 'effective',
  forMs: 0,
  keepFiringForMs: 0,
  clearPercent: undefined,
  freshnessMs: undefined,
  owner: undefined,
  runbook: undefined,
};

export function readOptions(source: Source, fields: Fields, around: RuleOptions): RuleOptions {
  return {
    basis: given(source, fields, 'basis', oneOf(ALERT_BASES)) ?? around.basis,
    forMs: given(source, fields, 'for', readDuration) ?? around.forMs,
    keepFiringForMs:
      given(source, fields, 'keep_firing_for', readDuration) ?? around.keepFiringForMs,
    clearPercent: given(source, fields, 'clear_percent', readPositive) ?? around.clearPercent,
    freshnessMs: given(source, fields, 'freshness', readInterval) ?? around.freshnessMs,
    owner: given(source, fields, 'owner', readOwner) ?? around.owner,
    runbook: given(source, fields, 'runbook', readLine) ?? around.runbook,
  };
}

const ROLE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

export function isRole(text: string): boolean {
  return ROLE.test(text);
}

function readOwner(source: Source, part: Part): Owner | undefined {
  const text = textOf(source, part);
  if (text === undefined) return undefined;
  if (isRole(text)) return { by: 'role', role: text };
  const tag = /^Tags\.(\S.*)$/.exec(text)?.[1];
  if (tag !== undefined) return { by: 'tag', tag };
  const hint =
    'a role such as growth-catalyst, or Tags.team for whom this tag of the charges names';
  say(source, part, 'bad-owner', `${JSON.stringify(text)} is neither a role nor a tag`, hint);
  return undefined;
}

/** The part of a step that all kinds share; undefined without a severity. */
export function readStep(
  source: Source,
  part: Part,
  fields: Fields,
  known: Readonly<{ threshold: Threshold | undefined; around: RuleOptions }>,
): Step | undefined {
  const field = requiredField(source, part, fields, 'severity');
  const severity = field && oneOf(SEVERITIES)(source, field);
  const message = given(source, fields, 'message', readLine);
  const options = readOptions(source, fields, known.around);
  const { threshold } = known;
  if (severity === undefined || threshold === undefined) return undefined;
  return { threshold, severity, message, ...options, at: positionOf(source, part) };
}

const NOUN = { variance: 'a variance', anomaly: 'an anomaly', forecast: 'a forecast' } as const;

type Limited = Pick<Ladder, 'metric' | 'period' | 'limit' | 'kind'>;

/** What each option asks of the measure that it stands on. */
export function checkStep(source: Source, part: Part, step: Step, ladder: Limited): void {
  const { basis } = step;
  const isProjected = basis === 'pace' || basis === 'forecast';
  if (isProjected && ladder.kind !== 'budget' && ladder.kind !== 'service') {
    const message = `basis ${basis} is of budgets and limits, and this is ${NOUN[ladder.kind]}`;
    say(source, part, 'basis-impossible', message);
    return;
  }
  if (basis === 'billed' && ladder.metric.of === 'usage') {
    const message = 'basis billed is of money, and this is a usage reading';
    say(source, part, 'basis-impossible', message);
  }
  if (isProjected && ladder.period === undefined) {
    const message = `basis ${basis} needs a period, and this has none`;
    say(source, part, 'basis-impossible', message, 'add period: day, week or month');
  }
  checkPace(source, part, step);
  checkClear(source, part, step, ladder);
}

/** How fast something is spent is a percentage of how fast it may be. */
function checkPace(source: Source, part: Part, { basis, threshold }: Step): void {
  if (basis !== 'pace' || threshold.by !== 'amount') return;
  const message = 'basis pace compares percentages, and this threshold is an amount';
  say(source, part, 'basis-impossible', message);
}

/** Clearing above the threshold would resolve what still fires. */
function checkClear(source: Source, part: Part, step: Step, { limit }: Limited): void {
  const { clearPercent, threshold } = step;
  if (clearPercent === undefined) return;
  const shown = `clear_percent ${formatExact(clearPercent, 0)}`;
  if (threshold.by === 'crossing' || (threshold.by === 'amount' && limit === undefined)) {
    const why = threshold.by === 'crossing' ? 'a forecast' : 'an amount without a limit';
    say(source, part, 'clear-impossible', `${shown} is a percentage, and this is ${why}`);
    return;
  }
  const height = heightOf(threshold);
  const whole = 100n * ONE;
  // Multiplied out: a quotient would round away how close they are.
  const isAbove =
    threshold.by === 'amount' ? clearPercent * limit! > height * whole : clearPercent > height;
  if (!isAbove) return;
  const unit = threshold.by === 'percent' ? ' %' : '';
  const message = `${shown} is above the threshold of ${formatExact(height, 0)}${unit}`;
  say(source, part, 'clear-impossible', message, 'it says when a rule has calmed down');
}
