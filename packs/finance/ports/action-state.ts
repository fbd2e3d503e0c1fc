/**
 * Actions, their journal and their approvals: tables of state.db. Every method is one transaction,
 * on disk when it returns; what an action is about to change in the world is written before it is
 * changed.
 *
 * @throws BrctlError (integrity) where a row does not read, naming its table; (locked) where
 * another process keeps the file for longer than some seconds.
 */
import type { ActionEntry, ActionInstance } from '../core/actions/action.ts';
import type { ActionRow } from '../core/actions/notice.ts';

export type ActionChange = Readonly<{
  /** As they are now; those that are not among them stay as they are. */
  instances: readonly ActionInstance[];
  /** Of a key that is there already, the first one stays. */
  entries: readonly ActionEntry[];
  rows: readonly ActionRow[];
}>;

export type ActionState = Readonly<{
  /** In the order of their keys. */
  instances(): readonly ActionInstance[];
  /** In the order in which they were written; of one instance, or of all. */
  journal(key?: string): readonly ActionEntry[];
  /** Calls `body` with what is there and writes what it returns; what it throws undoes all. */
  change<T extends ActionChange>(
    nowMs: number,
    body: (instances: readonly ActionInstance[]) => T,
  ): T;
  /**
   * Whoever has it may act; it ends with the process, however that ends. Undefined: somebody else
   * is acting at this moment.
   */
  lock(): (() => void) | undefined;
  close(): void;
}>;
