/** Whether signed webhooks lead to where they may, asked before anything is sent. */
import type { AlertConfig } from '../core/alert-config/config.ts';
import { resolveSetting, variable, variablesIn } from '../core/alert-config/variable.ts';
import type { Finding } from '../core/finding.ts';
import { addressProblem, isHostWritten } from '../core/notices/host.ts';
import { type Placed, webhooksOf } from './config-settings.ts';
import type { AlertCheckPorts } from './ports.ts';

type Ports = Pick<AlertCheckPorts, 'variables' | 'privateAddress'>;

/** What the senders would say of each address; no word of it holds what is in a variable. */
export async function webhookFindings(
  config: AlertConfig,
  ports: Ports,
): Promise<readonly Finding[]> {
  const found = await Promise.all(webhooksOf(config).map((each) => problemOf(each, ports)));
  return found.flatMap((each) => each ?? []);
}

async function problemOf(
  { subject, key, setting }: Placed,
  { variables, privateAddress }: Ports,
): Promise<Finding | undefined> {
  const warning = (code: string, message: string): Finding => ({
    ...{ code, severity: 'warning', subject, message },
  });
  const names = variablesIn(setting.text);
  const values = await variables.lookUp(names);
  const address = resolveSetting(setting, (name) => values.get(name)?.value).value;
  // That a variable is not set is said where variables are listed.
  if (address === undefined) return undefined;
  const from = names.length === 0 ? '' : ` by ${names.map(variable).join(', ')}`;
  const problem = addressProblem(address);
  if (problem !== undefined) return warning('webhook-address', `${key}${from} ${problem}`);
  if (isHostWritten(setting)) return undefined;
  const found = await privateAddress(new URL(address).hostname).catch(() => undefined);
  if (found === undefined) return undefined;
  const way = 'such a host has to be written into this file itself, before any variable';
  return warning('webhook-private', `${key}${from} leads into a private network: ${way}`);
}
