/** Actions under test: signals, instances and definitions, valid as they are. */
import { type ActionInstance, subjectKey } from '../../packs/finance/core/actions/action.ts';
import {
  ACTION_DEFAULTS,
  type ActionDefinition,
} from '../../packs/finance/core/actions/definition.ts';
import { type PlanAsked, planActions } from '../../packs/finance/core/actions/plan.ts';
import type { ActionSignal } from '../../packs/finance/core/actions/signal.ts';
import type { AutomatedAction } from '../../packs/finance/core/alert-config/config.ts';
import { noticeAlert } from './notice.ts';

export const DAY = Date.parse('2026-03-02T00:00:00Z');
export const HOUR = 3_600_000;
export const NOON = DAY + 12 * HOUR;
export const RULE = 'service/openai/daily_cost/15.00';
export const AT = { line: 1, column: 1 };

export function signal(options: Partial<ActionSignal> = {}): ActionSignal {
  const { rule = RULE, scope = 'openai', period = '2026-03-02' } = options;
  return {
    rule,
    scope,
    period,
    endMs: period === null ? null : DAY + 24 * HOUR,
    standing: 'firing',
    estimate: 'reported',
    alert: noticeAlert({ rule, scope, period, why: 'action', startedMs: DAY + HOUR }),
    ...options,
  };
}

export function trigger(options: Partial<AutomatedAction> = {}): AutomatedAction {
  return {
    group: 'cost_controls',
    trigger: 'openai_daily_limit_reached',
    rule: RULE,
    action: 'cap',
    description: undefined,
    isEnabled: true,
    at: AT,
    ...options,
  };
}

export function definition(options: Partial<ActionDefinition> = {}): ActionDefinition {
  const run = ['/bin/true'] as const;
  return {
    name: 'cap',
    work: { kind: 'exec', run, verify: undefined, undo: run },
    ...ACTION_DEFAULTS,
    approval: 'none',
    hours: undefined,
    at: AT,
    ...options,
  };
}

export function instance(options: Partial<ActionInstance> = {}): ActionInstance {
  const subject = { action: 'cap', rule: RULE, scope: 'openai', period: '2026-03-02' };
  return {
    key: subjectKey(options.subject ?? subject),
    subject,
    endMs: DAY + 24 * HOUR,
    phase: 'switched',
    phaseMs: NOON,
    why: 'it was so',
    round: 1,
    attempts: 0,
    before: '[]',
    approvedBy: null,
    sequence: 3,
    alert: signal().alert,
    estimate: 'reported',
    told: null,
    ...options,
  };
}

/** What follows for these instances from one trigger whose alert fires. */
export function planned(before: readonly ActionInstance[], options: Partial<PlanAsked> = {}) {
  return planActions(before, {
    triggers: [trigger()],
    definitions: [definition()],
    signals: [signal()],
    rules: new Set([RULE]),
    nowMs: NOON,
    ...options,
  });
}
