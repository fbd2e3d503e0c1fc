/** Tests of an alert config as values: what comes in when, and what is to be told of it. */
import type { Position } from '../alert-config/config.ts';
import type { Severity } from '../alert-config/severity.ts';
import { ROW_STATES } from '../alert-rules/row.ts';
import type { Silence } from '../alert-state/silence.ts';
import { ENDS } from '../alert-state/state.ts';
import type { Day } from '../day.ts';
import type { Dimension } from '../dimension.ts';
import type { CostSource } from '../focus.ts';
import type { UsageKind } from '../usage/usage.ts';
import type { SeriesItem } from './notation.ts';

/** Why a notice is sent, in the word that it says itself. */
export const REASONS = ['first', 'new step', 'flapping', 'repeat', ...ENDS, 'rerouted'] as const;
export type Reason = (typeof REASONS)[number];

export const EXPECTED_STATES = ROW_STATES;

/** One notice tells of no more of one rule. */
export const COUNT_MAX = 1000;

export type Placed<T> = Readonly<{ value: T; at: Position }>;

export type AlertTestSuite = Readonly<{
  /** Paths as typed; undefined: those of the target. */
  config: Placed<string> | undefined;
  budgets: Placed<string> | undefined;
  tests: readonly AlertTest[];
}>;

export type AlertTest = Readonly<{
  name: string;
  at: Position;
  start: Day;
  intervalMs: number;
  /** Undefined: until all has come in, and what is expected could have come. */
  untilMs: number | undefined;
  /** Globs of the rules that the test is about; none: all of them. */
  about: readonly Placed<string>[];
  /** Notices that only repeat are not looked at. */
  ignoresRepeats: boolean;
  series: readonly TestSeries[];
  usage: readonly TestUsage[];
  silences: readonly Silence[];
  windows: readonly TestWindow[];
  expect: readonly ExpectedNotice[];
  states: readonly ExpectedState[];
}>;

export type TestSeries = Readonly<{
  source: string;
  columns: ReadonlyMap<Dimension, string | null>;
  /** Undefined: that of the budgets. */
  currency: string | undefined;
  costSource: CostSource;
  items: readonly SeriesItem[];
  /** From the end of a day until its charges are known. */
  arrivalMs: number;
}>;

export type TestUsage = Readonly<{
  service: string;
  metric: string;
  unit: string;
  kind: UsageKind;
  limit: bigint | undefined;
  items: readonly SeriesItem[];
  arrivalMs: number;
  at: Position;
}>;

export type TestWindow = Readonly<{
  name: string;
  openedMs: number;
  closesMs: number | null;
  at: Position;
}>;

/** An instant, or a whole day; half-open. `text` is as typed. */
export type When = Readonly<{ text: string; fromMs: number; untilMs: number }>;

export type ExpectedNotice = Readonly<{
  when: When;
  channel: Placed<string>;
  reason: Reason;
  /** The highest of what fires; of all where nothing does. */
  severity: Severity | undefined;
  /** Never empty: exactly these are told of. */
  rules: readonly ExpectedRule[];
  /** It has to say this somewhere. */
  text: string | undefined;
  at: Position;
}>;

export type ExpectedRule = Readonly<{
  rule: Placed<string>;
  /** It is told that data is missing: `budget/weekly_spend without data`. */
  isData: boolean;
  scope: string | undefined;
  period: string | undefined;
  status: 'firing' | 'resolved' | undefined;
  severity: Severity | undefined;
  /** So many alerts: of several scopes, or periods. */
  count: number;
  value: bigint | undefined;
}>;

export type ExpectedState = Readonly<{
  when: When;
  rule: Placed<string>;
  scope: string | undefined;
  period: string | undefined;
  state: (typeof EXPECTED_STATES)[number];
  at: Position;
}>;
