/**
 * Ten thousand random streams of events against the reference model (test/support/alert-model.ts):
 * crossings, gaps, revisions, ends of periods, silences, and a restart between any two runs.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Advance, advance } from '../../packs/finance/core/alert-state/advance.ts';
import { type AlertMemory, NOTHING } from '../../packs/finance/core/alert-state/memory.ts';
import type { NoticeRow } from '../../packs/finance/core/alert-state/notice.ts';
import { silence } from '../../packs/finance/core/alert-state/silence.ts';
import {
  alertSettings,
  INITIAL,
  isOpen,
  step,
} from '../../packs/finance/core/alert-state/state.ts';
import type { WatchedAlert } from '../../packs/finance/core/alert-state/watch.ts';
import { type Event, someEvent } from '../support/alert-events.ts';
import {
  alertName,
  live,
  type Moment,
  newModel,
  RECEIVERS,
  RULES,
  type RuleName,
  type RuleTerms,
  type Said,
  type Terms,
} from '../support/alert-model.ts';
import {
  channel,
  delivery,
  MISSING,
  reading,
  restarted,
  route,
  watched,
} from '../support/alert-timeline.ts';

const STREAMS = 10_000;

const someRule = (fire: number): fc.Arbitrary<RuleTerms> =>
  fc.record({
    fire: fc.constant(fire),
    clear: fc.constantFrom(fire, fire - 5),
    forMs: fc.constantFrom(0, 0, 120),
    keepMs: fc.constantFrom(0, 0, 120),
  });

const someTerms = (): fc.Arbitrary<Terms> =>
  fc.record({
    rules: fc.record({ lower: someRule(80), upper: someRule(100), gauge: someRule(80) }),
    periodMs: fc.constantFrom(600, 1000, 5000),
    lateMs: fc.constantFrom(0, 0, 200),
    waitMs: fc.constantFrom(0, 50),
    intervalMs: fc.constantFrom(100, 170),
    repeatMs: fc.constantFrom(200, 340, 900),
  });

/** One run: what was known at it, what came of it, and what the model says. */
type Run = Readonly<{ moment: Moment; done: Advance; said: readonly Said[] }>;

function watchedAt({ now, readings }: Moment, terms: Terms): WatchedAlert[] {
  return RULES.map((rule) => {
    const { fire, clear, forMs, keepMs } = terms.rules[rule];
    const endMs = (Math.floor(now / terms.periodMs) + 1) * terms.periodMs;
    const label = String(Math.floor(now / terms.periodMs));
    const known = readings[rule];
    return watched(rule, {
      span: rule === 'gauge' ? null : { label, endMs, closesMs: endMs + terms.lateMs },
      labels: { rule },
      step: rule === 'gauge' ? null : { ladder: 'budget', height: BigInt(fire) },
      settings: alertSettings({
        fire: BigInt(fire),
        clear: BigInt(clear),
        forMs,
        keepFiringForMs: keepMs,
        latch: rule === 'gauge' ? 'none' : 'period',
      }),
      evaluation: known === null ? MISSING : reading(known.value, { revised: known.revised }),
    });
  });
}

function deliveryOf(terms: Terms, silences: readonly Quiet[]) {
  const channels = RECEIVERS.map(({ name, hearsEnds }) =>
    channel({ name, sendResolved: hearsEnds }),
  );
  return delivery({
    routes: [
      route({
        groupWaitMs: terms.waitMs,
        groupIntervalMs: terms.intervalMs,
        repeatIntervalMs: terms.repeatMs,
        channels,
      }),
    ],
    silences: silences.map(({ rule, startsMs, endsMs }, i) =>
      silence({
        id: `s${i}`,
        matchers: [{ label: 'rule', operator: '=', value: rule }],
        author: 'ops',
        comment: 'planned',
        startsMs,
        endsMs,
      }),
    ),
  });
}

type Quiet = Readonly<{ rule: RuleName; startsMs: number; endsMs: number }>;

function readingsOf({ budget, gauge }: Event, revised: boolean): Moment['readings'] {
  const of = (value: number | null) => (value === null ? null : { value, revised });
  return { lower: of(budget), upper: of(budget), gauge: of(gauge) };
}

type Asked = Parameters<typeof advance>[1];

/** The same, asked the other way round. */
function reversed({ watched, delivery: given, now }: Asked): Asked {
  const routes = given.routes.map((each) => ({ ...each, channels: each.channels.toReversed() }));
  const silences = given.silences.toReversed();
  return { watched: watched.toReversed(), delivery: { ...given, routes, silences }, now };
}

const backwards = ({ alerts, groups }: AlertMemory): AlertMemory => ({
  alerts: alerts.toReversed(),
  groups: groups.toReversed(),
});

/** Every run of a stream: at its events, and in between whenever something is due. */
function runStream(
  terms: Terms,
  events: readonly Event[],
  options: Readonly<{ backwards?: boolean }> = {},
): Run[] {
  const model = newModel(terms);
  const silences: Quiet[] = [];
  const runs: Run[] = [];
  let memory: AlertMemory = NOTHING;
  let dueMs: number | null = null;
  let readings: Moment['readings'] = { lower: null, upper: null, gauge: null };
  const run = (now: number): void => {
    const silenced = silences.filter(({ startsMs, endsMs }) => startsMs <= now && now < endsMs);
    const moment = { now, readings, silenced: new Set(silenced.map(({ rule }) => rule)) };
    const asked = { watched: watchedAt(moment, terms), delivery: deliveryOf(terms, silences), now };
    const done = advance(memory, asked);
    if (options.backwards === true)
      expect(advance(backwards(memory), reversed(asked))).toEqual(done);
    runs.push({ moment, done, said: live(model, moment) });
    memory = done.memory;
    dueMs = done.dueMs;
  };
  let at = 0;
  for (const event of events) {
    at += event.afterMs;
    while (dueMs !== null && dueMs < at) run(dueMs);
    if (event.silence !== undefined) {
      const { rule, forMs } = event.silence;
      silences.push({ rule, startsMs: at, endsMs: at + forMs });
    }
    readings = readingsOf(event, event.revised);
    if (event.restart) memory = restarted(memory);
    run(at);
    // A value moves because it was revised once; asked again, it is what it is.
    readings = readingsOf(event, false);
  }
  return runs;
}

const WHAT: Readonly<Record<string, Said['what']>> = {
  'first notification': 'first',
  'new alerts added': 'more',
  'some alerts resolved': 'less',
  'all alerts resolved': 'over',
  'repeat interval elapsed': 'repeat',
};

/** A row in the words of the model, which does not speak of what nobody knew. */
function saidBy(row: NoticeRow, knew: ReadonlySet<string>, terms: Terms): Said {
  const nameOf = ({ rule, period }: NoticeRow['alerts'][number]) =>
    period === null ? rule : alertName(rule as RuleName, Number(period) * terms.periodMs, terms);
  const firing = row.alerts.filter(({ status }) => status === 'firing');
  const ended = row.alerts.filter(({ status }) => status === 'resolved').map(nameOf);
  return {
    receiver: row.channel,
    what: WHAT[row.reason]!,
    firing: firing.map(nameOf).sort(),
    fresh: firing
      .filter(({ why }) => why !== 'still')
      .map(nameOf)
      .sort(),
    ended: ended.filter((name) => knew.has(name)).sort(),
  };
}

const someStream = () =>
  fc.tuple(someTerms(), fc.array(someEvent(), { minLength: 3, maxLength: 12 }));

it('every stream is told as the model tells it: once, then its repeats, and no wrong end', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(someStream(), ([terms, events]) => {
      const knows = new Map(RECEIVERS.map(({ name }) => [name as string, new Set<string>()]));
      const keys = new Set<string>();
      for (const { moment, done, said } of runStream(terms, events)) {
        const told = done.rows.map((row) => saidBy(row, knows.get(row.channel)!, terms));
        if (told.length + said.length === 0) continue;
        expect(told, `at ${moment.now}`).toEqual(said);
        for (const { receiver, what, firing, fresh, ended } of told) {
          seen.set(what, (seen.get(what) ?? 0) + 1);
          if (receiver === 'fires') continue;
          const known = knows.get(receiver)!;
          // To who hears of ends nothing is news twice before it has ended.
          expect(fresh.filter((name) => known.has(name))).toEqual([]);
          for (const name of ended) known.delete(name);
          for (const name of firing) known.add(name);
        }
        expect(done.rows.filter(({ key }) => keys.has(key))).toEqual([]);
        for (const { key } of done.rows) keys.add(key);
      }
    }),
    { numRuns: STREAMS },
  );
  expect([...seen.keys()].sort()).toEqual(['first', 'less', 'more', 'over', 'repeat']);
  expect(Math.min(...seen.values())).toBeGreaterThan(STREAMS / 20);
});

it('the order of what goes in changes nothing of what comes out', () => {
  fc.assert(
    fc.property(someStream(), ([terms, events]) => {
      runStream(terms, events, { backwards: true });
    }),
    { numRuns: 500 },
  );
});

it('a guarded alert tells no more than its limit and one, and ends up where the value is', () => {
  const someFlaps = fc.record({
    transitionsMax: fc.integer({ min: 1, max: 5 }),
    windowMs: fc.constantFrom(50, 100),
    readings: fc.array(
      fc.record({
        afterMs: fc.integer({ min: 0, max: 60 }),
        value: fc.constantFrom(80n, 95n, 120n),
      }),
      { minLength: 1, maxLength: 60 },
    ),
    latest: fc.constantFrom(80n, 120n),
  });
  fc.assert(
    fc.property(someFlaps, ({ transitionsMax, windowMs, readings, latest }) => {
      const flap = { transitionsMax, windowMs };
      const settings = alertSettings({ fire: 100n, clear: 90n, flap });
      const told: number[] = [];
      let state = INITIAL;
      let now = 0;
      const read = (value: bigint): void => {
        const { next, events } = step(state, reading(value), settings, now);
        if (events.some((event) => event !== 'released')) told.push(now);
        state = next;
      };
      const quiet = [0, 1, 2].map(() => ({ afterMs: windowMs, value: latest }));
      for (const { afterMs, value } of [...readings, ...quiet]) {
        now += afterMs;
        read(value);
      }
      const busiest = told.map((from) => told.filter((at) => from <= at && at < from + windowMs));
      const most = Math.max(0, ...busiest.map(({ length }) => length));
      expect(most).toBeLessThanOrEqual(transitionsMax + 1);
      expect([isOpen(state), state.held]).toEqual([latest >= 100n, false]);
    }),
    { numRuns: 5000 },
  );
});
