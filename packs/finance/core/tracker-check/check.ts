/** A tracker against itself: what it says in one place beside what it says in another. */
import type { Day } from '../day.ts';
import type { TrackerContent } from '../reconcile/tracker.ts';
import type { TrackerFinding } from './finding.ts';
import { historyFindings, rateFindings } from './history.ts';
import { statusFindings } from './status.ts';
import { totalFindings } from './totals.ts';

/** In the order of the file. `asOf` is the day that counts as today. */
export function checkTracker(tracker: TrackerContent, asOf: Day): readonly TrackerFinding[] {
  const found = [
    ...statusFindings(tracker.invoices, asOf),
    ...historyFindings(tracker, asOf),
    ...rateFindings(tracker),
    ...totalFindings(tracker),
  ];
  return found
    .map((each, i) => ({ each, i }))
    .sort((a, b) => (a.each.place.line ?? 0) - (b.each.place.line ?? 0) || a.i - b.i)
    .map(({ each }) => each);
}
