/** What becomes of a row that was sent: pure, so it is tried with everything. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterDelivery, SEND_LIMITS } from '../../../packs/finance/core/alert-state/send.ts';
import { fallbackRows } from '../../../packs/finance/core/alert-state/send-fallback.ts';
import {
  decodeHandle,
  decodeRow,
  encodeHandle,
  encodeRow,
} from '../../../packs/finance/core/alert-state/send-row.ts';
import { CAUSES, type Delivery } from '../../../packs/finance/core/notices/outcome.ts';
import { hugeRow, mixedRow, noticeAlert, noticeRow } from '../../support/notice.ts';
import { spoiled } from '../../support/schema-samples.ts';

const ID = '0123456789abcdef'.repeat(4);
const HOUR = 3_600_000;
const T = 1_772_000_000_000;
const at = (attempts: number, hours = 0) => ({
  ...{ id: ID, attempts, createdMs: T, nowMs: T + hours * HOUR },
});

function later(given: Partial<Extract<Delivery, { kind: 'retry-later' }>> = {}): Delivery {
  const base = { kind: 'retry-later', cause: 'server', why: 'busy', maybe: false } as const;
  return { ...base, afterMs: undefined, handle: undefined, ...given };
}

describe('the wait', () => {
  const waitOf = (attempts: number, given = {}): number => {
    const outcome = afterDelivery(later(given), at(attempts));
    return outcome.kind === 'queued' ? outcome.nextMs - T : Number.NaN;
  };

  it('doubles from half a minute to an hour, each within its half', () => {
    for (let attempts = 1; attempts <= 12; attempts += 1) {
      const longest = Math.min(30_000 * 2 ** (attempts - 1), HOUR);
      expect(waitOf(attempts)).toBeGreaterThanOrEqual(longest / 2);
      expect(waitOf(attempts)).toBeLessThanOrEqual(longest);
    }
    expect(waitOf(2000)).toBeLessThanOrEqual(HOUR);
  });

  it('is what the other side asks for, and never nothing', () => {
    expect(waitOf(1, { afterMs: 7000 })).toBe(7000);
    expect(waitOf(9, { afterMs: 7000 })).toBe(7000);
    expect(waitOf(1, { afterMs: 0 })).toBe(SEND_LIMITS.askedMinMs);
  });

  it('is the same for the same row, and another for another one', () => {
    const other = { ...at(1), id: 'fedcba9876543210'.repeat(4) };
    expect(afterDelivery(later(), at(1))).toEqual(afterDelivery(later(), at(1)));
    expect(afterDelivery(later(), other)).not.toEqual(afterDelivery(later(), at(1)));
  });
});

describe('giving up', () => {
  it.each([
    [5, 100, 'queued'],
    [6, 23.9, 'queued'],
    [6, 24, 'dead'],
    [100, 1, 'queued'],
  ])('after %i attempts in %d hours: %s', (attempts, hours, kind) => {
    expect(afterDelivery(later(), at(attempts, hours)).kind).toBe(kind);
  });

  it('says that it may have arrived', () => {
    const outcome = afterDelivery(later({ maybe: true }), at(6, 30));
    expect(outcome).toEqual({
      ...{ kind: 'dead', cause: 'server', maybe: true },
      why: 'busy, given up after 6 attempts in 30 hours',
    });
  });

  it('never follows from an interruption', () => {
    const outcome = afterDelivery(later({ cause: 'interrupted' }), at(50, 100));
    expect(outcome).toMatchObject({ kind: 'queued', nextMs: T + 100 * HOUR, isUncounted: true });
  });
});

it('a row waits in the future or has ended, whatever was said', () => {
  const delivery = fc.oneof(
    fc.record({ cause: fc.constantFrom(...CAUSES), afterMs: fc.option(fc.nat(86_400_000)) }),
  );
  fc.assert(
    fc.property(delivery, fc.integer({ min: 1, max: 1000 }), fc.nat(1000), (given, n, hours) => {
      const { cause, afterMs } = given;
      const outcome = afterDelivery(later({ cause, afterMs: afterMs ?? undefined }), at(n, hours));
      if (outcome.kind !== 'queued') return outcome.kind === 'dead' && n >= 6 && hours >= 24;
      return outcome.nextMs > T + hours * HOUR || cause === 'interrupted';
    }),
  );
});

describe('the fallback', () => {
  const to = { type: 'stdout' } as const;
  const named = (name: string, minSeverity: 'info' | 'emergency' = 'info') => ({
    ...{ name, minSeverity, to, at: { line: 1, column: 1 } },
  });

  it('is not the channel that failed, and hears of nothing below its threshold', () => {
    const channels = [named('team'), named('desk'), named('pager', 'emergency'), named('other')];
    const rows = fallbackRows(
      { row: noticeRow(), why: 'no', nowMs: T },
      { channels, fallback: ['pager', 'team', 'desk'] },
    );
    expect(rows.map(({ channel }) => channel)).toEqual(['desk']);
  });

  it('says which channel did not take it and why, also where there were no words', () => {
    const row = noticeRow({ alerts: [noticeAlert({ annotations: {} })] });
    const given = { channels: [named('desk')], fallback: ['desk'] };
    const [told] = fallbackRows({ row, why: 'answered 410', nowMs: T }, given);
    expect(told!.alerts[0]!.annotations).toEqual({
      message: 'not delivered to team: answered 410',
    });
    expect(told).toMatchObject({ atMs: T, group: row.group, sequence: row.sequence });
    expect(told!.key).not.toBe(row.key);
    expect(told!.route).not.toBe(row.route);
  });
});

describe('a row as text', () => {
  it.each([noticeRow(), mixedRow(), hugeRow(3)])('comes back as it was', (row) => {
    expect(decodeRow(encodeRow(row))).toEqual(row);
  });

  it('is refused where any part of it is another', () => {
    const row = JSON.parse(encodeRow(mixedRow()));
    for (const bad of spoiled(row)) {
      const text = JSON.stringify(bad);
      try {
        expect(decodeRow(text)).toEqual(JSON.parse(text));
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
    }
    for (const text of ['', '{', '[]', 'null', '{"key":"a"}']) {
      expect(() => decodeRow(text)).toThrow(RangeError);
    }
  });

  it('goes for handles too', () => {
    for (const handle of [{}, { ts: '1.5', n: 3, to: ['a', 'b'] }]) {
      expect(decodeHandle(encodeHandle(handle))).toEqual(handle);
    }
    for (const text of ['', '[]', 'null', '"a"', '{"a":null}', '{"a":[1]}', '{"a":{}}']) {
      expect(() => decodeHandle(text)).toThrow(RangeError);
    }
  });
});
