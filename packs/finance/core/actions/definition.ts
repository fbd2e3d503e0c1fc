/**
 * What the operator says an action does: `actions` of usage-alerts-config.yaml, by name. That an
 * executable stands there, in full, is the grant to start it; no other source names one.
 */
import type { Position } from '../alert-config/config.ts';
import type { Setting } from '../alert-config/variable.ts';

export const ACTION_KINDS = ['switch_to_ollama', 'notify_and_audit', 'webhook', 'exec'] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];

export const APPROVALS = ['none', 'policy-steward'] as const;
export type Approval = (typeof APPROVALS)[number];

export const RESTORES = ['period_end', 'manual'] as const;
export type Restore = (typeof RESTORES)[number];

/** Which numbers are enough to act on: what a provider reported, or also what we estimate. */
export const ACT_ON = ['reported', 'estimates'] as const;
export type ActOn = (typeof ACT_ON)[number];

/** A program and its arguments. Never a line for a shell. */
export type Argv = readonly [program: string, ...words: string[]];

export type OllamaTarget = Readonly<{ url: Setting; model: string }>;

export type LitellmSwitch = Readonly<{
  by: 'litellm';
  url: Setting;
  key: Setting;
  /** Ids of deployments, as /model/info lists them; each is made to answer with Ollama. */
  models: readonly string[];
  /** Where LiteLLM itself reaches Ollama; undefined: as LiteLLM knows it. */
  apiBase: Setting | undefined;
}>;

export type EnvFileSwitch = Readonly<{
  by: 'env_file';
  path: Setting;
  /** In the order of the config. */
  set: readonly (readonly [name: string, value: string])[];
  reload: Argv | undefined;
}>;

export type WebhookTarget = Readonly<{ by: 'webhook'; url: Setting; secret: Setting }>;

export type ActionWork =
  | Readonly<{
      kind: 'switch_to_ollama';
      ollama: OllamaTarget;
      via: LitellmSwitch | EnvFileSwitch | WebhookTarget;
    }>
  | Readonly<{ kind: 'notify_and_audit' }>
  | Readonly<{ kind: 'webhook'; to: WebhookTarget }>
  | Readonly<{
      kind: 'exec';
      run: Argv;
      /** Exits 0 where it has been done and 1 where not; undefined: nobody can tell. */
      verify: Argv | undefined;
      undo: Argv | undefined;
    }>;

/**
 * Of the day in UTC, in minutes; `until` is not in it, and may lie before `from`: over midnight.
 */
export type ActiveHours = Readonly<{ from: number; until: number }>;

export type ActionDefinition = Readonly<{
  name: string;
  work: ActionWork;
  approval: Approval;
  restore: Restore;
  actOn: ActOn;
  /** From its last end to its next beginning. */
  cooldownMs: number;
  /** Of one request or one command. */
  timeoutMs: number;
  hours: ActiveHours | undefined;
  at: Position;
}>;

export const ACTION_DEFAULTS = {
  approval: 'policy-steward',
  restore: 'period_end',
  actOn: 'reported',
  cooldownMs: 3_600_000,
  timeoutMs: 30_000,
} as const satisfies Partial<ActionDefinition>;

/** A hung command must not keep the evaluation of a day. */
export const ACTION_TIMEOUT_MAX_MS = 600_000;

/** What needs no definition, because it changes nothing outside. */
export const BUILT_IN: ActionDefinition = {
  name: 'notify_and_audit',
  work: { kind: 'notify_and_audit' },
  ...ACTION_DEFAULTS,
  approval: 'none',
  actOn: 'estimates',
  cooldownMs: 0,
  hours: undefined,
  at: { line: 1, column: 1 },
};

export function definitionOf(
  definitions: readonly ActionDefinition[],
  action: string,
): ActionDefinition | undefined {
  const found = definitions.find(({ name }) => name === action);
  return found ?? (action === BUILT_IN.name ? BUILT_IN : undefined);
}

/** Whether there is anything to take back when its reason is over. */
export function isUndoable({ work }: ActionDefinition): boolean {
  switch (work.kind) {
    case 'switch_to_ollama':
    case 'webhook':
      return true;
    case 'notify_and_audit':
      return false;
    case 'exec':
      return work.undo !== undefined;
    default:
      return work satisfies never;
  }
}

/** @throws RangeError unless it is `08:00-18:00`, two different times of a day. */
export function parseHours(text: string): ActiveHours {
  const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/.exec(text);
  const [, h1, m1, h2, m2] = match ?? [];
  const from = Number(h1) * 60 + Number(m1);
  const until = Number(h2) * 60 + Number(m2);
  if (match === null || until > 1440 || from === until) {
    throw new RangeError(`"${text}" is no part of a day`);
  }
  return { from, until };
}

export function formatHours({ from, until }: ActiveHours): string {
  const clock = (minutes: number): string =>
    [Math.floor(minutes / 60), minutes % 60].map((each) => String(each).padStart(2, '0')).join(':');
  return `${clock(from)}-${clock(until)}`;
}

const DAY_MINUTES = 1440;

export function isActive(hours: ActiveHours | undefined, nowMs: number): boolean {
  if (hours === undefined) return true;
  const minute = Math.floor(nowMs / 60_000) % DAY_MINUTES;
  const { from, until } = hours;
  return from < until ? from <= minute && minute < until : minute >= from || minute < until;
}
