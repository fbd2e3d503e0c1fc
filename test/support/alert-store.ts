/** A store of alerts in a folder of its own, and steps on it by hand-made rules. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openAlertStore } from '../../packs/finance/adapters/sqlite/alerts-store.ts';
import { type Advance, advance } from '../../packs/finance/core/alert-state/advance.ts';
import type { NoticeRow } from '../../packs/finance/core/alert-state/notice.ts';
import { afterDelivery } from '../../packs/finance/core/alert-state/send.ts';
import type { WatchedAlert } from '../../packs/finance/core/alert-state/watch.ts';
import type { Delivery } from '../../packs/finance/core/notices/outcome.ts';
import type { Advanced, AlertBefore, AlertStore } from '../../packs/finance/ports/alert-state.ts';
import { fakeContext } from '../../src/sdk/testing.ts';
import { delivery } from './alert-timeline.ts';
import { temporaryFolder } from './host.ts';

export type AlertStoreHere = Readonly<{
  path: string;
  store: AlertStore;
  /** Another connection to the same file. */
  another(options?: Readonly<{ readOnly: boolean }>): Promise<AlertStore>;
  /** The file itself, to look at and to damage. */
  sql(text: string, ...values: (string | number | null)[]): Record<string, unknown>[];
}>;

export async function alertStoreHere(): Promise<AlertStoreHere> {
  const path = join(temporaryFolder(), 'data/finance/state.db');
  const another: AlertStoreHere['another'] = (options) =>
    openAlertStore(fakeContext(), path, options);
  const store = await another();
  const sql: AlertStoreHere['sql'] = (text, ...values) => {
    const database = new DatabaseSync(path);
    try {
      return database.prepare(text).all(...values);
    } finally {
      database.close();
    }
  };
  return { path, store, another, sql };
}

type StepTerms = Partial<Parameters<typeof delivery>[0]>;

/** What a run of `alerts evaluate` does with what it watched. */
export function stepAt(
  store: Pick<AlertStore, 'advance'>,
  nowMs: number,
  watched: readonly WatchedAlert[],
  terms: StepTerms = {},
): Advanced<Advance> {
  return store.advance(nowMs, ({ memory, silences, undelivered }: AlertBefore) =>
    advance(memory, {
      watched,
      delivery: delivery({ ...terms, silences, undelivered }),
      now: nowMs,
    }),
  );
}

/** Writes rows as they are, past the core. */
export function queue(store: AlertStore, rows: readonly NoticeRow[], nowMs: number): void {
  store.advance(nowMs, ({ memory }) => ({ memory, rows }));
}

/** Claims one row and marks it with what became of it; the key, or undefined where none is due. */
export function deliver(
  store: AlertStore,
  nowMs: number,
  result: Delivery,
  channel?: string,
): string | undefined {
  const asked = { channel, claim: 'me', nowMs, leaseMs: 60_000, limit: 1 };
  const [claimed] = store.claim(asked);
  if (claimed === undefined) return undefined;
  const { id, attempts, createdMs, row } = claimed;
  const outcome = afterDelivery(result, { id, attempts, createdMs, nowMs });
  store.mark({ id, claim: 'me', nowMs, outcome, fallback: [] });
  return row.key;
}
