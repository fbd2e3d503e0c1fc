/**
 * What an alert carries for those who are told of it: its annotations, and the labels that notices
 * read. Whoever evaluates a rule fills them with `alertAnnotations`; whoever writes a notice reads
 * them with `notesOf`. Nothing of them decides anything, so a text may change from run to run
 * without making another alert of it.
 *
 *     currency      USD               the value is money; it is shown with the currency's digits
 *     unit          GB                the value is a reading in this unit; `%` is a percentage
 *     limit         125000000000000   what 100 % is, counted as the value is
 *     percent       90080000000000    the value in percent of the limit; else worked out
 *     direction     under             bad when low: value and thresholds are negated, see below
 *     basis         effective         how the value was taken; else the basis of its identity
 *     period        2026-W09          as people say it; else the label of its span
 *     freshness     complete through 2026-03-01 (aws), 2026-02-27 (openai)
 *     estimate      reported          `reported` by the provider, or `estimated` by us
 *     owner         growth-catalyst   who has to look
 *     runbook       https://…         what to do; a link where it is an http(s) address
 *     message       …                 what the config says of the step
 *     contributors  OpenAI 28.15 USD; Railway 5.00 USD      the largest first
 *
 * Values, thresholds, limits and percentages of a notice are integer counts of 1e-12, so 82.5 % is
 * 82.5 × 10^12. The state machine fires on what is high; a rule that is bad when low negates its
 * values and thresholds, says `direction: under`, and notices turn them back.
 *
 * Of an alert about missing data (label `data`: `missing`) the value is no amount and is not shown.
 */
import { isSeverity, type Severity } from '../alert-config/severity.ts';
import type { Labels } from '../alert-state/silence.ts';

export const ESTIMATES = ['reported', 'estimated'] as const;
export type Estimate = (typeof ESTIMATES)[number];

/** What is not there is not known, or means nothing for the alert. */
export type AlertNotes = Readonly<{
  currency?: string | undefined;
  unit?: string | undefined;
  /** 1e-12. */
  limit?: bigint | undefined;
  /** 1e-12 of a percent. */
  percent?: bigint | undefined;
  direction?: 'over' | 'under' | undefined;
  basis?: string | undefined;
  period?: string | undefined;
  freshness?: string | undefined;
  estimate?: Estimate | undefined;
  owner?: string | undefined;
  runbook?: string | undefined;
  message?: string | undefined;
  contributors?: string | undefined;
}>;

export const ANNOTATIONS = [
  'currency',
  'unit',
  'limit',
  'percent',
  'direction',
  'basis',
  'period',
  'freshness',
  'estimate',
  'owner',
  'runbook',
  'message',
  'contributors',
] as const satisfies readonly (keyof AlertNotes)[];

/** Labels that notices read; an alert may have others, to route, group and silence by. */
export const LABELS = {
  /** One of SEVERITIES; anything else counts as `warning`. */
  severity: 'severity',
  /** `missing`: it is about data, not about a value. */
  data: 'data',
  /** The kind of its ladder: budget, service, variance, anomaly, forecast. */
  kind: 'kind',
  service: 'service',
  provider: 'provider',
} as const;

/** As the annotations of an alert; what is unknown or empty is left out. */
export function alertAnnotations(notes: AlertNotes): Labels {
  const entries = ANNOTATIONS.flatMap((name) => {
    const text = notes[name]?.toString().trim() ?? '';
    return text === '' ? [] : [[name, text] as const];
  });
  return Object.fromEntries(entries);
}

/** Total: what alertAnnotations did not write is not known. */
export function notesOf(annotations: Labels): AlertNotes {
  const text = (name: (typeof ANNOTATIONS)[number]): string | undefined => {
    const written = Object.hasOwn(annotations, name) ? annotations[name]!.trim() : '';
    return written === '' ? undefined : written;
  };
  const estimate = text('estimate');
  return {
    currency: text('currency'),
    unit: text('unit'),
    limit: unitsIn(text('limit')),
    percent: unitsIn(text('percent')),
    direction: text('direction') === 'under' ? 'under' : 'over',
    basis: text('basis'),
    period: text('period'),
    freshness: text('freshness'),
    estimate: ESTIMATES.find((each) => each === estimate),
    owner: text('owner'),
    runbook: text('runbook'),
    message: text('message'),
    contributors: text('contributors'),
  };
}

/** An integer count as a row keeps it; undefined for anything else. */
export function unitsIn(text: string | null | undefined): bigint | undefined {
  return typeof text === 'string' && /^-?\d{1,60}$/.test(text) ? BigInt(text) : undefined;
}

export function severityIn(labels: Labels): Severity {
  const word = Object.hasOwn(labels, LABELS.severity) ? labels[LABELS.severity]! : '';
  return isSeverity(word) ? word : 'warning';
}
