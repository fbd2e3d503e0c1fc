/** What generated books are made of. */

/** Deals of each kind in a thousand, and how the two sides are written. */
export type Profile = Readonly<{
  deals: Readonly<Partial<Record<DealKind, number>>>;
  /** Of all entries, in permille, how many are subscriptions at a price others have too. */
  subscriptions: number;
  /** Of subscriptions, in permille: billed every week; a second seat at the same price. */
  weekly: number;
  seats: number;
  /** Of payments, in permille. */
  cryptic: number;
  typos: number;
  cut: number;
  cited: number;
  /** Payments of nobody we know, in permille of entries. */
  strangers: number;
}>;

export type DealKind =
  | 'plain'
  | 'batch'
  | 'credit'
  | 'months'
  | 'instalments'
  | 'partial'
  | 'fee'
  | 'tax'
  | 'fx'
  | 'void'
  | 'transposed'
  | 'mismatch'
  | 'unpaid'
  | 'unbilled'
  | 'paid_twice'
  | 'billed_twice';

/**
 * `hard` holds every kind of deal. What nobody could tell apart, a price billed every week or twice
 * a month by one vendor without a reference, is in `duplicates`: there it counts how much is left
 * to people, and that nothing is guessed.
 */
export type ProfileName = 'plain' | 'duplicates' | 'hard';

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  plain: {
    deals: { plain: 950, batch: 20, unpaid: 20, unbilled: 10 },
    ...{
      subscriptions: 150,
      weekly: 5,
      seats: 5,
      cryptic: 5,
      typos: 20,
      cut: 150,
      cited: 300,
      strangers: 20,
    },
  },
  duplicates: {
    deals: { plain: 940, batch: 20, unpaid: 20, unbilled: 10, paid_twice: 5, billed_twice: 5 },
    ...{
      subscriptions: 700,
      weekly: 30,
      seats: 40,
      cryptic: 20,
      typos: 60,
      cut: 300,
      cited: 100,
      strangers: 30,
    },
  },
  hard: {
    deals: {
      ...{ plain: 664, batch: 70, credit: 20, months: 20, instalments: 20, partial: 20 },
      ...{ fee: 25, tax: 25, fx: 30, void: 40, transposed: 10, mismatch: 15 },
      ...{ unpaid: 20, unbilled: 15, paid_twice: 3, billed_twice: 3 },
    },
    ...{
      subscriptions: 400,
      weekly: 0,
      seats: 3,
      cryptic: 20,
      typos: 100,
      cut: 350,
      cited: 150,
      strangers: 40,
    },
  },
};
