import { describe, expect, it } from 'vitest';
import {
  type Group,
  groupKey,
  type Member,
  type Notice,
  type Route,
  tick,
} from '../../../packs/finance/core/alert-state/group.ts';
import { channel, route } from '../../support/alert-timeline.ts';

const ROUTE = route({ groupWaitMs: 30, groupIntervalMs: 300, repeatIntervalMs: 1000 });

function member(fingerprint: string, given: Partial<Member> = {}): Member {
  return {
    fingerprint,
    period: null,
    periodEndMs: null,
    isFiring: true,
    isSilent: false,
    isFlapping: false,
    isMuted: false,
    end: null,
    resolvedMs: null,
    ...given,
  };
}

type At = readonly [now: number, ...members: Member[]];

/** Ticks of one group, each at its instant with its members. */
function ticks(ats: readonly At[], of: Route | readonly Route[] = ROUTE) {
  let group: Group | null = null;
  return ats.map(([now, ...members], i) => {
    const each = Array.isArray(of) ? (of as readonly Route[])[i]! : (of as Route);
    const done = tick(group, { key: 'g', route: each, members }, { now, undelivered: new Set() });
    group = done.group;
    return { nextMs: done.group?.nextMs, notices: done.notices.map(written), group: done.group };
  });
}

const written = ({ reason, firing, resolved }: Notice) =>
  `${reason}: ${[...firing, ...resolved.map((each) => `-${each}`)].join(' ')}`;

const nexts = (ats: readonly At[], of?: Route | readonly Route[]) =>
  ticks(ats, of).map(({ nextMs }) => nextMs);
const notices = (ats: readonly At[], of?: Route) => ticks(ats, of).map((each) => each.notices);

const a = member('a');
const b = member('b');
const ended = (fingerprint: string, resolvedMs: number) =>
  member(fingerprint, { isFiring: false, end: 'resolved', resolvedMs });

describe('the key of a group', () => {
  it('is the route and the labels it groups by, each in its place', () => {
    const by = route({ groupBy: ['team', 'service'] });
    const keys = [
      { team: 'a', service: 'b' },
      { team: 'a,b' },
      { team: '', service: 'a' },
      { service: 'a' },
      {},
    ].map((labels) => groupKey(by, labels));
    expect(new Set(keys).size).toBe(4);
    expect(groupKey({ ...by, name: 'x' }, {})).not.toBe(groupKey(by, {}));
    expect(groupKey(route(), { team: 'a' })).toBe(groupKey(route(), {}));
  });
});

describe('the ticks of a group', () => {
  it('start a wait after its first alert and keep their phase, however late they are seen', () => {
    expect(
      nexts([
        [0, a],
        [29, a],
        [30, a],
        [330, a],
        [1000, a],
        [1229, a],
      ]),
    ).toEqual([30, 30, 330, 630, 1230, 1230]);
  });

  it('end one tick after everything did, and start with a wait again', () => {
    expect(nexts([[0, a], [30, a], [330, ended('a', 200)], [630], [700], [800, a]])).toEqual([
      30,
      330,
      630,
      null,
      null,
      830,
    ]);
  });

  it('do not happen for nothing', () => {
    expect(ticks([[0], [1, ended('a', 0)], [2, member('a', { isSilent: true })]])).toEqual([
      { nextMs: undefined, notices: [], group: null },
      { nextMs: undefined, notices: [], group: null },
      { nextMs: undefined, notices: [], group: null },
    ]);
  });

  it('never wait for longer than the route has it now, nor for a clock that was ahead', () => {
    const hasty = { ...ROUTE, groupIntervalMs: 60 };
    expect(
      nexts(
        [
          [0, a],
          [30, a],
          [40, a],
        ],
        [ROUTE, ROUTE, hasty],
      ),
    ).toEqual([30, 330, 100]);
    expect(
      nexts([
        [90_000, a],
        [90_030, a],
        [50, a],
      ]),
    ).toEqual([90_030, 90_330, 350]);
  });

  it('repeat after a clock was set back, an interval later', () => {
    const early = notices([
      [90_000, a],
      [90_030, a],
      [50, a],
      [350, a],
      [1350, a],
    ]);
    expect(early.flat()).toEqual(['first notification: a', 'repeat interval elapsed: a']);
  });

  it('are forgotten a year and more after the last, so notices count on until then', () => {
    const day = 86_400_000;
    const done = ticks([[0, a], [30, a], [330, ended('a', 200)], [630], [400 * day], [401 * day]]);
    expect(done.map(({ group }) => group?.entries[0]?.sequence)).toEqual([
      undefined,
      1,
      2,
      2,
      2,
      undefined,
    ]);
  });
});

describe('what is told at a tick', () => {
  it('is nothing about an alert that came and went before the first', () => {
    expect(
      notices([
        [0, a],
        [30, ended('a', 20)],
        [330, ended('a', 20)],
      ]).flat(),
    ).toEqual([]);
  });

  it('lists what came and went when there is something else to say, once', () => {
    expect(
      notices([
        [0, a],
        [30, a, ended('b', 20)],
        [330, a, ended('b', 20), member('c')],
      ]),
    ).toEqual([[], ['first notification: a -b'], ['new alerts added: a c']]);
  });

  it('does not list a revision or a reset that nobody had heard of', () => {
    const revised = { ...ended('b', 20), end: 'revised' as const };
    expect(
      notices([
        [0, a],
        [30, a, revised],
      ]),
    ).toEqual([[], ['first notification: a']]);
  });

  it('keeps the end of a muted alert until it may be told', () => {
    const hidden = { ...ended('a', 200), isMuted: true };
    expect(
      notices([
        [0, a],
        [30, a],
        [330, hidden],
        [630, hidden],
        [930, ended('a', 200)],
      ]),
    ).toEqual([[], ['first notification: a'], [], [], ['all alerts resolved: -a']]);
  });

  it('forgets what nobody remembers', () => {
    expect(
      notices([
        [0, a, b],
        [30, a, b],
        [330, a],
        [630, a],
      ]).flat(),
    ).toEqual(['first notification: a b']);
  });

  it('repeats nothing of a period that is over, and all of it while one of them is not', () => {
    const past = member('a', { period: 'W1', periodEndMs: 100 });
    const both = member('b', { period: 'W2', periodEndMs: 9000 });
    const only = notices([
      [0, past],
      [30, past],
      [1330, past],
    ]);
    expect(only).toEqual([[], ['first notification: a'], []]);
    const mixed = notices([
      [0, past, both],
      [30, past, both],
      [1330, past, both],
    ]);
    expect(mixed[2]).toEqual(['repeat interval elapsed: a b']);
  });

  it('tells a channel that is new what fires', () => {
    const two = { ...ROUTE, channels: [channel(), channel({ name: 'new' })] };
    const done = ticks(
      [
        [0, a],
        [30, a],
        [330, a],
      ],
      [ROUTE, ROUTE, two],
    );
    expect(done[2]!.notices).toEqual(['first notification: a']);
  });
});
