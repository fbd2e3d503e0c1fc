/**
 * Takes what is due from the outbox, sends it and writes down what became of it, until nothing is
 * due or the time of the run is over. One row at a time on each channel, several channels at once.
 *
 * A row is kept by a lease that is renewed while it is sent. Whoever is killed leaves the rows that
 * were under way, at most one on each channel: they are free when the lease is over, and may arrive
 * twice. A row that is put back for later is left for a later run; nothing here waits for it.
 */
import { isBrctlError } from 'brctl/sdk';
import type { AlertConfig } from '../../core/alert-config/config.ts';
import { isIntegration } from '../../core/alert-config/integration.ts';
import {
  channelNamed,
  formerChannel,
  goneText,
  isReportChannel,
  type ReportChannel,
} from '../../core/alert-config/report-channel.ts';
import { headlineIn, type NoticeRow } from '../../core/alert-state/notice.ts';
import {
  afterBlocked,
  afterDelivery,
  isAboutChannel,
  SEND_LIMITS,
  type SendOutcome,
} from '../../core/alert-state/send.ts';
import { fallbackRows } from '../../core/alert-state/send-fallback.ts';
import type { Blocked, SendReport, Sent } from '../../core/alert-state/sending.ts';
import { type Delivery, refused } from '../../core/notices/outcome.ts';
import type { Claimed, Marked, OutboxEntry } from '../../ports/alert-state.ts';
import type { Notifier } from '../../ports/notifier.ts';
import type { SendPorts } from './ports.ts';
import { resolveChannel } from './resolve.ts';

export type SendAsked = Readonly<{
  config: Pick<AlertConfig, 'channels' | 'fallback' | 'integrations' | 'reports'>;
  /** Only channels that it says, and those that are told of a failure; else all. */
  isAsked?: (channel: string) => boolean;
  /** Nothing new is begun after that. */
  budgetMs?: number;
  /** Tests make it short. */
  leaseMs?: number;
}>;

const BUDGET_MS = 60_000;
/** Three beats may be missed: a write of somebody else may keep the file for some seconds. */
const LEASE_MS = 120_000;
const BEATS = 4;
const MARK_PAUSE_MS = 200;

/** What tells of a failure may fail, and then nothing follows: this is where rounds end. */
const ROUNDS_MAX = 3;

type Run = Readonly<{
  ports: SendPorts;
  config: SendAsked['config'];
  isAsked: (channel: string) => boolean;
  deadlineMs: number;
  leaseMs: number;
  sent: Sent[];
  blocked: Blocked[];
}>;

/** @throws BrctlError of the store; what the channels do is in the report. */
export async function sendDue(ports: SendPorts, asked: SendAsked): Promise<SendReport> {
  const { config, isAsked = () => true, budgetMs = BUDGET_MS, leaseMs = LEASE_MS } = asked;
  const deadlineMs = ports.clock() + budgetMs;
  const run: Run = { ports, config, isAsked, deadlineMs, leaseMs, sent: [], blocked: [] };
  const done = new Set<string>();
  // A death on one channel is news on another, which may have been looked at before.
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const channels = ports.store
      .dueChannels(ports.clock())
      .filter((name) => (isAsked(name) && !done.has(name)) || isTold(run, name));
    if (channels.length === 0 || isOver(run)) break;
    const ended = await Promise.allSettled(channels.map((name) => sendChannel(run, name)));
    for (const name of channels) done.add(name);
    for (const each of ended) if (each.status === 'rejected') throw each.reason;
  }
  return reportOf(run);
}

/** It has news of this run. */
function isTold({ sent }: Run, channel: string): boolean {
  return sent.some(({ fallback }) => fallback.includes(channel));
}

function isOver({ ports, deadlineMs }: Run): boolean {
  return ports.signal.aborted || ports.clock() >= deadlineMs;
}

async function sendChannel(run: Run, name: string): Promise<void> {
  const channel = channelNamed(run.config, name) ?? formerOf(run, name);
  if (channel === undefined) {
    const gone = refused('client', goneText(run.config, name));
    return drain(run, name, async () => gone);
  }
  const { channel: resolved, problem } = await resolveChannel(channel, run.ports);
  if (resolved === undefined) {
    run.ports.store.block(name, problem);
    if (!run.blocked.some((each) => each.channel === name)) {
      run.blocked.push({ channel: name, why: problem });
    }
    return giveUp(run, name, problem);
  }
  const notifier = await run.ports.notifier(resolved);
  try {
    await drain(run, name, (claimed) => send(notifier, claimed));
  } finally {
    await notifier.close();
  }
}

/** As the newest of the reports that wait says. */
function formerOf({ config, ports }: Run, name: string): ReportChannel | undefined {
  if (!isReportChannel(name)) return undefined;
  const waiting = ports.store.outbox(['queued', 'sending']).map(({ row }) => row);
  const report = waiting.findLast(({ channel }) => channel === name)?.report;
  return formerChannel(config, name, report?.recipients ?? []);
}

function send(notifier: Notifier, { row, handle }: Claimed): Promise<Delivery> {
  if (row.report === undefined) return notifier.send(row, handle);
  if (notifier.report !== undefined) return notifier.report(row, handle);
  return Promise.resolve(refused('client', 'this channel takes no reports'));
}

/** Rows of a channel that cannot be asked, and have waited for that long enough. */
function giveUp(run: Run, channel: string, problem: string): void {
  const { store, clock, uniqueId } = run.ports;
  const claim = uniqueId();
  for (let old = oldIn(run, channel); old > 0 && !isOver(run); old -= 1) {
    const [claimed] = store.claim({
      channel,
      claim,
      nowMs: clock(),
      leaseMs: run.leaseMs,
      limit: 1,
    });
    if (claimed === undefined) return;
    const { id, attempts, createdMs } = claimed;
    const nowMs = clock();
    const outcome = afterBlocked(problem, { id, attempts, createdMs, nowMs });
    const fallback = fallbackOf(run, claimed, outcome);
    const isKept = store.mark({ id, claim, nowMs, outcome, fallback });
    if (outcome.kind !== 'dead') return;
    run.sent.push(sentOf(claimed, { outcome, isKept, fallback }));
  }
}

function oldIn({ ports }: Run, channel: string): number {
  const untilMs = ports.clock() - SEND_LIMITS.ageMs;
  return ports.store
    .outbox(['queued'])
    .filter(({ row, createdMs }) => row.channel === channel && createdMs <= untilMs).length;
}

async function drain(
  run: Run,
  channel: string,
  sendRow: (claimed: Claimed) => Promise<Delivery>,
): Promise<void> {
  const { ports, leaseMs } = run;
  const { store, clock } = ports;
  const claim = ports.uniqueId();
  while (!isOver(run)) {
    const [claimed] = store.claim({ channel, claim, nowMs: clock(), leaseMs, limit: 1 });
    if (claimed === undefined) return;
    const delivery = await withLease(run, claim, () => sendRow(claimed));
    const { id, attempts, createdMs } = claimed;
    const nowMs = clock();
    const outcome = afterDelivery(delivery, { id, attempts, createdMs, nowMs });
    const fallback = fallbackOf(run, claimed, outcome);
    const isKept = await marked(run, { id, claim, nowMs, outcome, fallback });
    run.sent.push(sentOf(claimed, { outcome, isKept, fallback }));
    if (outcome.kind === 'queued' && outcome.cause === 'rate-limited') {
      store.postpone(channel, outcome.nextMs);
    }
    if (isAboutChannel(outcome)) return;
  }
}

/**
 * Somebody else may keep the file for longer than a write waits. What was sent is written down
 * while the lease holds: else it would be sent again.
 */
async function marked({ ports, leaseMs }: Run, marking: Marked): Promise<boolean> {
  const untilMs = ports.clock() + leaseMs / 2;
  for (;;) {
    try {
      return ports.store.mark(marking);
    } catch (error) {
      const isLocked = isBrctlError(error) && error.kind === 'locked';
      if (!isLocked || ports.clock() >= untilMs) throw error;
      await new Promise((done) => setTimeout(done, MARK_PAUSE_MS));
    }
  }
}

/** What tells of a failure is not told on, nor what people were told on their own channels. */
function fallbackOf(
  { config, ports }: Run,
  { row, origin }: Claimed,
  outcome: SendOutcome,
): readonly NoticeRow[] {
  const from = config.channels.find(({ name }) => name === row.channel);
  if (outcome.kind !== 'dead' || origin !== null) return [];
  if (from !== undefined && isIntegration(from.to)) return [];
  return fallbackRows({ row, why: outcome.why, nowMs: ports.clock() }, config);
}

async function withLease<T>(
  { ports, leaseMs }: Run,
  claim: string,
  work: () => Promise<T>,
): Promise<T> {
  const beat = setInterval(() => {
    try {
      ports.store.renew(claim, ports.clock() + leaseMs);
    } catch {
      // The file is busy: the next beat comes before the lease is over.
    }
  }, leaseMs / BEATS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}

type Ended = Readonly<{
  outcome: SendOutcome;
  isKept: boolean;
  fallback: readonly NoticeRow[];
}>;

function sentOf(
  { id, row, origin, attempts }: Claimed,
  { outcome, isKept, fallback }: Ended,
): Sent {
  const { channel } = row;
  const headline = headlineIn(row);
  const channels = isKept ? fallback.map((each) => each.channel) : [];
  const isTelling = origin !== null;
  return { id, channel, headline, attempts, outcome, isTelling, fallback: channels };
}

function reportOf(run: Run): SendReport {
  const { ports, isAsked, sent, blocked } = run;
  const kept = ports.store
    .outbox(['queued', 'sending', 'dead'])
    .filter(({ row }) => isAsked(row.channel) || isTold(run, row.channel));
  const open = kept.filter(({ status }) => status !== 'dead');
  // What is behind another one of its group has no time of its own.
  const queues = Map.groupBy(open, ({ row: { channel, route, group } }) =>
    JSON.stringify([channel, route, group]),
  );
  const nexts = [...queues.values()].flatMap(([head]) =>
    head!.status === 'queued' && head!.cause !== 'config' ? head!.nextMs : [],
  );
  return {
    sent,
    blocked,
    waiting: open.length,
    untried: isOver(run) ? untriedOf(run, open) : 0,
    nextMs:
      nexts.length === 0
        ? null
        : Math.max(
            nexts.reduce((a, b) => Math.min(a, b)),
            ports.clock(),
          ),
    dead: kept.length - open.length,
  };
}

/** What a channel that could be asked was not asked for. */
function untriedOf({ ports, sent, blocked }: Run, open: readonly OutboxEntry[]): number {
  const tried = new Set(sent.map(({ id }) => id));
  const nowMs = ports.clock();
  return open.filter(
    ({ id, status, nextMs, row }) =>
      status === 'queued' &&
      nextMs <= nowMs &&
      !tried.has(id) &&
      !blocked.some(({ channel }) => channel === row.channel),
  ).length;
}
