/** Problems are named by the row that a spreadsheet shows, whatever stands before them. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deployment, importFiles } from '../../support/finance.ts';
import { cost, focusCsv, focusRow } from '../../support/focus-csv.ts';

const [HEADER, GOOD] = focusCsv([{ ...cost('1'), x_Note: 'fine' }])
  .trimEnd()
  .split('\n');
const [, BAD] = focusCsv([{ ...cost('none'), x_Note: 'bad' }])
  .trimEnd()
  .split('\n');
const [, EURO] = focusCsv([{ ...cost('1'), x_Note: 'bad', BillingCurrency: 'EUR' }])
  .trimEnd()
  .split('\n');

/** One row of a spreadsheet each. */
const ROWS: Readonly<Record<string, string>> = {
  good: GOOD!,
  empty: '',
  'two lines': GOOD!.replace('fine', '"line\n\n""line"""'),
  'more cells': `${GOOD},6`,
  'fewer cells': 'a,b',
  'quotes in a text': GOOD!.replace('fine', 'five""'),
  'a quote in a text': GOOD!.replace('fine', '5" pipe'),
  'quotes, then a line': GOOD!.replace('fine', '"a ""b""\n"'),
};

describe('the row of a problem', () => {
  it.each([
    ['empty rows', ['good', 'empty', 'empty']],
    ['a cell of several lines', ['two lines', 'good', 'two lines']],
    ['rows that do not parse', ['more cells', 'good', 'fewer cells']],
    ['all of them', ['empty', 'more cells', 'two lines', 'empty', 'fewer cells', 'empty']],
    ['quotes', ['quotes in a text', 'empty', 'two lines', 'a quote in a text', 'empty']],
    ['quotes and lines', ['quotes, then a line', 'empty', 'two lines']],
    ['none', []],
  ])('behind %s', async (_, before) => {
    const text = [HEADER, ...before.map((name) => ROWS[name]), BAD, GOOD, ''].join('\n');
    await expectRow(text, before.length + 2);
    await expectRow(text.replaceAll('\n', '\r\n'), before.length + 2);
    // The blank of a text comes in as another letter where it would part cells.
    const tabs = text.replaceAll('\t', ' ').replaceAll(',', '\t');
    await expectRow(tabs, before.length + 2);
  });

  it('of a JSONL counts empty lines, also where a line is none', async () => {
    const line = JSON.stringify(focusRow(cost('1')));
    const bad = JSON.stringify(focusRow(cost('none')));
    for (const [text, row] of [
      [`${line}\n\n \n${bad}\n`, 4],
      [`\n${line}\n${line}\n\n${bad}\n`, 5],
      [`${line}\n\n{"a":\n${line}\n`, 3],
      ['{"BilledCost": 1, "ListCost":\n', 1],
      [`${line}\n{"BilledCost": 1, "BilledCost": 2}\n`, 2],
    ] as const) {
      const here = deployment();
      const { json } = await importFiles(here, [here.file('a.jsonl', text)]);
      expect([text, json.problems.at(-1).row]).toEqual([text, row]);
    }
  });

  it('in a file whose lines end as on an old Macintosh', async () => {
    const text = [HEADER, GOOD, '', GOOD, BAD, ''].join('\r');
    const here = deployment();
    const { json } = await importFiles(here, [here.file('a.csv', text)]);
    expect(json.problems.at(-1)).toMatchObject({ row: 5, column: 'ListCost' });
  });

  it('behind any mix', async () => {
    const rows = fc.array(fc.constantFrom(...Object.keys(ROWS)), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(rows, async (before) => {
        const text = [HEADER, ...before.map((name) => ROWS[name]), BAD, GOOD, ''].join('\n');
        await expectRow(text, before.length + 2);
      }),
      { numRuns: 15 },
    );
  });

  it('in a gzip, of another currency', async () => {
    const here = deployment();
    const text = [HEADER, GOOD, '', EURO, ''].join('\n');
    const { json } = await importFiles(here, [here.file('a.csv.gz', gzipSync(text))]);
    expect(json.problems).toMatchObject([{ row: 4, column: 'BillingCurrency' }]);
  });
});

async function expectRow(text: string, row: number): Promise<void> {
  const here = deployment();
  const file = here.file('a.csv', text);
  const { json } = await importFiles(here, [file], { dryRun: true });
  expect(json.problems.at(-1)).toMatchObject({ row, column: 'ListCost' });
  const { json: skipped } = await importFiles(here, [file], { skip: true });
  const rejects = readFileSync(skipped.rejects, 'utf8');
  expect(rejects).toMatch(new RegExp(`^[^,]*a.csv,${row},`, 'm'));
}
