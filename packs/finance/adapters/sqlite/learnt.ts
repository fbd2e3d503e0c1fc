/** Since when the sources are known to be complete through a day, as their imports told it. */
import type { DatabaseSync } from 'node:sqlite';
import type { Learnt } from '../../core/alert-rules/source.ts';
import { billingPeriod } from '../../core/billing-period.ts';
import { addDays, type Day, dayOf } from '../../core/day.ts';
import { damagedRecord } from './record.ts';

/** Longer than any period waits for data. */
const KEPT_MS = 200 * 86_400_000;

/** The imports of the last months, and the first of each source; oldest first. */
const IMPORTS = `
  WITH known AS MATERIALIZED (
    SELECT id, source, finished_at AS at, json_extract(record, '$.periods') AS periods
    FROM imports
    WHERE finished_at >= (SELECT max(finished_at) FROM imports) - ?
      OR (source, finished_at) IN (SELECT source, min(finished_at) FROM imports GROUP BY source)
  )
  SELECT source, at, json_extract(p.value, '$.period') AS period,
    json_extract(p.value, '$.completeThrough') AS through
  FROM known, json_each(known.periods) p
  ORDER BY at, known.id, period`;

export function learntBySource(database: DatabaseSync): ReadonlyMap<string, readonly Learnt[]> {
  const rows = database.prepare(IMPORTS).all(KEPT_MS);
  const found = new Map<string, Learnt[]>();
  for (const { source, at, period, through } of rows) {
    const known = found.get(String(source)) ?? [];
    known.push(learntOf({ at: Number(at), period: String(period), through }));
    found.set(String(source), known);
  }
  return found;
}

type Row = Readonly<{ at: number; period: string; through: unknown }>;

/** A billing period that was over when it was imported is complete: there is no later file. */
function learntOf({ at, period, through }: Row): Learnt {
  const { start, end } = monthOf(period);
  const isOver = dayOf(new Date(at)) >= end;
  const last = through === null ? undefined : (Number(through) as Day);
  return { month: start, through: isOver ? addDays(end, -1) : last, atMs: at };
}

function monthOf(period: string): ReturnType<typeof billingPeriod> {
  try {
    return billingPeriod(period);
  } catch (cause) {
    throw damagedRecord((cause as Error).message, cause);
  }
}
