import { describe, expect, it } from 'vitest';
import {
  type AlertStatus,
  advance,
  type Delivery,
} from '../../../packs/finance/core/alert-state/advance.ts';
import { NOTHING } from '../../../packs/finance/core/alert-state/memory.ts';
import {
  compileMatchers,
  parseMatcher,
  silence,
} from '../../../packs/finance/core/alert-state/silence.ts';
import type { WatchedAlert } from '../../../packs/finance/core/alert-state/watch.ts';
import { delivery, ms, reading, route, watched } from '../../support/alert-timeline.ts';

type Now = Readonly<{ at: number; watched: readonly WatchedAlert[]; delivery: Partial<Delivery> }>;

/** Statuses after each of these, one after the other. */
function statuses(...nows: readonly Now[]): (readonly AlertStatus[])[] {
  let memory = NOTHING;
  return nows.map((now) => {
    const asked = { watched: now.watched, delivery: delivery(now.delivery), now: ms(now.at) };
    const done = advance(memory, asked);
    memory = done.memory;
    return done.alerts;
  });
}

describe('a status', () => {
  const critical = watched('b', { labels: { severity: 'critical' }, evaluation: reading(150) });
  const calm = { ...critical, evaluation: reading(0) };
  const warning = watched('a', { labels: { severity: 'warning' }, evaluation: reading(150) });
  const inhibit = [
    {
      name: 'critical explains warning',
      source: [parseMatcher('severity=critical')],
      target: [parseMatcher('severity=warning')],
      equal: [],
      missingIsEqual: false,
    },
  ];
  const quiet = silence({
    id: 's1',
    matchers: [parseMatcher('severity=warning')],
    author: 'ops',
    comment: 'known',
    startsMs: 0,
    endsMs: ms(3600),
  });
  const slow = { routes: [route({ groupIntervalMs: ms(600) })], inhibit };
  const of = ({ record, inhibitedBy, silencedBy }: AlertStatus) => ({
    phase: record.state.phase,
    inhibitedBy,
    silencedBy,
  });

  it('is true at once, between ticks (AlertGetReturnsCurrentStatus)', () => {
    const silenced = { ...slow, silences: [quiet] };
    const seen = statuses(
      { at: 1, watched: [warning, calm], delivery: slow },
      { at: 2, watched: [warning, calm], delivery: silenced },
      { at: 3, watched: [warning, critical], delivery: silenced },
      { at: 4, watched: [warning, critical], delivery: slow },
    ).map(([first]) => of(first!));
    const by = [seen[2]!.inhibitedBy[0]!];
    expect(seen).toEqual([
      { phase: 'firing', inhibitedBy: [], silencedBy: [] },
      { phase: 'firing', inhibitedBy: [], silencedBy: ['s1'] },
      { phase: 'firing', inhibitedBy: by, silencedBy: ['s1'] },
      { phase: 'firing', inhibitedBy: by, silencedBy: [] },
    ]);
    expect(by[0]).toContain('"b"');
  });

  it('is found by its labels (FilterAlertRequest)', () => {
    const [done] = statuses({ at: 1, watched: [warning, critical], delivery: slow });
    const matches = compileMatchers(['severity=critical', 'team!=web'].map(parseMatcher));
    const found = done!.filter(({ record }) => matches(record.labels));
    expect(found.map(({ record }) => record.identity.rule)).toEqual(['b']);
  });

  it('says who was told, and what happened', () => {
    const [done] = statuses({ at: 1, watched: [warning, critical], delivery: slow });
    const seen = done!.map(({ record, events }) => [record.state.announced, events]);
    expect(seen).toEqual([
      [false, ['fired']],
      [true, ['fired']],
    ]);
  });
});
