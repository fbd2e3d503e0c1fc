/**
 * Tables that fit: of several layouts, widest first, the first that leaves the names room. The
 * first column holds names and is the only one that is ever clipped.
 */
import { type Cell, clip, columnWidth, renderTable } from 'brctl/sdk';

export type TextRow<Id extends string> = Readonly<Record<Id, Cell>>;

export type TextColumn<Id extends string> = Readonly<{
  id: Id;
  title: string;
  align?: 'left' | 'right';
  /** At least this wide; the widest cell decides otherwise. */
  widthMin?: number;
}>;

export type Layout<Id extends string> = Readonly<{
  columns: readonly TextColumn<Id>[];
  gap: string;
}>;

export type FittingOptions<Id extends string> = Readonly<{
  layouts: readonly Layout<Id>[];
  rows: readonly TextRow<Id>[];
  /** Infinity where nothing has to be clipped. */
  width: number;
  title: (text: string) => string;
}>;

/** Names as long as this are never clipped to keep another column. */
const NAME_WIDTH = 20;
const NAME_WIDTH_MIN = 8;

export function renderFitting<Id extends string>(options: FittingOptions<Id>): string {
  const { layouts, rows, width, title } = options;
  const [chosen, left] = chooseLayout(layouts, rows, width);
  const { columns, gap } = chosen;
  return renderTable({
    columns: columns.map(({ title: text, align = 'left', widthMin = 0 }) => ({
      title: align === 'right' ? text.padStart(widthMin) : text,
      align,
    })),
    rows: rows.map((row) =>
      columns.map(({ id }, i) => (i === 0 ? clipCell(row[id], left) : row[id])),
    ),
    gap,
    title,
  });
}

/** The layout, and the columns it leaves for names. */
function chooseLayout<Id extends string>(
  layouts: readonly Layout<Id>[],
  rows: readonly TextRow<Id>[],
  width: number,
): [Layout<Id>, number] {
  let left = width;
  for (const layout of layouts) {
    const [name, ...others] = layout.columns.map((column) => widthOf(column, rows));
    left = width - others.reduce((sum, each) => sum + each + layout.gap.length, 0);
    if (left >= Math.min(name!, NAME_WIDTH)) return [layout, left];
  }
  return [layouts.at(-1)!, Math.max(left, NAME_WIDTH_MIN)];
}

function widthOf<Id extends string>(
  { id, title, widthMin = 0 }: TextColumn<Id>,
  rows: readonly TextRow<Id>[],
): number {
  return rows.reduce(
    (width, row) => Math.max(width, columnWidth(textOf(row[id]))),
    Math.max(widthMin, columnWidth(title)),
  );
}

function clipCell(cell: Cell, width: number): Cell {
  if (!Number.isFinite(width)) return cell;
  if (typeof cell === 'string') return clip(cell, width);
  return { ...cell, text: clip(cell.text, width) };
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}
