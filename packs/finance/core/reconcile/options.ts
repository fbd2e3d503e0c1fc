/** What a matching may assume, and what the operator has said about earlier ones. */
import type { Day } from '../day.ts';

/** `percent` in millionths of the amount, and a fixed part: 2.9 % + 0.30 is 29_000 and 0.30. */
export type FeeRate = Readonly<{
  name: string;
  millionths: bigint;
  fixedUnits: bigint;
  currency: string;
}>;

/** One unit of `from` is worth `rate` 1e-12 units of `to` on that day. */
export type DayRate = Readonly<{ day: Day; from: string; to: string; rate: bigint }>;

export type MatchOptions = Readonly<{
  /** Days a payment may come before its invoice, and after it (or after its due day). */
  daysBefore: number;
  daysAfter: number;
  /** How far lines that are settled together, or in parts, may be apart. */
  batchDays: number;
  /** An automatic match has at least this score and this margin, in permille. */
  scoreMin: number;
  marginMin: number;
  /** A name below it is not the same name, in permille. */
  nameMin: number;
  /** How far amounts of the same business may differ unexplained. */
  nearPermille: bigint;
  nearUnits: bigint;
  fees: readonly FeeRate[];
  /** In millionths: 20 % is 200_000. */
  taxes: readonly bigint[];
  rates: readonly DayRate[];
  /** How far a bank's rate may be from the stated one, in permille. */
  rateTolerance: bigint;
  /** A rate of so many days before still stands for a day without one. */
  rateDays: number;
  /** Decimals of a currency where they are not two: `{ JPY: 0 }`. */
  decimals: Readonly<Record<string, number>>;
  /** What entries are compared with: it decides what a line without counterpart is called. */
  against: 'payments' | 'ledger';
  /** The day that is today; undefined: nothing is overdue. */
  asOf: Day | undefined;
}>;

export const DEFAULT_OPTIONS: MatchOptions = {
  daysBefore: 3,
  daysAfter: 14,
  batchDays: 100,
  scoreMin: 600,
  marginMin: 100,
  nameMin: 600,
  nearPermille: 200n,
  nearUnits: 60n * 10n ** 12n,
  fees: [],
  taxes: [],
  rates: [],
  rateTolerance: 30n,
  rateDays: 7,
  decimals: { JPY: 0, KRW: 0, VND: 0, CLP: 0, ISK: 0, BHD: 3, KWD: 3, OMR: 3, JOD: 3, TND: 3 },
  against: 'payments',
  asOf: undefined,
};

export type MatchMemory = Readonly<{
  /** What a payment calls a party, and what an entry calls the same one. */
  aliases: readonly Readonly<{ payment: string; entry: string }>[];
  /** Pairs, by id, that are never to be proposed again. */
  rejected: readonly Readonly<{ entry: string; payment: string }>[];
}>;

export const NO_MEMORY: MatchMemory = { aliases: [], rejected: [] };
