/**
 * What was judged, in the light of what is remembered: what to remember now, whom to tell, and a
 * row for each rule. It is the one such step: of evaluations, tests of a config and backtests.
 */
import type { AlertConfig } from '../alert-config/config.ts';
import { type Advance, advance } from '../alert-state/advance.ts';
import type { AlertMemory } from '../alert-state/memory.ts';
import type { Silence } from '../alert-state/silence.ts';
import { watchAlerts } from './evaluate.ts';
import type { Judged } from './judged.ts';
import { type HandOpened, manualMutes } from './manual-mutes.ts';
import { type AlertRow, alertRows } from './row.ts';

export type Remembered = Readonly<{
  memory: AlertMemory;
  silences: readonly Silence[];
  windows: readonly HandOpened[];
  undelivered: ReadonlySet<string>;
}>;

export type Settled = Pick<Advance, 'memory' | 'rows' | 'alerts'> &
  Readonly<{ table: readonly AlertRow[] }>;

/** Pure: it may run inside a transaction. `rows` are of the outbox, `table` is of the rules. */
export function settleAlerts(
  judged: readonly Judged[],
  { config, nowMs }: Readonly<{ config: AlertConfig; nowMs: number }>,
  { memory, silences, windows, undelivered }: Remembered,
): Settled {
  if (!config.isEnabled) {
    return { memory, rows: [], alerts: [], table: alertRows(config, [], []) };
  }
  const { evaluated, watched, terms } = watchAlerts(judged, { config, nowMs, memory });
  const mutes = [...terms.windows, ...manualMutes(config.windows, windows)];
  const done = advance(memory, {
    watched,
    delivery: { ...terms, silences, windows: mutes, undelivered },
    now: nowMs,
  });
  return { ...done, table: alertRows(config, evaluated, done.alerts) };
}
