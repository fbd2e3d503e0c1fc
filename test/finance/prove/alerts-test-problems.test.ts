/** A file of alert tests that is wrong: every problem at once, with place and what was meant. */
import { expect, it } from 'vitest';
import { alertsTestCommand } from '../../../packs/finance/alerts/prove/test-config.ts';
import { openProve } from '../../../packs/finance/wire-prove.ts';
import { answer } from '../../support/alert-command.ts';
import { LADDER_CONFIG, testTarget } from '../../support/alert-tests.ts';
import { contextOf } from '../../support/finance.ts';

async function refused(text: string) {
  const here = testTarget();
  here.write('ladder.yaml', LADDER_CONFIG);
  here.write('t.yaml', text);
  const { text: shown, outcome, err } = await here.run(['t.yaml']);
  expect(shown).toBe('');
  return { outcome, err };
}

it('says every problem of the file at once', async () => {
  const { outcome, err } = await refused(`config: ladder.yaml
tests:
  - name: one
    start: 2026-02-30
    intervall: 1h
    series: [{ provider: OpenAI, values: 10x }]
    usage: [{ service: a, metric: b, unit: MB, values: "@1st 5 1" }]
    silences: [{ match: nothing, from: 1d, until: 2d }]
    expect:
      - { at: yesterday, channel: pm, reason: fist, rules: [] }
  - name: one
    start: 2026-03-02
    expect: []
`);
  expect(outcome).toMatch(/^usage: \d+ problems, and nothing was run$/);
  for (const line of [
    't.yaml:4:12: error: "2026-02-30" is no day [bad-day]',
    't.yaml:5:5: error: tests[0]: unknown key "intervall" (did you mean "interval"?)',
    't.yaml:6:42: error: tests[0].series[0].values: "10x" is no part of a series',
    't.yaml:7:',
    't.yaml:8:25: error: tests[0].silences[0].match: not a matcher: "nothing"',
    't.yaml:10:15: error: tests[0].expect[0].at: "yesterday" is no instant',
    'must be first, new step,',
    '(did you mean "first"?)',
    'must name at least one rule',
    't.yaml:11:5: error: tests[1]: has no series and expects nothing: it cannot fail',
  ]) {
    expect(err).toContain(line.replace('"2026-02-30"', 'tests[0].start: "2026-02-30"'));
  }
});

it('says what does not fit the config', async () => {
  const { err } = await refused(`config: ladder.yaml
tests:
  - name: one
    start: 2026-03-02
    only: [budget/weekly_spnd, service/openai/daily_cost]
    series: [{ provider: OpenAI, values: 10 }]
    usage: [{ service: openai, metric: tokens, unit: k, values: 1 }]
    windows:
      - { name: Deploymnt, from: 1d }
      - { name: Weekend, from: 1d }
    expect:
      - { at: 1d, channel: cfoo, reason: first, rules: service/openai/daily_cost/16.00 }
      - { at: 1d, channel: cfo, reason: first, rules: budget/weekly_spend/50 }
      - { at: 1d, channel: cfo, reason: first, rules: budget/weekly_spend }
`);
  for (const text of [
    't.yaml:5:12: error: "budget/weekly_spnd" is no rule of the config (did you mean "budget/w',
    '"cfoo" is no channel of the config (did you mean "cfo"?)',
    'is no rule of the config (did you mean "service/openai/daily_cost/15.00"?)',
    '"budget/weekly_spend/50" is left out by only',
    'its steps are budget/weekly_spend/50, budget/weekly_spend/80',
    '"Deploymnt" is no window of the config (did you mean "Deployment"?)',
    '"Weekend" opens by its schedule, not by hand',
    'no alert follows it: the service openai has no usage alerts',
  ]) {
    expect(err).toContain(text);
  }
});

it('a single problem is the message', async () => {
  const { outcome, err } = await refused('config: ladder.yaml\ntests: []\n');
  expect(outcome).toBe('usage: t.yaml:2:8: tests: must hold at least one test');
  expect(err).toBe('');
});

it('no clock ticks for ever', async () => {
  const { outcome } = await refused(`config: ladder.yaml
tests:
  - name: long
    start: 2026-03-02
    interval: 1m
    until: 2030-01-01
    series: [{ values: 1 }]
    expect: []
`);
  expect(outcome).toBe('usage: t.yaml:3:5: "long" takes more than 20000 evaluations');
});

it('tells a person how far a long one is, and nobody else', async () => {
  const here = testTarget();
  here.write(
    't.yaml',
    `tests:
  - { name: long, start: 2026-03-02, only: [budget/*], series: [{ values: 1x399 }], expect: [] }
`,
  );
  const shown = async (errIsTTY: boolean) => {
    const context = contextOf(here.root);
    const streams = { ...context.streams, errIsTTY };
    const said = { arguments: ['t.yaml'] };
    const done = await answer(alertsTestCommand(openProve), { ...context, streams }, said);
    expect(done.outcome).toMatch(/^(ok|findings)$/);
    return context.printed.err;
  };
  const lines = [250, 500, 750].map((done) => `test 1 of 1: ${done} of 799 evaluations`);
  expect(await shown(true)).toBe([...lines, ''].map((line) => `\r\u001b[K${line}`).join(''));
  expect(await shown(false)).toBe('');
});

it.each([
  ['[]', 'must be a map'],
  ['tests: 1', 'must be a list'],
  ['tests: [1]', 'must be a map'],
  ['tests: {', 't.yaml'],
  [`tests: ${'['.repeat(20_000)}`, 'brackets are nested too deeply'],
  [`tests: ${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'brackets are nested too deeply'],
  ['', 't.yaml'],
  ['tests: [{ name: a, start: 2026-03-02, series: 5, expect: [5] }]', 'must be a list'],
])('%s is refused', async (text, message) => {
  const { outcome, err } = await refused(text);
  expect(outcome).toMatch(/^usage: /);
  expect(outcome + err).toContain(message);
});

it('a config or a file that is not there is said', async () => {
  const here = testTarget();
  here.write(
    't.yaml',
    'config: absent.yaml\ntests:\n  [{ name: a, start: 2026-03-02, series: [{ values: 1 }], expect: [] }]',
  );
  expect((await here.run(['t.yaml'])).outcome).toMatch(
    /^operational: .*absent\.yaml is not there$/,
  );
  expect((await here.run(['u.yaml'])).outcome).toMatch(/^operational: .*u\.yaml is not there$/);
});
