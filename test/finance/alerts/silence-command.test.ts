/** `brctl finance alerts silence`: slips are told, and what it mutes now is counted. */
import { describe, expect, it } from 'vitest';
import { openAlertStore } from '../../../packs/finance/adapters/sqlite/alerts-store.ts';
import { silenceAddCommand } from '../../../packs/finance/alerts/silence/add.ts';
import { silenceListCommand } from '../../../packs/finance/alerts/silence/list.ts';
import { openSilences } from '../../../packs/finance/wire.ts';
import { fakeContext } from '../../../src/sdk/testing.ts';
import { alertTarget, answer } from '../../support/alert-command.ts';
import { evaluate } from '../../support/alert-evaluation.ts';
import { charge } from '../../support/charge.ts';

const NOON = Date.parse('2026-03-06T12:00:00Z');
const CONFIG = `global:
  notification_channels: [{ type: stdout }]
  fallback: stdout
budget_alerts:
  weekly_spend:
    budget: 100
    currency: USD
    alerts:
      - { threshold_percent: 50, severity: info }
      - { threshold_percent: 80, severity: warning }
service_alerts:
  openai:
    provider: OpenAI
    alerts:
      cost: { metric: daily_spend, limit: 15, thresholds: [{ amount: 15, severity: critical }] }
`;

async function target({ isFiring = false } = {}) {
  const here = alertTarget(CONFIG);
  if (isFiring) {
    const charges = [charge({ day: '2026-03-05', cost: '90', ServiceName: 'OpenAI' })];
    const scene = { config: CONFIG, charges, through: { demo: '2026-03-05' } };
    const { memory } = await evaluate({ ...scene, now: new Date(NOON).toISOString() });
    const store = await openAlertStore(fakeContext(), here.state);
    store.advance(NOON, () => ({ memory, rows: [] }));
    store.close();
  }
  // Every command of a process has a context of its own, which counts its ids anew.
  const context = fakeContext();
  const words = { for: '2h', author: 'ops', comment: 'migration' };
  const add = (matchers: readonly string[], format = 'table', dryRun = false) =>
    answer(
      silenceAddCommand(openSilences),
      { ...here.contextAt(NOON), uniqueId: context.uniqueId },
      {
        ...{ arguments: matchers, flags: words, format, dryRun },
      },
    );
  const list = (format: string) =>
    answer(silenceListCommand(openSilences), here.contextAt(NOON), { format });
  return { add, list };
}

describe('a matcher', () => {
  it.each([
    ['servce=openai', 'no alert has the label "servce"'],
    ['team!=web', 'no alert has the label "team"'],
    ['severity=critcal', '"critcal" is no severity'],
    ['severity!=warn', '"warn" is no severity'],
  ])('that no alert can meet is a slip: %s', async (typed, message) => {
    const { add, list } = await target();
    expect((await add(['kind=budget', typed])).outcome).toBe(`usage: ${message}`);
    expect((await list('table')).text).toBe('there are no silences now\n');
  });

  it('may be an expression over severities, or say that there is none', async () => {
    const { add } = await target();
    for (const matchers of [['severity=~info|warn.*'], ['severity!=', 'kind=budget']]) {
      expect((await add(matchers)).outcome).toBe('ok');
    }
  });
});

describe('what a silence mutes now', () => {
  it('is told when it is added, and where it is listed', async () => {
    const { add, list } = await target({ isFiring: true });
    const { text } = await add(['service=openai'], 'table', true);
    expect(text).toContain('it matches 1 of the 3 alerts that fire now; nothing was changed');
    expect((await add(['kind=budget'])).text).toMatch(/; it matches 2 of the 3 alerts that fire/);
    expect((await add(['service=opneai'])).text).toMatch(/; it matches none of the 3 alerts/);
    const added = JSON.parse((await add(['severity=~.+'], 'json')).text);
    expect(added.silences[0].firing_alerts).toBe(3);
    const { silences } = JSON.parse((await list('json')).text);
    const counts = silences.map((each: { firing_alerts: number }) => each.firing_alerts);
    expect(counts.sort()).toEqual([0, 2, 3]);
    expect((await list('table')).text).toMatch(/kind="budget" +2 /);
  });

  it('is nothing where nothing fires', async () => {
    const { add } = await target();
    expect((await add(['service=openai'])).text).toMatch(/; no alert fires now\n$/);
  });
});
