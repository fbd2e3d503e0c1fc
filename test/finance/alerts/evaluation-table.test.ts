/** The table of an evaluation on a terminal: a long reason ends where the line does. */
import { expect, it } from 'vitest';
import type { Evaluation } from '../../../packs/finance/alerts/evaluation.ts';
import { renderEvaluation } from '../../../packs/finance/alerts/render/evaluation.ts';
import { plainPaint } from '../../../src/sdk/index.ts';

const reason = 'unknown: there is no reading of it, and nobody has said why that is so for weeks';
const row = {
  ...{ id: 'service/a/storage/90', scope: 'a', severity: 'critical', state: 'stale' },
  ...{ value: undefined, threshold: undefined, unit: undefined, isMoney: false, side: 'over' },
  ...{ period: undefined, basis: 'effective', reason },
};
const evaluation = {
  ...{ config: { isEnabled: true }, asOf: 20_000, nowMs: 0, judged: [], notices: [] },
  ...{ rows: [row], isTold: false, sending: undefined },
} as unknown as Evaluation;

const drawn = (isTTY: boolean, width: number) =>
  renderEvaluation(evaluation, { format: 'table', isTTY, width, paint: plainPaint }).split('\n');

it('is cut to the terminal, and whole where it is piped', () => {
  const [, whole] = drawn(false, 100);
  const [, cut] = drawn(true, 100);
  expect(whole).toContain(reason);
  expect([cut!.length, cut!.endsWith('…')]).toEqual([100, true]);
  // A terminal that is too narrow for the columns still shows how a reason begins.
  expect(drawn(true, 20)[1]).toContain('unknown: there is no re…');
});
