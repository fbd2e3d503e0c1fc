/** `brctl finance alerts check` of a config, in a folder of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertsCheckCommand } from '../../packs/finance/alerts/check.ts';
import { openAlertCheck } from '../../packs/finance/wire.ts';
import { type Paint, plainPaint, type RoleBinding } from '../../src/sdk/index.ts';
import { fakePackContext } from '../../src/sdk/testing.ts';
import { temporaryFolder } from './host.ts';

type Words = Readonly<{
  env?: Record<string, string>;
  file?: string;
  isTTY?: boolean;
  roles?: readonly RoleBinding[] | Error;
}>;

export async function checkConfig(
  text: string,
  { env = {}, file, isTTY = false, roles = [] }: Words = {},
) {
  const root = temporaryFolder();
  const folder = join(root, 'config/finance');
  mkdirSync(folder, { recursive: true });
  const path = file === undefined ? join(folder, 'usage-alerts-config.yaml') : join(root, file);
  writeFileSync(path, text);
  const pack = { name: 'finance', version: '0.1.0', root: '/' };
  const asked = async () => {
    if (roles instanceof Error) throw roles;
    return roles;
  };
  const context = { ...fakePackContext(root, pack, { env, cwd: root }), roles: asked };
  const command = alertsCheckCommand(openAlertCheck);
  const input = {
    ...{ arguments: file === undefined ? [] : [file], flags: {}, dryRun: false },
    ...{ inputFormat: undefined, format: 'table', out: undefined },
  };
  const plan = await command.plan(command.parse(input, context), context);
  const view = { width: 60, isTTY, paint: plainPaint satisfies Paint };
  const drawn = (format: string): string => command.render(plan, { ...view, format });
  return {
    outcome: command.outcome(plan),
    text: drawn('table'),
    json: JSON.parse(drawn('json')),
    codes: plan.findings.map(({ code, subject }) => `${code} ${subject}`),
  };
}
