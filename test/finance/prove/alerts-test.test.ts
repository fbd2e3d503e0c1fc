/** `brctl finance alerts test`: what comes in, what is told, and that a wrong expectation fails. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { LADDER_CONFIG, SHIPPED, testTarget } from '../../support/alert-tests.ts';
import { SHARED } from '../../support/finance.ts';
import { ROOT } from '../../support/host.ts';

function validatorOf(name: string) {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  const url = join(ROOT, `schemas/finance/${name}.schema.json`);
  return ajv.compile(JSON.parse(readFileSync(url, 'utf8')));
}

const keepsToFile = validatorOf('alerts-test');
const keepsToResult = validatorOf('alerts-test-result');

/** Of LADDER_CONFIG, with the body of one test. */
const suite = (body: string) => `config: ladder.yaml
tests:
  - name: the test
    start: 2026-03-02
    repeats: false
${body.replace(/^/gm, '    ')}
`;

async function tried(body: string, config = LADDER_CONFIG, format = 'table') {
  const here = testTarget();
  here.write('ladder.yaml', config);
  const text = suite(body);
  here.write('t.yaml', text);
  const done = await here.run(['t.yaml'], { format });
  // What the program takes the schema takes.
  if (!done.outcome.startsWith('usage')) {
    keepsToFile(parse(text));
    expect(keepsToFile.errors).toBeNull();
  }
  return done;
}

/** Each step is reached to the cent: 50, 80, 100 and 120 of 100. */
const STEPS = `only: [budget/weekly_spend]
until: 2026-03-16
series: [{ provider: OpenAI, values: 25x1 30 20x1 0x7 }]
expect:
  - { at: 2026-03-04, channel: pm, reason: first, rules: budget/weekly_spend/50 }
  - { at: 2026-03-05T08:00:00Z, channel: pm, reason: new step, rules: budget/weekly_spend/80 }
  - { at: 2026-03-06, channel: cfo, reason: new step, rules: budget/weekly_spend/100 }
  - { at: 2026-03-07, channel: cfo, reason: new step, rules: budget/weekly_spend/120 }
  - { at: 2026-03-14T00:00:00Z, channel: cfo, reason: reset, rules: budget/weekly_spend/100 }
  - { at: 2026-03-14T00:00:00Z, channel: cfo, reason: reset, rules: budget/weekly_spend/120 }
  # Its window holds back what is only an info until Monday.
  - { at: 2026-03-16T00:00:00Z, channel: pm, reason: reset, rules: budget/weekly_spend/50 }
  - { at: 2026-03-14T00:00:00Z, channel: pm, reason: reset, rules: budget/weekly_spend/80 }`;
describe('what is told', () => {
  it('is each step of a budget once a week, and its end', async () => {
    const { text, outcome } = await tried(STEPS);
    expect(text).toMatch(/ok {4}the test \(8 notices in \d+ evaluations\)/);
    expect(outcome).toBe('ok');
  });

  it('is one day of a service that costs its limit', async () => {
    const { text } = await tried(`only: [service/openai/*]
until: 4d
series: [{ provider: OpenAI, values: 14.999999999999 15 0x3 }]
expect:
  - at: 2d8h
    channel: cfo
    reason: first
    rules:
      - rule: service/openai/daily_cost/15.00
        scope: openai
        period: 2026-03-03
        status: firing
        value: 15
    text: 15.00 USD
states:
  - { at: 2026-03-03, rule: service/openai/daily_cost/15.00, state: inactive }
`);
    expect(text).toContain('1 test: all ok');
  });

  it('is a gap as data that is missing, and its end', async () => {
    const { text } = await tried(`only: [service/openai/*]
series: [{ provider: OpenAI, values: 3x2 _x4 3 }]
expect:
  - { at: 2026-03-07, channel: pm, reason: first, rules: service/openai/daily_cost without data }
  - { at: 2026-03-10, channel: pm, reason: resolved, rules: service/openai/daily_cost without data }
states:
  - { at: 2026-03-06, rule: service/openai/daily_cost/15.00, state: inactive }
  - { at: 2026-03-07, rule: service/openai/daily_cost/15.00, state: stale }
`);
    expect(text).toContain('1 test: all ok');
  });

  it('is a correction as revised', async () => {
    const { text } = await tried(`only: [budget/weekly_spend]
until: 2026-03-08
series: [{ provider: OpenAI, values: "30x1 1x2 rev(3,-2,-25)" }]
expect:
  - { at: 2026-03-04, channel: pm, reason: first, rules: budget/weekly_spend/50 }
  - { at: 2026-03-06, channel: pm, reason: revised, rules: budget/weekly_spend/50 }
`);
    expect(text).toContain('1 test: all ok');
  });

  it('is nothing while a silence or a window holds it back, and afterwards', async () => {
    const muted = (how: string) => `only: [budget/weekly_spend]
until: 2026-03-07
series: [{ provider: OpenAI, values: 30x1 1x3 }]
${how}
expect:
  - { at: 2026-03-06T00:00:00Z, channel: pm, reason: first, rules: budget/weekly_spend/50 }
states:
  - { at: 2026-03-05, rule: budget/weekly_spend/50, state: firing }
`;
    const silence = 'silences: [{ match: [kind=budget], from: 2026-03-02, until: 2026-03-06 }]';
    const window = 'windows: [{ name: Deployment, from: 0d, until: 4d }]';
    for (const how of [silence, window]) {
      expect((await tried(muted(how))).text).toContain('1 test: all ok');
    }
    const { text } = await tried(muted('').replace(/until: 2026-03-07/, 'until: 2026-03-05'));
    expect(text).toContain('- 2026-03-06T00:00:00Z  pm first: budget/weekly_spend/50');
  });

  it('is the same in every run', async () => {
    expect(await tried(STEPS)).toEqual(await tried(STEPS));
  });
});

describe('a wrong expectation', () => {
  it('fails with what was expected, what came, and why', async () => {
    const wrong = STEPS.replace('channel: pm, reason: new step', 'channel: cfo, reason: first');
    const { text, outcome } = await tried(wrong);
    expect(outcome).toBe('findings');
    expect(text).toBe(`t.yaml
  FAIL  the test (line 3)
        - 2026-03-05T08:00:00Z  cfo first: budget/weekly_spend/80  did not come
            budget/weekly_spend/80 2026-W10 was firing: 80.00 USD, 80 % of 100.00 USD
        + 2026-03-05T08:00:00Z  pm new step: budget/weekly_spend/80 2026-W10  came
            budget/weekly_spend/80 2026-W10 firing (warning): 80.00 USD at 80.00 USD

1 test: 0 ok, 1 failed
`);
  });

  it('of silence says what held it back', async () => {
    const { text } = await tried(`only: [budget/weekly_spend]
until: 2026-03-05
series: [{ provider: OpenAI, values: 30x3 }]
silences: [{ match: kind=budget, from: 0d, until: 30d }]
expect: [{ at: 2026-03-04, channel: pm, reason: first, rules: budget/weekly_spend/50 }]
states: [{ at: 2026-03-04, rule: budget/weekly_spend/50, state: inactive }]
`);
    expect(text).toContain('was firing, held back by the silence 1: 60.00 USD');
    expect(text).toContain('+ 2026-03-04  budget/weekly_spend/50 2026-W10 is firing');
  });

  it('is found by the config alone: each changed threshold fails', async () => {
    for (const percent of ['50', '80', '100', '120']) {
      const config = LADDER_CONFIG.replace(`percent: ${percent},`, `percent: ${percent}.01,`);
      const body = STEPS.replaceAll(`weekly_spend/${percent} }`, `weekly_spend/${percent}.01 }`);
      expect((await tried(body, config)).outcome).toBe('findings');
    }
    const channel = LADDER_CONFIG.replace(
      'critical: { notify: [cfo] }',
      'critical: { notify: [pm] }',
    );
    expect((await tried(STEPS, channel)).outcome).toBe('findings');
  });

  const DAILY = 'service/openai/daily_cost/15.00';
  const twoDays = (rules: string, more = '') => `only: [service/openai/*]
until: 3d8h
series: [{ provider: OpenAI, values: 15x1 0x3 }]
expect:
  - { at: 1d8h, channel: cfo, reason: first, rules: ${DAILY} }
  - { at: 2d8h, channel: cfo, reason: first, rules: ${rules}${more} }
`;
  it.each([
    ['as often as it stands for several days', `[${DAILY}, ${DAILY}]`, 'ok'],
    ['or that often', `{ rule: ${DAILY}, count: 2 }`, 'ok'],
    ['whichever is which', `[${DAILY}, { rule: ${DAILY}, period: 2026-03-02 }]`, 'ok'],
    ['not once for two', DAILY, 'findings'],
    ['not three times for two', `{ rule: ${DAILY}, count: 3 }`, 'findings'],
    ['not one of them twice', `[${'{ rule: R, period: 2026-03-03 }, '.repeat(2)}]`, 'findings'],
    ['and another', `[${DAILY}, service/openai/daily_cost without data]`, 'findings'],
  ])('a rule is told %s', async (_, rules, outcome) => {
    expect((await tried(twoDays(rules.replaceAll('R,', `${DAILY},`)))).outcome).toBe(outcome);
  });

  it('of a severity fails, of the notice or of a rule', async () => {
    const severe = (of: string) => twoDays(`{ rule: ${DAILY}, count: 2, severity: ${of} }`);
    const whole = (of: string) => twoDays(`[${DAILY}, ${DAILY}]`, `, severity: ${of}`);
    for (const body of [severe, whole]) {
      expect((await tried(body('critical'))).outcome).toBe('ok');
      expect((await tried(body('warning'))).text).toContain('(warning)');
      const milder = LADDER_CONFIG.replace(
        'amount: 15, severity: critical',
        'amount: 15, severity: emergency',
      );
      const { text, outcome } = await tried(body('critical'), milder);
      expect(outcome).toBe('findings');
      expect(text).toContain(`${DAILY} 2026-03-03 firing (emergency): 15.00 USD at 15.00 USD`);
    }
  });

  it('in JSON keeps to its schema, right or wrong', async () => {
    const wrong = `${STEPS}\nstates: [{ at: 1d, rule: budget/weekly_spend/50, state: stale }]`;
    for (const body of [STEPS, wrong.replace('cfo', 'pm')]) {
      const json = JSON.parse((await tried(body, LADDER_CONFIG, 'json')).text);
      keepsToResult(json);
      expect(keepsToResult.errors).toBeNull();
      expect(json.failed).toBe(body === STEPS ? 0 : 1);
    }
  });
});

describe('the test file that the pack ships', () => {
  it('keeps to its schema, and is right about the config that the pack ships', async () => {
    keepsToFile(parse(readFileSync(join(SHIPPED, 'usage-alerts-test.yaml'), 'utf8')));
    expect(keepsToFile.errors).toBeNull();
    const { text, outcome } = await testTarget().run([]);
    expect(text).toMatch(/\n4 tests: all ok\n$/);
    expect(outcome).toBe('ok');
  });

  it('is run in part, and a part that is not there is refused', async () => {
    const here = testTarget();
    const part = await here.run([], { flags: { run: 'OPENAI' } });
    expect(part.text).toMatch(/1 test: all ok, 3 left out\n$/);
    const none = await here.run([], { flags: { run: 'absent' } });
    expect(none.outcome).toBe('usage: --run absent: no test has that in its name');
  });
});

const REAL = join(SHARED, 'intelliflow/usage-alerts-config.yaml');

it.skipIf(!existsSync(REAL))('the config in real use is tested where it is', async () => {
  const here = testTarget();
  here.write(
    't.yaml',
    `config: ${REAL}
tests:
  - name: a day of OpenAI
    start: 2026-03-02
    until: 2026-03-05
    only: [service/openai/daily_cost]
    repeats: false
    series: [{ provider: openai, values: 4 16 4 }]
    expect:
      - { at: 2026-03-04, channel: email, reason: first, rules: service/openai/daily_cost/15.00 }
      - { at: 2026-03-04, channel: slack, reason: first, rules: service/openai/daily_cost/15.00 }
      - at: 2026-03-04
        channel: pagerduty
        reason: first
        rules: service/openai/daily_cost/15.00
      - { at: 2026-03-04, channel: grafana, reason: first, rules: service/openai/daily_cost/15.00 }
`,
  );
  const { text, outcome } = await here.run(['t.yaml']);
  expect(text).toContain('ok    a day of OpenAI (4 notices');
  expect(outcome).toBe('ok');
});
