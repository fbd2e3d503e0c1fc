/** `silences` and `windows` of an alert test: what keeps alerts quiet, from when until when. */

import type { TestWindow } from '../../../core/alert-simulation/suite.ts';
import { parseMatcher, type Silence, silence } from '../../../core/alert-state/silence.ts';
import { itemsOrOne, positionOf, readLine } from '../alerts/values.ts';
import { fieldsOf, type Part, requiredField, type Source, say } from '../part.ts';
import { attempt, type Clock, listed, readMoment } from './values.ts';

type Interval = Readonly<{ fromMs: number | undefined; untilMs: number | undefined }>;

export function readSilences(
  source: Source,
  part: Part | undefined,
  clock: Clock,
): readonly Silence[] {
  let count = 0;
  return listed(source, part, (_, item) => {
    count += 1;
    return readSilence(source, item, { clock, id: `the silence ${count}` });
  });
}

function readSilence(
  source: Source,
  part: Part,
  { clock, id }: Readonly<{ clock: Clock; id: string }>,
): Silence | undefined {
  const fields = fieldsOf(source, part, ['match', 'from', 'until']);
  if (fields === undefined) return undefined;
  const matchField = requiredField(source, part, fields, 'match');
  const { fromMs, untilMs } = intervalOf(source, part, fields, clock);
  requiredField(source, part, fields, 'until');
  const matchers = matchField
    ? itemsOrOne(source, matchField).flatMap((item) => {
        const text = readLine(source, item);
        if (text === undefined) return [];
        return attempt(source, item, 'bad-matcher', () => parseMatcher(text)) ?? [];
      })
    : [];
  if (matchers.length === 0 || fromMs === undefined || untilMs === undefined) return undefined;
  const asked = { id, matchers, author: 'test', comment: 'test', startsMs: fromMs };
  return attempt(source, part, 'bad-silence', () => silence({ ...asked, endsMs: untilMs }));
}

export function readWindows(source: Source, part: Part, clock: Clock): TestWindow | undefined {
  const fields = fieldsOf(source, part, ['name', 'from', 'until']);
  if (fields === undefined) return undefined;
  const nameField = requiredField(source, part, fields, 'name');
  const name = nameField && readLine(source, nameField);
  const { fromMs, untilMs } = intervalOf(source, part, fields, clock);
  if (name === undefined || fromMs === undefined) return undefined;
  if (untilMs !== undefined && untilMs <= fromMs) {
    say(source, part, 'bad-window', 'a window ends after it begins');
  }
  const at = positionOf(source, part);
  return { name, openedMs: fromMs, closesMs: untilMs ?? null, at };
}

/** Both are instants: a day is its first. */
function intervalOf(
  source: Source,
  part: Part,
  fields: ReadonlyMap<string, Part>,
  clock: Clock,
): Interval {
  const fromField = requiredField(source, part, fields, 'from');
  const untilField = fields.get('until');
  return {
    fromMs: fromField && readMoment(source, fromField, clock)?.fromMs,
    untilMs: untilField && readMoment(source, untilField, clock)?.fromMs,
  };
}
