/** `series` and `usage` of an alert test. */
import type { TestSeries, TestUsage } from '../../../core/alert-simulation/suite.ts';
import { type Dimension, dimension, isDimension } from '../../../core/dimension.ts';
import { COST_SOURCES } from '../../../core/focus.ts';
import { parseUnit } from '../../../core/usage/unit.ts';
import { USAGE_KINDS } from '../../../core/usage/usage.ts';
import {
  ask,
  given,
  oneOf,
  positionOf,
  readCurrency,
  readDuration,
  readLine,
  readPositive,
} from '../alerts/values.ts';
import { anyFieldsOf, fieldsOf, type Part, requiredField, type Source, say } from '../part.ts';
import { attempt, type Clock, readItemsOfDays } from './values.ts';

const COLUMNS = {
  service: 'ServiceName',
  provider: 'ServiceProviderName',
  category: 'ServiceCategory',
  account: 'SubAccountId',
  region: 'RegionId',
} as const;
const SERIES_KEYS = [
  ...Object.keys(COLUMNS),
  ...['tags', 'columns', 'source', 'currency', 'cost_source', 'values', 'arrival'],
];
const USAGE_KEYS = ['service', 'metric', 'unit', 'kind', 'limit', 'values', 'arrival'];

/** A source that nobody names is called as its provider, which is how a rule looks for it. */
const SOURCE = 'test';

export function readSeries(source: Source, part: Part, clock: Clock): TestSeries | undefined {
  const fields = fieldsOf(source, part, SERIES_KEYS);
  if (fields === undefined) return undefined;
  const valuesField = requiredField(source, part, fields, 'values');
  const items = valuesField && readItemsOfDays(source, valuesField);
  const columns = new Map<Dimension, string | null>();
  for (const [key, column] of Object.entries(COLUMNS)) {
    const value = given(source, fields, key, readLine);
    if (value !== undefined) columns.set(dimension(column), value);
  }
  given(source, fields, 'tags', (_, each) => readColumns(source, each, columns, 'Tags.'));
  given(source, fields, 'columns', (_, each) => readColumns(source, each, columns, ''));
  nameEachByTheOther(columns);
  const provider = columns.get(dimension(COLUMNS.provider));
  const name = given(source, fields, 'source', readLine) ?? provider?.toLowerCase() ?? SOURCE;
  const currency = given(source, fields, 'currency', readCurrency);
  const costSource = given(source, fields, 'cost_source', oneOf(COST_SOURCES));
  const arrivalMs = given(source, fields, 'arrival', readDuration) ?? clock.arrivalMs;
  if (items === undefined) return undefined;
  const terms = { currency, costSource: costSource ?? ('provider_billed' as const) };
  return { source: name, columns, ...terms, items, arrivalMs };
}

function readColumns(
  source: Source,
  part: Part,
  columns: Map<Dimension, string | null>,
  prefix: string,
): void {
  for (const [name, field] of anyFieldsOf(source, part) ?? []) {
    const value = readLine(source, field);
    const column = `${prefix}${name}`;
    if (!isDimension(column) || column === 'Source') {
      const meant = ask(name, ['ServiceName', 'ServiceProviderName', 'SubAccountId', 'RegionId']);
      say(source, field, 'unknown-column', `"${column}" is no column of a charge${meant}`);
    } else if (value !== undefined) columns.set(column, value);
  }
}

/** A provider's own service, unless both are said. */
function nameEachByTheOther(columns: Map<Dimension, string | null>): void {
  const [service, provider] = [dimension(COLUMNS.service), dimension(COLUMNS.provider)];
  const known = columns.get(service) ?? columns.get(provider);
  if (known === undefined) return;
  if (!columns.has(service)) columns.set(service, known);
  if (!columns.has(provider)) columns.set(provider, known);
}

export function readUsage(source: Source, part: Part, clock: Clock): TestUsage | undefined {
  const fields = fieldsOf(source, part, USAGE_KEYS);
  if (fields === undefined) return undefined;
  const required = (key: string) => {
    const field = requiredField(source, part, fields, key);
    return field && readLine(source, field);
  };
  const [service, metric, unit] = [required('service'), required('metric'), required('unit')];
  if (unit !== undefined) attempt(source, fields.get('unit')!, 'bad-unit', () => parseUnit(unit));
  const valuesField = requiredField(source, part, fields, 'values');
  const items = valuesField && readItemsOfDays(source, valuesField);
  const kind = given(source, fields, 'kind', oneOf(USAGE_KINDS)) ?? 'level';
  const limit = given(source, fields, 'limit', readPositive);
  const arrivalMs = given(source, fields, 'arrival', readDuration) ?? clock.arrivalMs;
  if (items === undefined || service === undefined || metric === undefined) return undefined;
  for (const item of items) {
    if (item.kind === 'monthly' || item.kind === 'revision') {
      const message = 'readings are what they are: @ and rev(…) are of charges';
      say(source, valuesField!, 'bad-series', message);
    } else if (item.kind === 'days' && least(item) < 0n) {
      say(source, valuesField!, 'bad-series', 'a reading is never negative');
    }
  }
  if (unit === undefined) return undefined;
  const names = { service: named(service), metric: named(metric), unit };
  return { ...names, kind, limit, items, arrivalMs, at: positionOf(source, part) };
}

function least({ first, step, count }: Readonly<{ first: bigint; step: bigint; count: number }>) {
  const last = first + step * BigInt(count - 1);
  return last < first ? last : first;
}

function named(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
