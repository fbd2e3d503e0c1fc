/**
 * What is remembered of alerts from run to run, and its form at rest: text that is either exactly
 * what was written or refused. One text for each alert, group and silence, so a store can keep each
 * in a row of its own and write what changed.
 */

import { compareText } from '../order.ts';
import {
  decimal,
  flag,
  list,
  nullable,
  oneOf,
  parseWritten,
  type Reader,
  record,
  text,
  texts,
  whole,
} from './codec.ts';
import type { Entry, Group } from './group.ts';
import type { LadderStep } from './inhibit.ts';
import {
  compileMatchers,
  type Labels,
  MATCH_OPERATORS,
  type Matcher,
  type Silence,
} from './silence.ts';
import { type AlertState, ENDS, isOpen, PHASES } from './state.ts';

/** What makes an alert the same one tomorrow; its values are texts of the caller's choice. */
export type AlertIdentity = Readonly<{
  rule: string;
  scope: string;
  threshold: string;
  basis: string;
}>;

/** A period of the calendar, and until when data that comes late still counts for it. */
export type AlertSpan = Readonly<{ label: string; endMs: number; closesMs: number }>;

export type AlertRecord = Readonly<{
  /** Of identity and period: the next period is another alert. */
  fingerprint: string;
  identity: AlertIdentity;
  /** Null: it has no period, and never resets. */
  span: AlertSpan | null;
  labels: Labels;
  /** What a notice says besides: owner, runbook, freshness, top contributors. */
  annotations: Labels;
  step: LadderStep | null;
  /** Names of routes. */
  routes: readonly string[];
  /** As they were when it was last evaluated. */
  fire: bigint;
  clear: bigint;
  state: AlertState;
}>;

/** Both sorted, by fingerprint and by key. */
export type AlertMemory = Readonly<{ alerts: readonly AlertRecord[]; groups: readonly Group[] }>;

export const NOTHING: AlertMemory = { alerts: [], groups: [] };

/** Canonical text. */
export function fingerprintOf(
  { rule, scope, threshold, basis }: AlertIdentity,
  span: AlertSpan | null,
): string {
  return JSON.stringify([rule, scope, threshold, basis, span?.label ?? null]);
}

const readState: Reader<AlertState> = record<AlertState>({
  phase: oneOf(PHASES),
  phaseMs: whole,
  value: nullable(decimal),
  startedMs: nullable(whole),
  end: nullable(oneOf(ENDS)),
  endedMs: nullable(whole),
  announced: flag,
  latched: flag,
  silent: flag,
  held: flag,
  below: flag,
  transitions: list(whole),
});

const readAlert = record<Omit<AlertRecord, 'fingerprint'>>({
  identity: record<AlertIdentity>({ rule: text, scope: text, threshold: text, basis: text }),
  span: nullable(record<AlertSpan>({ label: text, endMs: whole, closesMs: whole })),
  labels: texts,
  annotations: texts,
  step: nullable(record<LadderStep>({ ladder: text, height: decimal })),
  routes: list(text),
  fire: decimal,
  clear: decimal,
  state: readState,
});

const readEntry = record<Entry>({
  channel: text,
  firing: list(text),
  resolved: list(text),
  flapping: list(text),
  sentMs: whole,
  sequence: whole,
  key: text,
});

const readGroup = record<Group>({
  key: text,
  route: text,
  nextMs: nullable(whole),
  lastMs: whole,
  entries: list(readEntry),
});

const readSilence = record<Silence>({
  id: text,
  matchers: list(record<Matcher>({ label: text, operator: oneOf(MATCH_OPERATORS), value: text })),
  author: text,
  comment: text,
  startsMs: whole,
  endsMs: whole,
});

/** The same alert has the same text, whatever order its labels came in. */
export function encodeAlert(alert: AlertRecord): string {
  const { identity, span, labels, annotations, step, routes, fire, clear, state } = alert;
  return JSON.stringify({
    identity,
    span,
    labels: sorted(labels),
    annotations: sorted(annotations),
    step: step === null ? null : { ladder: step.ladder, height: step.height.toString() },
    routes,
    fire: fire.toString(),
    clear: clear.toString(),
    state: { ...state, value: state.value?.toString() ?? null },
  });
}

/** @throws RangeError for anything that encodeAlert did not write. */
export function decodeAlert(written: string): AlertRecord {
  const alert = readAlert(parseWritten(written, 'an alert'), 'alert');
  const { state, span } = alert;
  if (isOpen(state) && (state.startedMs === null || state.end !== null)) {
    throw new RangeError(`alert.state is ${state.phase} and does not say since when`);
  }
  if (state.phase === 'resolved' && (state.end === null || state.endedMs === null)) {
    throw new RangeError('alert.state is resolved and does not say how');
  }
  if (state.held && state.phase !== 'firing') throw new RangeError('alert.state holds nothing');
  if (state.transitions.some((ms, i) => ms < (state.transitions[i - 1] ?? ms))) {
    throw new RangeError('alert.state.transitions go back in time');
  }
  if (alert.clear > alert.fire) throw new RangeError('alert clears above where it fires');
  if (span !== null && span.closesMs < span.endMs) {
    throw new RangeError('alert.span closes before it ends');
  }
  return { fingerprint: fingerprintOf(alert.identity, span), ...alert };
}

export function encodeGroup(group: Group): string {
  return JSON.stringify(group);
}

/** @throws RangeError for anything that encodeGroup did not write. */
export function decodeGroup(written: string): Group {
  const group = readGroup(parseWritten(written, 'a group'), 'group');
  for (const { channel, firing, resolved, flapping, sequence } of group.entries) {
    if (![firing, resolved, flapping].every(isAscending)) {
      throw new RangeError(`group: what "${channel}" was told is out of order`);
    }
    if (sequence < 1) throw new RangeError(`group: "${channel}" counts from 1`);
  }
  if (!isAscending(group.entries.map(({ channel }) => channel))) {
    throw new RangeError('group: its channels are out of order');
  }
  return group;
}

export function encodeSilence(silence: Silence): string {
  return JSON.stringify(silence);
}

/** @throws RangeError for anything that encodeSilence did not write. */
export function decodeSilence(written: string): Silence {
  const silence = readSilence(parseWritten(written, 'a silence'), 'silence');
  if (silence.endsMs < silence.startsMs) throw new RangeError('silence ends before it starts');
  if (silence.author === '' || silence.comment === '') {
    throw new RangeError('silence does not say who or why');
  }
  if (compileMatchers(silence.matchers)({})) throw new RangeError('silence mutes everything');
  return silence;
}

function sorted(labels: Labels): Labels {
  const entries = Object.entries(labels).sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries(entries);
}

function isAscending(texts: readonly string[]): boolean {
  return texts.every((each, i) => i === 0 || compareText(texts[i - 1]!, each) < 0);
}
