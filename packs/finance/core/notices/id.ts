/**
 * Names under which the other side knows a notice or an alert again, so that what is sent twice
 * counts once. All of them follow from the row alone; `sha256` gives lower-case hex.
 */
import type { NoticeAlert, OutboxRow } from '../alert-state/notice.ts';

export type Sha256 = (text: string) => string;

/** Of a row: what the outbox calls it. 64 hexadecimal digits. */
export function noticeId({ key }: Pick<OutboxRow, 'key'>, sha256: Sha256): string {
  return sha256(key);
}

const DEDUP_MAX = 255;

/**
 * `finops:{rule}:{scope}:{period}`: the incident of an alert. A colon within a part is written %3A,
 * so no two alerts share a key; one that is too long ends in its hash.
 */
export function dedupKey(
  { rule, scope, period }: Pick<NoticeAlert, 'rule' | 'scope' | 'period'>,
  sha256: Sha256,
): string {
  const parts = [rule, scope, period ?? '-'].map((part) =>
    part.replace(/[%:]|[^\x21-\x7e]/gu, (c) => encodeURIComponent(c.toWellFormed())),
  );
  const key = `finops:${parts.join(':')}`;
  if (key.length <= DEDUP_MAX) return key;
  const hash = sha256(key);
  return `${key.slice(0, DEDUP_MAX - hash.length - 1)}~${hash}`;
}
