/**
 * What is watched, put through its state machine: each alert that was evaluated, and each that is
 * remembered and was not. It is also where data that is missing becomes an alert of its own.
 */

import { compareText } from '../order.ts';
import type { LadderStep } from './inhibit.ts';
import { type AlertIdentity, type AlertRecord, type AlertSpan, fingerprintOf } from './memory.ts';
import type { Labels } from './silence.ts';
import {
  type AlertEvent,
  type AlertSettings,
  alertSettings,
  type Evaluation,
  INITIAL,
  step,
} from './state.ts';

/**
 * Everything that is watched, each time: an alert that is not here is withdrawn, unless its period
 * is over, when it waits for the span to close. What could not be evaluated is `missing`.
 */
export type WatchedAlert = Readonly<{
  identity: AlertIdentity;
  span: AlertSpan | null;
  labels: Labels;
  annotations: Labels;
  step: LadderStep | null;
  routes: readonly string[];
  settings: AlertSettings;
  evaluation: Evaluation;
}>;

export type Seen = Readonly<{
  record: AlertRecord;
  events: readonly AlertEvent[];
  /** Nothing more can happen to it. */
  isOver: boolean;
  /** When it gets somewhere by waiting. */
  waitsMs: number | null;
}>;

/** In the order of fingerprints.
 *
 * @throws RangeError when an alert is watched twice, or sent along a route that there is not.
 */
export function observe(
  remembered: readonly AlertRecord[],
  asked: Readonly<{ watched: readonly WatchedAlert[]; routes: ReadonlySet<string>; now: number }>,
): readonly Seen[] {
  const { watched, routes, now } = asked;
  const before = new Map(remembered.map((record) => [record.fingerprint, record]));
  const seen = new Map<string, Seen>();
  for (const alert of watched) {
    const fingerprint = fingerprintOf(alert.identity, alert.span);
    if (seen.has(fingerprint)) throw new RangeError(`watched twice: ${fingerprint}`);
    const stray = alert.routes.find((name) => !routes.has(name));
    if (stray !== undefined) throw new RangeError(`no route "${stray}" for ${fingerprint}`);
    seen.set(fingerprint, observed(alert, before.get(fingerprint), now));
  }
  for (const record of remembered) {
    if (!seen.has(record.fingerprint)) seen.set(record.fingerprint, unwatched(record, now));
  }
  return [...seen.values()].sort((a, b) => compareText(a.record.fingerprint, b.record.fingerprint));
}

function observed(alert: WatchedAlert, before: AlertRecord | undefined, now: number): Seen {
  const { settings, evaluation, ...shown } = alert;
  const { fire, clear } = settings;
  const isOver = alert.span !== null && now >= alert.span.closesMs;
  const asked: Evaluation = isOver ? { kind: 'over', how: 'reset' } : evaluation;
  const { next, events } = step(before?.state ?? INITIAL, asked, settings, now);
  const fingerprint = fingerprintOf(alert.identity, alert.span);
  const waitMs = { pending: settings.forMs, clearing: settings.keepFiringForMs };
  const isWaiting = next.phase === 'pending' || next.phase === 'clearing';
  return {
    record: { fingerprint, ...shown, fire, clear, state: next },
    events,
    isOver,
    waitsMs: isWaiting ? next.phaseMs + waitMs[next.phase as keyof typeof waitMs] : null,
  };
}

/** Its period closes by the calendar, with or without somebody who watches. */
function unwatched(record: AlertRecord, now: number): Seen {
  const { span, fire, clear, state } = record;
  const isClosed = span !== null && now >= span.closesMs;
  const isWaiting = span !== null && now >= span.endMs && !isClosed;
  // A clock that was set back is before what was seen: its period has not begun, and nobody has
  // taken its rule away.
  if (isWaiting || state.phaseMs > now) {
    return { record, events: [], isOver: false, waitsMs: null };
  }
  const settings = {
    fire,
    clear,
    forMs: 0,
    keepFiringForMs: 0,
    latch: 'none',
    flap: null,
  } as const;
  const how = isClosed ? 'reset' : 'withdrawn';
  const { next, events } = step(state, { kind: 'over', how }, settings, now);
  return { record: { ...record, state: next }, events, isOver: true, waitsMs: null };
}

/** The threshold of an alert about missing data. */
const DATA = 'data';

type DataTerms = Readonly<{
  severity: string;
  routes: readonly string[];
  /** How long data may be missing, on top of the rule's freshness limit. */
  forMs: number;
  keepFiringForMs: number;
}>;

/**
 * The same alerts, and one for the data of each rule, scope and basis: it fires while any of their
 * evaluations is missing. It has the labels that they share, so who hears of the one can hear of
 * the other, and no period: a new week does not make data fresh.
 */
export function withDataAlerts(
  watched: readonly WatchedAlert[],
  terms: DataTerms,
): readonly WatchedAlert[] {
  const groups = Map.groupBy(watched, ({ identity: { rule, scope, basis } }) =>
    JSON.stringify([rule, scope, basis]),
  );
  return [...watched, ...[...groups.values()].map((alerts) => dataAlert(alerts, terms))];
}

function dataAlert(alerts: readonly WatchedAlert[], terms: DataTerms): WatchedAlert {
  const { severity, routes, forMs, keepFiringForMs } = terms;
  const isMissing = alerts.some(({ evaluation }) => evaluation.kind === 'missing');
  const value = isMissing ? 1n : 0n;
  return {
    identity: { ...alerts[0]!.identity, threshold: DATA },
    span: null,
    labels: { ...shared(alerts.map(({ labels }) => labels)), severity, data: 'missing' },
    annotations: shared(alerts.map(({ annotations }) => annotations)),
    step: null,
    routes,
    settings: alertSettings({ fire: 1n, forMs, keepFiringForMs }),
    evaluation: { kind: 'value', value, revised: false, sinceMs: null },
  };
}

function shared([first = {}, ...others]: readonly Labels[]): Labels {
  const entries = Object.entries(first).filter(([name, text]) =>
    others.every((labels) => Object.hasOwn(labels, name) && labels[name] === text),
  );
  return Object.fromEntries(entries);
}
