/**
 * Alertmanager's acceptance scenarios, by a virtual clock: where it expects a notice within half a
 * second, ours comes at the very instant.
 *
 * Elsewhere: those about inhibition and silences in scenarios-muted.test.ts; ClusterDeduplication,
 * as three evaluators of one memory, in scenarios-issues.test.ts; AlertGetReturnsCurrentStatus and
 * FilterAlertRequest in core/alert-status.test.ts.
 *
 * Left out, because there is nothing of the kind in a pure core: ClusterVSInstance (no members that
 * gossip), AddSilence and AddAlerts over HTTP (the same labels are accepted below and in
 * core/alert-silence.test.ts), the refusals of the classic mode of UTF-8 (there is one mode), and
 * those of amtool: AddAlert, QueryAlert, QuerySilence, RoutesShow, RoutesTest, SilenceImport
 * (commands; matchers as they are typed are in core/alert-silence.test.ts).
 */
import { describe, expect, it } from 'vitest';
import { channel, type Input, play, push, routed } from '../../support/alert-timeline.ts';

const named = (alertname: string) => ({ alertname });
const test1 = named('test1');
const test2 = named('test2');
const HOURS = 4 * 3600;

describe('sending', () => {
  it('MergeAlerts: the earliest start, the latest end, the latest annotations', () => {
    const test = named('test');
    const told = play({
      delivery: routed([1, 1, 0.001], { groupBy: ['alertname'] }),
      inputs: [
        [1, push(test, { start: 1.1 })],
        [1.2, push(test, { start: 1 })],
        [2.1, push(test, { start: 2, ann: 'v1' })],
        [3.6, push(test, { start: 1.5, ann: 'v2' })],
        [4.6, push(test, { start: 3, end: 4.5, ann: 'v2' })],
        [4.8, push(test, { start: 2.9, end: 4.8, ann: 'v3' })],
        [4.8, push(test, { start: 2.9, end: 4.1, ann: 'v3' })],
        [5.3, push(test, { start: 5 })],
      ],
      until: 6.9,
    });
    expect(told).toEqual([
      '2 webhook first notification: test(1)',
      '3 webhook repeat interval elapsed: test(1) v1',
      '4 webhook repeat interval elapsed: test(1) v2',
      '5 webhook all alerts resolved: test(1-4.8) v3',
      '6 webhook first notification: test(5)',
    ]);
  });

  it('Repeat: at each tick, until it is resolved', () => {
    const told = play({
      delivery: routed([1, 1, 0.001], { groupBy: ['alertname'] }),
      inputs: [
        [1, push(named('test'), { start: 1 })],
        [3.5, push(named('test'), { start: 1, end: 3 })],
      ],
      until: 9,
    });
    expect(told).toEqual([
      '2 webhook first notification: test(1)',
      '3 webhook repeat interval elapsed: test(1)',
      '4 webhook all alerts resolved: test(1-3)',
    ]);
  });

  it('Retry: a channel that fails does not make the other repeat, and gets one notice', () => {
    const told = play({
      delivery: routed([1, 2, 3], {
        groupBy: ['alertname'],
        channels: [channel({ name: 'first' }), channel({ name: 'second' })],
      }),
      inputs: [[1, push(test1)]],
      until: 7,
      isDown: (name, at) => name === 'second' && at < 4.5,
    });
    expect(told).toEqual([
      '2 first first notification: test1(1)',
      '6 second first notification: test1(1)',
      '6 first repeat interval elapsed: test1(1)',
    ]);
  });

  it('Batching: what comes between two ticks is one notice, and so is its repeat', () => {
    const more: readonly [number, Input][] = ['test2', 'test3', 'test4'].map((name) => [
      3.3,
      push(named(name), { start: 1.5 }),
    ]);
    const told = play({
      delivery: routed([1, 1, 4.9]),
      inputs: [
        [1.1, push(test1, { start: 1 })],
        [1.7, push(named('test5'), { start: 1 })],
        ...more,
      ],
      until: 12,
    });
    const five = 'test1(1), test2(1.5), test3(1.5), test4(1.5), test5(1)';
    expect(told).toEqual([
      '2.1 webhook first notification: test1(1), test5(1)',
      `4.1 webhook new alerts added: ${five}`,
      `9.1 webhook repeat interval elapsed: ${five}`,
    ]);
  });

  it.each([1, 2])('Resolved, run %i: what the pusher lets time out is told as resolved', () => {
    const alerts = ['v1', 'v2', 'v3'].map((lbl) => ({ alertname: 'test', lbl }));
    const told = play({
      delivery: routed([1, 5, HOURS], { groupBy: ['alertname'] }),
      inputs: alerts.map((labels) => [1, push(labels, { timeout: 10 })]),
      until: 60,
    });
    expect(told).toEqual([
      '2 webhook first notification: test v1(1), test v2(1), test v3(1)',
      '12 webhook all alerts resolved: test v1(1-11), test v2(1-11), test v3(1-11)',
    ]);
  });

  it('ResolvedFilter: who does not hear of ends is not told because of one', () => {
    const of = (lbl: string) => ({ alertname: 'test', lbl });
    const told = play({
      delivery: routed([1, 5, HOURS], {
        groupBy: ['alertname'],
        channels: [channel({ name: 'with' }), channel({ name: 'without', sendResolved: false })],
      }),
      inputs: [
        [1, push(of('v1'), { timeout: 10 })],
        [1, push(of('v2'), { timeout: 10 })],
        [3, push(of('v1'), { start: 1, end: 4 })],
        [3, push(of('v3'), { timeout: 10 })],
        [8, push(of('v3'), { start: 3, timeout: 10 })],
      ],
      until: 14,
    });
    expect(told).toEqual([
      '2 with first notification: test v1(1), test v2(1)',
      '2 without first notification: test v1(1), test v2(1)',
      '7 with new alerts added: test v1(1-4), test v2(1), test v3(3)',
      '7 without new alerts added: test v2(1), test v3(3)',
      '12 with some alerts resolved: test v2(1-11), test v3(3)',
    ]);
  });

  it('ColdStart: what piled up before the start is one notice; ticks count from it', () => {
    const told = play({
      delivery: routed([1, 6, HOURS]),
      from: 4,
      inputs: [
        [1, push(test1, { start: -100 })],
        [2, push(test2)],
        [6, push(named('test3'))],
        [7, push(named('test4'))],
      ],
      until: 16,
    });
    expect(told).toEqual([
      '5 webhook first notification: test1(-100), test2(2)',
      '11 webhook new alerts added: test1(-100), test2(2), test3(6), test4(7)',
    ]);
  });

  // Alertmanager starts its timers anew and says so at 9; ours are remembered, so a reload (as
  // between any two runs here) delays nothing.
  it('Reload: not told twice, and the interval counts on', () => {
    const told = play({
      delivery: routed([1, 6, 600]),
      inputs: [
        [1, push(test1)],
        [3, () => undefined],
        [4, push(test2)],
      ],
      until: 20,
    });
    expect(told).toEqual([
      '2 webhook first notification: test1(1)',
      '8 webhook new alerts added: test1(1), test2(4)',
    ]);
  });

  it('WebhookTimeout: what was not taken in time is tried again, and told once', () => {
    const told = play({
      delivery: routed([1, 60, HOURS]),
      inputs: [[1, push(test1)]],
      until: 50,
      isDown: (_, at) => at < 3,
      retryEvery: 0.5,
    });
    expect(told).toEqual(['3 webhook first notification: test1(1)']);
  });

  it('SendAlertsToUTF8Route: labels of any script are grouped and told', () => {
    const labels = { alertname: 'test', '🙂': 'ünïcode', lbl: 'Ω' };
    const told = play({
      delivery: routed([1, 1, HOURS], { groupBy: ['🙂'] }),
      inputs: [[1, push(labels)]],
      until: 5,
    });
    expect(told).toEqual(['2 webhook first notification: test Ω(1)']);
  });
});
