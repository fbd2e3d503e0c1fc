/** The labels of an alert that has not happened: as they are typed, and those that a rule gives. */
import { suggest, usageError } from 'brctl/sdk';
import type { AlertConfig } from '../../core/alert-config/config.ts';
import { type AlertRule, alertRules } from '../../core/alert-config/rule.ts';
import { isSeverity, SEVERITIES, type Severity } from '../../core/alert-config/severity.ts';
import { spendLabels } from '../../core/alert-rules/judge-spend.ts';
import type { Labels } from '../../core/alert-state/silence.ts';

/** Those that alerts have; no alert has all of them. */
export const ALERT_LABELS = [
  'rule',
  'ladder',
  'group',
  'kind',
  'severity',
  'scope',
  'basis',
  'measure',
  'period',
  'span',
  'currency',
  'owner',
  'service',
  'provider',
  'category',
  'metric',
  'line',
  'side',
  'subject',
  'limit',
  'data',
] as const;

const EXAMPLE = 'for example severity=critical service=openai';

/** @throws BrctlError (usage) for what is no label, or one that no alert has. */
export function parseLabels(words: readonly string[]): Labels {
  const found = new Map<string, string>();
  for (const word of words) {
    const sign = word.indexOf('=');
    const name = word.slice(0, Math.max(sign, 0)).trim();
    const value = word.slice(sign + 1).trim();
    if (sign < 1 || name === '') {
      throw usageError('label-invalid', `${quoted(word)} is no label=value`, EXAMPLE);
    }
    if (/[!~]$/.test(name) || value.startsWith('~')) {
      const hint = `an alert has one value of each label; ${EXAMPLE}`;
      throw usageError('label-invalid', `${quoted(word)} matches labels, and is none`, hint);
    }
    requireLabel(name);
    if (found.has(name)) throw usageError('label-twice', `the label "${name}" is given twice`);
    found.set(name, value);
  }
  const severity = found.get('severity');
  if (severity !== undefined) requireSeverity(severity);
  return Object.fromEntries(found);
}

/** @throws BrctlError (usage) for a label that no alert has. */
export function requireLabel(name: string): void {
  if ((ALERT_LABELS as readonly string[]).includes(name)) return;
  const message = `no alert has the label ${quoted(name)}`;
  throw usageError('label-unknown', message, meant(name, ALERT_LABELS));
}

/** @throws BrctlError (usage) */
export function requireSeverity(word: string): asserts word is Severity {
  if (isSeverity(word)) return;
  throw usageError('severity-unknown', `${quoted(word)} is no severity`, meant(word, SEVERITIES));
}

function meant(word: string, known: readonly string[]): string {
  const guess = suggest(word, known);
  return guess === undefined ? `it is one of ${known.join(', ')}` : `did you mean "${guess}"?`;
}

function quoted(word: string): string {
  return JSON.stringify(word);
}

/** An alert that is asked about. */
export type Supposed = Readonly<{
  rule: AlertRule | undefined;
  severity: Severity;
  labels: Labels;
}>;

type Typed = Readonly<{ labels: Labels; rule: string | undefined }>;

/**
 * What is typed wins over what the rule has.
 *
 * @throws BrctlError (usage) for a rule that there is not, or where nothing says the severity.
 */
export function supposed(config: AlertConfig, { labels, rule: id }: Typed): Supposed {
  if (id !== undefined && labels.rule !== undefined && labels.rule !== id) {
    throw usageError('rule-twice', `--rule is ${id}, and the label rule is ${labels.rule}`);
  }
  const wanted = id ?? labels.rule;
  const rule = wanted === undefined ? undefined : ruleNamed(config, wanted);
  const severity = labels.severity ?? rule?.severity;
  if (severity === undefined) {
    const hint = `${EXAMPLE}, or --rule ID`;
    throw usageError('severity-missing', 'nothing says how severe the alert is', hint);
  }
  requireSeverity(severity);
  const own = rule === undefined ? {} : labelsOfRule(rule);
  return { rule, severity, labels: { ...own, ...labels, severity } };
}

function ruleNamed(config: AlertConfig, id: string): AlertRule {
  const rules = alertRules(config);
  const found = rules.find((each) => each.id === id);
  if (found !== undefined) return found;
  const guess = suggest(id, [...rules.map((rule) => rule.id)]);
  const hint =
    guess === undefined ? 'brctl finance alerts check lists them' : `did you mean "${guess}"?`;
  throw usageError('rule-unknown', `the config has no rule ${quoted(id)}`, hint);
}

/** Those that do not depend on data. */
export function labelsOfRule(rule: AlertRule): Labels {
  const { id, ladder, kind, severity, basis, metric, period, scope, name } = rule;
  const about =
    scope.of === 'service'
      ? scope.service
      : scope.of === 'all'
        ? scope.of
        : scope.of === 'charges'
          ? name
          : undefined;
  const isSpend = kind === 'budget' || kind === 'service';
  return {
    ...{ rule: id, ladder, group: ladder, kind, severity },
    ...(about === undefined ? {} : { scope: about }),
    ...{ basis, measure: metric.of },
    ...(period === undefined ? {} : { period }),
    ...(metric.of === 'cost' && metric.currency !== undefined ? { currency: metric.currency } : {}),
    ...(metric.of === 'usage' && metric.name !== undefined ? { metric: metric.name } : {}),
    ...(isSpend ? spendLabels(rule) : {}),
  };
}
