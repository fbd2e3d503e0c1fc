/** What a reconciliation says of a tracker and of everything it was compared with. Types only. */
import type { Day } from '../day.ts';
import type { ItemPlace } from './item.ts';
import type { ReasonCode } from './reason.ts';
import type { Evidence, PassName } from './result.ts';
import type { TrackerChanges } from './tracker.ts';

/** Of a row of the tracker, worst first: the first that holds is the row's. */
export const OUTCOMES = ['differs', 'unmatched', 'ambiguous', 'suggested', 'reconciled'] as const;
export type RowOutcome = (typeof OUTCOMES)[number];

/** What a tracker is compared with, and itself. */
export const SIDES = ['tracker', 'ledger', 'bank', 'stripe', 'invoice'] as const;
export type ReconcileSide = (typeof SIDES)[number];
export type Counterpart = Exclude<ReconcileSide, 'tracker'>;

export type RowReason = Readonly<{
  with: ReconcileSide;
  code: ReasonCode;
  /** Of the ledger invoices minus ledger, of payments paid minus owed; undefined: not compared. */
  difference: bigint | undefined;
  currency: string;
  evidence: readonly Evidence[];
  /** It only tells: nobody has to do anything. */
  isSettled: boolean;
}>;

/** The passes of matchItems, what people confirmed, and how the ledger and invoices are found. */
export type RowPass = PassName | 'confirmed' | 'invoice' | 'vendor' | 'number' | 'month';

export type RowMatch = Readonly<{
  with: Counterpart;
  /** Rows that are settled together, this one among them. */
  rows: readonly string[];
  /** Lines of the other side; of the ledger its sources. */
  ids: readonly string[];
  pass: RowPass;
  /** Undefined where nothing had to be weighed. */
  score: number | undefined;
  margin: number | undefined;
  difference: bigint | undefined;
  currency: string;
  evidence: readonly Evidence[];
}>;

export type RowSuggestion = Readonly<{
  /** What `matches confirm` and `matches reject` take: `INV-1=december.csv:14`. */
  match: string;
  with: Counterpart;
  rows: readonly string[];
  ids: readonly string[];
  pass: PassName;
  score: number;
  reasons: readonly ReasonCode[];
  evidence: readonly Evidence[];
}>;

export type ReconcileRow = Readonly<{
  id: string;
  /** Of the main table, from 0. */
  row: number;
  vendor: string;
  day: Day;
  units: bigint;
  currency: string;
  place: ItemPlace;
  outcome: RowOutcome;
  reasons: readonly RowReason[];
  matches: readonly RowMatch[];
  suggestions: readonly RowSuggestion[];
}>;

/** What is no reason of a line but of a file, a month or a close. */
export type FindingCode =
  | ReasonCode
  | 'balance'
  | 'payout_differs'
  | 'payout_missing'
  | 'money_in'
  | 'pending'
  | 'not_covered'
  | 'not_issued'
  | 'restated';

/** About something that is no row of the tracker, or about several. */
export type ReconcileFinding = Readonly<{
  code: FindingCode;
  /** A warning is left over and asks for somebody; `info` only tells. */
  severity: 'info' | 'warning';
  with: ReconcileSide;
  subject: string;
  message: string;
  difference: bigint | undefined;
  currency: string | undefined;
  evidence: readonly Evidence[];
  suggestion: string | undefined;
  place: ItemPlace | undefined;
  /** Ids of the rows it is about. */
  rows: readonly string[];
}>;

/** `set_aside`: nobody has to pay or explain it: fees of the bank, what was taken back. */
export type LineOutcome = RowOutcome | 'set_aside';

/** One side in one currency; its parts add up to it. */
export type SideSum = Readonly<{
  side: ReconcileSide;
  currency: string;
  count: number;
  units: bigint;
  /** In the order of OUTCOMES, then `set_aside`; those that are empty are left out. */
  parts: readonly Readonly<{ outcome: LineOutcome; count: number; units: bigint }>[];
}>;

export type ReconcileSummary = Readonly<{
  outcomes: Readonly<Record<RowOutcome, number>>;
  /** In the order of SIDES, then by currency. */
  sides: readonly SideSum[];
  /** Rows that are not reconciled, and warnings. */
  leftOver: number;
}>;

export type Reconciliation = Readonly<{
  file: string;
  asOf: Day;
  /** In the order of the tracker. */
  rows: readonly ReconcileRow[];
  findings: readonly ReconcileFinding[];
  summary: ReconcileSummary;
  /** Of the tracker's Reconciled and Notes cells. */
  changes: TrackerChanges;
  /** What the lines of other sides call whom they are with, by `partyKey`. */
  parties: ReadonlyMap<string, string>;
}>;
