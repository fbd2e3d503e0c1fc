/** What the ledger was billed, as reconciliation asks for it. */
import type { Day } from '../day.ts';

/** What was billed on one day for one thing. */
export type LedgerCell = Readonly<{
  source: string;
  invoice: string | null;
  /** Who billed it, and for what: issuer, provider, service; those that are known. */
  names: readonly string[];
  day: Day;
  currency: string;
  units: bigint;
  charges: number;
  /** Charges without an amount; they are not in `units`. */
  unknown: number;
  isEstimate: boolean;
}>;
