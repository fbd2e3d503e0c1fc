/** Alertmanager's acceptance scenarios about inhibition and silences; see scenarios.test.ts. */
import { describe, expect, it } from 'vitest';
import type { InhibitRule } from '../../../packs/finance/core/alert-state/inhibit.ts';
import type { Matcher } from '../../../packs/finance/core/alert-state/silence.ts';
import {
  expired,
  type Input,
  ms,
  play,
  push,
  routed,
  silenced,
} from '../../support/alert-timeline.ts';

const test1 = { alertname: 'test1' };
const test2 = { alertname: 'test2' };
const HOURS = 4 * 3600;

describe('inhibition', () => {
  const equals = (alertname: string): Matcher[] => [
    { label: 'alertname', operator: '=', value: alertname },
  ];
  const JOB_DOWN: InhibitRule = {
    name: 'job',
    source: equals('JobDown'),
    target: equals('InstanceDown'),
    equal: ['job', 'zone'],
    missingIsEqual: false,
  };
  const of = (alertname: string, zone: string) => ({ alertname, job: 'testjob', zone });
  const inhibiting = { ...routed([1, 1, 1]), inhibit: [JOB_DOWN] };

  it('Inhibiting: the child is left out while the parent fires, and is back after it', () => {
    const told = play({
      delivery: inhibiting,
      inputs: [
        [1, push(of('test1', 'aa'))],
        [1, push(of('InstanceDown', 'aa'))],
        [1, push(of('InstanceDown', 'ab'))],
        [2.2, push(of('JobDown', 'aa'))],
        [3.6, push(of('JobDown', 'aa'), { start: 2.2, end: 3.6 })],
      ],
      until: 4.5,
    });
    expect(told).toEqual([
      '2 webhook first notification: InstanceDown aa(1), InstanceDown ab(1), test1 aa(1)',
      '3 webhook new alerts added: InstanceDown ab(1), JobDown aa(2.2), test1 aa(1)',
      '4 webhook some alerts resolved: ' +
        'InstanceDown aa(1), InstanceDown ab(1), JobDown aa(2.2-3.6), test1 aa(1)',
    ]);
  });

  it('AlwaysInhibiting: both ends are in the last notice', () => {
    const told = play({
      delivery: inhibiting,
      inputs: [
        [1, push(of('InstanceDown', 'aa'))],
        [1, push(of('JobDown', 'aa'))],
        [2.6, push(of('JobDown', 'aa'), { start: 1, end: 2.6 })],
        [2.6, push(of('InstanceDown', 'aa'), { start: 1, end: 2.6 })],
      ],
      until: 9,
    });
    expect(told).toEqual([
      '2 webhook first notification: JobDown aa(1)',
      '3 webhook all alerts resolved: InstanceDown aa(1-2.6), JobDown aa(1-2.6)',
    ]);
  });

  it('EmptyInhibitionRule: explains nothing', () => {
    const empty: InhibitRule = { ...JOB_DOWN, source: [], target: [], equal: [] };
    const given = { ...routed([1, 1, HOURS]), inhibit: [empty] };
    expect(play({ delivery: given, inputs: [], until: 9 })).toEqual([]);
    expect(play({ delivery: given, inputs: [[1, push(test1)]], until: 9 })).toEqual([
      '2 webhook first notification: test1(1)',
    ]);
  });
});

describe('silences', () => {
  const both: readonly [number, Input][] = [
    [1, push(test1, { start: 1 })],
    [1, push(test2, { start: 1 })],
  ];

  it('Silencing: left out while it lasts, and back after it', () => {
    const matchers: Matcher[] = [{ label: 'alertname', operator: '=', value: 'test1' }];
    const quiet = silenced('s1', { startsMs: ms(2.5), endsMs: ms(4.5), matchers });
    const told = play({
      delivery: routed([1, 1, 0.001]),
      inputs: [...both, [2.3, quiet]],
      until: 5.5,
    });
    expect(told).toEqual([
      '2 webhook first notification: test1(1), test2(1)',
      '3 webhook repeat interval elapsed: test2(1)',
      '4 webhook repeat interval elapsed: test2(1)',
      '5 webhook repeat interval elapsed: test1(1), test2(1)',
    ]);
  });

  it('SilenceDelete: what was silenced from the start is told when the silence is gone', () => {
    const matchers: Matcher[] = [{ label: 'alertname', operator: '=~', value: '.+' }];
    const quiet = silenced('s1', { startsMs: ms(1.5), endsMs: ms(100), matchers });
    const told = play({
      delivery: routed([1, 1, 0.001]),
      inputs: [...both, [1.3, quiet], [3.5, expired('s1')]],
      until: 4.5,
    });
    expect(told).toEqual(['4 webhook first notification: test1(1), test2(1)']);
  });
});
