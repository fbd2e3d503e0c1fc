/**
 * What a channel of Grafana keeps of a group: the annotations that are open, by alert, and how far
 * an interrupted notice came.
 *
 *     at      hash of where the annotations are: those of another Grafana are not ours to end
 *     open    `<key of the alert> <id of its annotation> <when it began> <when it ended>`, each of
 *             the times `-` where it is not known; it ended, where Grafana has not taken that yet
 *     late    `<id> <when it ended>` of those whose alert has moved on since
 *     row     id of the notice that was interrupted
 *     done    keys of its alerts that are done with
 *     unsure  the key of the one that may have arrived
 */
import type { GrafanaAlert } from '../../core/notices/grafana.ts';
import type { Handle } from '../../core/notices/outcome.ts';

export type Region = Readonly<{
  id: number;
  startedMs: number | undefined;
  endMs: number | undefined;
}>;

export type Regions = Readonly<{
  at: string;
  open: Map<string, Region>;
  /** When each ended, by id. */
  late: Map<number, number>;
  row: string;
  done: Set<string>;
  unsure: string | undefined;
}>;

/** What is not understood is nothing. */
export function regionsOf(handle: Handle | null, at: string, row: string): Regions {
  const isOurs = handle?.at === at;
  const isSame = isOurs && handle.row === row;
  const unsure = isSame ? handle.unsure : undefined;
  return {
    at,
    open: new Map(isOurs ? listOf(handle.open).flatMap(entryOf) : []),
    late: new Map(isOurs ? listOf(handle.late).flatMap(lateOf) : []),
    row,
    done: new Set(isSame ? listOf(handle.done) : []),
    unsure: typeof unsure === 'string' ? unsure : undefined,
  };
}

function listOf(value: Handle[string] | undefined): readonly string[] {
  return Array.isArray(value) ? value : [];
}

const ENTRY = /^([0-9a-f]{32}) ([1-9]\d{0,15})(?: (-|\d{1,15}) (-|\d{1,15}))?$/;

function entryOf(entry: string): [string, Region][] {
  const [, key, id, startedMs, endMs] = ENTRY.exec(entry) ?? [];
  if (key === undefined) return [];
  return [[key, { id: Number(id), startedMs: msIn(startedMs), endMs: msIn(endMs) }]];
}

function msIn(text: string | undefined): number | undefined {
  return text === undefined || text === '-' ? undefined : Number(text);
}

function lateOf(entry: string): [number, number][] {
  const [, id, endMs] = /^([1-9]\d{0,15}) (\d{1,15})$/.exec(entry) ?? [];
  return id === undefined ? [] : [[Number(id), Number(endMs)]];
}

/**
 * Parts with regions whose alert is over and was never told to be: it fires again, or this notice
 * says nothing of it. Where it is known when it ended, that is still to be told; else it is left.
 */
export function partWithEarlier(
  { open, late }: Regions,
  alerts: readonly Pick<GrafanaAlert, 'key' | 'startedMs'>[],
): void {
  const told = new Map(alerts.map(({ key, startedMs }) => [key, startedMs]));
  for (const [key, { id, startedMs, endMs }] of [...open]) {
    const nowMs = told.get(key);
    // Late data moves a beginning back, and never on.
    const isEarlier = startedMs !== undefined && typeof nowMs === 'number' && nowMs > startedMs;
    if (!isEarlier && (endMs === undefined || told.has(key))) continue;
    open.delete(key);
    if (endMs !== undefined) late.set(id, endMs);
  }
}

/** When all of the notice is done. */
export function afterAll({ at, open, late }: Regions): Handle {
  const text = (ms: number | undefined): string => `${ms ?? '-'}`;
  const entries = [...open].map(
    ([key, { id, startedMs, endMs }]) => `${key} ${id} ${text(startedMs)} ${text(endMs)}`,
  );
  const ended = [...late].map(([id, endMs]) => `${id} ${endMs}`);
  return { at, open: entries, ...(ended.length > 0 && { late: ended }) };
}

/** When it was interrupted. */
export function soFar(regions: Regions, unsure: string | undefined): Handle {
  const { row, done } = regions;
  return { ...afterAll(regions), row, done: [...done], ...(unsure && { unsure }) };
}
