/** What `alerts routes` asks of the world; `wire.ts` opens it. */
import type { PackContext, RoleBinding } from 'brctl/sdk';
import type { AlertStore } from '../../ports/alert-state.ts';
import type { AlertSettings } from '../../ports/settings.ts';

export type RoutesPorts = Readonly<{
  settings: Pick<AlertSettings, 'alerts'>;
  store: Pick<AlertStore, 'silences' | 'windows'>;
  /** @throws BrctlError (operational) where config/roles.yaml cannot be understood. */
  roles(): Promise<readonly RoleBinding[]>;
  close(): Promise<void>;
}>;

/** Nothing is created or written. */
export type OpenRoutes = (
  context: PackContext,
  options: Readonly<{ isWriting: boolean }>,
) => Promise<RoutesPorts>;
