/** A config that is edited while alerts fire: whoever heard of one hears how it ended. */
import { expect, it } from 'vitest';
import { periodInName } from '../../../packs/finance/core/alert-config/period.ts';
import type { AlertMemory } from '../../../packs/finance/core/alert-state/memory.ts';
import { compileMatchers, parseMatcher } from '../../../packs/finance/core/alert-state/silence.ts';
import { evaluate, noticesOf } from '../../support/alert-evaluation.ts';
import { charge } from '../../support/charge.ts';

const config = (channels: string, notify: string): string => `global:
  notification_channels:
${channels}
  escalation: { warning: { notify: ${notify} } }
budget_alerts:
  weekly_spend:
    budget: 100
    currency: USD
    alerts: [{ threshold_percent: 80, severity: warning }]
`;
const channel = (name: string, more = ''): string =>
  `    - { type: file, name: ${name}, path: ${name}.jsonl${more} }`;
const BOTH = [channel('f'), channel('g')].join('\n');

const RULE = 'budget/weekly_spend/80';

async function at(text: string, cost: string, memory?: AlertMemory) {
  const charges = [charge({ day: '2026-03-03', cost })];
  const through = { demo: '2026-03-04' };
  const before = memory === undefined ? {} : { memory };
  const done = await evaluate({
    config: text,
    charges,
    through,
    now: '2026-03-05T07:00:00Z',
    ...before,
  });
  return { memory: done.memory, told: noticesOf(done) };
}

it.each([
  ['that is told no more', config(BOTH, '[f]')],
  [
    'that refuses it now',
    config([channel('f'), channel('g', ', severity_threshold: critical')].join('\n'), '[f, g]'),
  ],
])('a channel %s hears that others are, once', async (_, edited) => {
  const first = await at(config(BOTH, '[f, g]'), '85');
  expect(first.told).toEqual([`f first: ${RULE}`, `g first: ${RULE}`]);
  const second = await at(edited, '85', first.memory);
  expect(second.told).toEqual([`g rerouted: ${RULE} ended`]);
  const third = await at(edited, '85', second.memory);
  expect(third.told).toEqual([]);
  const last = await at(edited, '10', third.memory);
  expect(last.told).toEqual([`f revised: ${RULE} ended`]);
  // Back again while it fires: it is news there.
  const back = await at(config(BOTH, '[f, g]'), '85', third.memory);
  expect(back.told).toEqual([`g first: ${RULE}`]);
});

it('a channel that is gone is told nothing, for nobody could', async () => {
  const first = await at(config(BOTH, '[f, g]'), '85');
  expect((await at(config(channel('f'), '[f]'), '85', first.memory)).told).toEqual([]);
});

it('an expression of a silence takes time in proportion to what it looks at', () => {
  const matches = compileMatchers([parseMatcher('rule=~(\\w+/?)+-legacy')]);
  expect(matches({ rule: 'weekly_spend_of_the_whole_company_and_more'.repeat(9) })).toBe(false);
  expect(matches({ rule: 'weekly/spend-legacy' })).toBe(true);
  expect(() => parseMatcher('rule=~(?=a)b')).toThrow('not a regular expression');
  expect(() => parseMatcher('rule=~(a')).toThrow('not a regular expression');
});

it('names that objects have are names like any other', () => {
  for (const name of ['constructor', 'constructor_calls', '__proto__', 'to_string', 'valueOf']) {
    expect(periodInName(name)).toBeUndefined();
  }
});

it('a clock that is set back over the beginning of a period takes nothing back', async () => {
  const text = config(channel('f'), '[f]');
  const on = async (day: string, memory?: AlertMemory) => {
    const charges = [charge({ day: '2026-03-03', cost: '85' })];
    const asked = { config: text, charges, through: { demo: '2026-03-02' } };
    const before = memory === undefined ? {} : { memory };
    const done = await evaluate({ ...asked, now: `${day}T07:00:00Z`, ...before });
    return { memory: done.memory, told: noticesOf(done) };
  };
  const first = await on('2026-03-03');
  expect(first.told).toEqual([`f first: ${RULE}`]);
  const back = await on('2026-03-01', first.memory);
  expect(back.told.filter((text) => text.includes('ended'))).toEqual([]);
  const again = await on('2026-03-03', back.memory);
  expect(again.told.filter((text) => text.includes('first'))).toEqual([]);
});
