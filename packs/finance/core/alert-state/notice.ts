/**
 * A row of the outbox: what one channel is told about one group, and why, or a report that goes to
 * its recipients. Plain JSON, complete in itself: whoever sends it, later and in another process,
 * needs to look nothing up.
 */
import type { Recipient } from '../alert-config/config.ts';
import type { NotifyReason } from './decision.ts';
import type { Group, Notice, NoticeEnd } from './group.ts';
import type { AlertIdentity, AlertRecord } from './memory.ts';
import type { Labels } from './silence.ts';
import { isOpen } from './state.ts';

/**
 * `still`: it fires, and the receiver knows; it is there to complete the picture. `action`: what is
 * done about it has moved on (core/actions/notice.ts).
 */
export type Why = 'first' | 'new step' | 'flapping' | 'still' | 'action' | NoticeEnd;

/** Plain JSON; amounts are decimal integers of the rule's unit. */
export type NoticeAlert = AlertIdentity &
  Readonly<{
    fingerprint: string;
    period: string | null;
    status: 'firing' | 'resolved';
    why: Why;
    startedMs: number | null;
    endedMs: number | null;
    /** Null: never known. */
    value: string | null;
    fire: string;
    clear: string;
    labels: Labels;
    annotations: Labels;
  }>;

type Addressed = Readonly<{
  /** Canonical text; its hash is the id. */
  key: string;
  channel: string;
  route: string;
  group: string;
  /** Of this channel's notices about this group: with those two it is unique as well. */
  sequence: number;
  atMs: number;
}>;

export type NoticeRow = Addressed &
  Readonly<{
    reason: NotifyReason | 'action';
    /** The reason in one word of the people who read it. */
    headline: Why | 'repeat';
    /** Those that fire first, each part by fingerprint. */
    alerts: readonly NoticeAlert[];
    report?: undefined;
  }>;

/** A report that goes out by its schedule (core/report-schedule/). */
export type ReportRow = Addressed & Readonly<{ report: ReportMail }>;

export type OutboxRow = NoticeRow | ReportRow;

/** A report as it was when it was written: a later send brings the same. */
export type ReportMail = Readonly<{
  schedule: string;
  /** The instant of the schedule that it answers; of one by hand, when it was asked for. */
  occurrenceMs: number;
  /** Occurrences before it that nobody was sent, because no run came in time. */
  missed: number;
  /** One line. */
  title: string;
  /** Of the mail. */
  text: string;
  /** `2025-W52`, `2025-12`, `2025-12-28` */
  period: string;
  attachments: readonly Attachment[];
  /**
   * Whom it was made for, as the config said it: who gets it when the config has its schedule no
   * more. Rows of before have none.
   */
  recipients?: readonly Recipient[];
}>;

export type Attachment = Readonly<{ name: string; mediaType: string; text: string }>;

/** What a row is about, in one word: of an alert why it was sent. */
export function headlineIn(row: OutboxRow): NoticeRow['headline'] | 'report' {
  return row.report === undefined ? row.headline : 'report';
}

export type Told = Readonly<{ group: Group; notice: Notice }>;

/** Rows of notices, from the records as they were before anybody was told. */
export function outboxRows(
  told: readonly Told[],
  alerts: readonly AlertRecord[],
  now: number,
): readonly NoticeRow[] {
  if (told.length === 0) return [];
  const records = new Map(alerts.map((record) => [record.fingerprint, record]));
  const known = { records, lowest: announcedSteps(alerts) };
  return told.map((each) => outboxRow(each, known, now));
}

type Known = Readonly<{
  records: ReadonlyMap<string, AlertRecord>;
  /** The lowest step of each ladder and period that was announced. */
  lowest: ReadonlyMap<string, bigint>;
}>;

function outboxRow({ group, notice }: Told, known: Known, now: number): NoticeRow {
  const fresh = new Set(notice.fresh);
  const recordsOf = (fingerprints: readonly string[]) =>
    fingerprints.flatMap((fingerprint) => known.records.get(fingerprint) ?? []);
  const alerts = [
    ...recordsOf(notice.firing).map((record) => {
      const why = fresh.has(record.fingerprint)
        ? freshWhy(record, known)
        : stillWhy(record, notice);
      return noticeAlert(record, { status: 'firing', why });
    }),
    ...recordsOf(notice.resolved).map((record) => {
      const why = isOpen(record.state) ? 'rerouted' : (record.state.end ?? 'resolved');
      return noticeAlert(record, { status: 'resolved', why });
    }),
  ];
  const { key, channel, sequence, reason } = notice;
  return {
    key,
    channel,
    route: group.route,
    group: group.key,
    sequence,
    reason,
    headline: headlineOf(reason, alerts),
    atMs: now,
    alerts,
  };
}

function freshWhy({ state, step, span }: AlertRecord, { lowest }: Known): Why {
  if (state.held) return 'flapping';
  const below = step === null ? undefined : lowest.get(stepKey(step.ladder, span?.label));
  return below !== undefined && step !== null && below < step.height ? 'new step' : 'first';
}

function stillWhy({ state }: AlertRecord, { reason }: Notice): Why {
  return state.held && reason === 'flapping' ? 'flapping' : 'still';
}

function announcedSteps(alerts: readonly AlertRecord[]): ReadonlyMap<string, bigint> {
  const lowest = new Map<string, bigint>();
  for (const { step, span, state } of alerts) {
    if (step === null || !state.latched) continue;
    const key = stepKey(step.ladder, span?.label);
    const height = lowest.get(key);
    if (height === undefined || step.height < height) lowest.set(key, step.height);
  }
  return lowest;
}

function stepKey(ladder: string, period: string | undefined): string {
  return JSON.stringify([ladder, period ?? null]);
}

type Said = Readonly<{ status: NoticeAlert['status']; why: Why }>;

function noticeAlert(record: AlertRecord, { status, why }: Said): NoticeAlert {
  const { fingerprint, identity, span, state, fire, clear, labels, annotations } = record;
  return {
    fingerprint,
    ...identity,
    period: span?.label ?? null,
    status,
    why,
    startedMs: state.startedMs,
    endedMs: state.endedMs,
    value: state.value?.toString() ?? null,
    fire: fire.toString(),
    clear: clear.toString(),
    labels,
    annotations,
  };
}

/** What is new decides; where several things are new, the one that most wants to be read. */
function headlineOf(reason: NotifyReason, alerts: readonly NoticeAlert[]): NoticeRow['headline'] {
  const whys = alerts.map(({ why }) => why);
  switch (reason) {
    case 'repeat interval elapsed':
      return 'repeat';
    case 'flapping':
      return 'flapping';
    case 'first notification':
    case 'new alerts added':
      return NEWS.find((why) => whys.includes(why)) ?? 'first';
    case 'some alerts resolved':
    case 'all alerts resolved':
    case 'none': {
      const ends = new Set(alerts.flatMap(({ status, why }) => (status === 'resolved' ? why : [])));
      return ends.size === 1 ? [...ends][0]! : 'resolved';
    }
  }
}

const NEWS = ['first', 'new step', 'flapping'] as const;
