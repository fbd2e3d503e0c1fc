/**
 * One evaluation as gauges for Prometheus. Amounts are exact decimals in the unit that the rule
 * has, which a label says; times are seconds since 1970. What is not known has no sample.
 */
import type { Judged } from '../alert-rules/judged.ts';
import type { AlertRow } from '../alert-rules/row.ts';
import type { Day } from '../day.ts';
import { formatExact } from '../money.ts';
import { exposition, type Gauge, type Sample } from './exposition.ts';

export type Measured = Readonly<{
  rows: readonly AlertRow[];
  judged: readonly Judged[];
  freshness: readonly Readonly<{
    source: string;
    /** Undefined: no day is believed complete. */
    completeThrough: Day | undefined;
    importedAt: Date;
  }>[];
  nowMs: number;
}>;

const DAY_SECONDS = 86_400;

export function alertMetrics(prefix: string, measured: Measured): string {
  const gauges = [...ruleGauges(measured), ...budgetGauges(measured), ...timeGauges(measured)];
  return exposition(gauges.map((gauge) => ({ ...gauge, name: `${prefix}_${gauge.name}` })));
}

function ruleGauges(measured: Measured): readonly Gauge[] {
  const rows = measured.rows.filter(({ state }) => state !== 'off');
  const known = rows.filter(({ state }) => state !== 'stale');
  return [
    {
      name: 'rule_value',
      help: 'What an alert rule measured last, in its unit or currency.',
      samples: rows.flatMap((row) => amount(row, row.value)),
    },
    {
      name: 'rule_threshold',
      help: 'Where an alert rule fires, in the unit or currency of its value.',
      samples: rows.flatMap((row) => amount(row, row.threshold)),
    },
    {
      name: 'rule_firing',
      help: 'Whether an alert rule fires; none while its data is missing or too old.',
      samples: known.map((row) => flag(row, row.state === 'firing' || row.state === 'clearing')),
    },
    {
      name: 'rule_stale',
      help: 'Whether the data of an alert rule is missing or too old.',
      samples: rows.map((row) => flag(row, row.state === 'stale')),
    },
  ];
}

function amount(row: AlertRow, units: bigint | undefined): readonly Sample[] {
  const { unit, isMoney } = row;
  return sampleOf({ ...labelsOf(row), [isMoney ? 'currency' : 'unit']: unit }, units);
}

function flag(row: AlertRow, isSet: boolean): Sample {
  return { labels: labelsOf(row), value: isSet ? '1' : '0' };
}

/** Both sides of a rule may stand beside each other; the one that is bad when low says so. */
function labelsOf({ id, scope, severity, basis, period, side }: AlertRow): Sample['labels'] {
  return { id, scope, severity, basis, period, side: side === 'under' ? side : undefined };
}

/** Steps of one budget share them. Of its periods it is those that have a row. */
function budgetGauges({ judged, rows }: Measured): readonly Gauge[] {
  const key = (id: string, scope: string, period: string | undefined): string =>
    JSON.stringify([id, scope, period ?? null]);
  const shown = new Set(rows.map(({ id, scope, period }) => key(id, scope, period)));
  const budgets = judged.filter(
    ({ rule, scope, period, notes }) =>
      rule.kind === 'budget' &&
      notes.currency !== undefined &&
      shown.has(key(rule.id, scope, period?.span.label)),
  );
  const spent = budgets.filter(
    ({ rule: { basis } }) => basis === 'effective' || basis === 'billed',
  );
  return [
    {
      name: 'budget_limit',
      help: 'How much a budget allows for its period, in its currency.',
      samples: budgets.flatMap((each) => sampleOf(budgetLabels(each), each.notes.limit)),
    },
    {
      name: 'budget_used',
      help: 'How much of a budget is spent, in its currency, as far as charges are complete.',
      samples: spent.flatMap((each) =>
        sampleOf({ ...budgetLabels(each), basis: each.rule.basis }, each.verdict.value),
      ),
    },
  ];
}

function budgetLabels({ rule, scope, period, notes }: Judged): Sample['labels'] {
  return {
    budget: rule.ladder,
    scope,
    period: period?.span.label,
    currency: notes.currency,
  };
}

function sampleOf(labels: Sample['labels'], units: bigint | undefined): readonly Sample[] {
  return units === undefined ? [] : [{ labels, value: formatExact(units, 0) }];
}

function timeGauges({ freshness, nowMs }: Measured): readonly Gauge[] {
  return [
    {
      name: 'source_complete_timestamp_seconds',
      help: 'The end of the last day (UTC) of which the charges of a source are believed complete.',
      samples: freshness.flatMap(({ source, completeThrough: day }) =>
        day === undefined ? [] : [{ labels: { source }, value: `${(day + 1) * DAY_SECONDS}` }],
      ),
    },
    {
      name: 'source_import_timestamp_seconds',
      help: 'When charges of a source were imported last.',
      samples: freshness.map(({ source, importedAt }) => ({
        labels: { source },
        value: seconds(importedAt.getTime()),
      })),
    },
    {
      name: 'evaluation_timestamp_seconds',
      help: 'When the alert rules were evaluated last.',
      samples: [{ labels: {}, value: seconds(nowMs) }],
    },
  ];
}

function seconds(ms: number): string {
  return formatExact(BigInt(ms) * 1_000_000_000n, 0);
}
