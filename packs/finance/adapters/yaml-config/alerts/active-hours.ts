/** `active_hours` of a channel: when it may be disturbed. */
import {
  type ActiveHours,
  parseClock,
  parseDays,
  WEEK,
} from '../../../core/alert-config/active-hours.ts';
import { knownZones, zoneNamed } from '../../../core/alert-config/active-hours-zone.ts';
import { fieldsOf, isList, type Part, type Source, say, textOf } from '../part.ts';
import { ask, given, itemsOrOne, readLine } from './values.ts';

const KEYS = ['days', 'from', 'to', 'timezone'];
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const ALL_DAY = { from: 0, until: 1440 };

export function readActiveHours(source: Source, part: Part): ActiveHours | undefined {
  const fields = fieldsOf(source, part, KEYS);
  if (fields === undefined) return undefined;
  if (!['days', 'from', 'to'].some((key) => fields.has(key))) {
    const message = 'says no days and no times';
    say(source, part, 'missing-key', message, 'for example { from: "08:00", to: "18:00" }');
    return undefined;
  }
  const before = source.problems.length;
  const days = given(source, fields, 'days', readDays) ?? EVERY_DAY;
  const from = given(source, fields, 'from', readClock('from')) ?? ALL_DAY.from;
  const until = given(source, fields, 'to', readClock('until')) ?? ALL_DAY.until;
  const timezone = given(source, fields, 'timezone', readZone) ?? 'UTC';
  return source.problems.length > before ? undefined : { days, from, until, timezone };
}

/** Sorted; each once, however often it is named. */
function readDays(source: Source, part: Part): readonly number[] | undefined {
  const hint = 'MON, a range such as MON-FRI, or a list of them';
  if (isList(part) && itemsOrOne(source, part).length === 0) {
    say(source, part, 'missing-value', 'must hold at least one day', hint);
  }
  const days = itemsOrOne(source, part).flatMap((item) => {
    const text = textOf(source, item);
    if (text === undefined) return [];
    try {
      return parseDays(text);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      say(source, item, 'bad-day', `${error.message}${ask(text.trim(), WEEK)}`, hint);
      return [];
    }
  });
  return [...new Set(days)].sort((a, b) => a - b);
}

function readClock(end: 'from' | 'until') {
  return (source: Source, part: Part): number | undefined => {
    const text = textOf(source, part);
    if (text === undefined) return undefined;
    try {
      return parseClock(text, end);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const last = end === 'until' ? '24:00' : '23:59';
      say(source, part, 'bad-time', error.message, `hours and minutes from "00:00" to "${last}"`);
      return undefined;
    }
  };
}

function readZone(source: Source, part: Part): string | undefined {
  const name = readLine(source, part);
  if (name === undefined) return undefined;
  try {
    return zoneNamed(name).name;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const hint = 'a name of the IANA database, for example Europe/Berlin';
    say(source, part, 'bad-timezone', `${error.message}${ask(name, knownZones())}`, hint);
    return undefined;
  }
}
