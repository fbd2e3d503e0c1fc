/** Names of columns as people vary them: `Invoice No.`, `invoice_no` and `InvoiceNo` are one. */
export function plainName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

const NOTHING: ReadonlySet<string> = new Set([
  '',
  'n/a',
  'na',
  '-',
  '--',
  '–',
  '—',
  'none',
  'null',
]);

/** What people write where there is nothing: `N/A`, `-`, an empty cell. */
export function isNothing(text: string): boolean {
  return NOTHING.has(text.trim().toLowerCase());
}

/** The trimmed text of a cell; undefined where it says that there is nothing. */
export function something(text: string | undefined): string | undefined {
  return text === undefined || isNothing(text) ? undefined : text.trim();
}
