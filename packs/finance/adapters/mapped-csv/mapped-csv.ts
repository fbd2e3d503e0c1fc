/** Any CSV under a mapping: invoices, or the lines of a bank. */
import { suggest } from 'brctl/sdk';
import { bankRules } from '../../core/reconcile/bank-rule.ts';
import type { CsvMapping, MappedField } from '../../core/reconcile/csv-mapping.ts';
import { type CsvRecord, guessDelimiter, isBlank, scanCsv } from '../../core/reconcile/csv-scan.ts';
import { dateReader } from '../../core/reconcile/date-text.ts';
import { plainName } from '../../core/reconcile/field-name.ts';
import { type Problems, quoted } from '../../core/reconcile/file-problem.ts';
import type { InvoiceFile } from '../../core/reconcile/invoice-file.ts';
import type { Item, ItemPlace } from '../../core/reconcile/item.ts';
import { openText, type SourceText } from '../../core/reconcile/source-text.ts';
import { type StatementFile, uniqueIds } from '../../core/reconcile/statement.ts';
import type { ReadBytes, ReadBytesOptions } from '../../ports/reconcile-files.ts';
import { type Reading, readRow } from './rows.ts';

/** Only where a mapping says how. */
export const readMappedInvoices: ReadBytes<InvoiceFile> = (bytes, file, options) => {
  const { mapping } = options;
  if (mapping?.kind !== 'invoices' || mapping.columns.size === 0) return undefined;
  const { items, skipped, problems } = readItems(bytes, file, mapping, options);
  return {
    file,
    format: 'csv',
    invoices: items,
    open: [],
    details: [],
    skipped,
    problems: problems.found,
  };
};

export const readMappedBank: ReadBytes<StatementFile> = (bytes, file, options) => {
  const { mapping } = options;
  if (mapping?.kind !== 'bank' || mapping.columns.size === 0) return undefined;
  const { items, skipped, problems } = readItems(bytes, file, mapping, options);
  const currencies = new Set(items.map(({ currency }) => currency));
  const statement = {
    account: undefined,
    currency: currencies.size === 1 ? [...currencies][0] : mapping.currency,
    items,
    pending: [],
    opening: undefined,
    closing: undefined,
    check: undefined,
    place: { file, line: mapping.skip + 1 },
  };
  return {
    file,
    format: 'bank-csv',
    statements: [statement],
    payouts: [],
    skipped,
    problems: problems.found,
  };
};

type Items = Readonly<{ items: Item[]; skipped: ItemPlace[]; problems: Problems }>;

function readItems(
  bytes: Uint8Array,
  file: string,
  mapping: CsvMapping,
  { encoding }: ReadBytesOptions,
): Items {
  const { source, problems } = openText(bytes, file, encoding ?? mapping.encoding);
  const [items, skipped]: [Item[], ItemPlace[]] = [[], []];
  if (source === undefined) return { items, skipped, problems };
  const names = new Set([...mapping.columns.values()].flat().map(plainName));
  const body = afterLines(source, mapping.skip);
  const delimiter = mapping.delimiter ?? guessDelimiter(body, (name) => names.has(plainName(name)));
  const records = scanCsv(body, delimiter).filter((record) => !isBlank(record));
  const [header, ...rows] = records;
  const reading =
    header === undefined ? noHeader(problems) : readHeader(header, file, mapping, problems);
  if (reading === undefined) return { items, skipped, problems };
  const own = uniqueIds();
  const ruled = bankRules(mapping.rules);
  const firstOf = new Map<string, number>();
  for (const row of rows) {
    if (problems.isFull()) break;
    const record = { ...row, line: row.line + mapping.skip };
    const item = readRow(record, reading);
    if (item === undefined) continue;
    const kept = mapping.rules.length === 0 ? item : ruled(item);
    if (kept === undefined) {
      skipped.push(item.place);
      continue;
    }
    if (item.id !== '') sayTwice(item, record, firstOf, problems);
    items.push({ ...kept, id: own(item.id || `${file}:${record.line}`, record.line) });
  }
  return { items, skipped, problems };
}

function noHeader(problems: Problems): undefined {
  const message = 'holds no header';
  if (problems.found.length === 0) problems.error({ code: 'file-unreadable', message });
  return undefined;
}

/** Lines that a bank writes above its table are no CSV: they are passed over as they are. */
function afterLines(source: SourceText, count: number): SourceText {
  let { start } = source;
  for (let i = 0; i < count; i += 1) {
    const found = /\r\n|\n|\r/g;
    found.lastIndex = start;
    const end = found.exec(source.raw);
    start = end === null ? source.raw.length : found.lastIndex;
  }
  return { ...source, start };
}

function readHeader(
  header: CsvRecord,
  file: string,
  mapping: CsvMapping,
  problems: Problems,
): Reading | undefined {
  const names = header.cells.map(({ text }) => text.trim());
  const plain = names.map(plainName);
  const at = new Map<MappedField, readonly number[]>();
  let isFine = true;
  for (const [field, wanted] of mapping.columns) {
    const indexes = wanted.map((name) => {
      const exact = names.indexOf(name.trim());
      return exact >= 0 ? exact : plain.indexOf(plainName(name));
    });
    at.set(field, indexes);
    wanted.forEach((name, i) => {
      if (indexes[i]! >= 0) return;
      isFine = false;
      const meant = suggest(name, names);
      const ask = meant === undefined ? '' : ` (is it ${quoted(meant)}?)`;
      const message = `the header lacks ${quoted(name)}, mapped to ${field}${ask}`;
      const hint = `columns: ${names.slice(0, 30).map(quoted).join(', ')}`;
      problems.error({ at: header.start, code: 'column-missing', message, hint });
    });
  }
  const dateOf = dateReader(mapping.date);
  if (!isFine || dateOf === undefined) return undefined;
  return { file, mapping, at, width: header.cells.length, dateOf, problems };
}

function sayTwice(
  { id }: Item,
  { line, start }: CsvRecord,
  firstOf: Map<string, number>,
  problems: Problems,
): void {
  const before = firstOf.get(id);
  if (before === undefined) {
    firstOf.set(id, line);
    return;
  }
  const message = `${quoted(id)} is also in line ${before}`;
  problems.warn({ at: start, code: 'duplicate-id', message });
}
