/**
 * One pure step of all alerts: (what is remembered, what was evaluated, config, now) -> (what to
 * remember, rows for the outbox). The caller writes both in one transaction, having read the
 * memory within it; a key that is there already is not written again.
 *
 * Same input, same output, byte for byte, in whatever order the input comes. States first, then who
 * explains whom, then who is muted, then the groups; each of them has its own file.
 */

import { compareText } from '../order.ts';
import { type Group, groupKey, type Member, type Route, tick } from './group.ts';
import { type InhibitRule, inhibitions } from './inhibit.ts';
import type { AlertMemory, AlertRecord } from './memory.ts';
import { type NoticeRow, outboxRows, type Told } from './notice.ts';
import { compileMutes, type MuteWindow, type Silence } from './silence.ts';
import { type AlertEvent, announce, isOpen } from './state.ts';
import { observe, type Seen, type WatchedAlert } from './watch.ts';

export type Delivery = Readonly<{
  routes: readonly Route[];
  inhibit: readonly InhibitRule[];
  silences: readonly Silence[];
  windows: readonly MuteWindow[];
  /** Keys of rows that have not arrived yet; of these nothing is repeated. */
  undelivered: ReadonlySet<string>;
}>;

/** An alert as it is now, between ticks too. */
export type AlertStatus = Readonly<{
  record: AlertRecord;
  events: readonly AlertEvent[];
  /** Fingerprints of what explains it. */
  inhibitedBy: readonly string[];
  /** Ids of silences, names of windows. */
  silencedBy: readonly string[];
  windows: readonly string[];
}>;

export type Advance = Readonly<{
  memory: AlertMemory;
  rows: readonly NoticeRow[];
  alerts: readonly AlertStatus[];
  /** When something may happen without new data: a tick, the end of a wait, of a period. */
  dueMs: number | null;
}>;

/** @throws RangeError when an alert is watched twice, or sent along a route that there is not. */
export function advance(
  previous: AlertMemory,
  asked: Readonly<{ watched: readonly WatchedAlert[]; delivery: Delivery; now: number }>,
): Advance {
  const { delivery, now } = asked;
  const routes = new Set(delivery.routes.map(({ name }) => name));
  const seen = observe(previous.alerts, { watched: asked.watched, routes, now });
  const statuses = mutedStatuses(seen, delivery, now);
  const told = tickGroups(previous.groups, { statuses, delivery, now });
  const rows = outboxRows(
    told.notices,
    statuses.map(({ record }) => record),
    now,
  );
  const believed = new Set(
    told.groups.flatMap(({ entries }) => entries.flatMap(({ firing }) => firing)),
  );
  const alerts = statuses.map((status): AlertStatus => {
    const { record } = status;
    if (!believed.has(record.fingerprint) || !isOpen(record.state)) return status;
    return { ...status, record: { ...record, state: announce(record.state) } };
  });
  const over = new Set(seen.flatMap(({ record, isOver }) => (isOver ? record.fingerprint : [])));
  const kept = alerts.filter(
    ({ record: { fingerprint } }) => !over.has(fingerprint) || believed.has(fingerprint),
  );
  const memory = { alerts: kept.map(({ record }) => record), groups: told.groups };
  return { memory, rows, alerts, dueMs: nextDue(memory, seen, now) };
}

function mutedStatuses(
  seen: readonly Seen[],
  delivery: Delivery,
  now: number,
): readonly AlertStatus[] {
  const explained = inhibitions(
    seen.map(({ record: { fingerprint, labels, span, step, state } }) => ({
      fingerprint,
      labels,
      period: span?.label ?? null,
      step,
      isFiring: isOpen(state),
    })),
    delivery.inhibit,
  );
  const mutesOf = compileMutes(delivery, now);
  return seen.map(({ record, events }) => {
    const { silences, windows } = mutesOf(record.labels);
    const inhibitedBy = explained.get(record.fingerprint) ?? [];
    return { record, events, inhibitedBy, silencedBy: silences, windows };
  });
}

/** The earliest instant after now at which a run without new data could still change something. */
function nextDue(memory: AlertMemory, seen: readonly Seen[], now: number): number | null {
  const closing = memory.alerts.flatMap(({ span, state }) =>
    span !== null && (isOpen(state) || state.latched) ? span.closesMs : [],
  );
  const instants = [
    ...memory.groups.flatMap(({ nextMs }) => nextMs ?? []),
    ...seen.flatMap(({ waitsMs }) => waitsMs ?? []),
    ...closing,
  ];
  const dueMs = instants.reduce((a, b) => (b > now && b < a ? b : a), Infinity);
  return dueMs === Infinity ? null : dueMs;
}

type Ticking = Readonly<{
  statuses: readonly AlertStatus[];
  delivery: Delivery;
  now: number;
}>;

function tickGroups(
  before: readonly Group[],
  { statuses, delivery, now }: Ticking,
): Readonly<{ groups: readonly Group[]; notices: readonly Told[] }> {
  const byFingerprint = new Map(statuses.map((status) => [status.record.fingerprint, status]));
  const groups = new Map(before.map((group) => [group.key, group]));
  const byRoute = Map.groupBy(before, ({ route }) => route);
  const notices: Told[] = [];
  const after: Group[] = [];
  for (const route of delivery.routes.toSorted((a, b) => compareText(a.name, b.name))) {
    const members = membersOf(route, statuses);
    for (const { key } of byRoute.get(route.name) ?? []) {
      if (!members.has(key)) members.set(key, new Map());
    }
    for (const key of [...members.keys()].sort(compareText)) {
      const found = members.get(key)!;
      const group = groups.get(key) ?? null;
      addStrays(found, group, byFingerprint);
      const clock = { now, undelivered: delivery.undelivered };
      const ticked = tick(group, { key, route, members: [...found.values()] }, clock);
      if (ticked.group === null) continue;
      after.push(ticked.group);
      for (const notice of ticked.notices) notices.push({ group: ticked.group, notice });
    }
  }
  return { groups: after.sort((a, b) => compareText(a.key, b.key)), notices };
}

type Members = Map<string, Member>;

/** By key of the group; alerts about which there is nothing to say are in none. */
function membersOf(route: Route, statuses: readonly AlertStatus[]): Map<string, Members> {
  const found = new Map<string, Members>();
  for (const status of statuses) {
    const { record } = status;
    const { state, routes, fingerprint, labels } = record;
    if ((!isOpen(state) && state.end === null) || !routes.includes(route.name)) continue;
    const key = groupKey(route, labels);
    const members = found.get(key) ?? new Map();
    members.set(fingerprint, memberOf(status));
    found.set(key, members);
  }
  return found;
}

function memberOf({ record, inhibitedBy, silencedBy, windows }: AlertStatus): Member {
  const { fingerprint, span, state } = record;
  return {
    fingerprint,
    period: span?.label ?? null,
    periodEndMs: span?.endMs ?? null,
    isFiring: isOpen(state),
    isSilent: state.silent,
    isFlapping: state.held,
    isMuted: inhibitedBy.length + silencedBy.length + windows.length > 0,
    end: state.end,
    resolvedMs: state.phase === 'resolved' ? state.phaseMs : null,
  };
}

/** Alerts that a receiver of this group believes to fire, and that belong to another one now. */
function addStrays(
  members: Members,
  group: Group | null,
  statuses: ReadonlyMap<string, AlertStatus>,
): void {
  for (const fingerprint of group?.entries.flatMap(({ firing }) => firing) ?? []) {
    const status = statuses.get(fingerprint);
    if (members.has(fingerprint) || status === undefined) continue;
    const member = memberOf(status);
    const end = member.isFiring ? 'rerouted' : member.end;
    members.set(fingerprint, { ...member, isFiring: false, end });
  }
}
