/** JSON sets numbers and keys no limit: what a line says is what the ledger holds, or a problem. */
import { expect, it } from 'vitest';
import { ask, deployment, importFiles } from '../../support/finance.ts';
import { cost, type FocusRow, focusRow } from '../../support/focus-csv.ts';

/** The row as a line of JSON, with some of its members spelled by hand. */
function line(members: string, row: FocusRow = cost('0')): string {
  return `{${members}, ${JSON.stringify(focusRow(row)).slice(1)}\n`;
}

function without(row: Readonly<Record<string, string>>, name: string): FocusRow {
  return Object.fromEntries(Object.entries(row).filter(([key]) => key !== name));
}

/** A line whose BilledCost is spelled so. */
function billed(spelling: string, before = ''): string {
  const rest = JSON.stringify(without(focusRow(cost('0')), 'BilledCost')).slice(1);
  return `{${before}"BilledCost": ${spelling},${rest}\n`;
}

it.each([
  ['12345678901.123456789012', '12345678901.123456789012'],
  ['1234567.1000000000011', '1234567.100000000001'],
  ['-99999999999999.000000000001', '-99999999999999.000000000001'],
  ['1234567890123456789', '1234567890123456789.00'],
  ['12345678901234567890', '12345678901234567890.00'],
  ['123456789012345.678e-3', '123456789012.345678'],
  ['0.10000000000000000555', '0.10'],
  ['0.1', '0.10'],
  ['1e3', '1000.00'],
  ['"12345678901.123456789012"', '12345678901.123456789012'],
])('a number is read to its last digit: %s', async (spelling, exact) => {
  const here = deployment();
  const { json } = await importFiles(here, [here.file('a.jsonl', billed(spelling))]);
  expect(json).toMatchObject({ status: 'imported', totals: { USD: exact } });
});

it('also where a nested object or a text has the same key', async () => {
  const here = deployment();
  const before = `"Tags": {"BilledCost": 7.00000000000000001}, "x_Note": "\\"BilledCost\\": 8,", `;
  const text = billed('1.000000000001000001', before) + billed('2.000000000001', before);
  const { json } = await importFiles(here, [here.file('a.jsonl', text)]);
  expect(json).toMatchObject({ status: 'imported', totals: { USD: '3.000000000002' } });
  expect(json.warnings).toContainEqual(
    expect.objectContaining({
      code: 'digits-rounded',
      message: expect.stringMatching(/BilledCost has more than 12 decimals in 1 row/),
    }),
  );
});

const LONG = '1234567.1000000000011';

it('objects in other members stay as they are', async () => {
  const here = deployment();
  const tags = '{"BilledCost":7.00000000000000001}';
  await importFiles(here, [here.file('a.jsonl', billed(LONG, `"Tags": ${tags}, `))]);
  const asked = { from: '2025-12-22', until: '2025-12-23', by: ['Tags'] };
  const [cell] = await ask(here, asked);
  expect(cell).toMatch(/^{"BilledCost":7(\.0)?} = 1234567\.100000000001 USD$/);
});

it.each([
  ['a key twice', `${billed('1').replace('{', '{"BilledCost": 2, ')}`],
  ['no object', '[1]\n'],
])('%s is refused also beside long numbers', async (_, odd) => {
  const here = deployment();
  const { json } = await importFiles(here, [here.file('a.jsonl', billed(LONG) + odd)]);
  expect(json).toMatchObject({ status: 'rejected', problem_count: 1, problems: [{ row: 2 }] });
});

it('an amount put together from several keys is exact too', async () => {
  const here = deployment();
  const cur = {
    'identity/LineItemId': 'a',
    'bill/PayerAccountId': 'acct-demo',
    'bill/BillingPeriodStartDate': '2025-12-01T00:00:00Z',
    'bill/BillingPeriodEndDate': '2026-01-01T00:00:00Z',
    'bill/BillingEntity': 'AWS',
    'lineItem/UsageAccountId': 'acct-demo',
    'lineItem/LineItemType': 'Usage',
    'lineItem/UsageStartDate': '2025-12-22T00:00:00Z',
    'lineItem/UsageEndDate': '2025-12-22T01:00:00Z',
    'lineItem/ProductCode': 'AmazonEC2',
    'lineItem/CurrencyCode': 'USD',
    'lineItem/UnblendedCost': 0,
  };
  const text = JSON.stringify(cur)
    .replace('"lineItem/UnblendedCost":0', `"lineItem\\/UnblendedCost":\r${LONG}`)
    .concat('\n');
  for (const source of ['lines', 'once']) {
    const { json } = await importFiles(here, [here.file(`${source}.jsonl`, text)], { source });
    expect(json).toMatchObject({ status: 'imported', totals: { USD: '1234567.100000000001' } });
  }
  const asked = { from: '2025-12-22', until: '2025-12-23', basis: 'effective' as const };
  expect(await ask(here, asked)).toEqual(Array(2).fill('= 1234567.100000000001 USD'));
});

it('however the key is spelled', async () => {
  const here = deployment();
  const text = billed('1234567.1000000000011').replace('BilledCost', 'Bi\\u006Clled\\u0043ost');
  const { json } = await importFiles(here, [here.file('a.jsonl', text.replace('lled', 'led'))]);
  expect(json).toMatchObject({ status: 'imported', totals: { USD: '1234567.100000000001' } });
});

it('a custom key is kept also where only the last row has it', async () => {
  const here = deployment();
  const rows = `${JSON.stringify(focusRow(cost('1')))}\n`.repeat(20_001);
  const text = rows + line('"x_Team": "platform"', cost('2'));
  const { json } = await importFiles(here, [here.file('a.jsonl', text)]);
  expect(json).toMatchObject({ status: 'imported', rows: 20_002 });
  const cells = await ask(here, { from: '2025-12-22', until: '2025-12-23', by: ['x_Team'] });
  expect(cells).toContain('platform = 2.00 USD');
});

it('a key without a name is a problem of the file', async () => {
  const here = deployment();
  const { json } = await importFiles(here, [here.file('a.jsonl', line('"": 1'))]);
  expect(json).toMatchObject({
    status: 'rejected',
    problems: [{ message: 'has a column without a name' }],
  });
});

it('a line that is no object is a problem', async () => {
  const here = deployment();
  const text = `${JSON.stringify(focusRow(cost('1')))}\n[1]\n`;
  const { json } = await importFiles(here, [here.file('a.jsonl', text)]);
  expect(json).toMatchObject({ status: 'rejected' });
  expect(json.problem_count).toBeGreaterThan(0);
});
