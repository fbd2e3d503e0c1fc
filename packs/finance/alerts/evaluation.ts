/** What one evaluation found; what it is rendered from. */
import type { ActionsDone } from '../core/actions/outcome.ts';
import type { AlertConfig } from '../core/alert-config/config.ts';
import type { Judged } from '../core/alert-rules/judged.ts';
import type { AlertNotice, AlertRow } from '../core/alert-rules/row.ts';
import type { SendReport } from '../core/alert-state/sending.ts';
import type { Day } from '../core/day.ts';

export type Evaluation = Readonly<{
  config: AlertConfig;
  asOf: Day;
  nowMs: number;
  judged: readonly Judged[];
  rows: readonly AlertRow[];
  /** It is remembered, and its notices are written to be sent; else it is only looked at. */
  isTold: boolean;
  notices: readonly AlertNotice[];
  /** What became of them, and of what waited; undefined: nothing was to be sent. */
  sending: SendReport | undefined;
  /** What became of the actions; undefined: none was to be run. */
  acted: ActionsDone | undefined;
}>;
