/**
 * What `notify test` sends: a notice like any other, that says it is a test. The second one ends
 * what the first one began, so that nothing stays open where incidents are kept.
 */

import type { NoticeRow } from '../alert-state/notice.ts';
import { ONE } from '../money.ts';
import { alertAnnotations } from './annotation.ts';

export type Sampled = Readonly<{
  channel: string;
  now: Date;
  /** Of the run: a test that is done again is another one. */
  id: string;
  status: 'firing' | 'resolved';
}>;

export function sampleRow({ channel, now, id, status }: Sampled): NoticeRow {
  const isFiring = status === 'firing';
  const atMs = now.getTime();
  const group = JSON.stringify(['notify-test', id]);
  const sequence = isFiring ? 1 : 2;
  return {
    key: JSON.stringify([channel, group, sequence, status]),
    channel,
    route: 'notify-test',
    group,
    sequence,
    reason: isFiring ? 'first notification' : 'all alerts resolved',
    headline: isFiring ? 'first' : 'resolved',
    atMs,
    alerts: [
      {
        fingerprint: JSON.stringify(['notify-test', id]),
        rule: 'notify/test',
        scope: id,
        threshold: '80',
        basis: 'effective',
        period: 'test',
        status,
        why: isFiring ? 'first' : 'resolved',
        startedMs: atMs,
        endedMs: isFiring ? null : atMs,
        value: `${(isFiring ? 82n : 0n) * ONE}`,
        fire: `${80n * ONE}`,
        clear: `${80n * ONE}`,
        labels: { severity: 'info', kind: 'test', service: 'test' },
        annotations: alertAnnotations({
          currency: 'USD',
          limit: 100n * ONE,
          freshness: 'made up',
          estimate: 'reported',
          owner: 'nobody, this is a test',
          message: `This is a test of the channel ${channel}. Nothing is wrong.`,
          contributors: 'Test 82.00 USD',
        }),
      },
    ],
  };
}
