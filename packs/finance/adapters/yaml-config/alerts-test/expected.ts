/** `expect` and `states` of an alert test. */

import { isMap } from 'yaml';
import { SEVERITIES } from '../../../core/alert-config/severity.ts';
import {
  COUNT_MAX,
  EXPECTED_STATES,
  type ExpectedNotice,
  type ExpectedRule,
  type ExpectedState,
  REASONS,
} from '../../../core/alert-simulation/suite.ts';
import { given, itemsOrOne, oneOf, positionOf, readLine, readWhole } from '../alerts/values.ts';
import { fieldsOf, type Part, requiredField, type Source, say } from '../part.ts';
import { type Clock, placedLine, readAmount, readMoment } from './values.ts';

const NOTICE_KEYS = ['at', 'channel', 'reason', 'rules', 'severity', 'text'];
const RULE_KEYS = ['rule', 'scope', 'period', 'status', 'severity', 'count', 'value'];
const STATE_KEYS = ['at', 'rule', 'scope', 'period', 'state'];
const STATUSES = ['firing', 'resolved'] as const;
const WITHOUT_DATA = / without data$/;

export function readExpected(source: Source, part: Part, clock: Clock): ExpectedNotice | undefined {
  const fields = fieldsOf(source, part, NOTICE_KEYS);
  if (fields === undefined) return undefined;
  const [atField, channelField, reasonField, rulesField] = NOTICE_KEYS.slice(0, 4).map((key) =>
    requiredField(source, part, fields, key),
  );
  const when = atField && readMoment(source, atField, clock);
  const channel = channelField && placedLine(source, channelField);
  const reason = reasonField && oneOf(REASONS)(source, reasonField);
  const items = rulesField ? itemsOrOne(source, rulesField) : [];
  if (rulesField !== undefined && items.length === 0) {
    say(source, rulesField, 'missing-value', 'must name at least one rule');
  }
  const rules = items.flatMap((item) => readRule(source, item) ?? []);
  const severity = given(source, fields, 'severity', oneOf(SEVERITIES));
  const text = given(source, fields, 'text', readLine);
  if (when === undefined || channel === undefined || reason === undefined) return undefined;
  return { when, channel, reason, severity, rules, text, at: positionOf(source, part) };
}

type Told = Omit<ExpectedRule, 'rule' | 'isData'>;

const ANY: Told = {
  ...{ scope: undefined, period: undefined, status: undefined, severity: undefined },
  ...{ count: 1, value: undefined },
};

/** The id alone, or with what else has to be right. */
function readRule(source: Source, part: Part): ExpectedRule | undefined {
  if (!isMap(part.node)) return ruleOf(source, part, ANY);
  const fields = fieldsOf(source, part, RULE_KEYS);
  if (fields === undefined) return undefined;
  const ruleField = requiredField(source, part, fields, 'rule');
  const told: Told = {
    scope: given(source, fields, 'scope', readLine),
    period: given(source, fields, 'period', readLine),
    status: given(source, fields, 'status', oneOf(STATUSES)),
    severity: given(source, fields, 'severity', oneOf(SEVERITIES)),
    count: given(source, fields, 'count', readWhole(COUNT_MAX)) ?? 1,
    value: given(source, fields, 'value', readAmount),
  };
  return ruleField && ruleOf(source, ruleField, told);
}

function ruleOf(source: Source, part: Part, told: Told): ExpectedRule | undefined {
  const rule = placedLine(source, part);
  if (rule === undefined) return undefined;
  const { scope, period, status, severity, count, value } = told;
  const isData = WITHOUT_DATA.test(rule.value);
  const named = { ...rule, value: rule.value.replace(WITHOUT_DATA, '') };
  return { rule: named, isData, scope, period, status, severity, count, value };
}

export function readStates(source: Source, part: Part, clock: Clock): ExpectedState | undefined {
  const fields = fieldsOf(source, part, STATE_KEYS);
  if (fields === undefined) return undefined;
  const [atField, ruleField, stateField] = ['at', 'rule', 'state'].map((key) =>
    requiredField(source, part, fields, key),
  );
  const when = atField && readMoment(source, atField, clock);
  const rule = ruleField && placedLine(source, ruleField);
  const state = stateField && oneOf(EXPECTED_STATES)(source, stateField);
  const scope = given(source, fields, 'scope', readLine);
  const period = given(source, fields, 'period', readLine);
  if (when === undefined || rule === undefined || state === undefined) return undefined;
  return { when, rule, scope, period, state, at: positionOf(source, part) };
}
