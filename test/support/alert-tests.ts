/** `alerts test` and `alerts backtest` in a target, as `main` runs them, with what they print. */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertsTestCommand } from '../../packs/finance/alerts/prove/test-config.ts';
import { openProve } from '../../packs/finance/wire-prove.ts';
import type { PackContext } from '../../src/sdk/index.ts';
import type { Printed } from '../../src/sdk/testing.ts';
import { answer } from './alert-command.ts';
import { contextOf } from './finance.ts';
import { ROOT, temporaryFolder } from './host.ts';

export const SHIPPED = join(ROOT, 'packs/finance/config');

type Answered = Awaited<ReturnType<typeof answer>>;

export type TestTarget = Readonly<{
  root: string;
  write(name: string, text: string): void;
  run(
    files: readonly string[],
    said?: Readonly<{ flags?: Record<string, string>; format?: string }>,
  ): Promise<Answered & Readonly<{ err: string }>>;
}>;

/** With the config that the pack ships in its place. */
export function testTarget(): TestTarget {
  const root = temporaryFolder();
  cpSync(SHIPPED, join(root, 'config/finance'), { recursive: true });
  return {
    root,
    write: (name, text) => writeFileSync(join(root, name), text),
    run: async (files, said = {}) => {
      const context: PackContext & { printed: Printed } = contextOf(root);
      const command = alertsTestCommand(openProve);
      const done = await answer(command, context, { arguments: files, ...said });
      return { ...done, err: context.printed.err };
    },
  };
}

/** Tests of a ladder of four steps over a week, and of a day; in a file beside its config. */
export const LADDER_CONFIG = `
global:
  notification_channels:
    - { type: stdout, name: pm }
    - { type: stdout, name: cfo }
  escalation:
    info: { notify: [pm] }
    warning: { notify: [pm] }
    critical: { notify: [cfo] }
    emergency: { notify: [cfo] }
budget_alerts:
  weekly_spend:
    budget: 100
    currency: USD
    alerts:
      - { threshold_percent: 50, severity: info }
      - { threshold_percent: 80, severity: warning }
      - { threshold_percent: 100, severity: critical }
      - { threshold_percent: 120, severity: emergency }
service_alerts:
  openai:
    provider: OpenAI
    alerts:
      daily_cost:
        metric: daily_spend
        limit: 15
        thresholds: [{ amount: 15, severity: critical }]
maintenance_windows:
  - { name: Deployment, schedule: manual, suppress_severity: [info, warning] }
  - { name: Weekend, schedule: 0 0 * * SAT, duration: 48h, suppress_severity: [info] }
`;
