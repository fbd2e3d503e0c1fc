/** A test -> its timeline, the config narrowed to what it is about, and when its clock ticks. */
import type { AlertConfig, Ladder } from '../alert-config/config.ts';
import { periodInName } from '../alert-config/period.ts';
import { ruleId } from '../alert-config/rule.ts';
import { DAY_MS } from '../alert-rules/span.ts';
import { addDays, type Day } from '../day.ts';
import { compileGlob } from '../glob.ts';
import { periodStartMs, type Reading } from '../usage/usage.ts';
import { type Arrival, importedWatermarks } from './imports.ts';
import { type ExpandedSeries, expandSeries } from './series.ts';
import { instantsOf } from './simulate.ts';
import type { AlertTest, TestSeries, TestUsage } from './suite.ts';
import type { KnownReading, Posting, Timeline } from './timeline.ts';

export type Staged = Readonly<{ timeline: Timeline; instants: readonly number[] }>;

/** @throws RangeError where the clock would tick more often than anybody waits for. */
export function stage(test: AlertTest, currency: string): Staged {
  const series = test.series.map((each) => {
    return { ...each, expanded: expandSeries(each.items, test.start) };
  });
  const postings = series.flatMap((each) => postingsOf(each, currency));
  const arrivals = Map.groupBy(series, ({ source }) => source);
  const watermarks = [...arrivals].flatMap(([source, each]) =>
    importedWatermarks(source, each.flatMap(arrivalsOf)),
  );
  const readings = test.usage.flatMap((each) => readingsOf(each, test));
  const { silences, windows } = test;
  const timeline = { postings, watermarks, readings, silences, windows };
  return { timeline, instants: clockOf(test, timeline) };
}

type Given = TestSeries & Readonly<{ expanded: ExpandedSeries }>;

function postingsOf({ expanded, arrivalMs, ...given }: Given, currency: string): Posting[] {
  const { start, days, corrections } = expanded;
  const { columns, source, costSource } = given;
  const terms = { columns, source, costSource, currency: given.currency ?? currency };
  const known = { ...terms, basis: undefined, unknown: 0 };
  const first = days.flatMap((units, i): Posting | [] => {
    const day = addDays(start, i);
    const knownMs = (day + 1) * DAY_MS + arrivalMs;
    return units === undefined ? [] : { ...known, day, knownMs, units, charges: 1 };
  });
  const later = corrections.map((each): Posting => {
    const knownMs = (each.with + 1) * DAY_MS + arrivalMs;
    return { ...known, day: each.of, knownMs, units: each.units, charges: 0 };
  });
  return [...first, ...later];
}

/** A day without data brings no import: the source is as complete as it was. */
function arrivalsOf({ expanded: { start, days, corrections }, arrivalMs }: Given): Arrival[] {
  const knownMs = (day: Day) => (day + 1) * DAY_MS + arrivalMs;
  const first = days.flatMap((units, i): Arrival | [] => {
    const day = addDays(start, i);
    return units === undefined ? [] : { day, knownMs: knownMs(day) };
  });
  return [...first, ...corrections.map((each) => ({ day: each.of, knownMs: knownMs(each.with) }))];
}

/** Each is of the end of its day; an amount of the whole day, a counter since its period began. */
function readingsOf(usage: TestUsage, { start }: AlertTest): KnownReading[] {
  const { service, metric, unit, kind, limit, items, arrivalMs } = usage;
  return expandSeries(items, start).days.flatMap((value, i): KnownReading | [] => {
    if (value === undefined) return [];
    const dayMs = (start + i) * DAY_MS;
    const endMs = dayMs + DAY_MS;
    const startMs = {
      level: endMs,
      amount: dayMs,
      running: periodStartMs(dayMs, periodInName(metric) ?? 'month'),
    }[kind];
    const knownMs = endMs + arrivalMs;
    const reading: Reading = {
      ...{ source: 'test', service, metric, kind, startMs, endMs, value, unit, limit },
      recordedMs: knownMs,
    };
    return { reading, knownMs };
  });
}

/** From the first that is known: before that there is nothing to be wrong about. */
function clockOf(test: AlertTest, timeline: Timeline): readonly number[] {
  const { postings, watermarks, readings, silences, windows } = timeline;
  const arrivals = [...postings, ...watermarks, ...readings].map(({ knownMs }) => knownMs);
  const zeroMs = test.start * DAY_MS;
  const awaited = [...test.expect, ...test.states].map(({ when }) => when.untilMs - 1);
  const startMs = arrivals.length === 0 ? zeroMs : least(arrivals);
  const lastMs = [...arrivals, ...awaited].reduce((a, b) => Math.max(a, b), startMs);
  const endMs = test.untilMs ?? lastMs;
  const exact = [...test.expect, ...test.states].flatMap(({ when }) =>
    when.untilMs === when.fromMs + 1 ? when.fromMs : [],
  );
  const turns = [
    ...silences.flatMap(({ startsMs, endsMs }) => [startsMs, endsMs]),
    ...windows.flatMap(({ openedMs, closesMs }) => [openedMs, closesMs ?? openedMs]),
  ];
  const days = { startMs: zeroMs, endMs, intervalMs: test.intervalMs };
  return instantsOf(days, [...arrivals, ...turns, ...exact]).filter((ms) => ms >= startMs);
}

function least(instants: readonly number[]): number {
  return instants.reduce((a, b) => Math.min(a, b), Infinity);
}

/** The config with the ladders alone that a test is about. */
export function narrowed(config: AlertConfig, globs: readonly string[]): AlertConfig {
  if (globs.length === 0) return config;
  const tests = globs.map(compileGlob);
  return {
    ...config,
    ladders: config.ladders.filter((ladder) =>
      namesOf(ladder).some((name) => tests.some((matches) => matches(name))),
    ),
  };
}

/** Its own id, and those of its steps. */
export function namesOf(ladder: Ladder): readonly string[] {
  return [ladder.id, ...ladder.steps.map((step) => ruleId(ladder, step))];
}
