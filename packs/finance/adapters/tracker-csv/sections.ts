/** The titled tables after the invoices. A section is known by its columns, whatever its title. */
import type { Day } from '../../core/day.ts';
import { type CsvCell, type CsvRecord, isBlank } from '../../core/reconcile/csv-scan.ts';
import { plainName, something } from '../../core/reconcile/field-name.ts';
import type { Problems } from '../../core/reconcile/file-problem.ts';
import type { ItemPlace } from '../../core/reconcile/item.ts';
import type {
  BudgetRow,
  ScheduleRow,
  SectionKind,
  SummaryRow,
  TrackerSection,
  VendorRow,
} from '../../core/reconcile/tracker.ts';
import { amountCell, dateCell } from './cells.ts';

export type Sections = Readonly<{
  sections: readonly TrackerSection[];
  summary: readonly SummaryRow[];
  vendors: readonly VendorRow[];
  budget: readonly BudgetRow[];
  schedule: readonly ScheduleRow[];
}>;

type Context = Readonly<{ file: string; currency: string | undefined; problems: Problems }>;

type Table = Readonly<{
  title: CsvRecord | undefined;
  header: CsvRecord | undefined;
  rows: readonly CsvRecord[];
}>;

/** The columns that tell what a section is: any two of a kind. */
const SIGNS: Readonly<Record<Exclude<SectionKind, 'text'>, readonly string[]>> = {
  summary: ['totalinvoiced', 'totalpaid', 'outstanding'],
  vendors: ['ytdspend', 'yeartodate', 'ytd', 'monthlyaverage'],
  budget: ['budget', 'actual', 'variance'],
  schedule: ['nextdue', 'estimatedamount', 'autopay', 'paymentfrequency'],
};
const KINDS = ['summary', 'vendors', 'schedule', 'budget'] as const;

export function readSections(records: readonly CsvRecord[], context: Context): Sections {
  const tables = splitTables(records);
  const all = tables.map((table) => ({ table, section: sectionOf(table, context.file) }));
  const typed = <T>(kind: SectionKind, read: (row: Cells) => T | undefined): T[] =>
    all
      .filter(({ section }) => section.kind === kind)
      .flatMap(({ table }) =>
        table.rows.flatMap((row) => read(cellsOf(table, row, context)) ?? []),
      );
  return {
    sections: all.map(({ section }) => section),
    summary: typed('summary', summaryRow),
    vendors: typed('vendors', vendorRow),
    budget: typed('budget', budgetRow),
    schedule: typed('schedule', scheduleRow),
  };
}

/** A blank line ends a table; a line with one cell begins one. */
function splitTables(records: readonly CsvRecord[]): Table[] {
  const groups: CsvRecord[][] = [];
  let isNew = true;
  for (const record of records) {
    if (isBlank(record)) isNew = true;
    else if (isNew) {
      groups.push([record]);
      isNew = false;
    } else groups.at(-1)!.push(record);
  }
  return groups.map((group) => {
    const title = filled(group[0]!) === 1 ? group[0] : undefined;
    const [header, ...rows] = title === undefined ? group : group.slice(1);
    return { title, header, rows };
  });
}

/** Cells up to the last that says something. */
function filled({ cells }: CsvRecord): number {
  return cells.findLastIndex(({ text }) => text.trim() !== '') + 1;
}

function sectionOf({ title, header, rows }: Table, file: string): TrackerSection {
  const columns = (header?.cells ?? [])
    .slice(0, header === undefined ? 0 : filled(header))
    .map(({ text }) => text.trim());
  const at = (record: CsvRecord): ItemPlace => ({ file, line: record.line });
  return {
    title: title?.cells[0]?.text.trim() ?? '',
    kind: kindOf(columns),
    columns,
    rows: rows.map((row) => ({
      cells: row.cells.slice(0, Math.max(filled(row), columns.length)).map(({ text }) => text),
      place: at(row),
    })),
    place: at((title ?? header)!),
  };
}

function kindOf(columns: readonly string[]): SectionKind {
  const names = columns.map(columnKey);
  const has = (kind: (typeof KINDS)[number]): boolean =>
    SIGNS[kind].filter((sign) => names.includes(sign)).length >= 2;
  return KINDS.find(has) ?? 'text';
}

/** `Budget (Monthly)` is `budget`: what is in brackets says which, not what. */
function columnKey(name: string): string {
  return plainName(name.replace(/\([^)]*\)/g, '').replaceAll('%', ' percent'));
}

type Cells = Readonly<{
  text(...names: readonly string[]): string | undefined;
  amount(...names: readonly string[]): bigint | undefined;
  day(...names: readonly string[]): Day | undefined;
  place: ItemPlace;
}>;

function cellsOf({ header }: Table, row: CsvRecord, { file, currency, problems }: Context): Cells {
  const columns = header?.cells.map(({ text }) => text.trim()) ?? [];
  const find = (names: readonly string[]): Readonly<{ cell?: CsvCell; column: string }> => {
    const index = columns.findIndex((name) => names.includes(columnKey(name)));
    const cell = row.cells[index];
    return { ...(cell === undefined ? {} : { cell }), column: columns[index] ?? '' };
  };
  return {
    text: (...names) => something(find(names).cell?.text),
    amount: (...names) => {
      const { cell, column } = find(names);
      return amountCell(cell, column, currency, problems).value;
    },
    day: (...names) => {
      const { cell, column } = find(names);
      return dateCell(cell, column, problems).value;
    },
    place: { file, line: row.line },
  };
}

function summaryRow({ text, amount, day, place }: Cells): SummaryRow | undefined {
  return {
    period: text('period', 'month') ?? '',
    start: day('startdate', 'start', 'from'),
    end: day('enddate', 'end', 'to'),
    invoiced: amount('totalinvoiced', 'invoiced'),
    paid: amount('totalpaid', 'paid'),
    outstanding: amount('outstanding', 'open'),
    budget: amount('budget'),
    variance: amount('variance'),
    variancePercent: text('variancepercent', 'variancepct'),
    place,
  };
}

function vendorRow({ text, amount, place }: Cells): VendorRow | undefined {
  const vendor = text('vendor', 'supplier', 'payee');
  if (vendor === undefined) return undefined;
  return {
    vendor,
    yearToDate: amount('ytdspend', 'yeartodate', 'ytd'),
    monthlyAverage: amount('monthlyaverage', 'average'),
    category: text('category'),
    status: text('status'),
    contract: text('contracttype', 'contract'),
    notes: text('notes', 'note'),
    place,
  };
}

function budgetRow({ text, amount, place }: Cells): BudgetRow | undefined {
  const category = text('category', 'budgetline', 'line');
  if (category === undefined) return undefined;
  return {
    category,
    budget: amount('budget'),
    actual: amount('actual'),
    variance: amount('variance'),
    status: text('status'),
    isTotal: /^(grand )?total$/i.test(category),
    place,
  };
}

function scheduleRow({ text, amount, day, place }: Cells): ScheduleRow | undefined {
  const vendor = text('vendor', 'supplier', 'payee');
  if (vendor === undefined) return undefined;
  const auto = text('autopay', 'automatic')?.toLowerCase();
  const isAutomatic = auto === 'yes' || auto === 'no' ? auto === 'yes' : undefined;
  return {
    vendor,
    frequency: text('paymentfrequency', 'frequency'),
    nextDue: day('nextdue', 'duedate', 'due'),
    amount: amount('estimatedamount', 'amount'),
    isAutomatic,
    notes: text('notes', 'note'),
    place,
  };
}
