/** What rules came to, as the alerts that are watched. */

import { heightOf } from '../alert-config/rule.ts';
import {
  type AlertIdentity,
  type AlertMemory,
  type AlertRecord,
  fingerprintOf,
} from '../alert-state/memory.ts';
import type { Labels } from '../alert-state/silence.ts';
import { type AlertSettings, alertSettings, type Evaluation } from '../alert-state/state.ts';
import { type WatchedAlert, withDataAlerts } from '../alert-state/watch.ts';
import { formatExact, ONE } from '../money.ts';
import { alertAnnotations } from '../notices/annotation.ts';
import type { Judged } from './judged.ts';

export type Evaluated = Readonly<{ judged: Judged; watched: WatchedAlert }>;

/** In the order in which rules were judged. */
export function watchedOf(judged: readonly Judged[], memory: AlertMemory): readonly Evaluated[] {
  const records = new Map(memory.alerts.map((record) => [record.fingerprint, record]));
  return judged.map((each) => ({ judged: each, watched: watchedAlert(each, records) }));
}

export function identityOf({ rule, scope, side }: Judged): AlertIdentity {
  const { threshold, basis, id } = rule;
  const height = formatExact(heightOf(threshold), 0);
  const shown =
    threshold.by === 'crossing' ? threshold.by : side === 'under' ? `-${height}` : height;
  return { rule: id, scope, threshold: shown, basis };
}

type Records = ReadonlyMap<string, AlertRecord>;

function watchedAlert(judged: Judged, records: Records): WatchedAlert {
  const { rule, scope, period, side, verdict, notes } = judged;
  const span = period?.span ?? null;
  const identity = identityOf(judged);
  const before = records.get(fingerprintOf(identity, span));
  const { basis, ladder, severity, message, runbook } = rule;
  const isStep = rule.kind === 'budget' || rule.kind === 'service';
  return {
    identity,
    span,
    labels: labelsOf(judged),
    annotations: {
      ...alertAnnotations({ basis, ...notes, period: span?.label, message, runbook }),
      ...seenOf(judged, before),
    },
    step: isStep
      ? { ladder: JSON.stringify([ladder, scope, basis]), height: heightOf(rule.threshold) }
      : null,
    routes: [severity],
    settings: settingsOf(judged, before),
    evaluation:
      verdict.value === undefined
        ? { kind: 'missing' }
        : evaluationOf(side === 'under' ? -verdict.value : verdict.value, judged, before),
  };
}

function labelsOf({ rule, scope, period, notes, labels }: Judged): Labels {
  const { id, ladder, kind, severity, basis, metric } = rule;
  const { currency, owner } = notes;
  return {
    ...{ rule: id, ladder, group: ladder, kind, severity, scope, basis, measure: metric.of },
    ...(period === null ? {} : { period: period.period, span: period.span.label }),
    ...(currency === undefined ? {} : { currency }),
    ...(owner === undefined ? {} : { owner }),
    ...labels,
  };
}

/** Within a period a step is told once; a level may dance, and is held when it does. */
const FLAP = { transitionsMax: 6, windowMs: 86_400_000 };

function settingsOf(
  { rule, period, side, verdict }: Judged,
  before: AlertRecord | undefined,
): AlertSettings {
  const { forMs, keepFiringForMs } = rule;
  const turn = (units: bigint): bigint => (side === 'under' ? -units : units);
  // Where no line can be told nothing is compared with it either.
  const fire = verdict.fire === undefined ? (before?.fire ?? ONE) : turn(verdict.fire);
  const clear = verdict.clear === undefined ? (before?.clear ?? fire) : turn(verdict.clear);
  return alertSettings({
    ...{ fire, clear: clear < fire ? clear : fire, forMs, keepFiringForMs },
    latch: period === null ? 'none' : 'until_revised',
    flap: period === null ? FLAP : null,
  });
}

/** Annotations by which the next evaluation tells a restatement. */
const [THROUGH, SEEN] = ['through', 'seen'];

/** While nothing is known it stays what was known last. */
function seenOf({ trace, verdict }: Judged, before: AlertRecord | undefined): Labels {
  if (trace === undefined) return {};
  if (verdict.value === undefined) {
    const { [THROUGH]: through, [SEEN]: seen } = before?.annotations ?? {};
    return through === undefined || seen === undefined ? {} : { [THROUGH]: through, [SEEN]: seen };
  }
  const { through, seen } = trace;
  return seen === undefined ? {} : { [THROUGH]: through, [SEEN]: seen };
}

function evaluationOf(
  value: bigint,
  { trace }: Judged,
  before: AlertRecord | undefined,
): Evaluation {
  return { kind: 'value', value, revised: isRestated(trace, before), sinceMs: null };
}

function isRestated(trace: Judged['trace'], before: AlertRecord | undefined): boolean {
  const { [THROUGH]: through, [SEEN]: seen } = before?.annotations ?? {};
  if (trace === undefined || through === undefined || seen === undefined) return false;
  return trace.isRestated(through, seen);
}

/** How long data is missing until somebody hears: the limit of freshness is patience enough. */
const DATA_TERMS = { severity: 'warning', routes: ['warning'], forMs: 0, keepFiringForMs: 0 };

/**
 * The alerts about data that is missing, one for each ladder, scope and basis, and all of them in
 * one group. What is only waited for is not missing.
 */
export function dataAlerts(evaluated: readonly Evaluated[]): readonly WatchedAlert[] {
  const reasons = new Map<string, string>();
  const there: Evaluation = { kind: 'value', value: 0n, revised: false, sinceMs: null };
  const asked = evaluated.map(({ judged, watched }): WatchedAlert => {
    const identity = { ...watched.identity, rule: judged.rule.ladder };
    const isStale = judged.verdict.kind === 'stale';
    const key = keyOf(identity);
    if (isStale && !reasons.has(key)) reasons.set(key, judged.verdict.reason);
    return { ...watched, identity, evaluation: isStale ? { kind: 'missing' } : there };
  });
  return withDataAlerts(asked, DATA_TERMS)
    .slice(asked.length)
    .map((alert) => {
      const { message: _, contributors: __, ...annotations } = alert.annotations;
      const reason = reasons.get(keyOf(alert.identity));
      const labels = { ...alert.labels, group: 'data' };
      const said = reason === undefined ? {} : { message: reason };
      return { ...alert, labels, annotations: { ...annotations, ...said } };
    });
}

function keyOf({ rule, scope, basis }: AlertIdentity): string {
  return JSON.stringify([rule, scope, basis]);
}
