/**
 * What is remembered of alerts from run to run, and the outbox of their notices: tables of
 * state.db. Every method is one transaction, on disk when it returns.
 *
 * Everything before a send happens exactly once: the memory and the rows that follow from it are
 * written together, and `advance` reads within the same transaction what it builds on, so two
 * evaluators take turns and the second one finds nothing to tell. Sending is at least once: a row
 * is claimed for a while (a lease), sent, and marked. Who dies in between leaves a row that is free
 * again when its lease is over; it is sent again then, under the same id: at most the one row that
 * was under way on each channel.
 *
 * Rows of one (channel, route, group) are handed out in the order in which they were written, the
 * next one only when the one before has ended: a resolve never overtakes its trigger. They are not
 * collapsed. While one is under way nothing is repeated, so what queues up is news, and a pager
 * that heard of a trigger has to hear of its resolve.
 *
 * @throws BrctlError (integrity) from every method where a row does not read, naming its table;
 *   (locked) where another process keeps the file for longer than some seconds.
 */
import type { Advance } from '../core/alert-state/advance.ts';
import type { AlertMemory } from '../core/alert-state/memory.ts';
import type { OutboxRow } from '../core/alert-state/notice.ts';
import type { SendCause, SendOutcome } from '../core/alert-state/send.ts';
import type { Silence } from '../core/alert-state/silence.ts';
import type { Handle } from '../core/notices/outcome.ts';

export type AlertBefore = Readonly<{
  memory: AlertMemory;
  /** Also those that are over or not yet begun. */
  silences: readonly Silence[];
  windows: readonly OpenedWindow[];
  /** Keys of rows that are queued or under way. */
  undelivered: ReadonlySet<string>;
}>;

/** A maintenance window with `schedule: manual`, opened by hand; it may be over. */
export type OpenedWindow = Readonly<{
  name: string;
  openedMs: number;
  /** Null: until it is closed by hand. */
  closesMs: number | null;
  author: string | null;
  comment: string | null;
}>;

export type Advanced<T> =
  /** `queued`: how many of its rows are new. */
  | Readonly<{ kind: 'advanced'; result: T; queued: number }>
  /** Another run was there in the meantime, with a later clock: nothing was read or written. */
  | Readonly<{ kind: 'superseded'; atMs: number }>;

export type AlertState = Readonly<{
  /** As it is; where there is no file yet, as it would begin. */
  peek(): AlertBefore;
  /**
   * Calls `body` with what is remembered and writes what it returns; what it throws undoes all.
   *
   * A run that began before the last one did knows less than is known, and could take back what is
   * true: it is superseded. A clock that was set back by more than some minutes is believed.
   */
  advance<T extends Pick<Advance, 'memory' | 'rows'>>(
    nowMs: number,
    body: (before: AlertBefore) => T,
  ): Advanced<T>;
  /** In the order of their ends. */
  silences(): readonly Silence[];
  addSilence(silence: Silence): void;
  /** The silence as it is then; undefined where there is none of that id. */
  expireSilence(id: string, nowMs: number): Silence | undefined;
  /** In the order in which they were opened. */
  windows(): readonly OpenedWindow[];
  /** False where one of that name is open. */
  openWindow(window: OpenedWindow): boolean;
  /** The window as it is then; undefined where none of that name is open. */
  closeWindow(name: string, nowMs: number): OpenedWindow | undefined;
}>;

export const OUTBOX_STATUSES = ['queued', 'sending', 'delivered', 'dead'] as const;
export type OutboxStatus = (typeof OUTBOX_STATUSES)[number];

export type OutboxEntry = Readonly<{
  /** 64 hexadecimal digits, of the key. */
  id: string;
  row: OutboxRow;
  status: OutboxStatus;
  /** Id of the notice that did not arrive, which this one tells of. */
  origin: string | null;
  attempts: number;
  /** While it is queued: not before. */
  nextMs: number;
  claimedUntilMs: number | null;
  /** An attempt ended without an answer: it may have arrived. */
  maybe: boolean;
  cause: SendCause | null;
  /** What went wrong the last time, or is worth saying though it arrived. Without secrets. */
  note: string | null;
  createdMs: number;
  /** Delivered, or given up. */
  endedMs: number | null;
}>;

export type Claimed = Readonly<{
  id: string;
  row: OutboxRow;
  origin: string | null;
  /** What the last delivery of its channel, route and group gave back. */
  handle: Handle | null;
  /** Including this one. */
  attempts: number;
  createdMs: number;
}>;

export type ClaimRequest = Readonly<{
  /** Undefined: any. */
  channel?: string | undefined;
  /** Of whoever claims; no two senders have the same. */
  claim: string;
  nowMs: number;
  leaseMs: number;
  limit: number;
}>;

export type Marked = Readonly<{
  id: string;
  claim: string;
  nowMs: number;
  outcome: SendOutcome;
  /** With a death: who is told of it instead. */
  fallback: readonly OutboxRow[];
}>;

export type Outbox = Readonly<{
  /** In the order in which they were written. */
  outbox(statuses?: readonly OutboxStatus[]): readonly OutboxEntry[];
  /** Channels with a row that could be claimed now, sorted. */
  dueChannels(nowMs: number): readonly string[];
  claim(request: ClaimRequest): readonly Claimed[];
  /** Keeps what is claimed for so long; how many rows that are. */
  renew(claim: string, untilMs: number): number;
  /**
   * False where the claim was lost in the meantime, and nothing was written. A delivery counts also
   * then: it happened.
   */
  mark(marked: Marked): boolean;
  /** Not before: for all queued rows of a channel that asked to be left alone. */
  postpone(channel: string, untilMs: number): void;
  /** Why rows of a channel cannot be sent; they stay queued. */
  block(channel: string, why: string): void;
  /** Due at once, as if never tried: those that are dead or queued. How many. */
  retry(ids: readonly string[], nowMs: number): number;
  close(): void;
}>;

export type AlertStore = AlertState & Outbox;
