/** `alerts test` holds periods open for late data as an evaluation does. */
import { expect, it } from 'vitest';
import { LADDER_CONFIG, testTarget } from '../../support/alert-tests.ts';

it('is told of a week whose data come three weeks late', async () => {
  const here = testTarget();
  here.write('ladder.yaml', LADDER_CONFIG);
  here.write(
    't.yaml',
    `config: ladder.yaml
tests:
  - name: late
    start: 2026-03-02
    until: 2026-04-20
    repeats: false
    arrival: 480h
    only: [budget/weekly_spend]
    series: [{ provider: OpenAI, values: 0x13 25x6 0x7 }]
    expect: []
`,
  );
  const { text } = await here.run(['t.yaml'], { format: 'table' });
  // Nothing is expected, so all that is told is said to have come.
  const told = [...text.matchAll(/cfo ([a-z ]+): (\S+ 2026-W\d\d) {2}came$/gm)];
  expect(told.map(([, what, rule]) => `${what}: ${rule}`)).toEqual([
    'first: budget/weekly_spend/100 2026-W12',
    'new step: budget/weekly_spend/120 2026-W12',
    'reset: budget/weekly_spend/100 2026-W12',
    'reset: budget/weekly_spend/120 2026-W12',
  ]);
});
