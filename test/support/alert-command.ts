/** Commands about alerts in a target of their own, with real ports and as `main` runs them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PackContext } from '../../src/sdk/index.ts';
import { contextIn } from './answer.ts';
import { temporaryFolder } from './host.ts';

export { answer } from './answer.ts';

export type AlertTarget = Readonly<{
  root: string;
  state: string;
  contextAt(nowMs: number): PackContext;
}>;

export function alertTarget(
  config: string,
  env: Readonly<Record<string, string>> = {},
): AlertTarget {
  const root = temporaryFolder();
  mkdirSync(join(root, 'config/finance'), { recursive: true });
  writeFileSync(join(root, 'config/finance/usage-alerts-config.yaml'), config);
  return {
    root,
    state: join(root, 'data/finance/state.db'),
    contextAt: (nowMs) => contextIn(root, nowMs, env),
  };
}
