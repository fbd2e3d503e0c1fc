/**
 * Every rule with its value, threshold, state and reason, in the order of the config: what
 * `alerts evaluate` prints.
 *
 * A rule about many things has a row for each of them. Of its periods it is the current one, or the
 * last of which anything is known; earlier ones besides, while data may still come for them, where
 * something is going on.
 */

import type { AlertConfig } from '../alert-config/config.ts';
import { type AlertRule, alertRules } from '../alert-config/rule.ts';
import type { Severity } from '../alert-config/severity.ts';
import type { AlertStatus } from '../alert-state/advance.ts';
import { fingerprintOf } from '../alert-state/memory.ts';
import type { NoticeRow } from '../alert-state/notice.ts';
import type { AlertPhase } from '../alert-state/state.ts';
import type { Evaluated } from './watched.ts';

export const ROW_STATES = [
  'inactive',
  'pending',
  'firing',
  'clearing',
  'resolved',
  'stale',
  'off',
] as const satisfies readonly (AlertPhase | 'stale' | 'off')[];
export type RowState = (typeof ROW_STATES)[number];

export type AlertRow = Readonly<{
  id: string;
  scope: string;
  severity: Severity;
  state: RowState;
  /** In `unit`; undefined: not known. */
  value: bigint | undefined;
  threshold: bigint | undefined;
  /** A currency, a unit of readings, or %. */
  unit: string | undefined;
  /** Its unit is a currency. */
  isMoney: boolean;
  /** `2026-W09`; undefined: a level. */
  period: string | undefined;
  basis: string;
  /** Which side is bad. */
  side: 'over' | 'under';
  reason: string;
}>;

export type AlertNotice = Pick<NoticeRow, 'channel' | 'headline' | 'alerts'>;

/** What fires, or cannot be told, needs somebody. */
export function needsSomebody({ state }: AlertRow): boolean {
  return state === 'firing' || state === 'clearing' || state === 'stale';
}

export function alertRows(
  config: AlertConfig,
  evaluated: readonly Evaluated[],
  statuses: readonly AlertStatus[],
): readonly AlertRow[] {
  const states = new Map(
    statuses.map(({ record }) => [record.fingerprint, record.state.phase] as const),
  );
  const rows = Map.groupBy(
    evaluated.map((each) => rowOf(each, states)),
    ({ row }) => row.id,
  );
  return alertRules(config).flatMap((rule) => {
    if (!rule.isEnabled || !config.isEnabled) return [offRow(rule, config)];
    const things = Map.groupBy(rows.get(rule.id) ?? [], ({ thing }) => thing);
    return [...things.values()].flatMap(worthTelling);
  });
}

type Told = Readonly<{ row: AlertRow; thing: string; isWaiting: boolean }>;

function rowOf({ judged, watched }: Evaluated, states: ReadonlyMap<string, AlertPhase>): Told {
  const { rule, scope, side, verdict, notes, period } = judged;
  const phase = states.get(fingerprintOf(watched.identity, watched.span)) ?? 'inactive';
  const threshold = rule.kind === 'forecast' ? notes.limit : verdict.fire;
  return {
    thing: JSON.stringify([scope, side]),
    isWaiting: verdict.kind === 'waiting',
    row: {
      ...{ id: rule.id, scope, severity: rule.severity },
      state: verdict.kind === 'stale' ? 'stale' : phase,
      ...{ value: verdict.value, threshold, unit: notes.currency ?? notes.unit },
      isMoney: notes.currency !== undefined,
      period: period?.span.label,
      basis: rule.basis,
      side: judged.side,
      reason:
        verdict.kind === 'stale' && (phase === 'firing' || phase === 'clearing')
          ? `${verdict.reason}; it was firing`
          : verdict.reason,
    },
  };
}

/** Periods come with the current one first. */
function worthTelling([current, ...earlier]: readonly Told[]): readonly AlertRow[] {
  if (current === undefined) return [];
  const isBusy = ({ row }: Told) =>
    row.state === 'stale' ? current.row.state !== 'stale' : row.state !== 'inactive';
  const known = earlier.find(({ row }) => row.value !== undefined);
  const isNews = !current.isWaiting || current.row.state !== 'inactive' || known === undefined;
  const told = earlier.filter((each) => isBusy(each) || (!isNews && each === known));
  return [...(isNews ? [current] : []), ...told].map(({ row }) => row);
}

function offRow(rule: AlertRule, { isEnabled }: AlertConfig): AlertRow {
  const { scope, name } = rule;
  return {
    ...{ id: rule.id, severity: rule.severity, state: 'off', basis: rule.basis, side: 'over' },
    scope: scope.of === 'service' ? scope.service : scope.of === 'charges' ? name : scope.of,
    ...{ value: undefined, threshold: undefined, unit: rule.unit, period: undefined },
    isMoney: rule.metric.of === 'cost',
    reason: isEnabled ? 'its section is switched off' : 'alerts are switched off',
  };
}
