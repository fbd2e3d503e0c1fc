/** The list of usage, for people and as `brctl.finance/usage/v1`. */
import { renderTable, toJson, type View } from 'brctl/sdk';
import { formatDuration } from '../../core/alert-config/duration.ts';
import { formatExact, formatScaled, roundUnits } from '../../core/money.ts';
import { percentOf } from '../../core/usage/figure.ts';
import { formatInstant } from '../../core/usage/instant.ts';
import type { Reading } from '../../core/usage/usage.ts';
import type { UsageList } from '../list.ts';
import { amountJson, timeJson, valueText } from './reading-text.ts';

export function renderList(list: UsageList, view: View): string {
  return view.format === 'json' ? asJson(list) : asTable(list, view);
}

function asJson({ metrics, service, sinceMs, nowMs }: UsageList): string {
  return toJson({
    schema: 'brctl.finance/usage/v1',
    at: formatInstant(nowMs),
    service: service ?? null,
    since: sinceMs === undefined ? null : formatInstant(sinceMs),
    metrics: metrics.map(({ reading, count }) => ({
      service: reading.service,
      metric: reading.metric,
      source: reading.source,
      ...amountJson(reading),
      percent: exactPercent(reading),
      ...timeJson(reading),
      age_seconds: Math.floor(ageMs(reading, nowMs) / 1000),
      recorded_at: formatInstant(reading.recordedMs),
      readings: count,
    })),
  });
}

function exactPercent({ value, limit }: Reading): string | null {
  return limit === undefined ? null : formatExact(percentOf(value, limit), 0);
}

function asTable(list: UsageList, { paint }: View): string {
  const { metrics, nowMs, service, sinceMs, meant } = list;
  if (metrics.length === 0) {
    const isAll = service === undefined && sinceMs === undefined;
    if (meant !== undefined) {
      return `there are no usage readings of ${service} (did you mean "${meant}"?)\n`;
    }
    const hint = isAll ? ' (brctl finance usage record, brctl finance usage import FILE)' : '';
    return `there are no usage readings${isAll ? ' yet' : ' of that'}${hint}\n`;
  }
  return renderTable({
    columns: [
      { title: 'Service' },
      { title: 'Metric' },
      { title: 'Value', align: 'right' },
      { title: 'Limit', align: 'right' },
      { title: '%', align: 'right' },
      { title: 'Kind' },
      { title: 'Of' },
      { title: 'Age', align: 'right' },
      { title: 'Source' },
      { title: 'Readings', align: 'right' },
    ],
    rows: metrics.map(({ reading, count }) => [
      reading.service,
      reading.metric,
      valueText(reading),
      reading.limit === undefined ? '–' : formatExact(reading.limit, 0),
      percentText(reading),
      reading.kind,
      formatInstant(reading.endMs),
      ageText(ageMs(reading, nowMs)),
      reading.source,
      String(count),
    ]),
    title: paint.dim,
  });
}

function percentText({ value, limit }: Reading): string {
  return limit === undefined ? '–' : formatScaled(roundUnits(percentOf(value, limit), 1), 1);
}

/** Clocks differ by a little. */
function ageMs({ endMs }: Reading, nowMs: number): number {
  return Math.max(nowMs - endMs, 0);
}

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

/** As fine as it matters: `42s`, `5m`, `3h20m`, `12d4h`. */
function ageText(ms: number): string {
  const step = ms < MINUTE ? 1000 : ms < DAY ? MINUTE : HOUR;
  return formatDuration(Math.floor(ms / step) * step);
}
