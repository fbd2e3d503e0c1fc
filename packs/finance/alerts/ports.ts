/** What the alert commands ask of the world; `wire.ts` opens it. */
import type { PackContext, RoleBinding } from 'brctl/sdk';
import type { AlertSettings } from '../ports/settings.ts';
import type { Variables } from '../ports/variables.ts';

export type AlertCheckPorts = Readonly<{
  settings: Pick<AlertSettings, 'checkAlerts'>;
  variables: Variables;
  /** @throws BrctlError where config/roles.yaml cannot be understood. */
  roles(): Promise<readonly RoleBinding[]>;
  /** What is private about a host, in words; throws where it cannot be looked up. */
  privateAddress(hostname: string): Promise<string | undefined>;
}>;

export type OpenAlertCheck = (context: PackContext) => Promise<AlertCheckPorts>;
