/** Services below their category. A terminal is not for long tails: JSON and Markdown have all. */

import { clip, type Paint, type View } from 'brctl/sdk';
import { formatScaled } from '../../core/money.ts';
import { oneLine } from '../../core/one-line.ts';
import type { ServiceRow, WeeklyReport } from '../weekly-report.ts';
import { plainAmount, printed, printedActual, serviceStatusText } from './amount-text.ts';
import { type Layout, renderFitting, type TextColumn, type TextRow } from './fitting.ts';
import { statusPaint } from './status-paint.ts';

type Id = 'name' | 'tier' | 'budget' | 'actual' | 'variance' | 'status';

const COLUMNS: Readonly<Record<Id, TextColumn<Id>>> = {
  name: { id: 'name', title: 'Service' },
  tier: { id: 'tier', title: 'Tier' },
  budget: { id: 'budget', title: 'Budget', align: 'right' },
  actual: { id: 'actual', title: 'Actual', align: 'right' },
  variance: { id: 'variance', title: 'Variance', align: 'right' },
  status: { id: 'status', title: 'Status' },
};

const EMPTY: TextRow<Id> = { name: '', tier: '', budget: '', actual: '', variance: '', status: '' };

/** Of the services that only charges name, the largest per category are drawn. */
const UNLISTED_MAX = 10;

export function serviceTable(report: WeeklyReport, view: View): string {
  const { services, decimals } = report;
  const groups = [...new Set(services.map(({ category }) => category))].map((category) => ({
    title: clip(oneLine(category ?? 'No charges'), view.width),
    rows: textRows(
      services.filter((row) => row.category === category),
      decimals,
      view.paint,
    ),
  }));
  const rows = groups.flatMap((group) => group.rows);
  const { width, paint } = view;
  const drawn = renderFitting({ layouts: layouts(), rows, width, title: paint.dim });
  const [head, ...lines] = drawn.split(/(?<=\n)/);
  const body = groups.flatMap((group) => [
    `${paint.bold(group.title)}\n`,
    ...lines.splice(0, group.rows.length),
  ]);
  return head + body.join('');
}

function layouts(): Layout<Id>[] {
  const all: Id[] = ['name', 'tier', 'budget', 'actual', 'variance', 'status'];
  const layout = (without: readonly Id[], gap: string): Layout<Id> => ({
    columns: all.filter((id) => !without.includes(id)).map((id) => COLUMNS[id]),
    gap,
  });
  return [
    layout([], '   '),
    layout([], '  '),
    layout(['variance'], '  '),
    layout(['variance', 'tier'], '  '),
  ];
}

function textRows(services: readonly ServiceRow[], decimals: number, paint: Paint): TextRow<Id>[] {
  const unlisted = services.filter(({ isListed }) => !isListed);
  // One row more than the limit would save nothing.
  const tail = unlisted.length > UNLISTED_MAX + 1 ? unlisted.slice(UNLISTED_MAX) : [];
  const drawn = services.filter((row) => !tail.includes(row));
  const rows = drawn.map((row) => textRow(row, decimals, paint));
  if (tail.length === 0) return rows;
  const shown = tail.reduce((sum, { actual }) => sum + (actual?.shown ?? 0n), 0n);
  const name = { text: `  ${tail.length} more services`, paint: paint.dim };
  return [...rows, { ...EMPTY, name, actual: printed(formatScaled(shown, decimals)) }];
}

function textRow(row: ServiceRow, decimals: number, paint: Paint): TextRow<Id> {
  return {
    name: `  ${oneLine(row.name)}`,
    tier: oneLine(row.tier ?? ''),
    budget: printed(plainAmount(row.budget, decimals)),
    actual: printedActual(row, decimals),
    variance: printed(plainAmount(row.variance, decimals)),
    status: { text: serviceStatusText(row.status), paint: statusPaint(row.status, paint) },
  };
}
