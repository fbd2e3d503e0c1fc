/** What a check of the alert config found; what it is rendered from. */
import type { AlertConfig } from '../core/alert-config/config.ts';
import type { Finding } from '../core/finding.ts';
import type { ConfigProblem } from '../ports/settings.ts';

export type Variable = Readonly<{ name: string; isSet: boolean }>;

/** A role that recipients are named by. */
export type CheckedRole = Readonly<{
  name: string;
  /** Whether it is one of the pack, which somebody can hold. */
  isKnown: boolean;
  /** E-mail addresses of who holds it; none: it reaches nobody. */
  addresses: readonly string[];
}>;

export type AlertCheck = Readonly<{
  /** As it is shown. */
  file: string;
  /** Undefined when there are problems. */
  config: AlertConfig | undefined;
  /** When it was made: what comes next is counted from then. */
  nowMs: number;
  problems: readonly ConfigProblem[];
  findings: readonly Finding[];
  /** Of the recipients of channels and reports, by name. */
  roles: readonly CheckedRole[];
  /** What the config takes from the environment, by name. */
  variables: readonly Variable[];
}>;
