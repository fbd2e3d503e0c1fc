/** Readings on their way in: compared with what is there, decided on as a whole, then put. */
import { isBrctlError, suggest } from 'brctl/sdk';
import { findConflicts, type UsageConflict, withoutRepeats } from '../core/usage/conflict.ts';
import { recordWords } from '../core/usage/record-words.ts';
import { unfollowed } from '../core/usage/rule.ts';
import { isUnknownUnit, UNIT_WORDS } from '../core/usage/unit.ts';
import type { FieldProblem, Reading } from '../core/usage/usage.ts';
import { compareReadings, readingKey, saysTheSame, usageName } from '../core/usage/usage.ts';
import type { UsagePorts } from './ports.ts';

export type UsageStatus = 'planned' | 'recorded' | 'unchanged' | 'rejected';

export type UsageProblem = Readonly<{
  /** Undefined for what was typed on the command line. */
  file: string | undefined;
  line: number | undefined;
  column: number | undefined;
  message: string;
}>;

export type UsageChange = Readonly<{
  reading: Reading;
  change: 'added' | 'replaced' | 'unchanged';
  /** What was there at the same time; undefined when added. */
  before: Reading | undefined;
}>;

export type UsagePlan = Readonly<{
  status: UsageStatus;
  source: string;
  /** As they were named. */
  files: readonly string[];
  /** In the total order of readings; none when rejected. */
  changes: readonly UsageChange[];
  /** The first of them; `problemCount` is how many there are. */
  problems: readonly UsageProblem[];
  problemCount: number;
  warnings: readonly string[];
}>;

/** A reading and the way to say where it came from. */
export type Incoming = Readonly<{
  reading: Reading;
  problem(field: FieldProblem): UsageProblem;
}>;

export type UsageInput = Readonly<{
  source: string;
  files: readonly string[];
  incoming: readonly Incoming[];
  /** What was wrong before it came to readings. */
  problems: readonly UsageProblem[];
  problemCount: number;
}>;

export const PROBLEMS_SHOWN = 20;

export async function planUsage(
  { incoming, problems, problemCount, ...input }: UsageInput,
  ports: UsagePorts,
): Promise<UsagePlan> {
  const rejected = (all: readonly UsageProblem[], count: number): UsagePlan => ({
    ...{ ...input, status: 'rejected', changes: [], warnings: [] },
    problems: all.slice(0, PROBLEMS_SHOWN),
    problemCount: count,
  });
  if (problemCount > 0) return rejected(problems, problemCount);
  const readings = incoming.map(({ reading }) => reading);
  const there = await ports.store.around(readings);
  const conflicts = findConflicts(readings, there);
  const bad = conflicts.filter(({ severity }) => severity === 'problem');
  if (bad.length > 0) {
    const shown = bad
      .slice(0, PROBLEMS_SHOWN)
      .map(({ index, ...conflict }) => incoming[index]!.problem(conflict));
    return rejected(shown, bad.length);
  }
  const before = new Map(there.map((each) => [readingKey(each), each]));
  const changes = [...withoutRepeats(readings)].sort(compareReadings).map((reading) => {
    const known = before.get(readingKey(reading));
    return { reading, change: changeOf(reading, known), before: known };
  });
  const isChanged = changes.some(({ change }) => change !== 'unchanged');
  return {
    ...input,
    status: isChanged ? 'planned' : 'unchanged',
    changes,
    problems: [],
    problemCount: 0,
    warnings: [
      ...warningsOf(conflicts, incoming),
      ...oddUnits(incoming, there),
      ...(await notFollowed(readings, ports)),
    ],
  };
}

function changeOf(reading: Reading, before: Reading | undefined): UsageChange['change'] {
  if (before === undefined) return 'added';
  return saysTheSame(before, reading) ? 'unchanged' : 'replaced';
}

function warningsOf(conflicts: readonly UsageConflict[], incoming: readonly Incoming[]): string[] {
  return conflicts
    .slice(0, PROBLEMS_SHOWN)
    .map(({ index, ...conflict }) => problemText(incoming[index]!.problem(conflict)));
}

/**
 * A noun is a unit as good as any, such as requests; but the first one of a metric that is nearly a
 * unit that converts is more often a slip, and all that comes later would be compared with it.
 */
function oddUnits(incoming: readonly Incoming[], there: readonly Reading[]): string[] {
  const known = new Set(there.map(({ service, metric }) => usageName(service, metric)));
  const firsts = new Map<string, Incoming>();
  for (const each of incoming) {
    const { service, metric, unit } = each.reading;
    const name = JSON.stringify([usageName(service, metric), unit]);
    if (!known.has(usageName(service, metric)) && !firsts.has(name)) firsts.set(name, each);
  }
  return [...firsts.values()].slice(0, PROBLEMS_SHOWN).flatMap(({ reading, problem }) => {
    const meant = isUnknownUnit(reading.unit) ? suggest(reading.unit, UNIT_WORDS) : undefined;
    if (meant === undefined) return [];
    const way = recordWords({ ...reading, unit: meant });
    const message = `"${reading.unit}" is taken as a noun; did you mean "${meant}"? Then: ${way}`;
    return [problemText(problem({ field: 'unit', message }))];
  });
}

/** `usage.csv:3:14: unit "Gb" is …` */
export function problemText({ file, line, column, message }: UsageProblem): string {
  if (file === undefined) return message;
  return `${line === undefined ? file : `${file}:${line}:${column}`}: ${message}`;
}

/** Of each service and metric its newest. A config that does not read is told of elsewhere. */
async function notFollowed(
  readings: readonly Reading[],
  { settings }: UsagePorts,
): Promise<string[]> {
  const names = Map.groupBy(readings, ({ service, metric }) => usageName(service, metric));
  const newest = [...names.values()].map((each) =>
    each.reduce((best, reading) => (reading.endMs >= best.endMs ? reading : best)),
  );
  try {
    const config = await settings.alerts();
    const texts = newest.flatMap((reading) =>
      unfollowed(reading, config, suggest).map(
        (text) => `${reading.service} ${reading.metric}: ${text}`,
      ),
    );
    return texts.slice(0, PROBLEMS_SHOWN);
  } catch (error) {
    if (isBrctlError(error)) return [];
    throw error;
  }
}

export async function applyUsage(plan: UsagePlan, ports: UsagePorts): Promise<UsagePlan> {
  if (plan.status !== 'planned') return plan;
  const changed = plan.changes.filter(({ change }) => change !== 'unchanged');
  await ports.store.put(changed.map(({ reading }) => reading));
  return { ...plan, status: 'recorded' };
}
