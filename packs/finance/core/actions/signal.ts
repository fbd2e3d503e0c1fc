/** What actions want to know of an alert, from the alerts as `advance` left them. */

import type { AlertRecord } from '../alert-state/memory.ts';
import type { NoticeAlert } from '../alert-state/notice.ts';
import { isOpen } from '../alert-state/state.ts';
import { type Estimate, LABELS, notesOf } from '../notices/annotation.ts';

export type ActionSignal = Readonly<{
  rule: string;
  scope: string;
  period: string | null;
  /** The end of its period. */
  endMs: number | null;
  /** `calm`: it is below its threshold; `over`: its period is closed, or nobody watches it. */
  standing: 'firing' | 'calm' | 'revised' | 'over';
  /** Null: nothing says so; readings of usage are what the provider counted. */
  estimate: Estimate | null;
  alert: NoticeAlert;
}>;

/**
 * An alert that never fired asks for nothing, and one about missing data has no value to act on.
 */
export function actionSignals(records: readonly AlertRecord[]): readonly ActionSignal[] {
  return records.flatMap((record) => {
    const { identity, span, state, labels } = record;
    const isAboutData = Object.hasOwn(labels, LABELS.data) && labels[LABELS.data] === 'missing';
    if (isAboutData || (!isOpen(state) && state.end === null)) return [];
    return {
      rule: identity.rule,
      scope: identity.scope,
      period: span?.label ?? null,
      endMs: span?.endMs ?? null,
      standing: standingOf(record),
      estimate: notesOf(record.annotations).estimate ?? null,
      alert: alertOf(record),
    };
  });
}

function standingOf({ state }: AlertRecord): ActionSignal['standing'] {
  if (isOpen(state)) return 'firing';
  if (state.end === 'revised') return 'revised';
  return state.end === 'reset' || state.end === 'withdrawn' ? 'over' : 'calm';
}

function alertOf(record: AlertRecord): NoticeAlert {
  const { fingerprint, identity, span, state, fire, clear, labels, annotations } = record;
  return {
    fingerprint,
    ...identity,
    period: span?.label ?? null,
    status: isOpen(state) ? 'firing' : 'resolved',
    why: 'action',
    startedMs: state.startedMs,
    endedMs: state.endedMs,
    value: state.value?.toString() ?? null,
    fire: fire.toString(),
    clear: clear.toString(),
    labels,
    annotations,
  };
}
