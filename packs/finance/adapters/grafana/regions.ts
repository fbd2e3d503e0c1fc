/**
 * What a channel of Grafana keeps of a group: the annotations that are open, by alert, and how far
 * an interrupted notice came.
 *
 *     at      hash of where the annotations are: those of another Grafana are not ours to end
 *     open    `<key of the alert> <id of its annotation>`
 *     row     id of the notice that was interrupted
 *     done    keys of its alerts that are done with
 *     unsure  the key of the one that may have arrived
 */
import type { Handle } from '../../core/notices/outcome.ts';

export type Regions = Readonly<{
  at: string;
  open: Map<string, number>;
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
    row,
    done: new Set(isSame ? listOf(handle.done) : []),
    unsure: typeof unsure === 'string' ? unsure : undefined,
  };
}

function listOf(value: Handle[string] | undefined): readonly string[] {
  return Array.isArray(value) ? value : [];
}

function entryOf(entry: string): [string, number][] {
  const [, key, digits] = /^([0-9a-f]{32}) ([1-9]\d{0,15})$/.exec(entry) ?? [];
  return key === undefined ? [] : [[key, Number(digits)]];
}

/** When all of the notice is done. */
export function afterAll({ at, open }: Regions): Handle {
  return { at, open: [...open].map(([key, id]) => `${key} ${id}`) };
}

/** When it was interrupted. */
export function soFar(regions: Regions, unsure: string | undefined): Handle {
  const { row, done } = regions;
  return { ...afterAll(regions), row, done: [...done], ...(unsure && { unsure }) };
}
