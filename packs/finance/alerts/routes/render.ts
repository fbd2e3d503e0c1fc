/** Ways of alerts for people, and as `brctl.finance/alert-routes/v1`. */
import { renderTable, toJson, type View } from 'brctl/sdk';
import { formatDuration } from '../../core/alert-config/duration.ts';
import { oneLine } from '../../core/one-line.ts';
import { formatInstant } from '../../core/usage/instant.ts';
import { activeHoursJson } from '../render/hours-json.ts';
import { destinationText, hearsText } from '../render/rule-text.ts';
import { type AlertRoute, type Hearer, type Held, tells } from './hearing.ts';
import { readersOf } from './recipients.ts';
import type { Routes } from './routes.ts';

const SCHEMA = 'brctl.finance/alert-routes/v1';
const NOBODY = 'nobody';

export function renderRoutes(routes: Routes, view: View): string {
  if (view.format === 'json') return asJson(routes);
  const off = routes.isEnabled ? '' : 'alerts are switched off: global.enabled is false\n';
  if (routes.isAll) return `${allText(routes, view)}${off}`;
  const [route] = routes.routes;
  return `${route === undefined ? '' : oneText(route, routes, view)}${off}${verdict(routes)}`;
}

function allText({ routes, atMs }: Routes, { paint }: View): string {
  if (routes.length === 0) return 'the config has no rules\n';
  const rows = routes.map((route) => [
    route.rule?.id ?? '-',
    route.severity,
    route.isEnabled ? tells(route).join(', ') || NOBODY : 'off',
    route.isEnabled ? repeatsText(route) : '-',
    route.isEnabled ? heldTexts(route).join('; ') || '-' : '-',
  ]);
  const table = renderTable({
    columns: ['Rule', 'Severity', 'Tells', 'Repeats', 'Held back'].map((title) => ({ title })),
    rows: rows.map((row) => row.map(oneLine)),
    title: paint.dim,
  });
  return `${table}\nas of ${formatInstant(atMs)}\n`;
}

function heldTexts({ hearers }: AlertRoute): readonly string[] {
  return hearers.flatMap(({ channel, held }) =>
    held.length === 0 ? [] : `${channel.name}: ${held.map(heldText).join(', ')}`,
  );
}

function oneText(route: AlertRoute, { atMs, bindings }: Routes, { paint }: View): string {
  const { labels, hearers } = route;
  const shown = Object.entries(labels).map(([name, value]) => oneLine(`${name}=${value}`));
  const table =
    hearers.length === 0
      ? ''
      : `${renderTable({
          columns: ['Channel', 'Via', 'Takes', 'State', 'To'].map((title) => ({ title })),
          rows: hearers.map((hearer) =>
            [
              hearer.channel.name,
              hearer.via,
              hearsText(hearer.channel),
              stateText(hearer),
              toText(hearer, bindings),
            ].map(oneLine),
          ),
          title: paint.dim,
        })}\n`;
  const told = route.isEnabled ? tells(route) : [];
  const end =
    told.length === 0 ? `tells ${NOBODY}` : `tells ${told.join(', ')}, ${repeatsText(route)}`;
  const off = route.rule?.isEnabled === false ? ': its section is switched off' : '';
  return `${shown.join(' ')}\n\n${table}as of ${formatInstant(atMs)}: ${end}${off}\n`;
}

function repeatsText(route: AlertRoute): string {
  const { repeatMs } = route;
  return repeatMs === undefined ? 'once' : `every ${formatDuration(repeatMs)}`;
}

function stateText({ held }: Hearer): string {
  return held.length === 0 ? 'told' : held.map(heldText).join(', ');
}

function heldText({ by, name, untilMs }: Held): string {
  const until = untilMs === null ? '' : ` until ${formatInstant(untilMs)}`;
  switch (by) {
    case 'threshold':
      return 'refuses: below its threshold';
    case 'hours':
      return `outside active hours${until}`;
    case 'window':
      return `muted by ${name}${until}`;
    case 'silence':
      return `silenced by ${name}${until}`;
    default:
      return by satisfies never;
  }
}

function toText({ channel }: Hearer, bindings: Routes['bindings']): string {
  if (channel.to.type !== 'email') return destinationText(channel.to);
  return readersOf(channel, bindings)
    .map(({ role, address }) => {
      if (role === null) return address;
      return address === null ? `${role} (nobody with an address)` : `${role} <${address}>`;
    })
    .join(', ');
}

function verdict({ routes, expected, isExpected }: Routes): string {
  if (expected === undefined) return '';
  const named = (names: readonly string[]): string => names.join(', ') || NOBODY;
  if (isExpected) return 'that is who was expected\n';
  return `expected ${named(expected)}; told ${named(routes.flatMap(tells))}\n`;
}

function asJson({ atMs, isEnabled, routes, bindings, expected, isExpected }: Routes): string {
  return toJson({
    schema: SCHEMA,
    at: formatInstant(atMs),
    enabled: isEnabled,
    routes: routes.map((route) => ({
      rule: route.rule?.id ?? null,
      enabled: route.isEnabled,
      severity: route.severity,
      labels: route.labels,
      repeat_interval: route.repeatMs === undefined ? null : formatDuration(route.repeatMs),
      channels: route.hearers.map(({ channel, via, held }) => ({
        name: channel.name,
        type: channel.to.type,
        via,
        severity_threshold: channel.minSeverity,
        active_hours: channel.hours === undefined ? null : activeHoursJson(channel.hours),
        recipients: readersOf(channel, bindings).map(({ role, address }) => ({ role, address })),
        told: route.isEnabled && held.length === 0,
        held: held.map(({ by, name, untilMs }) => ({
          ...{ by, name, until: untilMs === null ? null : formatInstant(untilMs) },
        })),
      })),
      tells: tells(route),
    })),
    expected: expected ?? null,
    as_expected: isExpected ?? null,
  });
}
