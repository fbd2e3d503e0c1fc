/**
 * What the operator decided about alerts, as values: who hears of what, and when it is worth it.
 *
 * Everything that can fire is a ladder of steps over one measure, whatever section it comes from;
 * rule.ts gives each step its id. Amounts, limits and percentages are exact: integer counts of
 * 1e-12 (core/money.ts), so 82.5 % is 82.5 × 10^12.
 */
import type { ActionDefinition } from '../actions/definition.ts';
import type { Rule } from '../match.ts';
import type { ReportPeriod } from '../report-schedule/due.ts';
import type { ActiveHours } from './active-hours.ts';
import type { Cron } from './cron.ts';
import type { AlertPeriod } from './period.ts';
import type { Severity } from './severity.ts';
import type { Setting } from './variable.ts';

/** Where something is written in the file; both from 1. */
export type Position = Readonly<{ line: number; column: number }>;

export type AlertConfig = Readonly<{
  /** False: nothing is evaluated, sent or done. */
  isEnabled: boolean;
  /** The keys of what is only there for people. */
  metadata: readonly string[];
  channels: readonly Channel[];
  /** Names of the channels that hear what no escalation sends anywhere. */
  fallback: readonly string[];
  escalation: ReadonlyMap<Severity, Escalation>;
  /** In the order of the file: budgets, services, anomalies, forecasts. */
  ladders: readonly Ladder[];
  services: readonly AlertService[];
  anomaly: AnomalyDetection | undefined;
  forecast: ForecastAlerts | undefined;
  actions: readonly AutomatedAction[];
  /** What actions do, in the order of the file. */
  definitions: readonly ActionDefinition[];
  reports: readonly ReportSchedule[];
  integrations: readonly Integration[];
  windows: readonly MaintenanceWindow[];
}>;

/** What a rule looks at. */
export type Scope =
  /** All charges. */
  | Readonly<{ of: 'all' }>
  /** The charges, or readings, of one service. */
  | Readonly<{ of: 'service'; service: string; provider: string; match: readonly Rule[] }>
  /** The charges that a budget says are its own. */
  | Readonly<{ of: 'charges'; match: readonly Rule[] }>
  /** Each budget line of budgets.yaml on its own. */
  | Readonly<{ of: 'budget-lines' }>
  /** Each service on its own. */
  | Readonly<{ of: 'services' }>
  /** Each budget of this config on its own. */
  | Readonly<{ of: 'budgets' }>
  /** Each usage limit of this config on its own. */
  | Readonly<{ of: 'limits' }>;

export type Metric =
  /** Money of the ledger; undefined is each currency on its own. */
  | Readonly<{ of: 'cost'; currency: string | undefined }>
  /** A usage reading of this name; undefined is each on its own. */
  | Readonly<{ of: 'usage'; name: string | undefined }>;

/**
 * Which amount is compared: as accrued, as invoiced, projected to the end of the period, or how
 * much faster than time it is spent (100 % is right on pace). Of a usage reading `effective` is the
 * reading itself.
 */
export const ALERT_BASES = ['effective', 'billed', 'forecast', 'pace'] as const;
export type AlertBasis = (typeof ALERT_BASES)[number];

export const DIRECTIONS = ['over', 'under', 'both'] as const;
export type Direction = (typeof DIRECTIONS)[number];

const LADDER_KINDS = ['budget', 'variance', 'service', 'anomaly', 'forecast'] as const;
export type LadderKind = (typeof LADDER_KINDS)[number];

export type Ladder = Readonly<{
  kind: LadderKind;
  /** Unique, e.g. `budget/weekly_spend` or `service/openai/daily_cost`. */
  id: string;
  /** Its key in the file: `weekly_spend`. */
  name: string;
  /** False where its section is switched off. */
  isEnabled: boolean;
  scope: Scope;
  metric: Metric;
  /** Undefined: a level that no period ends, such as storage. */
  period: AlertPeriod | undefined;
  /** What its percentages are of, in the unit of the metric. */
  limit: bigint | undefined;
  direction: Direction;
  /** Of a forecast: how long before the end it is worth telling. */
  leadDays: number | undefined;
  /** Never empty; all by percent or all by amount, no two at the same height. */
  steps: readonly Step[];
}>;

export type Threshold =
  | Readonly<{ by: 'percent'; percent: bigint }>
  | Readonly<{ by: 'amount'; units: bigint }>
  /** A forecast fires where what it compares crosses. */
  | Readonly<{ by: 'crossing' }>;

export type Step = RuleOptions &
  Readonly<{
    threshold: Threshold;
    severity: Severity;
    /** What to say; else the notice says it in its own words. */
    message: string | undefined;
    at: Position;
  }>;

export type RuleOptions = Readonly<{
  basis: AlertBasis;
  /** It fires when it has been over for so long; 0 is at once. */
  forMs: number;
  /** It is resolved when it has been under for so long; 0 is at once. */
  keepFiringForMs: number;
  /** It is under when below this percentage, not only below its threshold. */
  clearPercent: bigint | undefined;
  /** Data that is older is stale; undefined: as long as is usual for charges, or for readings. */
  freshnessMs: number | undefined;
  owner: Owner | undefined;
  runbook: string | undefined;
}>;

/** Who has to look: who holds a role, or whom a tag of the charges names. */
export type Owner = Readonly<{ by: 'role'; role: string }> | Readonly<{ by: 'tag'; tag: string }>;

/** What is only described: nothing is computed from it. */
export type AlertService = Readonly<{
  name: string;
  provider: string;
  tier: string | undefined;
  notes: string | undefined;
  region: readonly string[];
  services: readonly string[];
}>;

export type Recipient =
  /** Whoever holds the role (config/roles.yaml). */
  Readonly<{ by: 'role'; role: string }> | Readonly<{ by: 'address'; address: Setting }>;

export type Channel = Readonly<{
  /** Unique; its type where no name is given. */
  name: string;
  /** It hears nothing that matters less. */
  minSeverity: Severity;
  /** Outside of them it is told nothing of alerts; absent: it always hears. */
  hours?: ActiveHours | undefined;
  to: Destination;
  at: Position;
}>;

/** By which server mail goes, and from whom. */
export type EmailSettings = Readonly<{ smtpUrl: Setting; from: Setting }>;

export type Destination =
  | (EmailSettings & Readonly<{ type: 'email'; recipients: readonly Recipient[] }>)
  | Readonly<{ type: 'slack'; via: 'webhook'; webhookUrl: Setting; channel: Setting | undefined }>
  | Readonly<{ type: 'slack'; via: 'token'; token: Setting; channel: Setting }>
  | Readonly<{ type: 'pagerduty'; routingKey: Setting }>
  | Readonly<{ type: 'webhook'; url: Setting; secret: Setting }>
  | Readonly<{ type: 'file'; path: Setting }>
  | Readonly<{ type: 'stdout' }>
  /** Without a dashboard it is an annotation of the whole organization. */
  | Readonly<{ type: 'grafana'; url: Setting; token: Setting; dashboard: Setting | undefined }>
  | Readonly<{ type: 'datadog'; url: Setting; apiKey: Setting }>;

/** Of `notification_channels`; the others are integrations (integration.ts). */
export const CHANNEL_TYPES = [
  'email',
  'slack',
  'pagerduty',
  'webhook',
  'file',
  'stdout',
] as const satisfies readonly Destination['type'][];

export type Escalation = Readonly<{
  /** Names of channels, each once. */
  notify: readonly string[];
  /** Undefined: told once. */
  repeatMs: number | undefined;
  at: Position;
}>;

export const SENSITIVITIES = ['low', 'medium', 'high'] as const;

export type Algorithm =
  | Readonly<{
      type: 'moving_average';
      windowDays: number;
      /** In standard deviations, 1e-12. */
      deviations: bigint;
      at: Position;
    }>
  | Readonly<{
      type: 'trend_detection';
      sensitivity: (typeof SENSITIVITIES)[number];
      at: Position;
    }>;

export type AnomalyDetection = Readonly<{
  isEnabled: boolean;
  baselineDays: number;
  algorithms: readonly Algorithm[];
}>;

export type ForecastAlerts = Readonly<{ isEnabled: boolean; horizonDays: number }>;

export type AutomatedAction = Readonly<{
  /** The list it stands in: `cost_controls`. */
  group: string;
  /** As typed: `openai_daily_limit_reached`. */
  trigger: string;
  /** The id of the one rule that the trigger names. */
  rule: string;
  action: string;
  description: string | undefined;
  isEnabled: boolean;
  at: Position;
}>;

export type ReportSchedule = Readonly<{
  name: string;
  isEnabled: boolean;
  /** In UTC. */
  schedule: Cron | 'manual';
  recipients: readonly Recipient[];
  format: ReportFormat;
  /** Undefined: as much as lies between two occurrences (core/report-schedule/due.ts). */
  period: ReportPeriod | undefined;
  /** Words of report-include.ts, in the order of the file. */
  include: readonly string[];
  at: Position;
}>;

export const REPORT_FORMATS = ['csv', 'json', 'md', 'html', 'pdf'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export type Integration = Readonly<{
  name: string;
  isEnabled: boolean;
  settings: readonly (readonly [key: string, value: Setting])[];
  at: Position;
}>;

export type MaintenanceWindow = Readonly<{
  name: string;
  /** When it begins, in UTC; a manual one by hand. */
  schedule: Cron | 'manual';
  /** Undefined for a manual one without: until it is ended by hand. */
  durationMs: number | undefined;
  suppress: readonly Severity[];
  at: Position;
}>;
