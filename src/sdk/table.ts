/**
 * Plain aligned columns. Cells arrive as text already rounded and signed: a table never computes.
 *
 * Widths count code points of the unpainted text, so colour never moves a column.
 */
export type Column = Readonly<{ title: string; align?: 'left' | 'right' }>;

export type Cell = string | Readonly<{ text: string; paint: (text: string) => string }>;

export type TableOptions = Readonly<{
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
  /** Between columns. */
  gap?: string;
  title?: (text: string) => string;
}>;

export function renderTable(options: TableOptions): string {
  const { columns, rows, gap = '  ', title = (text: string) => text } = options;
  const widths = columns.map((column, i) =>
    rows.reduce(
      (width, row) => Math.max(width, columnWidth(textOf(row[i] ?? ''))),
      columnWidth(column.title),
    ),
  );
  const line = (cells: readonly Cell[], paint: (text: string) => string): string => {
    const parts = columns.map((column, i) => {
      const cell = cells[i] ?? '';
      const text = textOf(cell);
      const pad = ' '.repeat(widths[i]! - columnWidth(text));
      const isLast = i === columns.length - 1;
      const drawn = typeof cell === 'string' ? paint(text) : cell.paint(text);
      if (column.align === 'right') return pad + drawn;
      return isLast ? drawn : drawn + pad;
    });
    return parts.join(gap).trimEnd();
  };
  const same = (text: string): string => text;
  const head = line(
    columns.map((column) => column.title),
    title,
  );
  return [head, ...rows.map((row) => line(row, same))].map((text) => `${text}\n`).join('');
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

/** Terminal columns of a text: code points, with East Asian wide characters counted twice. */
export function columnWidth(text: string): number {
  let width = 0;
  for (const character of text.normalize('NFC')) {
    if (/\p{Mark}/u.test(character)) continue;
    width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

/** Unicode's East Asian Wide and Fullwidth blocks, and emoji. */
const WIDE = new RegExp(
  `[\\u1100-\\u115F\\u2E80-\\u303E\\u3041-\\uA4CF\\uAC00-\\uD7A3\\uF900-\\uFAFF\\uFE30-\\uFE6F` +
    `\\uFF00-\\uFF60\\uFFE0-\\uFFE6\\u{1F300}-\\u{1FAFF}\\u{20000}-\\u{3FFFD}]`,
  'u',
);

/** Cuts at `width` columns with an ellipsis, so that one long name never wraps a table. */
export function clip(text: string, width: number): string {
  if (columnWidth(text) <= width) return text;
  let clipped = '';
  for (const character of text) {
    if (columnWidth(clipped + character) > width - 1) break;
    clipped += character;
  }
  return `${clipped}…`;
}
