/** What became of notices that were tried again. */
import { toJson, type View } from 'brctl/sdk';
import { formatInstant } from '../../core/usage/instant.ts';
import { sendingJson, sendingText, shortId } from '../send/render-report.ts';
import { entryJson, outboxTable } from './render.ts';
import type { Retry } from './retry.ts';

export function renderRetry(retry: Retry, view: View): string {
  const { entries, overtaken, sending, nowMs } = retry;
  if (view.format === 'json') {
    return toJson({
      schema: 'brctl.finance/outbox-retry/v1',
      at: formatInstant(nowMs),
      notices: entries.map(entryJson),
      overtaken: overtaken.map(entryJson),
      sending: sending === undefined ? null : sendingJson(sending),
    });
  }
  const left = overtaken.map(
    ({ id, row }) => `left alone  ${row.channel}: ${shortId(id)}: a later notice has arrived\n`,
  );
  const rest =
    sending !== undefined
      ? sendingText(sending, view.paint)
      : entries.length === 0
        ? 'there is nothing to try again\n'
        : outboxTable(entries, view);
  return left.join('') + rest;
}
