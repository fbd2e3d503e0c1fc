/**
 * What becomes of a row of the outbox after it was sent: delivered, put back for later, or dead.
 * Pure; the loop that sends is alerts/send/, the rows are kept by ports/alert-state.ts.
 *
 * A row is dead when the channel refuses it for good, or when it has been tried often enough for
 * long enough: an outage of an hour costs nothing, and a run once a day still tries six times.
 */
import type { Cause, Delivery, Handle } from '../notices/outcome.ts';

/** `config`: the channel could not even be asked, because something of ours is missing. */
export type SendCause = Cause | 'config';

export type SendOutcome =
  | Readonly<{ kind: 'delivered'; note: string | undefined; handle: Handle | undefined }>
  | Readonly<{
      kind: 'queued';
      nextMs: number;
      cause: SendCause;
      why: string;
      maybe: boolean;
      handle: Handle | undefined;
      /** It was not the channel that stopped it. */
      isUncounted: boolean;
    }>
  | Readonly<{
      kind: 'dead';
      cause: SendCause;
      why: string;
      maybe: boolean;
      handle?: Handle | undefined;
    }>;

export type Attempted = Readonly<{
  /** 64 hexadecimal digits; the jitter comes out of it, so the same row waits the same time. */
  id: string;
  /** Including the one that has just ended. */
  attempts: number;
  createdMs: number;
  nowMs: number;
}>;

export const SEND_LIMITS = {
  /** Both have to be reached before a row is given up. */
  attempts: 6,
  ageMs: 24 * 3_600_000,
  /** The first wait; each next one is twice as long. */
  waitMinMs: 30_000,
  waitMaxMs: 3_600_000,
  /** However soon the other side says it may be asked again. */
  askedMinMs: 1000,
} as const;

export function afterDelivery(delivery: Delivery, attempted: Attempted): SendOutcome {
  switch (delivery.kind) {
    case 'delivered':
      return delivery;
    case 'refused': {
      const { cause, why, handle } = delivery;
      return { kind: 'dead', cause, why, maybe: false, handle };
    }
    case 'retry-later': {
      const { cause, why, maybe, handle } = delivery;
      const isUncounted = cause === 'interrupted';
      if (!isUncounted && isGivenUp(attempted)) {
        return { kind: 'dead', cause, why: `${why}, ${givenUpText(attempted)}`, maybe, handle };
      }
      const nextMs = isUncounted ? attempted.nowMs : attempted.nowMs + waitMs(delivery, attempted);
      return { kind: 'queued', nextMs, cause, why, maybe, handle, isUncounted };
    }
    default:
      return delivery satisfies never;
  }
}

/**
 * Of a row whose channel cannot even be asked. It waits as long as any other, so that whoever sets
 * the variable in time loses nothing; then it is dead, and the fallback hears of it.
 */
export function afterBlocked(why: string, { createdMs, nowMs }: Attempted): SendOutcome {
  const ageMs = nowMs - createdMs;
  if (ageMs >= SEND_LIMITS.ageMs) {
    const hours = Math.floor(ageMs / 3_600_000);
    const told = `${why}, given up after ${hours} hours`;
    return { kind: 'dead', cause: 'config', why: told, maybe: false };
  }
  const kept = { maybe: false, handle: undefined, isUncounted: true };
  return { kind: 'queued', nextMs: nowMs, cause: 'config', why, ...kept };
}

function isGivenUp({ attempts, createdMs, nowMs }: Attempted): boolean {
  return attempts >= SEND_LIMITS.attempts && nowMs - createdMs >= SEND_LIMITS.ageMs;
}

function givenUpText({ attempts, createdMs, nowMs }: Attempted): string {
  const hours = Math.floor((nowMs - createdMs) / 3_600_000);
  return `given up after ${attempts} attempts in ${hours} hours`;
}

type Waiting = Extract<Delivery, { kind: 'retry-later' }>;

/** As long as the other side asks for; else twice as long each time, between half and all of it. */
function waitMs({ afterMs }: Waiting, { id, attempts }: Attempted): number {
  if (afterMs !== undefined) return Math.max(afterMs, SEND_LIMITS.askedMinMs);
  // Beyond 2^20 the wait is at its longest anyway.
  const doubled = SEND_LIMITS.waitMinMs * 2 ** Math.min(attempts - 1, 20);
  const longest = Math.min(doubled, SEND_LIMITS.waitMaxMs);
  // In whole seconds: people read them.
  return Math.round((longest / 2000) * (1 + jitter(id, attempts))) * 1000;
}

const DIGITS = 6;

/** In [0, 1]: another one for each attempt of a row, and always the same. */
function jitter(id: string, attempts: number): number {
  const start = ((attempts - 1) * DIGITS) % 60;
  const digits = Number.parseInt(id.slice(start, start + DIGITS), 16);
  return Number.isNaN(digits) ? 0 : digits / (16 ** DIGITS - 1);
}

/**
 * Whether what went wrong is a matter of the channel and not of the row: then the next rows for it
 * would only go wrong as well, slowly.
 */
export function isAboutChannel(outcome: SendOutcome): boolean {
  if (outcome.kind !== 'queued') return false;
  return ['rate-limited', 'network', 'timeout', 'interrupted'].includes(outcome.cause);
}
