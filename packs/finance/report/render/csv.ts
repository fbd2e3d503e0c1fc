/** CSV that is safe to open: a text cell never starts what a spreadsheet takes for a formula. */
import { stringify } from 'csv-stringify/sync';

/** Numbers are written as they are, also negative ones; texts are guarded. */
export type CsvCell = string | Readonly<{ number: string }>;

export function toCsv(rows: readonly (readonly CsvCell[])[]): string {
  return stringify(
    rows.map((row) => row.map((cell) => (typeof cell === 'string' ? guard(cell) : cell.number))),
    { quoted_match: /[\r\n\t]/ },
  );
}

/** https://owasp.org/www-community/attacks/CSV_Injection */
function guard(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
