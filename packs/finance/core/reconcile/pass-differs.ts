/**
 * Passes over pairs of one vendor whose amounts differ: by something that was stated, by digits in
 * another order, by a little. Lines that a stricter pass could not tell apart are left alone here:
 * a doubt is not to be resolved by a weaker argument.
 */
import { absolute, formatExact } from '../money.ts';
import { type Allowance, allowanceFor, isTransposed } from './allowance.ts';
import { type Board, citedEntries, firstOfTwins, groupBy, linksOf, openLines } from './board.ts';
import {
  amountEvidence,
  daysCost,
  daysEvidence,
  differenceOf,
  nameEvidence,
  nameFit,
} from './fit.ts';
import type { Line } from './line.ts';
import { nearest } from './pass-equal.ts';
import type { ReasonCode } from './reason.ts';
import type { Evidence } from './result.ts';
import { type Pair, settle, type Told } from './settle.ts';

type Vague = Pair & Readonly<{ reason: ReasonCode; more: readonly Evidence[] }>;
type Judge = (pair: Kin) => Vague | undefined;
/** Of one vendor, in the window, not rejected; `cost` is that of the days. */
type Kin = Readonly<{ entry: Line; payment: Line; name: number; cost: number }>;

export function passAllowance(board: Board): number {
  return settleVague(board, 'allowance', ({ entry, payment, name, cost }) => {
    const allowance: Allowance | undefined = allowanceFor(entry, payment, board.options);
    if (allowance === undefined) return undefined;
    const score = 100 + Math.floor((8 * name) / 10) - Math.floor(cost / 2) - allowance.cost;
    return { entry, payment, score, reason: allowance.reason, more: [allowance.evidence] };
  });
}

export function passTransposed(board: Board): number {
  return settleVague(board, 'transposed', ({ entry, payment, name, cost }) => {
    if (entry.item.currency !== payment.item.currency) return undefined;
    if (!isTransposed(entry.coins, payment.coins)) return undefined;
    const score = 80 + Math.floor((8 * name) / 10) - Math.floor(cost / 2);
    const text = 'the same digits in another order';
    return { entry, payment, score, reason: 'transposed', more: [{ fact: 'digits', text }] };
  });
}

export function passNear(board: Board): number {
  return settleVague(board, 'near', (kin) => {
    const permille = nearness(board, kin.entry, kin.payment);
    if (permille === undefined) return undefined;
    const score = 50 + Math.floor((8 * kin.name) / 10) - Math.floor(kin.cost / 2) - 4 * permille;
    const text = `differs by ${difference(kin.entry, kin.payment)}, ${permille} of 1000`;
    const more = [{ fact: 'difference', text }];
    return { entry: kin.entry, payment: kin.payment, score, reason: 'amount_differs', more };
  });
}

/** So little is near whatever the amount, in permille. */
const SLIGHT = 50n;

/** By how many thousandths they differ; undefined: too much, or not comparable. */
export function nearness(board: Board, entry: Line, payment: Line): number | undefined {
  if (entry.item.currency !== payment.item.currency) return undefined;
  const [owed, paid] = [entry.item.units, payment.item.units];
  if (owed === 0n || owed < 0n !== paid < 0n) return undefined;
  const off = absolute(paid - owed);
  const { nearPermille, nearUnits } = board.options;
  const permille = (off * 1000n) / absolute(owed);
  if (permille > nearPermille || (off > nearUnits && permille > SLIGHT)) return undefined;
  return Number(permille);
}

function difference(entry: Line, payment: Line): string {
  return `${formatExact(payment.item.units - entry.item.units)} ${entry.item.currency}`;
}

function settleVague(
  board: Board,
  pass: 'allowance' | 'transposed' | 'near',
  judge: Judge,
): number {
  const pairs = kinOf(board).flatMap((kin) => judge(kin) ?? []);
  const tell = ({ entry, payment }: Pair): Told => {
    const judged = judge({ entry, payment, name: 0, cost: 0 });
    return {
      reasons: judged === undefined ? [] : [judged.reason],
      evidence: [
        amountEvidence(entry, payment),
        ...(judged?.more ?? []),
        nameEvidence(board, entry, payment),
        daysEvidence(entry, payment),
      ],
      ...{ difference: differenceOf(entry, payment), remaining: 0n },
    };
  };
  return settle(board, { pass, pairs, tell });
}

/** A vendor that is named so much better is the one that is meant. */
const ANOTHER = 100;

/** Pairs of one vendor in the window: through names, and through citations. */
function kinOf(board: Board): readonly Kin[] {
  const entries = groupBy(firstOfTwins(openLines(board.entries, true)), ({ party }) => party);
  return firstOfTwins(openLines(board.payments, true)).flatMap((payment) => {
    const links = linksOf(board, payment);
    const least = (links[0]?.score ?? 0) - ANOTHER;
    const named = links
      .filter(({ score }) => score >= least)
      .flatMap(({ vendor }) => nearest(entries.get(vendor) ?? [], payment));
    const cited = firstOfTwins(openLines(citedEntries(board, payment), true));
    return [...new Set([...named, ...cited])].flatMap((entry) => {
      const cost = daysCost(board, entry, payment);
      const name = nameFit(board, entry, payment);
      return cost === undefined || name === 0 ? [] : [{ entry, payment, name, cost }];
    });
  });
}
