/**
 * Who is told what, and when: alerts of one route with the same `groupBy` labels make one group, a
 * group ticks, and at a tick each of its channels gets one notice or none.
 *
 * The table that decides is Alertmanager's (`decide`); what goes into it is stricter here:
 * - `entry.firing` is what the receiver believes to fire. An alert that is muted for a while stays
 *   in it: it is not news when it comes back, and its end is told once it may be told.
 * - An end is told to those who heard of the beginning. An alert that came and went while it was
 *   muted, or between two ticks, is listed when there is another reason to write, but is no reason.
 * - Without `sendResolved` an end is noted in silence, alert by alert, so the next time it fires is
 *   news (Alertmanager notes it only once the whole group is quiet, its #1063).
 * - Nothing is repeated of a period that is over, nor while the last notice has not arrived.
 */

import { compareText } from '../order.ts';
import { decide, type NotifyReason } from './decision.ts';
import { type Interval, isWithin, type Labels, labelOf } from './silence.ts';
import type { AlertEnd } from './state.ts';

export type RouteChannel = Readonly<{
  name: string;
  sendResolved: boolean;
  /** When it may be disturbed; null: always. */
  active: readonly Interval[] | null;
  /** What is the same is not told again, whatever the route says. */
  isToldOnce?: boolean;
}>;

export type Route = Readonly<{
  name: string;
  groupBy: readonly string[];
  /** From the first alert of a group to its first notice. */
  groupWaitMs: number;
  /** Between ticks. */
  groupIntervalMs: number;
  /** Of a notice that is the same; looked at on ticks only. */
  repeatIntervalMs: number;
  channels: readonly RouteChannel[];
  /**
   * Others that there are. One that heard of the route before is told that it does no longer:
   * what it believes to fire would fire there for ever.
   */
  others?: readonly string[];
}>;

/** `rerouted`: it still fires, and others are told of it now. */
export type NoticeEnd = AlertEnd | 'rerouted';

/** What a group knows of an alert that is in it, or that one of its receivers believes to fire. */
export type Member = Readonly<{
  fingerprint: string;
  period: string | null;
  periodEndMs: number | null;
  isFiring: boolean;
  /** Follows in silence what was announced before. */
  isSilent: boolean;
  isFlapping: boolean;
  isMuted: boolean;
  end: NoticeEnd | null;
  /** Since when it is resolved, by the clock; null while it is anything else. */
  resolvedMs: number | null;
}>;

/** The last notice to one channel about one group. All lists are sorted. */
export type Entry = Readonly<{
  channel: string;
  firing: readonly string[];
  resolved: readonly string[];
  flapping: readonly string[];
  sentMs: number;
  /** Of the notices of this group on this channel. */
  sequence: number;
  /** Of the last notice. */
  key: string;
}>;

export type Group = Readonly<{
  key: string;
  route: string;
  /** The next tick; null: nothing to tick for. */
  nextMs: number | null;
  /** The last one, or when it began: what ended since then is news. */
  lastMs: number;
  entries: readonly Entry[];
}>;

export type Notice = Readonly<{
  channel: string;
  reason: NotifyReason;
  sequence: number;
  key: string;
  /** Fingerprints, sorted. */
  firing: readonly string[];
  /** Of those that fire, what the receiver did not know. */
  fresh: readonly string[];
  resolved: readonly string[];
}>;

/** A group that has been quiet for longer starts anew; until then its notices count on. */
const GROUP_RETENTION_MS = 400 * 86_400_000;

export function groupKey(route: Route, labels: Labels): string {
  return JSON.stringify([route.name, ...route.groupBy.map((name) => labelOf(labels, name))]);
}

type Clock = Readonly<{ now: number; undelivered: ReadonlySet<string> }>;

/** The group after `now`, and what its channels are told; the order of members is no matter. */
export function tick(
  before: Group | null,
  of: Readonly<{ key: string; route: Route; members: readonly Member[] }>,
  clock: Clock,
): Readonly<{ group: Group | null; notices: readonly Notice[] }> {
  const { now } = clock;
  const { key, route } = of;
  const members = of.members.toSorted((a, b) => compareText(a.fingerprint, b.fingerprint));
  const group = scheduled(before ?? begun(of, now), { route, members, now });
  if (group.nextMs === null || group.nextMs > now) {
    return { group: isForgotten(group, now) ? null : group, notices: [] };
  }
  const entries = new Map(group.entries.map((entry) => [entry.channel, entry]));
  const former = (route.others ?? []).flatMap((name): readonly Telling[] => {
    const entry = entries.get(name) ?? null;
    if (entry === null || entry.firing.length === 0) return [];
    const channel = { name, sendResolved: true, active: null };
    return [{ channel, entry, members: members.map(takenAway), group, route, clock }];
  });
  const current = route.channels.map((channel): Telling => {
    const entry = entries.get(channel.name) ?? null;
    return { channel, entry, members, group, route, clock };
  });
  const told = [...current, ...former]
    .toSorted((a, b) => compareText(a.channel.name, b.channel.name))
    .map(tell);
  const nextMs = isIdle(group, members) ? null : nextTick(group.nextMs, { route, now });
  const next = { ...group, key, nextMs, lastMs: now, entries: told.flatMap((each) => each.entry) };
  return { group: next, notices: told.flatMap(({ notice }) => notice) };
}

/** Whether it fires or not, and at whatever hour: whoever is to hear no more hears that. */
function takenAway(member: Member): Member {
  return { ...member, isFiring: false, isMuted: false };
}

function begun({ key, route }: Readonly<{ key: string; route: Route }>, now: number): Group {
  return { key, route: route.name, nextMs: null, lastMs: now, entries: [] };
}

type Schedule = Readonly<{ route: Route; members: readonly Member[]; now: number }>;

/** Never later than the route has it: intervals get shorter, and clocks are set back. */
function scheduled(group: Group, { route, members, now }: Schedule): Group {
  const lastMs = Math.min(group.lastMs, now);
  if (group.nextMs === null) {
    const nextMs = members.some(isTickedFor) ? now + route.groupWaitMs : null;
    return { ...group, nextMs, lastMs };
  }
  const latestMs = now + Math.max(route.groupWaitMs, route.groupIntervalMs);
  return { ...group, nextMs: Math.min(group.nextMs, latestMs), lastMs };
}

/** Ticks keep their phase, however late one is looked at, and lie in the future. */
function nextTick(dueMs: number, { route, now }: Readonly<{ route: Route; now: number }>): number {
  const intervalMs = Math.max(route.groupIntervalMs, 1);
  return dueMs + (Math.floor((now - dueMs) / intervalMs) + 1) * intervalMs;
}

function isTickedFor({ isFiring, isSilent }: Member): boolean {
  return isFiring && !isSilent;
}

/** One tick after the last end nothing is left, and the next alert starts with a group wait. */
function isIdle(group: Group, members: readonly Member[]): boolean {
  return !members.some(isTickedFor) && group.entries.every(({ firing }) => firing.length === 0);
}

function isForgotten({ nextMs, lastMs, entries }: Group, now: number): boolean {
  if (nextMs !== null) return false;
  return entries.length === 0 || now - lastMs > GROUP_RETENTION_MS;
}

/** Came and went since the last tick. A revision or a reset nobody heard of needs no words. */
function hasEndedSince(member: Member, group: Group): boolean {
  const { isSilent, end, resolvedMs } = member;
  return !isSilent && end === 'resolved' && resolvedMs !== null && resolvedMs > group.lastMs;
}

type Telling = Readonly<{
  channel: RouteChannel;
  entry: Entry | null;
  members: readonly Member[];
  group: Group;
  route: Route;
  clock: Clock;
}>;

type Told = Readonly<{ entry: readonly Entry[]; notice: readonly Notice[] }>;

function tell(telling: Telling): Told {
  const { channel, entry, members, group } = telling;
  const { now } = telling.clock;
  const isAsleep = channel.active !== null && !isWithin(channel.active, now);
  const believed = new Set(entry?.firing);
  const isKnown = ({ fingerprint }: Member) => believed.has(fingerprint);
  const isHeard = ({ isMuted }: Member) => !isMuted && !isAsleep;
  const isLit = (each: Member) => each.isFiring && (!each.isSilent || isKnown(each));
  const shown = members.filter((each) => isLit(each) && isHeard(each));
  // Muted, and the receiver believes that they fire: they do, or their end has to wait.
  const kept = members.filter((each) => isKnown(each) && !isHeard(each));
  const ended = members.filter((each) => !each.isFiring && isKnown(each) && isHeard(each));
  const passing = members.filter(
    (each) => !isKnown(each) && isHeard(each) && hasEndedSince(each, group),
  );
  const reason = reasonFor(telling, { shown, kept, ended });
  const flapping = names(shown.filter(({ isFlapping }) => isFlapping));
  const firing = names([...shown, ...kept]);
  if (reason === 'none') return { entry: unchanged(entry, { firing, flapping, now }), notice: [] };
  const visible = channel.sendResolved ? [...shown, ...ended, ...passing] : shown;
  const sequence = (entry?.sequence ?? 0) + 1;
  const named = { channel: channel.name, group: group.key, sinceMs: entry?.sentMs ?? now };
  const key = noticeKey({ reason, sequence, visible, ...named });
  const resolved = names(ended);
  const next = { channel: channel.name, firing, resolved, flapping, sentMs: now, sequence, key };
  if (visible.length === 0) return { entry: [next], notice: [] };
  const notice: Notice = {
    channel: channel.name,
    reason,
    sequence,
    key,
    firing: names(shown),
    fresh: names(shown.filter((each) => !isKnown(each))),
    resolved: names(visible.filter(({ isFiring }) => !isFiring)),
  };
  return { entry: [next], notice: [notice] };
}

type Parts = Readonly<Record<'shown' | 'kept' | 'ended', readonly Member[]>>;

function reasonFor(telling: Telling, { shown, kept, ended }: Parts): NotifyReason {
  const { channel, entry, route, clock } = telling;
  const reason = decide({
    entry,
    firing: new Set(names([...shown, ...kept])),
    resolved: new Set(names(ended)),
    sendResolved: channel.sendResolved,
    repeatIntervalMs: channel.isToldOnce ? Number.POSITIVE_INFINITY : route.repeatIntervalMs,
    now: clock.now,
  });
  if (reason !== 'none' && reason !== 'repeat interval elapsed') return reason;
  const known = new Set(entry?.flapping);
  if (shown.some((each) => each.isFlapping && !known.has(each.fingerprint))) return 'flapping';
  const isCurrent = shown.some(
    ({ periodEndMs }) => periodEndMs === null || clock.now < periodEndMs,
  );
  return isCurrent && !clock.undelivered.has(entry?.key ?? '') ? reason : 'none';
}

type Belief = Readonly<{ firing: readonly string[]; flapping: readonly string[]; now: number }>;

/** Nothing was sent: what ended without a word is forgotten, so that it can be news again. */
function unchanged(entry: Entry | null, { firing, flapping, now }: Belief): readonly Entry[] {
  if (entry === null) return [];
  const told = new Set(entry.flapping);
  const still = flapping.filter((fingerprint) => told.has(fingerprint));
  return [{ ...entry, firing, flapping: still, sentMs: Math.min(entry.sentMs, now) }];
}

function names(members: readonly Member[]): readonly string[] {
  return members.map(({ fingerprint }) => fingerprint).toSorted(compareText);
}

type Keyed = Readonly<{
  channel: string;
  group: string;
  sequence: number;
  /** Of the notice before it; of the first one its own time, for the group may be a new one. */
  sinceMs: number;
  reason: NotifyReason;
  visible: readonly Member[];
}>;

/**
 * The canonical text of a notice: hashed it is the id of its row, and unique. The same alerts may
 * be told for the same reason twice in a period (a repeat is), so the number of the notice is part
 * of it, and the time of the one before, for a group that was forgotten counts from 1 again. Both
 * come from the state that is written with the row: of two runs at once the second finds it told.
 */
function noticeKey(keyed: Keyed): string {
  const { channel, group, sequence, sinceMs, reason, visible } = keyed;
  const periods = [...new Set(visible.flatMap(({ period }) => period ?? []))].sort(compareText);
  const alerts = visible
    .toSorted((a, b) => compareText(a.fingerprint, b.fingerprint))
    .map(({ fingerprint, isFiring }) => [fingerprint, isFiring ? 'firing' : 'resolved']);
  return JSON.stringify([channel, group, sequence, sinceMs, reason, periods, alerts]);
}
