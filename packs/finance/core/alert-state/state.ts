/**
 * The state machine of one alert: (state, evaluation, settings, now) -> (state, events).
 *
 * inactive -> pending (`for`) -> firing -> clearing (`keep_firing_for`) -> resolved. It fires at or
 * above `fire` and clears only below `clear`, so a value that dances on the line is one incident.
 * Data that is missing changes nothing: it is never a zero, and it never resolves. Whether anybody
 * hears of an event is decided later (alert-state/group.ts); the state is the truth, muted or not.
 *
 * Times are milliseconds since 1970, values an integer count of whatever the rule counts: 1e-12 of
 * money, tenths of a percent, units. A rule that is bad when low negates its values.
 */
export const PHASES = ['inactive', 'pending', 'firing', 'clearing', 'resolved'] as const;
export type AlertPhase = (typeof PHASES)[number];

/** How an incident ended; `withdrawn`: nobody watches it any more, its rule is gone. */
export const ENDS = ['resolved', 'revised', 'reset', 'withdrawn'] as const;
export type AlertEnd = (typeof ENDS)[number];

export type AlertSettings = Readonly<{
  /** Fires at or above. */
  fire: bigint;
  /** Clears below; never above `fire`. */
  clear: bigint;
  forMs: number;
  keepFiringForMs: number;
  /**
   * `period`: once it was announced, later incidents of the period follow in silence, as budget
   * steps do. `until_revised`: the same, but a revision that took the announcement back makes the
   * next crossing news again. `none`: every incident is announced.
   */
  latch: 'none' | 'period' | 'until_revised';
  /** More transitions than this within the window: it is held firing until a window is quiet. */
  flap: Readonly<{ transitionsMax: number; windowMs: number }> | null;
}>;

export type Evaluation =
  | Readonly<{
      kind: 'value';
      value: bigint;
      /** The value moved because data that had been reported was restated. */
      revised: boolean;
      /** Since when it is on this side of the line, where the data knows; null: since now. */
      sinceMs: number | null;
    }>
  /** Missing, or older than the rule's freshness limit. */
  | Readonly<{ kind: 'missing' }>
  /** Its period is over, or nobody watches it any more. */
  | Readonly<{ kind: 'over'; how: 'reset' | 'withdrawn' }>;

export type AlertState = Readonly<{
  phase: AlertPhase;
  /** Since when it is in that phase, by the clock. */
  phaseMs: number;
  /** The last one that is known. */
  value: bigint | null;
  /** Of the current or last incident. */
  startedMs: number | null;
  /** Of the last incident; null while one is open. */
  end: AlertEnd | null;
  endedMs: number | null;
  /** Somebody was told of the current or last incident. */
  announced: boolean;
  /** Somebody was told of an incident of this period. */
  latched: boolean;
  /** The current or last incident follows in silence. */
  silent: boolean;
  /** Flapping: firing whatever the value does. */
  held: boolean;
  /** The side the value is on while held. */
  below: boolean;
  /** Starts and ends of incidents within the window of the flap guard, oldest first. */
  transitions: readonly number[];
}>;

/** `latched`: an incident began that was announced before; `absorbed`: it never really cleared. */
export type AlertEvent = 'fired' | 'latched' | 'absorbed' | 'flapping' | 'released' | AlertEnd;

export type Step = Readonly<{ next: AlertState; events: readonly AlertEvent[] }>;

export const INITIAL: AlertState = {
  phase: 'inactive',
  phaseMs: 0,
  value: null,
  startedMs: null,
  end: null,
  endedMs: null,
  announced: false,
  latched: false,
  silent: false,
  held: false,
  below: false,
  transitions: [],
};

/** @throws RangeError for settings that contradict themselves. */
export function alertSettings(
  given: Pick<AlertSettings, 'fire'> & Partial<AlertSettings>,
): AlertSettings {
  const settings: AlertSettings = {
    clear: given.fire,
    forMs: 0,
    keepFiringForMs: 0,
    latch: 'none',
    flap: null,
    ...given,
  };
  const { fire, clear, forMs, keepFiringForMs, flap } = settings;
  if (clear > fire) throw new RangeError(`clears below ${clear}, which is above ${fire}`);
  for (const ms of [forMs, keepFiringForMs, flap?.windowMs ?? 0]) {
    if (!(Number.isSafeInteger(ms) && ms >= 0)) throw new RangeError(`not a duration: ${ms} ms`);
  }
  if (flap !== null && !(Number.isSafeInteger(flap.transitionsMax) && flap.transitionsMax >= 1)) {
    throw new RangeError(`not a number of transitions: ${flap.transitionsMax}`);
  }
  return settings;
}

/** An incident is going on; the time in which it may still turn out to be a flap is part of it. */
export function isOpen(state: AlertState): boolean {
  return state.phase === 'firing' || state.phase === 'clearing';
}

/** Somebody has been told that it fires. */
export function announce(state: AlertState): AlertState {
  if (state.announced && state.latched) return state;
  return { ...state, announced: true, latched: true };
}

type Value = Extract<Evaluation, { kind: 'value' }>;
type Moment = Readonly<{
  evaluation: Value;
  settings: AlertSettings;
  now: number;
  /** Since when the value is on its side of the line, as far as anybody knows. */
  sinceMs: number;
}>;

/** Total: every state takes every evaluation, whatever the clock did in between. */
export function step(
  previous: AlertState,
  evaluation: Evaluation,
  settings: AlertSettings,
  now: number,
): Step {
  if (evaluation.kind === 'missing') return { next: previous, events: [] };
  if (evaluation.kind === 'over') return over(previous, evaluation.how, now);
  const seen = { ...notAfter(previous, now), value: evaluation.value };
  const moment = { evaluation, settings, now, sinceMs: Math.min(evaluation.sinceMs ?? now, now) };
  if (seen.held) return stepHeld(seen, moment);
  const line = isOpen(seen) ? settings.clear : settings.fire;
  return evaluation.value >= line ? rise(seen, moment) : fall(seen, moment);
}

/** A clock that was ahead must not make an alert wait until it is right again. */
function notAfter(state: AlertState, now: number): AlertState {
  if (state.phaseMs <= now && (state.transitions.at(-1) ?? now) <= now) return state;
  const transitions = state.transitions.map((ms) => Math.min(ms, now));
  return { ...state, phaseMs: Math.min(state.phaseMs, now), transitions };
}

/** Back to the beginning; what an open incident was stays, for those who were told of it. */
function over(previous: AlertState, how: 'reset' | 'withdrawn', now: number): Step {
  const { value, startedMs, latched } = previous;
  if (previous.phase === 'inactive' && !latched) return { next: previous, events: [] };
  const ended = isOpen(previous)
    ? { end: how, endedMs: now }
    : { end: previous.end, endedMs: previous.endedMs };
  const next = { ...INITIAL, phaseMs: now, value, startedMs, ...ended };
  return { next, events: latched ? [how] : [] };
}

function rise(state: AlertState, moment: Moment): Step {
  const { settings, now, sinceMs } = moment;
  switch (state.phase) {
    case 'firing':
      return unmoved(startedBy(state, sinceMs));
    case 'clearing': {
      const firing: AlertState = { ...state, phase: 'firing', phaseMs: now };
      return { next: startedBy(firing, sinceMs), events: ['absorbed'] };
    }
    case 'pending':
      return now - state.phaseMs >= settings.forMs ? fire(state, moment) : unmoved(state);
    case 'inactive':
    case 'resolved':
      if (settings.forMs === 0) return fire(state, moment);
      return unmoved({ ...state, phase: 'pending', phaseMs: now });
  }
}

function fall(state: AlertState, moment: Moment): Step {
  const { evaluation, settings, now } = moment;
  switch (state.phase) {
    case 'inactive':
      return unmoved(state);
    case 'resolved':
      return unmoved(evaluation.sinceMs === null ? state : endedBy(state, moment.sinceMs));
    case 'pending':
      return unmoved({ ...state, phase: 'inactive', phaseMs: now });
    case 'firing':
    case 'clearing': {
      if (evaluation.revised) return finish(state, 'revised', moment);
      const clearingMs = state.phase === 'clearing' ? state.phaseMs : now;
      if (now - clearingMs >= settings.keepFiringForMs) return finish(state, 'resolved', moment);
      return unmoved({ ...state, phase: 'clearing', phaseMs: clearingMs });
    }
  }
}

function fire(state: AlertState, moment: Moment): Step {
  const { settings, now, sinceMs } = moment;
  const silent = settings.latch !== 'none' && state.latched;
  const transitions = silent ? state.transitions : transitionsWith(state, moment);
  const held = !silent && isFlapping(transitions, settings);
  const next: AlertState = {
    ...state,
    phase: 'firing',
    phaseMs: now,
    startedMs: sinceMs,
    end: null,
    endedMs: null,
    announced: false,
    silent,
    held,
    below: false,
    transitions,
  };
  return { next, events: [held ? 'flapping' : silent ? 'latched' : 'fired'] };
}

function finish(state: AlertState, how: 'resolved' | 'revised', moment: Moment): Step {
  const { settings, now, sinceMs } = moment;
  const transitions = state.silent ? state.transitions : transitionsWith(state, moment);
  // A latched incident makes no noise, so it needs no guard against noise.
  if (!state.silent && isFlapping(transitions, settings)) {
    const held = { ...state, phase: 'firing' as const, held: true, below: true, transitions };
    return { next: held, events: ['flapping'] };
  }
  const takenBack = how === 'revised' && settings.latch === 'until_revised';
  const next: AlertState = {
    ...state,
    phase: 'resolved',
    phaseMs: now,
    end: how,
    endedMs: sinceMs,
    latched: state.latched && !takenBack,
    transitions,
  };
  return { next, events: [how] };
}

/** Released once a whole window has passed without the value changing sides. */
function stepHeld(state: AlertState, moment: Moment): Step {
  const { evaluation, settings, now } = moment;
  const below = evaluation.value < (state.below ? settings.fire : settings.clear);
  const transitions = below === state.below ? state.transitions : transitionsWith(state, moment);
  const quietMs = now - (transitions.at(-1) ?? state.phaseMs);
  if (settings.flap !== null && quietMs < settings.flap.windowMs) {
    return unmoved({ ...state, below, transitions });
  }
  const free = { ...state, held: false, below: false, transitions: [] };
  if (evaluation.value >= settings.clear) return { next: free, events: ['released'] };
  const { next, events } = fall(free, moment);
  return { next, events: ['released', ...events] };
}

function unmoved(next: AlertState): Step {
  return { next, events: [] };
}

function transitionsWith(state: AlertState, { settings, now }: Moment): readonly number[] {
  if (settings.flap === null) return [];
  const { transitionsMax, windowMs } = settings.flap;
  const recent = state.transitions.filter((ms) => now - ms < windowMs);
  return [...recent, now].slice(-(transitionsMax + 1));
}

function isFlapping(transitions: readonly number[], { flap }: AlertSettings): boolean {
  return flap !== null && transitions.length > flap.transitionsMax;
}

/** Whoever saw it start earliest is right, and whoever saw it end last. */
function startedBy(state: AlertState, sinceMs: number): AlertState {
  if (state.startedMs !== null && state.startedMs <= sinceMs) return state;
  return { ...state, startedMs: sinceMs };
}

function endedBy(state: AlertState, sinceMs: number): AlertState {
  if (state.endedMs !== null && state.endedMs >= sinceMs) return state;
  return { ...state, endedMs: sinceMs };
}
