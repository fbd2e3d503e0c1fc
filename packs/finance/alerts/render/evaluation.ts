/** An evaluation as a table, as `brctl.finance/alerts/v1`, as CSV and as Markdown. */

import { clip, columnWidth, type Paint, renderTable, toJson, type View } from 'brctl/sdk';
import { stringify } from 'csv-stringify/sync';
import type { AlertNotice, AlertRow, RowState } from '../../core/alert-rules/row.ts';
import { decimalsOf } from '../../core/currency.ts';
import { formatDay } from '../../core/day.ts';
import { formatExact, formatScaled, roundUnits } from '../../core/money.ts';
import { oneLine } from '../../core/one-line.ts';
import type { Evaluation } from '../evaluation.ts';
import { sendingText } from '../send/render-report.ts';
import { actionsJson, actionsText } from './actions.ts';

export function renderEvaluation(evaluation: Evaluation, view: View): string {
  switch (view.format) {
    case 'json':
      return asJson(evaluation);
    case 'csv':
      return asCsv(evaluation);
    case 'md':
      return asMarkdown(evaluation);
    default:
      return asTable(evaluation, view);
  }
}

function asJson({ asOf, rows, notices, acted }: Evaluation): string {
  return toJson({
    schema: 'brctl.finance/alerts/v1',
    as_of: formatDay(asOf),
    rules: rows.map((row) => ({
      id: row.id,
      scope: row.scope,
      severity: row.severity,
      state: row.state,
      value: exact(row.value, row),
      threshold: exact(row.threshold, row),
      unit: row.unit ?? null,
      period: row.period ?? null,
      basis: row.basis,
      reason: row.reason,
    })),
    notices: notices.map(({ channel, headline, alerts }) => ({
      channel,
      why: headline,
      alerts: alerts.map(({ rule, scope, period, status, why }) => ({
        ...{ rule, scope, period, status, why },
      })),
    })),
    ...(acted === undefined ? {} : { actions: actionsJson(acted) }),
  });
}

/** All digits that matter; money has its cents. */
function exact(units: bigint | undefined, { isMoney, unit }: AlertRow): string | null {
  if (units === undefined) return null;
  return formatExact(units, isMoney && unit !== undefined ? decimalsOf(unit) : 0);
}

const COLUMNS = 'rule,scope,severity,state,value,threshold,unit,period,basis,reason'.split(',');

/** A cell that a spreadsheet would compute is text: an apostrophe says so. */
function harmless(text: string): string {
  return /^[=+@\t\r]|^-(?!\d+(\.\d+)?$)/.test(text) ? `'${text}` : text;
}

function asCsv({ rows }: Evaluation): string {
  const lines = rows.map((row) =>
    [
      ...[row.id, row.scope, row.severity, row.state],
      ...[exact(row.value, row) ?? '', exact(row.threshold, row) ?? '', row.unit ?? ''],
      ...[row.period ?? '', row.basis, row.reason],
    ].map(harmless),
  );
  return stringify([COLUMNS, ...lines]);
}

const TITLES = ['Rule', 'Scope', 'Severity', 'State', 'Value', 'Threshold', 'Period', 'Reason'];

function shownRow(row: AlertRow): readonly string[] {
  const { id, scope, severity, state, period, basis, reason } = row;
  const said = basis === 'effective' ? reason : `${basis}: ${reason}`;
  return [
    ...[id, scope, severity, state, shown(row.value, row), shown(row.threshold, row)],
    ...[period ?? '-', said],
  ].map(oneLine);
}

/** Money by the digits of its currency, percentages by one: the JSON has the rest. */
function shown(units: bigint | undefined, { unit, isMoney }: AlertRow): string {
  if (units === undefined) return '-';
  if (unit === undefined) return formatExact(units, 0);
  const decimals = isMoney ? decimalsOf(unit) : unit === '%' ? 1 : undefined;
  const text =
    decimals === undefined
      ? formatExact(roundUnits(units, 4) * 10n ** 8n, 0)
      : formatScaled(roundUnits(units, decimals), decimals);
  return `${text} ${unit}`;
}

function asMarkdown(evaluation: Evaluation): string {
  const cells = (texts: readonly string[]) =>
    `| ${texts.map((text) => text.replace(/[\\|<]/g, '\\$&')).join(' | ')} |\n`;
  const table = evaluation.rows.map((row) => cells(shownRow(row))).join('');
  const rule = cells(TITLES.map(() => '---'));
  const end = [...noticeLines(evaluation).map((line) => `- ${line}`), summary(evaluation)];
  return `${cells(TITLES)}${rule}${table}\n${end.join('\n')}\n`;
}

function asTable(evaluation: Evaluation, { paint, isTTY, width }: View): string {
  const notices = noticeLines(evaluation);
  const shown = fitted(evaluation.rows.map(shownRow), isTTY ? width : Number.POSITIVE_INFINITY);
  const table = renderTable({
    columns: TITLES.map((title) =>
      title === 'Value' || title === 'Threshold' ? { title, align: 'right' as const } : { title },
    ),
    rows: evaluation.rows.map((row, at) =>
      shown[at]!.map((text, i) =>
        i === 3 ? { text, paint: STATE_PAINT[row.state](paint) } : text,
      ),
    ),
    title: paint.dim,
  });
  const told = notices.length === 0 ? '' : `${notices.map((line) => `${line}\n`).join('')}\n`;
  const { rows, sending, acted } = evaluation;
  const done = acted === undefined ? '' : actionsText(acted, paint);
  const sent = sending === undefined ? '' : sendingText(sending, paint);
  return `${rows.length === 0 ? '' : `${table}\n`}${told}${done}${sent}${summary(evaluation)}\n`;
}

const REASON_MIN = 24;

/** On a terminal the reason ends where the line does; the JSON has all of it. */
function fitted(
  rows: readonly (readonly string[])[],
  width: number,
): readonly (readonly string[])[] {
  const before = TITLES.slice(0, -1).map((title, i) =>
    rows.reduce((most, row) => Math.max(most, columnWidth(row[i]!)), columnWidth(title)),
  );
  const taken = before.reduce((sum, each) => sum + each + 2, 0);
  const room = Math.max(REASON_MIN, width - taken);
  return rows.map((row) => [...row.slice(0, -1), clip(row.at(-1)!, room)]);
}

const plain = (text: string): string => text;

const STATE_PAINT: Readonly<Record<RowState, (paint: Paint) => (text: string) => string>> = {
  inactive: () => plain,
  pending: ({ yellow }) => yellow,
  firing: ({ red }) => red,
  clearing: ({ yellow }) => yellow,
  resolved: ({ green }) => green,
  stale: ({ yellow }) => yellow,
  off: ({ dim }) => dim,
};

function noticeLines({ notices, isTold }: Evaluation): readonly string[] {
  return notices.map((notice) => `${isTold ? 'tells' : 'would tell'} ${noticeText(notice)}`);
}

function noticeText({ channel, headline, alerts }: AlertNotice): string {
  const news = alerts.filter(({ why }) => why !== 'still');
  const told = (news.length > 0 ? news : alerts).map(alertText);
  const more = told.length > 3 ? `, and ${told.length - 3} more` : '';
  return `${channel} (${headline}): ${told.slice(0, 3).join(', ')}${more}`;
}

function alertText({ rule, scope, period, labels }: AlertNotice['alerts'][number]): string {
  const isSaid = scope === 'all' || rule.split('/').includes(scope);
  const data = labels.data === 'missing' ? 'without data' : '';
  return oneLine([rule, isSaid ? '' : `(${scope})`, period ?? '', data].filter(Boolean).join(' '));
}

function summary({ config, rows, asOf }: Evaluation): string {
  if (!config.isEnabled) return 'alerts are switched off: global.enabled is false';
  const count = (state: RowState) => rows.filter((row) => row.state === state).length;
  const parts = (['firing', 'clearing', 'pending', 'stale'] as const).flatMap((state) =>
    count(state) === 0 ? [] : [`${count(state)} ${state}`],
  );
  const rules = new Set(rows.map(({ id }) => id)).size;
  const state = parts.length > 0 ? parts.join(', ') : 'nothing fires';
  return `as of ${formatDay(asOf)} UTC: ${rules} rule${rules === 1 ? '' : 's'}, ${state}`;
}
