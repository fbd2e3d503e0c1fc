/** How well one entry and one payment fit in name and time, and how that is told. */
import { formatDay } from '../day.ts';
import { formatExact } from '../money.ts';
import { oneLine } from '../one-line.ts';
import { type Board, isRejected } from './board.ts';
import { habitOf, waited } from './habit.ts';
import type { Line } from './line.ts';
import { FULL } from './name.ts';
import type { Evidence } from './result.ts';
import type { Told } from './settle.ts';

/** What the last day of the window costs; the days before cost the square of their share. */
const WINDOW_COST = 16;
/** Of a vendor with a habit: what so many days off it cost, and that none costs more. */
const HABIT_COST = 240;
const HABIT_DAYS = 4;

/**
 * What the days between them cost; undefined: too far apart. The square makes the order of
 * payments follow the order of invoices where nothing else speaks.
 */
export function daysCost(board: Board, entry: Line, payment: Line): number | undefined {
  const { daysBefore, daysAfter } = board.options;
  const cost = costWithin(entry, payment, daysBefore, daysAfter);
  return cost === undefined ? undefined : (habitCost(board, entry, payment) ?? cost);
}

/** Undefined: this vendor has no habit at this price, or it would tell nothing apart. */
export function habitCost(board: Board, entry: Line, payment: Line): number | undefined {
  const habit = entry.isCrowded ? undefined : habitOf(board.habits, entry);
  if (habit === undefined) return undefined;
  const off = waited(entry, payment) - habit.days;
  return Math.min(HABIT_COST, Math.round((HABIT_COST * off * off) / (HABIT_DAYS * HABIT_DAYS)));
}

/**
 * Anywhere from the day of an invoice to its due day is in time; the cost is that of the nearer
 * of the two, for some pay at once and some when they must.
 */
export function costWithin(
  entry: Line,
  payment: Line,
  before: number,
  after: number,
): number | undefined {
  const days = payment.item.day - entry.item.day;
  const due = Math.min(
    DUE_MAX,
    Math.max(0, (entry.item.dueDay ?? entry.item.day) - entry.item.day),
  );
  if (days < -before || days > due + after) return undefined;
  const [off, span] = offOf(days, due, before, after);
  return span === 0 ? 0 : Math.round((WINDOW_COST * off * off) / (span * span));
}

/** Due dates further away are those of renewals. */
const DUE_MAX = 120;

function offOf(
  days: number,
  due: number,
  before: number,
  after: number,
): readonly [number, number] {
  if (days < 0) return [days, before];
  return Math.abs(days - due) < days ? [days - due, after] : [days, after];
}

/** The payment cites the entry. */
export function isCited(entry: Line, payment: Line): boolean {
  return entry.references.some((reference) => payment.references.includes(reference));
}

/** 0 where it names somebody else, or the pair was rejected. */
export function nameFit(board: Board, entry: Line, payment: Line): number {
  if (isRejected(board, entry, payment)) return 0;
  if (isCited(entry, payment)) return FULL;
  return board.parties.score(payment.party, entry.party);
}

export function nameEvidence(board: Board, entry: Line, payment: Line): Evidence {
  const shared = entry.references.find((reference) => payment.references.includes(reference));
  if (shared !== undefined) return { fact: 'reference', text: `both cite ${shared}` };
  const score = board.parties.score(payment.party, entry.party);
  const called = `"${clip(payment.item.party)}" for "${clip(entry.item.party)}"`;
  return { fact: 'name', text: `${called}: ${score} of 1000` };
}

export function daysEvidence(entry: Line, payment: Line): Evidence {
  const days = payment.item.day - entry.item.day;
  const count = `${Math.abs(days)} ${Math.abs(days) === 1 ? 'day' : 'days'}`;
  const when = days === 0 ? 'the same day' : `${count} ${days > 0 ? 'after' : 'before'}`;
  return { fact: 'days', text: `paid ${formatDay(payment.item.day)}, ${when}` };
}

export function amountEvidence(entry: Line, payment: Line): Evidence {
  return { fact: 'amount', text: `owed ${amountOf(entry)}, paid ${amountOf(payment)}` };
}

export function amountOf({ item }: Line): string {
  return `${formatExact(item.units)} ${item.currency}`;
}

export function differenceOf(entry: Line, payment: Line): bigint | undefined {
  if (entry.item.currency !== payment.item.currency) return undefined;
  return payment.item.units - entry.item.units;
}

/** Of amounts that are equal to the coin. */
export function toldEqual(board: Board, entry: Line, payment: Line): Told {
  const difference = differenceOf(entry, payment);
  return {
    reasons: difference === 0n ? [] : ['rounding'],
    evidence: [
      amountEvidence(entry, payment),
      nameEvidence(board, entry, payment),
      daysEvidence(entry, payment),
    ],
    ...{ difference, remaining: 0n },
  };
}

const SHOWN_MAX = 60;

/** A bank's text may hold anything. */
function clip(text: string): string {
  const line = oneLine(text);
  return line.length > SHOWN_MAX ? `${oneLine(line.slice(0, SHOWN_MAX))}…` : line;
}
