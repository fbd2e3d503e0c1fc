/**
 * What reconciliation may assume and what the operator has said of earlier matches: one file that
 * people read, review and write too.
 *
 * @throws BrctlError (operational) with file:line:column when it is unreadable or wrong in any
 *   part. A file that is not there says nothing.
 */
import type { MatchOptions } from '../core/reconcile/options.ts';
import type { ReconcileMemory } from '../core/reconcile/reconcile-memory.ts';

export type ReconcileConfig = Readonly<{ options: MatchOptions; memory: ReconcileMemory }>;

/** What is added; what stands there already is not added again. */
export type ReconcileAddition = Readonly<{
  aliases?: ReconcileMemory['aliases'];
  confirmed?: ReconcileMemory['confirmed'];
  rejected?: ReconcileMemory['rejected'];
}>;

export type ReconcileSettings = Readonly<{
  read(): Promise<ReconcileConfig>;
  /**
   * Comments and order of the file stay. Confirming takes back a rejection of the same pair, and
   * the other way round. Returns the path, and whether anything was new.
   */
  add(addition: ReconcileAddition): Promise<Readonly<{ path: string; isChanged: boolean }>>;
}>;
