/** Cells know their bytes, in any encoding; what is damaged or hostile is told and ends it. */
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvText, scanCsv } from '../../../packs/finance/core/reconcile/csv-scan.ts';
import {
  type Encoding,
  encodeText,
  openText,
} from '../../../packs/finance/core/reconcile/source-text.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function scan(bytes: Uint8Array, delimiter = ',', encoding?: Encoding) {
  const { source, problems } = openText(bytes, 'a.csv', encoding);
  const records = source === undefined ? [] : scanCsv(source, delimiter);
  return {
    records,
    rows: records.map(({ cells }) => cells.map(({ text }) => text)),
    lines: records.map(({ line }) => line),
    said: problems.found.map((it) => `${it.line ?? ''}:${it.column ?? ''} ${it.message}`),
  };
}

describe('cells', () => {
  it('are those that another writer wrote, at the bytes where they stand', () => {
    const unit = fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é', '😀', '\t', 'x');
    const row = fc.array(fc.string({ unit }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), fc.boolean(), (rows, hasMark) => {
        const text = stringify(rows, {
          quoted: true,
          quoted_empty: true,
          record_delimiter: '\r\n',
        });
        const bytes = bytesOf((hasMark ? '\ufeff' : '') + text);
        const { records, rows: read, said } = scan(bytes);
        expect(said).toEqual([]);
        expect(read).toEqual(rows);
        for (const { cells } of records) {
          for (const cell of cells) {
            const raw = new TextDecoder().decode(bytes.subarray(cell.start, cell.end));
            expect(raw).toBe(csvText(cell.text, ',', true));
          }
        }
      }),
    );
  });

  it('count lines as an editor does, whatever ends them', () => {
    expect(scan(bytesOf('a\r\n"b\nc"\rd\n\ne')).lines).toEqual([1, 2, 4, 5, 6]);
  });

  it('keep a quote that does not begin them, and spaces around quotes', () => {
    expect(scan(bytesOf('5" disk,"a" ,b "c"\n')).rows).toEqual([['5" disk', 'a', 'b "c"']]);
  });
});

describe('what is told', () => {
  it.each([
    ['"a,b\nc', '1:1 the quote that is opened here is never closed'],
    ['a\nb,"c" d\n', '2:7 after the closing quote comes "d" instead of the next cell'],
    ['a\0b', '1:2 holds a NUL byte at byte 1: it is binary or damaged'],
    ['', ': is empty'],
    [
      `a\n${'x'.repeat(70_000)}`,
      '2:1 the cell that begins here has 70000 bytes; 64 KiB is the most',
    ],
    [','.repeat(600), '1:512 the line has more than 512 cells'],
  ])('of %j', (text, expected) => {
    expect(scan(bytesOf(text)).said).toEqual([expected]);
  });

  it.each([
    [[0x1f, 0x8b, 1], 'is compressed'],
    [[0xff, 0xfe, 0x61, 0], 'is UTF-16'],
    [[0x50, 0x4b, 3, 4], 'is a spreadsheet or a ZIP archive'],
  ])('of bytes %j', (bytes, expected) => {
    expect(scan(Uint8Array.from(bytes)).said).toEqual([`: ${expected}`]);
  });

  it('of a byte that is no UTF-8, with its offset; windows-1252 is read when asked for', () => {
    const bytes = Uint8Array.from([0x61, 0x0a, 0xc3, 0xa9, 0x2c, 0xe9, 0x80, 0x0a, 0x62]);
    expect(scan(bytes).said).toEqual(['2:3 byte 5 (0xe9) is no UTF-8']);
    const latin = Uint8Array.from([0x61, 0x0a, 0xe9, 0x80, 0x99]);
    expect(scan(latin, ',', 'windows-1252').rows).toEqual([['a'], ['é€™']]);
  });

  it.each([
    [[0x61, 0xc3], 1],
    [[0x61, 0xf0, 0x9f, 0x98], 1],
    [[0xed, 0xa0, 0x80], 0],
    [[0x61, 0x62, 0x80], 2],
  ])('of a character that is cut: %j at byte %i', (bytes, at) => {
    expect(scan(Uint8Array.from(bytes)).said[0]).toContain(` byte ${at} (`);
  });

  it('of a cell of 50 MB is said at once, within the memory of the file', () => {
    const bytes = new Uint8Array(50 * 1024 * 1024).fill(0x61);
    const start = performance.now();
    expect(scan(bytes).said[0]).toContain('the cell that begins here has 52428800 bytes');
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

it('places are those that a walk from the beginning finds, wherever they are', () => {
  const piece = fc.constantFrom('\n', '\r\n', '\r', 'é', '😀', 'x'.repeat(3000), 'y', '\n\n');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.boolean(), (pieces, hasMark) => {
      const mark = hasMark ? '\ufeff' : '';
      const text = pieces.join('');
      const bytes = bytesOf(`${mark}${text}.`);
      const { source } = openText(bytes, 'a');
      let at = source!.start;
      let [line, column] = [1, 1];
      for (const [i, character] of [...text].entries()) {
        if (i % 97 === 0) expect(source!.placeOf(at)).toEqual({ line, column });
        at += bytesOf(character).length;
        if (character === '\n' || (character === '\r' && bytes[at] !== 0x0a)) {
          [line, column] = [line + 1, 1];
        } else column += 1;
      }
      expect(source!.placeOf(at)).toEqual({ line, column });
    }),
    { numRuns: 50 },
  );
});

it('windows-1252 writes what it reads, and nothing that it does not have', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i).filter((byte) => byte !== 0);
  const { source } = openText(bytes, 'a', 'windows-1252');
  expect(encodeText(source!.slice(0, 255), 'windows-1252')).toEqual(bytes);
  expect(() => encodeText('😀', 'windows-1252')).toThrow(RangeError);
});
