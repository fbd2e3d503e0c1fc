/**
 * What a rule comes to for one scope and period: an amount beside its threshold, or why there is
 * none. `waiting` is no news yet of a period that nobody is late with; `stale` is late.
 */

import type { AlertConfig } from '../alert-config/config.ts';
import type { AlertPeriod } from '../alert-config/period.ts';
import type { AlertRule } from '../alert-config/rule.ts';
import type { Labels } from '../alert-state/silence.ts';
import type { BudgetsConfig } from '../budget.ts';
import type { Classifier } from '../classify.ts';
import type { Day } from '../day.ts';
import type { AlertNotes } from '../notices/annotation.ts';
import type { FigureOrReason, UsageWindow } from '../usage/figure.ts';
import type { Charges } from './charges.ts';
import type { ChargeBasis } from './question.ts';
import type { SourceFreshness } from './source.ts';
import type { PeriodSpan } from './span.ts';
import type { Trace } from './trace.ts';

export type Verdict = Readonly<{
  kind: 'value' | 'waiting' | 'stale';
  /** As people count it; undefined exactly where there is no value. */
  value: bigint | undefined;
  /** Fires at or above, or at or below where it is bad when low. Undefined: cannot be told. */
  fire: bigint | undefined;
  clear: bigint | undefined;
  /** One clause. */
  reason: string;
}>;

export type Judged = Readonly<{
  rule: AlertRule;
  /** Of rules about many things the one that this is about; else `all`, or a name. */
  scope: string;
  /** Null: a level that no period ends. */
  period: PeriodSpan | null;
  /** Which side is bad. */
  side: 'over' | 'under';
  verdict: Verdict;
  /** Besides those that every alert has. */
  labels: Labels;
  notes: AlertNotes;
  /** Undefined where nothing tells a restatement. */
  trace: Trace | undefined;
}>;

/** All that rules are judged by, indexed once. */
export type World = Readonly<{
  config: AlertConfig;
  budgets: BudgetsConfig;
  classifier: Classifier;
  asOf: Day;
  nowMs: number;
  /** The periods that are open for the charges of these feeds, the current one first. */
  spansOf(period: AlertPeriod, feeds?: readonly SourceFreshness[]): readonly PeriodSpan[];
  charges: ReadonlyMap<ChargeBasis, Charges>;
  freshness: readonly SourceFreshness[];
  /** Of one window, by `usageName`. */
  usageIn(window: UsageWindow): ReadonlyMap<string, FigureOrReason>;
}>;

type Terms = Readonly<Pick<Verdict, 'fire' | 'clear' | 'reason'>>;

export function valued(value: bigint, terms: Terms): Verdict {
  return { kind: 'value', value, ...terms };
}

export function without(kind: 'waiting' | 'stale', terms: Terms): Verdict {
  return { kind, value: undefined, ...terms };
}
