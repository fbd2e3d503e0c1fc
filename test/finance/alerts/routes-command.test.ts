/** `brctl finance alerts routes`: who would hear, what keeps the others from it, and --verify. */
import { describe, expect, it } from 'vitest';
import { openAlertStore } from '../../../packs/finance/adapters/sqlite/alerts-store.ts';
import { ALERT_LABELS } from '../../../packs/finance/alerts/routes/labels.ts';
import { alertsRoutesCommand } from '../../../packs/finance/alerts/routes/routes.ts';
import { parseMatcher, silence } from '../../../packs/finance/core/alert-state/silence.ts';
import { openRoutes } from '../../../packs/finance/wire.ts';
import type { RoleBinding } from '../../../src/sdk/index.ts';
import { fakeContext } from '../../../src/sdk/testing.ts';
import { alertTarget, answer } from '../../support/alert-command.ts';
import { evaluate } from '../../support/alert-evaluation.ts';
import { charge } from '../../support/charge.ts';

/** A Friday. */
const NOON = Date.parse('2026-03-06T12:00:00Z');
const NIGHT = '2026-03-06T23:00:00Z';

const CONFIG = `global:
  notification_channels:
    - type: email
      name: pm
      recipients: [growth-catalyst, policy-steward, ops@example.com]
      active_hours: { days: MON-FRI, from: "08:00", to: "18:00", timezone: Europe/Berlin }
    - { type: slack, webhook_url: "https://hooks.example/planted", name: chat }
    - { type: file, name: log, path: a.jsonl, severity_threshold: critical }
    - { type: stdout, name: last }
  fallback: last
  escalation:
    info: { notify: log }
    warning: { notify: [pm, log], repeat_interval: 1d }
    critical: { notify: [pm, chat, log], repeat_interval: 4h }
budget_alerts:
  weekly_spend:
    budget: 100
    currency: USD
    alerts:
      - { threshold_percent: 80, severity: warning }
      - { threshold_percent: 100, severity: critical }
service_alerts:
  openai:
    provider: OpenAI
    alerts:
      cost: { metric: daily_spend, limit: 15, thresholds: [{ amount: 15, severity: critical }] }
anomaly_detection:
  enabled: false
  alerts: { cost_spike: { threshold_percent: 50, severity: critical } }
maintenance_windows:
  - { name: Night, schedule: 0 22 * * *, duration: 2h, suppress_severity: [critical] }
  - { name: Deployment, schedule: manual, suppress_severity: [warning] }
`;

const bindings: readonly RoleBinding[] = [
  { role: 'growth-catalyst', to: 'slack:U0123ABCD', email: 'pm@example.com' },
  { role: 'policy-steward', to: 'slack:U0123ABCE', email: undefined },
];

function target(config = CONFIG) {
  const here = alertTarget(config);
  const command = alertsRoutesCommand(openRoutes);
  const ask = (words: readonly string[], flags: Record<string, string> = {}, format = 'table') => {
    const context = { ...here.contextAt(NOON), roles: async () => bindings };
    return answer(command, context, { arguments: words, flags, format });
  };
  const json = async (words: readonly string[], flags: Record<string, string> = {}) =>
    JSON.parse((await ask(words, flags, 'json')).text);
  return { here, ask, json };
}

const statesOf = ({ routes }: { routes: { channels: Listed[] }[] }) =>
  routes[0]!.channels.map(({ name, via, told, held }) =>
    [name, via, told, ...held.map(({ by, name: of, until }) => `${by} ${of} ${until}`)].join(' '),
  );
type Listed = {
  name: string;
  via: string;
  told: boolean;
  held: { by: string; name: string | null; until: string | null }[];
};

describe('the way of an alert', () => {
  it('is its escalation with who takes it, and the fallback where nobody does', async () => {
    const { json } = target();
    expect(statesOf(await json(['severity=warning']))).toEqual([
      'pm escalation true',
      'log escalation false threshold null null',
    ]);
    expect(statesOf(await json(['severity=info']))).toEqual([
      'last fallback true',
      'log escalation false threshold null null',
    ]);
    const emergency = await json(['severity=emergency']);
    expect(emergency.routes[0]).toMatchObject({ tells: ['last'], repeat_interval: null });
  });

  it('says what holds back, and until when', async () => {
    const { here, json } = target();
    const store = await openAlertStore(fakeContext(), here.state);
    const times = { startsMs: NOON, endsMs: NOON + 86_400_000 };
    const matchers = [parseMatcher('service=~open.*')];
    store.addSilence(silence({ id: 's1', author: 'ops', comment: 'x', matchers, ...times }));
    store.openWindow({
      ...{ name: 'Deployment', openedMs: NOON, closesMs: null, author: null, comment: null },
    });
    store.close();
    expect(statesOf(await json(['severity=critical', 'service=openai'], { at: NIGHT }))).toEqual([
      'pm escalation false hours null 2026-03-09T07:00:00Z window Night 2026-03-07T00:00:00Z ' +
        'silence s1 2026-03-07T12:00:00Z',
      ...['chat', 'log'].map(
        (name) =>
          `${name} escalation false window Night 2026-03-07T00:00:00Z ` +
          'silence s1 2026-03-07T12:00:00Z',
      ),
    ]);
    expect(statesOf(await json(['severity=critical', 'service=vercel']))).toEqual([
      'pm escalation true',
      'chat escalation true',
      'log escalation true',
    ]);
    expect(statesOf(await json(['severity=warning']))).toEqual([
      'pm escalation false window Deployment null',
      'log escalation false threshold null null',
    ]);
  });

  it('leads to addresses, as far as roles have them, and shows no secrets', async () => {
    const { ask, json } = target();
    const { text } = await ask(['severity=critical']);
    expect(text).toContain('growth-catalyst <pm@example.com>');
    expect(text).toContain('policy-steward (nobody with an address), ops@example.com');
    expect(text).not.toContain('planted');
    const { routes } = await json(['severity=critical']);
    expect(JSON.stringify(routes)).not.toContain('planted');
    expect(routes[0].channels[0].recipients).toEqual([
      { role: 'growth-catalyst', address: 'pm@example.com' },
      { role: 'policy-steward', address: null },
      { role: null, address: 'ops@example.com' },
    ]);
  });

  it('of a rule has its labels; what is typed wins', async () => {
    const { json } = target();
    const rule = 'service/openai/cost/15.00';
    const { routes } = await json([], { rule });
    expect(routes[0]).toMatchObject({ rule, severity: 'critical', tells: ['pm', 'chat', 'log'] });
    expect(routes[0].labels).toMatchObject({ rule, service: 'openai', provider: 'OpenAI' });
    expect((await json([`rule=${rule}`])).routes).toEqual(routes);
    const data = await json(['severity=warning', 'data=missing'], { rule });
    expect(data.routes[0]).toMatchObject({ severity: 'warning', tells: ['pm'] });
  });

  it('of a rule that is off, or of a config that is, leads nowhere', async () => {
    const { ask } = target();
    const off = await ask([], { rule: 'anomaly/cost_spike' });
    expect(off.text).toMatch(/tells nobody: its section is switched off\n$/);
    const none = target(CONFIG.replace('global:\n', 'global:\n  enabled: false\n'));
    const { text, outcome } = await none.ask(['severity=critical'], { verify: '' });
    expect(text).toContain('tells nobody');
    expect(text).toContain('alerts are switched off');
    expect(outcome).toBe('ok');
  });
});

describe('without labels', () => {
  it('it is every rule with whom it tells', async () => {
    const { ask, json } = target();
    const { text, outcome } = await ask([], { at: NIGHT });
    expect(outcome).toBe('ok');
    const cells = text.split('\n').map((line) => line.split(/ {2,}/));
    expect(cells.slice(0, 5)).toEqual([
      ['Rule', 'Severity', 'Tells', 'Repeats', 'Held back'],
      [
        ...['budget/weekly_spend/80', 'warning', 'nobody', 'every 1d'],
        'pm: outside active hours until 2026-03-09T07:00:00Z; log: refuses: below its threshold',
      ],
      expect.arrayContaining(['budget/weekly_spend/100', 'nobody']),
      expect.arrayContaining(['service/openai/cost/15.00']),
      ['anomaly/cost_spike', 'critical', 'off', '-', '-'],
    ]);
    expect((await json([])).routes).toHaveLength(4);
    const empty = await target('{}\n').ask([]);
    expect(empty.text).toBe('the config has no rules\n');
  });
});

describe('--verify', () => {
  it.each([
    ['pm,chat,log', 'ok', 'that is who was expected'],
    [' log, pm,chat,pm', 'ok', 'that is who was expected'],
    ['pm', 'findings', 'expected pm; told pm, chat, log'],
    ['', 'findings', 'expected nobody; told pm, chat, log'],
  ])('%j: %s', async (verify, outcome, said) => {
    const found = await target().ask(['severity=critical'], { verify });
    expect([found.outcome, found.text.trimEnd().split('\n').at(-1)]).toEqual([outcome, said]);
  });

  it('is of the instant: at night nobody hears', async () => {
    const { json } = target();
    const night = await json(['severity=critical'], { at: NIGHT, verify: '' });
    expect(night).toMatchObject({ expected: [], as_expected: true });
  });
});

describe('what makes no alert', () => {
  it.each<[string[], Record<string, string>, string]>([
    [['severity=urgnt'], {}, 'usage: "urgnt" is no severity'],
    [['severity='], {}, 'usage: "" is no severity'],
    [['foo'], {}, 'usage: "foo" is no label=value'],
    [['=a'], {}, 'usage: "=a" is no label=value'],
    [['severity!=info'], {}, 'usage: "severity!=info" matches labels, and is none'],
    [['severity=~inf.'], {}, 'usage: "severity=~inf." matches labels, and is none'],
    [['servce=openai'], {}, 'usage: no alert has the label "servce"'],
    [['toString=a'], {}, 'usage: no alert has the label "toString"'],
    [['severity=info', 'severity=info'], {}, 'usage: the label "severity" is given twice'],
    [['service=openai'], {}, 'usage: nothing says how severe the alert is'],
    [['rule=none'], {}, 'usage: the config has no rule "none"'],
    [['rule=a'], { rule: 'b' }, 'usage: --rule is b, and the label rule is a'],
    [[], { verify: 'pm' }, 'usage: --verify needs the labels of one alert'],
    [['severity=info'], { verify: 'mp' }, 'usage: the config has no channel "mp"'],
    [['severity=info'], { at: 'noon' }, 'usage: --at: "noon" is no instant'],
  ])('%j %j', async (words, flags, expected) => {
    const { text, outcome } = await target().ask(words, flags);
    expect(text).toBe('');
    expect(outcome).toContain(expected);
  });
});

it('knows every label that alerts have', async () => {
  const charges = [charge({ day: '2026-03-05', cost: '90', ServiceName: 'OpenAI' })];
  const scene = { config: CONFIG.replace('enabled: false', 'enabled: true'), charges };
  const now = '2026-03-06T12:00:00Z';
  const { memory, notices } = await evaluate({ ...scene, now, through: { demo: '2026-03-05' } });
  const labels = memory.alerts.flatMap((alert) => Object.keys(alert.labels));
  expect(labels.length).toBeGreaterThan(20);
  expect(labels.filter((name) => !ALERT_LABELS.some((known) => known === name))).toEqual([]);
  // And the evaluation tells whom the routes say.
  const told = new Set(notices.map(({ channel }) => channel));
  expect([...told].sort()).toEqual(['chat', 'log', 'pm']);
});
