/** The real ports of actions over a temporary target, with alerts as a test has them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionPorts } from '../../packs/finance/actions/ports.ts';
import { runActions } from '../../packs/finance/actions/run.ts';
import { readUsageAlerts } from '../../packs/finance/adapters/yaml-config/alerts/config.ts';
import { openSource } from '../../packs/finance/adapters/yaml-config/part.ts';
import type { AlertConfig } from '../../packs/finance/core/alert-config/config.ts';
import { type AlertRecord, fingerprintOf } from '../../packs/finance/core/alert-state/memory.ts';
import { INITIAL } from '../../packs/finance/core/alert-state/state.ts';
import { openActions } from '../../packs/finance/wire-actions.ts';
import type { PackContext, RoleBinding } from '../../src/sdk/index.ts';
import { fakePackContext } from '../../src/sdk/testing.ts';
import { DAY, HOUR, RULE } from './actions.ts';

/** A trigger of `cap` on OpenAI's daily limit, told to one channel; `does` is what cap does. */
export function actionConfig(does: string, enabled = true): string {
  const indented = does.replace(/^/gm, '    ');
  return `global:
  notification_channels:
    - type: stdout
  escalation:
    critical: { notify: [stdout] }
service_alerts:
  openai:
    provider: OpenAI
    currency: USD
    alerts:
      daily_cost:
        metric: daily_spend
        limit: 15.00
        thresholds:
          - { amount: 15.00, severity: critical }
automated_actions:
  cost_controls:
    - { trigger: openai_daily_limit_reached, action: cap, enabled: ${enabled} }
actions:
  cap:
${indented}
`;
}

export function configIn(text: string): AlertConfig {
  const source = openSource(text, 'usage-alerts-config.yaml');
  const config = readUsageAlerts(source);
  if (config === undefined || source.problems.length > 0) {
    throw new Error(source.problems.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  }
  return config;
}

/** OpenAI's limit of the day was reached at 01:00. */
export function firing(options: Partial<AlertRecord['state']> = {}): AlertRecord {
  const identity = { rule: RULE, scope: 'openai', threshold: '15.00', basis: 'effective' };
  const endMs = DAY + 24 * HOUR;
  const span = { label: '2026-03-02', endMs, closesMs: endMs + 72 * HOUR };
  return {
    fingerprint: fingerprintOf(identity, span),
    identity,
    span,
    labels: { severity: 'critical' },
    annotations: { currency: 'USD', estimate: 'reported', freshness: 'complete' },
    step: null,
    routes: [],
    fire: 15n * 10n ** 12n,
    clear: 15n * 10n ** 12n,
    state: {
      ...INITIAL,
      phase: 'firing',
      value: 16n * 10n ** 12n,
      startedMs: DAY + HOUR,
      ...options,
    },
  };
}

export type Place = Readonly<{
  root: string;
  config: AlertConfig;
  context(nowMs: number): PackContext;
  open(nowMs: number): Promise<ActionPorts>;
  run(nowMs: number, records?: readonly AlertRecord[]): ReturnType<typeof runActions>;
}>;

export type PlaceOptions = Readonly<{
  env?: Readonly<Record<string, string>>;
  roles?: readonly RoleBinding[];
}>;

export function place(root: string, text: string, options: PlaceOptions = {}): Place {
  mkdirSync(join(root, 'config/finance'), { recursive: true });
  mkdirSync(join(root, 'data/finance'), { recursive: true });
  writeFileSync(join(root, 'config/finance/usage-alerts-config.yaml'), text);
  const context = (nowMs: number): PackContext => {
    const pack = { name: 'finance', version: '0.1.0', root: '/' };
    const now = new Date(nowMs).toISOString();
    return { ...fakePackContext(root, pack, { now, ...options }), fetch: globalThis.fetch };
  };
  const open = (nowMs: number) => openActions(context(nowMs), { readOnly: false });
  const config = configIn(text);
  return {
    root,
    config,
    context,
    open,
    run: async (nowMs, records = [firing()]) => {
      const ports = await open(nowMs);
      try {
        return await runActions(ports, { config, records });
      } finally {
        await ports.close();
      }
    },
  };
}
