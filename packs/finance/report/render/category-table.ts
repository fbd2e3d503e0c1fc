/** Budget lines with their variance, and the total they foot to. */

import type { Cell, Paint, View } from 'brctl/sdk';
import { oneLine } from '../../core/one-line.ts';
import type { Row, WeeklyReport } from '../weekly-report.ts';
import { plainAmount, plainPercent, printed, printedActual } from './amount-text.ts';
import { BAR_WIDTH, usageBar } from './bar.ts';
import { type Layout, renderFitting, type TextColumn, type TextRow } from './fitting.ts';
import { statusPaint } from './status-paint.ts';

type Id = 'name' | 'budget' | 'actual' | 'variance' | 'percent' | 'status' | 'bar';

const COLUMNS: Readonly<Record<Id, TextColumn<Id>>> = {
  name: { id: 'name', title: 'Category' },
  budget: { id: 'budget', title: 'Budget', align: 'right', widthMin: 9 },
  actual: { id: 'actual', title: 'Actual', align: 'right', widthMin: 8 },
  variance: { id: 'variance', title: 'Variance', align: 'right', widthMin: 9 },
  percent: { id: 'percent', title: '%', align: 'right', widthMin: 6 },
  status: { id: 'status', title: 'Status' },
  bar: { id: 'bar', title: '', widthMin: BAR_WIDTH },
};

const BAR_FROM_WIDTH = 90;

export function categoryTable(report: WeeklyReport, view: View): string {
  const { categories, total, decimals } = report;
  const rows = [
    ...categories.map((row) => textRow(row, decimals, view.paint)),
    boldRow(textRow(total, decimals, view.paint), view.paint),
  ];
  return renderFitting({
    layouts: layoutsFor(view),
    rows,
    width: view.width,
    title: view.paint.dim,
  });
}

/** Narrower and narrower: without the bar, then the roomy gaps, the percentage, the variance. */
function layoutsFor({ isTTY, width }: View): Layout<Id>[] {
  const all: Id[] = ['name', 'budget', 'actual', 'variance', 'percent', 'status'];
  const roomy = (ids: readonly Id[]) => ({ columns: ids.map((id) => COLUMNS[id]), gap: '   ' });
  const tight = (ids: readonly Id[]) => ({
    columns: ids.map((id) => ({ ...COLUMNS[id], widthMin: 0 })),
    gap: '  ',
  });
  const hasBar = isTTY && width >= BAR_FROM_WIDTH;
  return [
    ...(hasBar ? [roomy([...all, 'bar'])] : []),
    roomy(all),
    tight(all),
    tight(all.filter((id) => id !== 'percent')),
    tight(all.filter((id) => id !== 'percent' && id !== 'variance')),
  ];
}

function textRow(row: Row, decimals: number, paint: Paint): TextRow<Id> {
  const colour = statusPaint(row.status, paint);
  const { budget, actual } = row;
  const bar = budget && actual ? usageBar(actual.rounded, budget.rounded) : '';
  return {
    name: oneLine(row.name),
    budget: printed(plainAmount(budget, decimals)),
    actual: printedActual(row, decimals),
    variance: printed(plainAmount(row.variance, decimals)),
    percent: printed(plainPercent(row.percent)),
    status: { text: row.status, paint: colour },
    bar: { text: bar, paint: colour },
  };
}

function boldRow(row: TextRow<Id>, paint: Paint): TextRow<Id> {
  const bold = (cell: Cell): Cell =>
    typeof cell === 'string'
      ? { text: cell, paint: paint.bold }
      : { text: cell.text, paint: (text) => paint.bold(cell.paint(text)) };
  return Object.fromEntries(
    Object.entries(row).map(([id, cell]) => [id, bold(cell)]),
  ) as TextRow<Id>;
}
