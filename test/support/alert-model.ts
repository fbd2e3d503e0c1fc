/**
 * What alerts should do, said a second time and as plainly as possible: nothing is remembered of an
 * alert but every reading it ever had, and each question reads them all again from the start. What
 * a receiver was told is a set of names. No inhibition rules, no codec, no fingerprints.
 *
 * The world: a budget with a lower and an upper step, which latch once a period, and a gauge that
 * has no period and does not latch; one group, one receiver who hears of ends and one who does not.
 */
export const RULES = ['lower', 'upper', 'gauge'] as const;
export type RuleName = (typeof RULES)[number];

export type RuleTerms = Readonly<{ fire: number; clear: number; forMs: number; keepMs: number }>;

export type Terms = Readonly<{
  rules: Readonly<Record<RuleName, RuleTerms>>;
  periodMs: number;
  /** How long after its end a period is kept open. */
  lateMs: number;
  waitMs: number;
  intervalMs: number;
  repeatMs: number;
}>;

export const RECEIVERS = [
  { name: 'all', hearsEnds: true },
  { name: 'fires', hearsEnds: false },
] as const;

type Reading = Readonly<{ at: number; value: number; revised: boolean }>;
export type Moment = Readonly<{
  now: number;
  /** Null: missing. */
  readings: Readonly<Record<RuleName, Omit<Reading, 'at'> | null>>;
  silenced: ReadonlySet<RuleName>;
}>;

export type Said = Readonly<{
  receiver: string;
  what: 'first' | 'more' | 'less' | 'over' | 'repeat';
  firing: readonly string[];
  fresh: readonly string[];
  /** Of those the receiver knew. */
  ended: readonly string[];
}>;

/** From when to when it was over its threshold; `until` is undefined while it is. */
type Incident = { from: number; until: number | undefined };

type Alert = {
  rule: RuleName;
  period: number | undefined;
  readings: Reading[];
  silent: Set<number>;
};

type Receiver = { knows: Set<string>; told: boolean; sentAt: number };

export type Model = {
  terms: Terms;
  alerts: Map<string, Alert>;
  receivers: Map<string, Receiver>;
  /** Alerts that somebody ever knew of. */
  heard: Set<string>;
  tickAt: number | undefined;
};

export function newModel(terms: Terms): Model {
  const receivers = new Map(
    RECEIVERS.map(({ name }) => [name, { knows: new Set<string>(), told: false, sentAt: 0 }]),
  );
  return { terms, alerts: new Map(), receivers, heard: new Set(), tickAt: undefined };
}

export function alertName(rule: RuleName, now: number, { periodMs }: Terms): string {
  return rule === 'gauge' ? rule : `${rule} of ${Math.floor(now / periodMs)}`;
}

/** All incidents, read off the readings. */
function incidentsOf({ rule, readings }: Alert, { rules }: Terms): Incident[] {
  const { fire, clear, forMs, keepMs } = rules[rule];
  const incidents: Incident[] = [];
  let turning: number | undefined;
  for (const { at, value, revised } of readings) {
    const open = incidents.at(-1)?.until === undefined ? incidents.at(-1) : undefined;
    const turns = open === undefined ? value >= fire : value < clear;
    turning = turns ? (turning ?? at) : undefined;
    if (turning === undefined) continue;
    if (open === undefined && at - turning >= forMs) incidents.push({ from: at, until: undefined });
    else if (open !== undefined && (revised || at - turning >= keepMs)) open.until = at;
    else continue;
    turning = undefined;
  }
  return incidents;
}

function isClosed({ period }: Alert, now: number, { periodMs, lateMs }: Terms): boolean {
  return period !== undefined && now >= (period + 1) * periodMs + lateMs;
}

function isFiring(model: Model, alert: Alert, now: number): boolean {
  const last = incidentsOf(alert, model.terms).at(-1);
  return !isClosed(alert, now, model.terms) && last !== undefined && last.until === undefined;
}

function isSilent(model: Model, alert: Alert): boolean {
  return alert.silent.has(incidentsOf(alert, model.terms).length);
}

/** The upper step explains the lower one, and a silence is a silence. */
function isMuted(model: Model, alert: Alert, { now, silenced }: Moment): boolean {
  if (silenced.has(alert.rule)) return true;
  const upper = model.alerts.get(`upper of ${alert.period}`);
  return alert.rule === 'lower' && upper !== undefined && isFiring(model, upper, now);
}

function read(model: Model, { now, readings }: Moment): void {
  for (const rule of RULES) {
    const name = alertName(rule, now, model.terms);
    const period = rule === 'gauge' ? undefined : Math.floor(now / model.terms.periodMs);
    const alert = model.alerts.get(name) ?? { rule, period, readings: [], silent: new Set() };
    model.alerts.set(name, alert);
    const before = incidentsOf(alert, model.terms).length;
    const reading = readings[rule];
    if (reading !== null) alert.readings.push({ at: now, ...reading });
    const after = incidentsOf(alert, model.terms).length;
    if (after > before && rule !== 'gauge' && model.heard.has(name)) alert.silent.add(after);
  }
}

/** One run: what every receiver is told. */
export function live(model: Model, moment: Moment): Said[] {
  const { now } = moment;
  const { waitMs, intervalMs } = model.terms;
  read(model, moment);
  const alerts = [...model.alerts];
  const isLoud = alerts.some(([, each]) => isFiring(model, each, now) && !isSilent(model, each));
  if (model.tickAt === undefined && isLoud) model.tickAt = now + waitMs;
  if (model.tickAt === undefined || now < model.tickAt) return [];
  const isKnown = [...model.receivers.values()].some(({ knows }) => knows.size > 0);
  while (model.tickAt <= now) model.tickAt += intervalMs;
  if (!isLoud && !isKnown) model.tickAt = undefined;
  return RECEIVERS.flatMap(({ name, hearsEnds }) => tell(model, moment, { name, hearsEnds }));
}

function tell(
  model: Model,
  moment: Moment,
  { name, hearsEnds }: Readonly<{ name: string; hearsEnds: boolean }>,
): Said[] {
  const { now } = moment;
  const receiver = model.receivers.get(name)!;
  const { knows } = receiver;
  const heardOf = [...model.alerts].filter(([, alert]) => !isMuted(model, alert, moment));
  const shown = heardOf
    .filter(
      ([id, alert]) => isFiring(model, alert, now) && (knows.has(id) || !isSilent(model, alert)),
    )
    .map(([id]) => id);
  const ended = heardOf
    .filter(([id, alert]) => knows.has(id) && !isFiring(model, alert, now))
    .map(([id]) => id);
  const fresh = shown.filter((id) => !knows.has(id));
  const isCurrent = shown.some(
    (id) => id === 'gauge' || id === alertName(model.alerts.get(id)!.rule, now, model.terms),
  );
  const isDue = receiver.told && now - receiver.sentAt >= model.terms.repeatMs;
  const isOver = ended.length > 0 && fresh.length === 0 && ended.length === knows.size;
  const what =
    fresh.length > 0
      ? knows.size === 0
        ? 'first'
        : 'more'
      : isOver
        ? 'over'
        : ended.length > 0 && hearsEnds
          ? 'less'
          : isDue && isCurrent
            ? 'repeat'
            : undefined;
  for (const id of ended) knows.delete(id);
  for (const id of shown) {
    knows.add(id);
    model.heard.add(id);
  }
  if (what === undefined) return [];
  receiver.told = true;
  receiver.sentAt = now;
  if (shown.length === 0 && !hearsEnds) return [];
  return [
    {
      receiver: name,
      what,
      firing: shown.sort(),
      fresh: fresh.sort(),
      ended: hearsEnds ? ended.sort() : [],
    },
  ];
}
