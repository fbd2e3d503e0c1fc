/**
 * A file of alert tests -> the core's value, with the place of all that has to fit the config. The
 * same rules as schemas/finance/alerts-test.schema.json, and those that a schema cannot say.
 */

import { DAY_MS } from '../../../core/alert-rules/span.ts';
import type { AlertTest, AlertTestSuite } from '../../../core/alert-simulation/suite.ts';
import { parseDay } from '../../../core/day.ts';
import { given, positionOf, readBoolean, readDuration, readLine } from '../alerts/values.ts';
import {
  fieldsOf,
  isList,
  itemsOf,
  type Part,
  requiredField,
  type Source,
  say,
  wholeOf,
} from '../part.ts';
import { readExpected, readStates } from './expected.ts';
import { readSilences, readWindows } from './mutes.ts';
import { readSeries, readUsage } from './series.ts';
import { type Clock, listed, placedLine, readIntervalFrom, readMoment } from './values.ts';

const FILE_KEYS = ['config', 'budgets', 'tests'];
const TEST_KEYS = [
  ...['name', 'start', 'interval', 'until', 'arrival', 'only', 'repeats'],
  ...['series', 'usage', 'silences', 'windows', 'expect', 'states'],
];

/** Data of a day are there in the morning after it. */
const ARRIVAL_MS = 8 * 3_600_000;
/** Finer than alerts are evaluated, and long before a test takes for ever. */
const INTERVAL_MS_MIN = 60_000;

export function readAlertTests(source: Source): AlertTestSuite | undefined {
  const whole = wholeOf(source);
  const fields = fieldsOf(source, whole, FILE_KEYS);
  if (fields === undefined) return undefined;
  const config = given(source, fields, 'config', placedLine);
  const budgets = given(source, fields, 'budgets', placedLine);
  const testsField = requiredField(source, whole, fields, 'tests');
  const items = testsField === undefined ? [] : (itemsOf(source, testsField) ?? []);
  if (testsField !== undefined && isList(testsField) && items.length === 0) {
    say(source, testsField, 'missing-value', 'must hold at least one test');
  }
  const seen = new Set<string>();
  const tests = items.flatMap((item) => {
    const test = readTest(source, item);
    if (test === undefined) return [];
    if (seen.has(test.name)) {
      say(source, item, 'duplicate-name', `the name "${test.name}" is given twice`);
    }
    seen.add(test.name);
    return [test];
  });
  return { config, budgets, tests };
}

function readTest(source: Source, part: Part): AlertTest | undefined {
  const before = source.problems.length;
  const fields = fieldsOf(source, part, TEST_KEYS);
  if (fields === undefined) return undefined;
  const nameField = requiredField(source, part, fields, 'name');
  const startField = requiredField(source, part, fields, 'start');
  const name = nameField && readLine(source, nameField);
  const start = startField && readStart(source, startField);
  const intervalMs = given(source, fields, 'interval', readIntervalFrom(INTERVAL_MS_MIN)) ?? DAY_MS;
  const arrivalMs = given(source, fields, 'arrival', readDuration) ?? ARRIVAL_MS;
  // Where the start is missing, the rest is read all the same: one run finds all problems.
  const clock: Clock = { startMs: (start ?? 0) * DAY_MS, arrivalMs };
  const until = given(source, fields, 'until', (_, each) => readMoment(source, each, clock));
  const list = <T>(
    key: string,
    read: (source: Source, part: Part, clock: Clock) => T | undefined,
  ) => listed(source, fields.get(key), (_, each) => read(source, each, clock));
  const repeats = given(source, fields, 'repeats', readBoolean) ?? true;
  const test = {
    ...{ intervalMs, at: positionOf(source, part), ignoresRepeats: !repeats },
    untilMs: until === undefined ? undefined : until.untilMs - 1,
    about: listed(source, fields.get('only'), placedLine),
    series: list('series', readSeries),
    usage: list('usage', readUsage),
    silences: readSilences(source, fields.get('silences'), clock),
    windows: list('windows', readWindows),
    expect: list('expect', readExpected),
    states: list('states', readStates),
  };
  requiredField(source, part, fields, 'expect');
  const { series, usage, expect, states } = test;
  // What could not be read has been said already.
  if (
    source.problems.length === before &&
    series.length + usage.length + expect.length + states.length === 0
  ) {
    const message = 'has no series and expects nothing: it cannot fail';
    say(source, part, 'test-empty', message, 'give it series, or what is to be told');
  }
  return name === undefined || start === undefined ? undefined : { ...test, name, start };
}

function readStart(source: Source, part: Part) {
  const text = readLine(source, part);
  if (text === undefined) return undefined;
  try {
    const day = parseDay(text);
    if (day >= 0) return day;
  } catch {
    // Said below.
  }
  say(source, part, 'bad-day', `"${text}" is no day`, 'a UTC day, for example 2026-03-02');
  return undefined;
}
