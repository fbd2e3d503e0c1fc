/**
 * Timelines: what is put in at which second, and every line that comes out, by a virtual clock.
 * Whatever is not expected fails, because the whole output is compared.
 *
 * The core runs at each input and whenever it said that something is due. Between any two runs what
 * it remembers goes through its text form, so every timeline is also one of restarts. Rows go to an
 * outbox that refuses a key twice, and a sender that tries what has not arrived.
 */
import {
  type Advance,
  advance,
  type Delivery,
} from '../../packs/finance/core/alert-state/advance.ts';
import type { Route, RouteChannel } from '../../packs/finance/core/alert-state/group.ts';
import {
  type AlertMemory,
  decodeAlert,
  decodeGroup,
  encodeAlert,
  encodeGroup,
  NOTHING,
} from '../../packs/finance/core/alert-state/memory.ts';
import type { NoticeAlert, NoticeRow } from '../../packs/finance/core/alert-state/notice.ts';
import {
  expireSilence,
  type Labels,
  type Silence,
  silence,
} from '../../packs/finance/core/alert-state/silence.ts';
import { alertSettings, type Evaluation } from '../../packs/finance/core/alert-state/state.ts';
import type { WatchedAlert } from '../../packs/finance/core/alert-state/watch.ts';

export const ms = (seconds: number): number => Math.round(seconds * 1000);

export function route(given: Partial<Route> = {}): Route {
  return {
    name: 'all',
    groupBy: [],
    groupWaitMs: 0,
    groupIntervalMs: 1000,
    repeatIntervalMs: ms(3600),
    channels: [channel()],
    ...given,
  };
}

/** Seconds: group wait, group interval, repeat interval. */
export function routed(
  [wait, interval, repeat]: readonly [number, number, number],
  given: Partial<Route> = {},
): Partial<Delivery> {
  const groupWaitMs = ms(wait);
  const groupIntervalMs = ms(interval);
  const repeatIntervalMs = ms(repeat);
  return { routes: [route({ groupWaitMs, groupIntervalMs, repeatIntervalMs, ...given })] };
}

export function channel(given: Partial<RouteChannel> = {}): RouteChannel {
  return { name: 'webhook', sendResolved: true, active: null, ...given };
}

export function delivery(given: Partial<Delivery> = {}): Delivery {
  return {
    routes: [route()],
    inhibit: [],
    silences: [],
    windows: [],
    undelivered: new Set(),
    ...given,
  };
}

export function reading(value: number | bigint, given: Partial<ReadingTerms> = {}): Evaluation {
  return { kind: 'value', value: BigInt(value), revised: false, sinceMs: null, ...given };
}

type ReadingTerms = Readonly<{ revised: boolean; sinceMs: number | null }>;

export const MISSING: Evaluation = { kind: 'missing' };

/** Fires at 100 and clears below it, unless it is said otherwise. */
export function watched(rule: string, given: Partial<WatchedAlert> = {}): WatchedAlert {
  return {
    identity: { rule, scope: 'all', threshold: '100', basis: 'effective' },
    span: null,
    labels: { alertname: rule },
    annotations: {},
    step: null,
    routes: ['all'],
    settings: alertSettings({ fire: 100n }),
    evaluation: reading(0),
    ...given,
  };
}

/** Through the text form and back. */
export function restarted({ alerts, groups }: AlertMemory): AlertMemory {
  return {
    alerts: alerts.map(encodeAlert).map(decodeAlert),
    groups: groups.map(encodeGroup).map(decodeGroup),
  };
}

/** What the outside is like: inputs change it. */
export type World = {
  /** By name, from the instant it is asked for. */
  alerts: Map<string, (now: number) => WatchedAlert>;
  silences: Silence[];
};

export type Input = (world: World, now: number) => void;

export type Scenario = Readonly<{
  delivery?: Partial<Delivery>;
  inputs: readonly (readonly [seconds: number, input: Input])[];
  until: number;
  /** Nothing runs before; what was put in waits. */
  from?: number;
  /** Whether sending fails, by channel and second. */
  isDown?: (channel: string, seconds: number) => boolean;
  /** How often the sender tries what has not arrived, in seconds; otherwise at runs only. */
  retryEvery?: number;
}>;

/** `2 webhook first notification: test(1)`, in the order of arrival; seconds throughout. */
export function play(scenario: Scenario): string[] {
  const { from = 0, until, retryEvery = Infinity } = scenario;
  const world: World = { alerts: new Map(), silences: [] };
  const inputs = scenario.inputs.map(([seconds, input]) => ({ at: ms(seconds), input }));
  const keys = new Set<string>();
  const outbox: NoticeRow[] = [];
  const arrived: string[] = [];
  let memory = NOTHING;
  let now = ms(from);
  let dueMs: number | null = ms(from);
  while (true) {
    const retryMs = outbox.length === 0 ? Infinity : now + ms(retryEvery);
    const nextMs = Math.min(inputs[0]?.at ?? Infinity, dueMs ?? Infinity, retryMs);
    if (nextMs > ms(until)) return arrived;
    now = nextMs;
    if (inputs[0]?.at === now) inputs.shift()!.input(world, now);
    if (now < ms(from)) continue;
    const done = run(memory, { world, scenario, outbox, now });
    memory = restarted(done.memory);
    dueMs = done.dueMs;
    for (const row of done.rows) {
      if (keys.has(row.key)) throw new Error(`written twice: ${row.key}`);
      keys.add(row.key);
      outbox.push(row);
    }
    arrived.push(...send(outbox, { scenario, now }));
  }
}

type Run = Readonly<{
  world: World;
  scenario: Scenario;
  outbox: readonly NoticeRow[];
  now: number;
}>;

function run(memory: AlertMemory, { world, scenario, outbox, now }: Run): Advance {
  return advance(memory, {
    watched: [...world.alerts.values()].map((at) => at(now)),
    delivery: delivery({
      ...scenario.delivery,
      silences: world.silences,
      undelivered: new Set(outbox.map(({ key }) => key)),
    }),
    now,
  });
}

/** What arrives leaves the outbox. */
function send(
  outbox: NoticeRow[],
  { scenario, now }: Readonly<{ scenario: Scenario; now: number }>,
): string[] {
  const isDown = scenario.isDown ?? (() => false);
  const sent = outbox.filter((row) => !isDown(row.channel, now / 1000));
  outbox.splice(0, Infinity, ...outbox.filter((row) => !sent.includes(row)));
  return sent.map((row) => `${now / 1000} ${row.channel} ${row.reason}: ${listed(row.alerts)}`);
}

function listed(alerts: readonly NoticeAlert[]): string {
  return alerts.map(shown).sort().join(', ');
}

function shown({ labels, startedMs, endedMs, status, why, annotations }: NoticeAlert): string {
  const { alertname, lbl, zone } = labels;
  const name = [alertname, lbl ?? zone].filter(Boolean).join(' ');
  const end = status === 'resolved' ? `-${endedMs! / 1000}` : '';
  const said = ['first', 'new step', 'still', 'resolved'].includes(why) ? '' : ` ${why}`;
  const note = annotations.ann === undefined ? '' : ` ${annotations.ann}`;
  return `${name}(${startedMs! / 1000}${end})${said}${note}`;
}

type Pushed = Readonly<{ start?: number; end?: number; ann?: string; timeout?: number }>;

/**
 * An alert as Prometheus pushes one: it is active from `start` to `end`, or until it has not been
 * pushed for `timeout` (five minutes). That timeout is the pusher's way to say that it is over; of
 * ours, nothing ends because nothing is heard.
 */
export function push(labels: Labels, pushed: Pushed = {}): Input {
  return (world, at) => {
    const { end, ann, timeout = 300 } = pushed;
    const startMs = pushed.start === undefined ? at : ms(pushed.start);
    const endMs = end === undefined ? at + ms(timeout) : ms(end);
    world.alerts.set(JSON.stringify(labels), (now) =>
      watched(JSON.stringify(labels), {
        labels,
        annotations: ann === undefined ? {} : { ann },
        evaluation: reading(now < endMs ? 100 : 0, { sinceMs: now < endMs ? startMs : endMs }),
      }),
    );
  };
}

/** A watched alert that stays as it is until the next input about it. */
export function watch(alert: WatchedAlert): Input {
  return (world) => void world.alerts.set(alert.identity.rule, () => alert);
}

export function silenced(
  id: string,
  given: Pick<Silence, 'startsMs' | 'endsMs' | 'matchers'>,
): Input {
  return (world) =>
    void world.silences.push(silence({ id, author: 'ops', comment: 'planned', ...given }));
}

export function expired(id: string): Input {
  return (world, now) => {
    world.silences = world.silences.map((each) =>
      each.id === id ? expireSilence(each, now) : each,
    );
  };
}
