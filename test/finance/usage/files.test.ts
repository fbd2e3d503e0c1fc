/** Files of readings: what each cell says, and the line and column of all that is wrong. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsvRows } from '../../../packs/finance/adapters/usage-files/csv-rows.ts';
import { readJsonRows } from '../../../packs/finance/adapters/usage-files/json-rows.ts';
import { localUsageFiles } from '../../../packs/finance/adapters/usage-files/usage-files.ts';
import { READING_FIELDS } from '../../../packs/finance/core/usage/usage.ts';
import type { UsageFile } from '../../../packs/finance/ports/usage-files.ts';
import { temporaryFolder } from '../../support/host.ts';

type Rows = Pick<UsageFile, 'rows' | 'troubles'>;

function troubles({ troubles: found }: Rows): string[] {
  return found.map(({ place, message }) => `${place?.line}:${place?.column} ${message}`);
}

const textsOf = ({ rows }: Rows) => rows.map(({ text }) => text);
const HEAD = 'service,metric,value,unit,at';
const ROW = { service: 'a', metric: 'b', value: '1', unit: 'GB', at: '2026' };

describe('CSV', () => {
  it.each([
    ['plain', `${HEAD}\na,b,1,GB,2026\n`],
    ['without an end of line', `${HEAD}\na,b,1,GB,2026`],
    ['with CRLF, a mark and empty lines', `\uFEFF${HEAD}\r\n\r\na,b,1,GB,2026\r\n\r\n`],
    ['with semicolons', 'service;metric;value;unit;at\na;b;1;GB;2026\n'],
    ['with tabs', 'service\tmetric\tvalue\tunit\tat\na\tb\t1\tGB\t2026\n'],
    [
      'with quotes, and names in other case',
      'Service,"METRIC",value,unit, at\n"a",b,1,"GB",2026\n',
    ],
    ['in another order', 'unit,at,value,metric,service\nGB,2026,1,b,a\n'],
  ])('%s is read', (_, text) => {
    expect(readCsvRows(text.replace('\uFEFF', ''))).toMatchObject({
      troubles: [],
      rows: [{ text: ROW }],
    });
  });

  it('keeps every cell as it is, whatever is in it, and knows its place', () => {
    const cell = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', ' ', 'é', '😀', '\t') }),
      fc.string({ unit: 'binary' }),
    );
    const row = fc
      .tuple(...READING_FIELDS.map(() => cell))
      .filter((cells) => cells.join('') !== '');
    fc.assert(
      fc.property(fc.array(row, { maxLength: 5 }), (rows) => {
        const text = stringify([[...READING_FIELDS], ...rows], {
          quoted: true,
          quoted_empty: true,
        });
        const read = readCsvRows(text);
        expect(read.troubles).toEqual([]);
        expect(textsOf(read).map((each) => READING_FIELDS.map((field) => each[field]))).toEqual(
          rows,
        );
        const lines = text.split('\n');
        for (const [i, { placeOf }] of read.rows.entries()) {
          for (const [j, field] of READING_FIELDS.entries()) {
            const { line, column } = placeOf(field);
            const rest = [...lines[line - 1]!].slice(column - 1).join('');
            const shown = `"${rows[i]![j]!.replaceAll('"', '""')}"`.split('\n')[0]!;
            expect(rest.startsWith(shown)).toBe(true);
          }
        }
      }),
    );
  });

  it.each([
    ['service,metric,value,limit\n', '1:1 the header lacks unit'],
    [
      `${HEAD},size\n`,
      '1:30 column "size" is none of service, metric, value, unit, limit, kind, start, end, at',
    ],
    ['servce,metric,value,unit\n', '1:1 column "servce" is none of'],
    [`${HEAD},AT\n`, '1:30 column at is there twice'],
    [`${HEAD}\na,b,1\n`, '2:1 has 3 cells, the header has 5'],
    [`${HEAD}\na,b,1,GB,2026\n\nü,b,1,GB,2026,x\n`, '4:1 has 6 cells, the header has 5'],
    [`${HEAD}\na,"b,1,GB,2026\n`, '2:1 Quote Not Closed'],
    [`${HEAD}\na,"b"c,1,GB,2026\n`, '2:1 Invalid Closing Quote'],
    ['not a table', '1:1 column "not a table" is none of'],
  ])('%j: %s', (text, message) => {
    expect(troubles(readCsvRows(text)).join()).toContain(message);
  });

  it('of a wrong header reads no rows', () => {
    expect(readCsvRows('service,metric,value,unti\na,b,1,GB\n').rows).toEqual([]);
  });
});

describe('JSON', () => {
  const object = '{"service":"a","metric":"b","value":1,"unit":"GB","at":"2026"}';
  it.each([
    ['one object', object],
    ['a list', `[${object}]`],
    ['lines', `${object}\n`],
    ['with space', ` [ ${object.replaceAll(',', '\n ,\t')} ] \n`],
    ['keys in other case and null', object.replace('"at"', '"limit":null,"AT"')],
    ['escapes', object.replace('"a"', '"\\u0061"')],
  ])('%s is read', (_, text) => {
    expect(readJsonRows(text)).toMatchObject({ troubles: [], rows: [{ text: ROW }] });
  });

  it('keeps all digits of a number', () => {
    const value = '12345678901234567890.123456789012';
    expect(textsOf(readJsonRows(`{"value":${value}}`))).toEqual([{ value }]);
  });

  it('of many objects, in a list or not, gives them all', () => {
    const texts = fc.dictionary(fc.constantFrom(...READING_FIELDS), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1 }), (given) => {
        const expected = given.map((each) => ({ ...each }));
        for (const text of [
          JSON.stringify(given),
          JSON.stringify(given, null, 2),
          given.map((each) => JSON.stringify(each)).join('\n'),
        ]) {
          const read = readJsonRows(text);
          expect(read.troubles).toEqual([]);
          expect(textsOf(read)).toEqual(expected);
        }
      }),
    );
  });

  it('knows the place of each value', () => {
    const { rows } = readJsonRows(`[\n  {"service": "😀", "value": 1},\n  {"value": 2}\n]`);
    expect(rows.map(({ placeOf }) => placeOf('value'))).toEqual([
      { line: 2, column: 29 },
      { line: 3, column: 13 },
    ]);
    expect(rows[1]!.placeOf('unit')).toEqual({ line: 3, column: 3 });
  });

  it.each([
    ['[{"valu":1}]', '1:3 key "valu" is none of'],
    ['{"value":1,"VALUE":2}', '1:12 key value is there twice'],
    ['{"value":{"a":1}}', '1:10 should be text in quotes, a number or null'],
    ['{"value":true}', '1:10 should be text'],
    ['{"value":01}', '1:10 should be text'],
    ['{"value":1', '1:11 ends before its JSON does'],
    ['{"value":1,}', '1:12 is no JSON: there should be a key in quotes'],
    ['{"value" 1}', '1:10 is no JSON: there should be a colon'],
    ['[{"value":1} {"value":2}]', '1:14 is no JSON: there should be , or ]'],
    ['[1]', '1:2 should be an object'],
    ['[] x', '1:4 nothing may follow the list'],
    ['{"value":1}\n[]', '2:1 should be an object'],
    ['{"value":"a\nb"}', '1:10 should be text'],
  ])('%s: %s', (text, message) => {
    expect(troubles(readJsonRows(text)).join()).toContain(message);
  });

  it('with the same slip in every row stops at the hundredth', () => {
    expect(readJsonRows('{"valu":1}\n'.repeat(5000)).troubles).toHaveLength(100);
  });

  it.each(['a', '\\n', '\u0080'])(
    'reads a text of millions of %j, or its lack of an end, soon',
    (unit) => {
      const text = `{"unit":"${unit.repeat(3_000_000)}`;
      expect(readJsonRows(`${text}"}`).rows).toHaveLength(1);
      expect(troubles(readJsonRows(text))).toEqual([
        '1:9 should be text in quotes, a number or null',
      ]);
    },
  );

  it('is judged as JSON.parse does', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"unit"',
      ':',
      ',',
      '1',
      '-0.5e3',
      'null',
      ' ',
      '"a',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
        const text = `[${pieces.join('')}]`;
        const { rows, troubles: found } = readJsonRows(text);
        if (found.length > 0) return;
        expect(JSON.parse(text)).toHaveLength(rows.length);
      }),
    );
  });
});

describe('a file', () => {
  const read = async (bytes: Buffer | string, name = 'a.csv') => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, name), bytes);
    return localUsageFiles({ cwd }).read(name);
  };

  it('is what its content says, under the name it was given', async () => {
    expect(await read('{"value":1}')).toMatchObject({
      label: 'a.csv',
      rows: [{ text: { value: '1' } }],
    });
    expect(await read(`\uFEFF${HEAD}\n`, 'a.json')).toMatchObject({ rows: [], troubles: [] });
  });

  it.each([
    ['is empty', ' \n'],
    ['is compressed: unpack it first', Buffer.from([0x1f, 0x8b, 8])],
    ['is UTF-16; save it as UTF-8', Buffer.from('\uFEFFservice', 'utf16le')],
    ['is binary: neither CSV nor JSON', 'PAR1\0'],
    ['is not UTF-8', Buffer.from([0x61, 0xff])],
    ['is larger than 64 MiB: import it in parts', Buffer.alloc(64 * 1024 * 1024 + 1, 'a')],
  ])('that %s', async (message, bytes) => {
    expect(await read(bytes)).toEqual({
      ...{ label: 'a.csv', rows: [] },
      troubles: [{ place: undefined, message }],
    });
  });

  it('must be there, and be a file', async () => {
    const cwd = temporaryFolder();
    const files = localUsageFiles({ cwd });
    await expect(files.read('none.csv')).rejects.toThrow(
      'cannot read none.csv: there is no such file',
    );
    mkdirSync(join(cwd, 'sub'));
    await expect(files.read('sub')).rejects.toThrow('sub is a folder: name the files in it');
  });
});
