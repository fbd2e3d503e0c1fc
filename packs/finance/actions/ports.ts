/** What actions ask of the world; `wire.ts` opens it. */
import type { PackContext, RoleBinding } from 'brctl/sdk';
import type { ActionSubject } from '../core/actions/action.ts';
import type { Telling } from '../core/actions/notice.ts';
import type { AlertConfig } from '../core/alert-config/config.ts';
import type { AlertRecord } from '../core/alert-state/memory.ts';
import type { SendReport } from '../core/alert-state/sending.ts';
import type { Actuator, Commands, OllamaProbe } from '../ports/action-runner.ts';
import type { ActionState } from '../ports/action-state.ts';
import type { AlertSettings } from '../ports/settings.ts';
import type { Freshness } from '../ports/state.ts';
import type { Variables } from '../ports/variables.ts';
import type { Warehouse } from '../ports/warehouse.ts';

/** With its variables looked up. */
export type Tool = Readonly<{ timeoutMs: number; secrets: readonly string[] }>;

export type ActionTools = Readonly<{
  ollama(given: Tool & Readonly<{ url: string; model: string }>): Promise<OllamaProbe>;
  litellm(
    given: Tool &
      Readonly<{
        url: string;
        key: string;
        models: readonly string[];
        model: string;
        apiBase: string | null;
      }>,
  ): Promise<Actuator>;
  envFile(
    given: Tool &
      Readonly<{ path: string; set: readonly (readonly [name: string, value: string])[] }>,
  ): Promise<Actuator>;
  webhook(
    given: Tool &
      Readonly<{ url: string; secret: string; isHostWritten: boolean; subject: ActionSubject }>,
  ): Promise<Actuator>;
  commands(given: Readonly<{ secrets: readonly string[] }>): Promise<Commands>;
}>;

/** What an audit is made of, beside the alert; opened when one is due. */
export type AuditPorts = Readonly<{
  warehouse(): Promise<Pick<Warehouse, 'aggregate' | 'close'>>;
  freshness(): Promise<readonly Freshness[]>;
  config(): Promise<Readonly<{ file: string; text: string }>>;
  /** The path as a person can open it. */
  save(name: string, text: string): Promise<string>;
}>;

export type ActionPorts = Readonly<{
  settings: Pick<AlertSettings, 'alerts'>;
  state: ActionState;
  variables: Variables;
  tools: ActionTools;
  audit: AuditPorts;
  /** What is remembered of alerts now. */
  records(): readonly AlertRecord[];
  /** What keeps people from hearing of it. */
  quiet(): Pick<Telling, 'silences' | 'windows'>;
  /** Sends what is due by now: what was just done, and what waited. */
  tell(config: AlertConfig): Promise<SendReport>;
  roles(): Promise<readonly RoleBinding[]>;
  /** Milliseconds since 1970, as time goes on. */
  clock(): number;
  /** 64 hexadecimal digits in lower case. */
  sha256(text: string): string;
  signal: AbortSignal;
  close(): Promise<void>;
}>;

export type OpenActions = (
  context: PackContext,
  options: Readonly<{
    readOnly: boolean;
    /** Where a channel of type stdout writes: not where a script reads the result. */
    stdout?: 'out' | 'err';
  }>,
) => Promise<ActionPorts>;
