/**
 * What new readings say against each other and against the ones that are there: the same use
 * counted twice, a unit that does not convert, one time said twice. Pure.
 */

import { formatInstant } from './instant.ts';
import { recordWords } from './record-words.ts';
import { areAlike, convert, parseUnit } from './unit.ts';
import {
  compareReadings,
  type Reading,
  type ReadingField,
  readingKey,
  saysTheSame,
  usageName,
} from './usage.ts';

/** `index` is of the new reading that it is about. */
export type UsageConflict = Readonly<{
  index: number;
  /** A problem keeps the readings out; a warning is only told. */
  severity: 'problem' | 'warning';
  field: ReadingField;
  /** Goes on after the field. */
  message: string;
}>;

/**
 * `there`: the stored readings of the same source, service and metric whose time meets theirs, and
 * the newest of each service and metric. In the order of `incoming`.
 */
export function findConflicts(
  incoming: readonly Reading[],
  there: readonly Reading[],
): readonly UsageConflict[] {
  const keys = new Set(incoming.map(readingKey));
  const kept = there.filter((reading) => !keys.has(readingKey(reading)));
  const indices = new Map(incoming.map((reading, index) => [reading, index]));
  const groups = Map.groupBy([...kept, ...incoming], nameOf);
  const found = [...saidTwice(incoming)];
  for (const group of groups.values()) {
    const say = (reading: Reading, conflict: Omit<UsageConflict, 'index'>): void => {
      const index = indices.get(reading);
      if (index !== undefined) found.push({ index, ...conflict });
    };
    compareUnits(group, indices, say);
    compareKinds(group, indices, say);
    for (const each of Map.groupBy(group, ({ source }) => source).values()) {
      findOverlaps(each, indices, say);
      findFalls(each, say);
    }
  }
  return found.sort((a, b) => a.index - b.index);
}

type Say = (reading: Reading, conflict: Omit<UsageConflict, 'index'>) => void;
type Indices = ReadonlyMap<Reading, number>;

function nameOf({ service, metric }: Reading): string {
  return usageName(service, metric);
}

/** Once each: the readings without the ones that repeat another word for word. */
export function withoutRepeats(incoming: readonly Reading[]): readonly Reading[] {
  return [...new Map(incoming.map((reading) => [readingKey(reading), reading])).values()];
}

function saidTwice(incoming: readonly Reading[]): UsageConflict[] {
  const first = new Map<string, Reading>();
  return incoming.flatMap((reading, index) => {
    const known = first.get(readingKey(reading));
    first.set(readingKey(reading), known ?? reading);
    if (known === undefined || saysTheSame(known, reading)) return [];
    const message = 'is given twice for one service, metric and time, and not the same';
    return [{ index, severity: 'problem', field: 'value', message } as const];
  });
}

/** The newest that stays, else the first that comes: what the others are compared with. */
function reference(group: readonly Reading[], indices: Indices): Reading {
  const stored = group.filter((reading) => !indices.has(reading));
  const newest = stored.reduce<Reading | undefined>(
    (best, reading) => (best === undefined || reading.endMs > best.endMs ? reading : best),
    undefined,
  );
  return newest ?? group[0]!;
}

function compareUnits(group: readonly Reading[], indices: Indices, say: Say): void {
  const known = reference(group, indices);
  for (const reading of group) {
    if (areAlike(parseUnit(known.unit), parseUnit(reading.unit))) continue;
    const units = `"${reading.unit}" does not convert to "${known.unit}"`;
    // One that is there can be replaced; of two that come in it is not known which is the slip.
    const way = indices.has(known)
      ? ''
      : `; if that is the slip, replace it first: ${recordWords({ ...known, unit: reading.unit })}`;
    const message = `${units}, which ${about(known)} has${way}`;
    say(reading, { severity: 'problem', field: 'unit', message });
  }
}

function compareKinds(group: readonly Reading[], indices: Indices, say: Say): void {
  const known = reference(group, indices);
  const other = group.find((reading) => indices.has(reading) && reading.kind !== known.kind);
  if (other === undefined) return;
  const message = `is ${other.kind}, and ${about(known)} is ${known.kind}: alerts follow one kind`;
  say(other, { severity: 'warning', field: 'kind', message });
}

function findOverlaps(group: readonly Reading[], indices: Indices, say: Say): void {
  const amounts = group
    .filter(({ kind }) => kind === 'amount')
    .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  let reaching = amounts[0];
  for (const amount of amounts.slice(1)) {
    if (amount.startMs < reaching!.endMs) {
      const isIncoming = (indices.get(amount) ?? -1) >= (indices.get(reaching!) ?? -1);
      const [later, earlier] = isIncoming ? [amount, reaching!] : [reaching!, amount];
      if (readingKey(later) !== readingKey(earlier)) {
        const message = `overlaps the amount of ${spanText(earlier)}: its use would count twice`;
        say(later, { severity: 'problem', field: 'start', message });
      }
    }
    if (amount.endMs > reaching!.endMs) reaching = amount;
  }
}

/** A counter only grows until its period ends. */
function findFalls(group: readonly Reading[], say: Say): void {
  const counters = group.filter(({ kind }) => kind === 'running').sort(compareReadings);
  for (const each of Map.groupBy(counters, ({ startMs }) => startMs).values()) {
    for (const [i, reading] of each.entries()) {
      const before = each[i - 1];
      if (before === undefined) continue;
      const now = convert(reading.value, parseUnit(reading.unit), parseUnit(before.unit));
      if (now === undefined || now >= before.value) continue;
      const since = formatInstant(reading.startMs);
      const message = `is less than before, in one period since ${since}: after a reset give start`;
      say(reading, { severity: 'warning', field: 'value', message });
    }
  }
}

function about({ source, endMs }: Reading): string {
  return `the reading of ${formatInstant(endMs)} from ${source}`;
}

function spanText({ startMs, endMs }: Reading): string {
  return `${formatInstant(startMs)} until ${formatInstant(endMs)}`;
}
