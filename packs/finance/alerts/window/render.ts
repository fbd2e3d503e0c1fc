/** Maintenance windows, for people and as JSON: all of them, or the one that was changed. */

import { renderTable, toJson, type View } from 'brctl/sdk';
import type { MaintenanceWindow } from '../../core/alert-config/config.ts';
import { formatDuration } from '../../core/alert-config/duration.ts';
import { oneLine } from '../../core/one-line.ts';
import { formatInstant } from '../../core/usage/instant.ts';
import type { OpenedWindow } from '../../ports/alert-state.ts';
import { isOpenAt } from './named.ts';

type Listed = Readonly<{
  window: MaintenanceWindow;
  /** Where it is open by hand now. */
  opened: OpenedWindow | undefined;
}>;

export type WindowList = Readonly<{
  windows: readonly Listed[];
  /** Open, and no longer in the config: they mute nothing. */
  strays: readonly OpenedWindow[];
  nowMs: number;
}>;

export type WindowChange = Readonly<{
  name: string;
  /** Undefined: the config was not asked. */
  window: MaintenanceWindow | undefined;
  /** As it is afterwards; undefined where it never was open. */
  opened: OpenedWindow | undefined;
  change: 'open' | 'close' | 'none';
  isDone: boolean;
  nowMs: number;
}>;

export function renderWindows(list: WindowList, view: View): string {
  const { windows, strays } = list;
  if (view.format === 'json') return listJson(list);
  if (windows.length + strays.length === 0) return 'there are no maintenance windows\n';
  return renderTable({
    columns: ['Window', 'Schedule', 'Lasts', 'Suppresses', 'State'].map((title) => ({ title })),
    rows: [
      ...windows.map(({ window, opened }) => [
        oneLine(window.name),
        window.schedule === 'manual' ? 'manual' : window.schedule.text,
        window.durationMs === undefined ? 'until closed' : formatDuration(window.durationMs),
        window.suppress.join(', '),
        window.schedule === 'manual' ? stateText(opened) : 'by its schedule',
      ]),
      ...strays.map((each) => [
        oneLine(each.name),
        '-',
        '-',
        'nothing',
        `${stateText(each)}; not in the config`,
      ]),
    ],
    title: view.paint.dim,
  });
}

function stateText(opened: OpenedWindow | undefined): string {
  if (opened === undefined) return 'closed';
  const { openedMs, closesMs, author, comment } = opened;
  const until = closesMs === null ? '' : ` until ${formatInstant(closesMs)}`;
  const said = [author, comment].flatMap((text) => (text === null ? [] : oneLine(text)));
  const by = said.length === 0 ? '' : ` (${said.join(': ')})`;
  return `open since ${formatInstant(openedMs)}${until}${by}`;
}

export function renderWindowChange(given: WindowChange, view: View): string {
  const { name, window, opened, change, isDone, nowMs } = given;
  if (view.format === 'json') return changeJson(given);
  const shown = `the window "${oneLine(name)}"`;
  const mutes = window === undefined ? '' : `, mutes ${window.suppress.join(', ')}`;
  switch (change) {
    case 'open':
      return isDone
        ? `${shown} is ${stateText(opened)}${mutes}\n`
        : `${shown} would be ${stateText(opened)}${mutes}\n`;
    case 'close':
      return `${shown} ${isDone ? 'is' : 'would be'} closed\n`;
    case 'none':
      return opened !== undefined && isOpenAt(opened, nowMs)
        ? `${shown} is ${stateText(opened)} already\n`
        : `${shown} is not open\n`;
    default:
      return change satisfies never;
  }
}

function changeJson({ name, opened, change, isDone, nowMs }: WindowChange): string {
  return toJson({
    schema: 'brctl.finance/alert-window/v1',
    at: formatInstant(nowMs),
    name,
    change,
    done: isDone,
    opened: opened === undefined ? null : openedJson(opened),
  });
}

function openedJson({ openedMs, closesMs, author, comment }: OpenedWindow) {
  return {
    opened_at: formatInstant(openedMs),
    closes_at: closesMs === null ? null : formatInstant(closesMs),
    author,
    comment,
  };
}

function listJson({ windows, strays, nowMs }: WindowList): string {
  return toJson({
    schema: 'brctl.finance/alert-windows/v1',
    at: formatInstant(nowMs),
    windows: [
      ...windows.map(({ window, opened }) => ({
        name: window.name,
        schedule: window.schedule === 'manual' ? 'manual' : window.schedule.text,
        duration_seconds: window.durationMs === undefined ? null : window.durationMs / 1000,
        suppress: window.suppress,
        in_config: true,
        opened: opened === undefined ? null : openedJson(opened),
      })),
      ...strays.map((each) => ({
        name: each.name,
        schedule: null,
        duration_seconds: null,
        suppress: [],
        in_config: false,
        opened: openedJson(each),
      })),
    ],
  });
}
