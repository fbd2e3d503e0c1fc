/** budgets.yaml as an operator may write it, and every way to get it wrong. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { yamlSettings } from '../../../packs/finance/adapters/yaml-config/settings.ts';
import { formatExact } from '../../../packs/finance/core/money.ts';
import { allowance, rule } from '../../support/budgets.ts';
import { shippedBudgets } from '../../support/report.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'brctl-config-'));
  folders.push(folder);
  return folder;
}

function read(text: string) {
  const folder = newFolder();
  writeFileSync(join(folder, 'budgets.yaml'), text);
  return yamlSettings(folder).budgets();
}

/** The message and hint of what a file is refused for, without the folder it lies in. */
async function refusal(text: string): Promise<{ message: string; hint: string | undefined }> {
  const error = await read(text).then(
    () => expect.fail('was accepted'),
    (reason) => reason,
  );
  expect(error).toMatchObject({ kind: 'operational', code: 'config-invalid' });
  return { message: error.message.replace(/^.*budgets\.yaml/, 'budgets.yaml'), hint: error.hint };
}

const GOOD = `currency: USD
lines:
  - name: Cloud
    amount: 37.50
    per: week
    amounts: { 2026-W05: "60.00" }
    match:
      - ServiceName: [S3, EC2*]
        Tags.env: prod
      - SubAccountId: 012345678901
  - name: Reserve
    amount: 12.500000000001
    per: month
services:
  - name: Storage
    tier: Standard
    category: Files
    notes: kept for a year
    amount: 5
    per: month
    match: [{ ServiceName: S3 }]
  - name: Mail
`;

describe('budgets.yaml', () => {
  it('becomes lines and services with every digit that was typed', async () => {
    const config = await read(GOOD);
    expect(config).toEqual({
      currency: 'USD',
      lines: [
        {
          name: 'Cloud',
          allowance: allowance('37.5', 'week', { '2026-W05': '60' }),
          match: [
            rule({ ServiceName: ['S3', 'EC2*'], 'Tags.env': 'prod' }),
            rule({ SubAccountId: '012345678901' }),
          ],
        },
        { name: 'Reserve', allowance: allowance('12.500000000001', 'month'), match: [] },
      ],
      services: [
        {
          name: 'Storage',
          tier: 'Standard',
          category: 'Files',
          notes: 'kept for a year',
          allowance: allowance('5', 'month'),
          match: [rule({ ServiceName: 'S3' })],
        },
        {
          name: 'Mail',
          tier: undefined,
          category: undefined,
          notes: undefined,
          allowance: undefined,
          match: undefined,
        },
      ],
    });
  });

  it('may use anchors for what is said twice', async () => {
    const config = await read(`currency: USD
lines:
  - { name: A, amount: &amount 5.10, per: week, match: &rules [{ ServiceName: S3 }] }
  - { name: B, amount: *amount, per: week, match: *rules }
`);
    expect(config.lines.map(({ allowance: { units } }) => formatExact(units))).toEqual([
      '5.10',
      '5.10',
    ]);
    expect(config.lines[1]!.match).toEqual([rule({ ServiceName: 'S3' })]);
  });

  it('as the pack ships it is the reference budget', async () => {
    const { currency, lines, services } = await shippedBudgets();
    expect(currency).toBe('USD');
    expect(lines.map(({ name, allowance: { units } }) => [name, formatExact(units)])).toEqual([
      ['Infrastructure', '37.50'],
      ['AI/ML APIs', '50.00'],
      ['Tools & Services', '25.00'],
      ['Contingency', '12.50'],
    ]);
    expect(services).toHaveLength(10);
  });
});

const LINES = 'lines:\n  - { name: A, amount: 1, per: week }\n';

describe('a budgets.yaml that is wrong', () => {
  it.each([
    ['', 'budgets.yaml:1:1: must be a map of keys and values'],
    ['- a\n', 'budgets.yaml:1:1: must be a map of keys and values'],
    [LINES, 'budgets.yaml:1:1: missing key "currency"'],
    ['currency: USD\n', 'budgets.yaml:1:1: missing key "lines"'],
    [`currency: usd\n${LINES}`, 'budgets.yaml:1:11: currency: "usd" is not three capital letters'],
    [`currency: USD\ncurrency: EUR\n${LINES}`, 'budgets.yaml:2:1: this key is given twice'],
    [
      `currency: USD\n${LINES}service: []\n`,
      'budgets.yaml:4:1: unknown key "service" (did you mean "services"?)',
    ],
    ['currency: USD\nlines: []\n', 'budgets.yaml:2:8: lines: must hold at least one line'],
    ['currency: USD\nlines: {}\n', 'budgets.yaml:2:8: lines: must be a list'],
    [
      'currency: USD\nlines:\n  - Cloud\n',
      'budgets.yaml:3:5: lines[0]: must be a map of keys and values',
    ],
  ])('as a whole is refused with its place: %j', async (text, message) => {
    expect((await refusal(text)).message).toBe(message);
  });

  /** One line, whose fields start in row 4. */
  const oneLine = (fields: string) => `currency: USD\nlines:\n  - name: A\n    ${fields}\n`;

  it.each([
    ['per: week', '3:5: lines[0]: missing key "amount"'],
    ['amount: 1', '3:5: lines[0]: missing key "per"'],
    ['ammount: 1\n    per: week', '4:5: lines[0]: unknown key "ammount" (did you mean "amount"?)'],
    [
      'amount: 1\n    per: week\n    matsh: 1',
      '6:5: lines[0]: unknown key "matsh" (did you mean "match"?)',
    ],
    ['per: day\n    amount: 1', '4:10: lines[0].per: must be week or month, not "day"'],
    ['per: week\n    amount: $5', '5:13: lines[0].amount: "$5" is not a plain decimal'],
    ['per: week\n    amount: 1,000', '5:13: lines[0].amount: "1,000" is not a plain decimal'],
    ['per: week\n    amount: 1e3', '5:13: lines[0].amount: "1e3" is not a plain decimal'],
    ['per: week\n    amount: .nan', '5:13: lines[0].amount: ".nan" is not a plain decimal'],
    ['per: week\n    amount: -5', '5:13: lines[0].amount: -5 is negative'],
    [
      'per: week\n    amount: 0.0000000000001',
      '5:13: lines[0].amount: more than 12 decimals: "0.0000000000001"',
    ],
    ['per: week\n    amount:', '5:5: lines[0].amount: must not be empty'],
    ['per: week\n    amount: [1]', '5:13: lines[0].amount: must be one value, not a list or a map'],
    ['per: week\n    amount: 1\n    ? [x]\n    : 1', '6:7: lines[0]: a key must be plain text'],
  ])('has the place of the field: %j', async (fields, message) => {
    expect((await refusal(oneLine(fields))).message).toBe(`budgets.yaml:${message}`);
  });

  it.each([
    ['week', '2026-02', '"2026-02" is a month, and this amount is per week'],
    ['month', '2026-W05', '"2026-W05" is a week, and this amount is per month'],
    ['week', '2025-W53', '"2025-W53" is no week of the calendar'],
    ['month', '2026-13', '"2026-13" is no month of the calendar'],
    ['week', 'W05', '"W05" is no week of the calendar'],
  ])('has an override that its %s line cannot have: %s', async (per, label, message) => {
    const fields = `{ amount: 1, per: ${per}, name: B, amounts: { ${label}: 2 } }`;
    const text = `currency: USD\nlines:\n  - ${fields}\n`;
    const column = text.split('\n')[2]!.indexOf(label) + 1;
    expect((await refusal(text)).message).toBe(
      `budgets.yaml:3:${column}: lines[0].amounts: ${message}`,
    );
  });

  const withMatch = (match: string) =>
    `currency: USD\nlines:\n  - name: A\n    amount: 1\n    per: week\n    match: ${match}\n`;

  it.each([
    ['ServiceName', '6:12: lines[0].match: must be a list'],
    ['[{}]', '6:13: lines[0].match[0]: a rule without columns'],
    ['[S3]', '6:13: lines[0].match[0]: must be a map of keys and values'],
    [
      '[{ Sorce: S3 }]',
      '6:15: lines[0].match[0]: "Sorce" is no column of a charge (did you mean "Source"?)',
    ],
    [
      '[{ Region: eu }]',
      '6:15: lines[0].match[0]: "Region" is no column of a charge (did you mean "RegionId"?)',
    ],
    ['[{ tag:team: a }]', '6:15: lines[0].match[0]: "tag:team" is no column of a charge'],
    ['[{ ServiceName: }]', '6:15: lines[0].match[0].ServiceName: must not be empty'],
    ['[{ ServiceName: [] }]', '6:28: lines[0].match[0].ServiceName: must hold at least one glob'],
    ['[{ ServiceName: [S3, ""] }]', '6:33: lines[0].match[0].ServiceName[1]: must not be empty'],
  ])('has the place of the rule: %s', async (match, message) => {
    expect((await refusal(withMatch(match))).message).toBe(`budgets.yaml:${message}`);
  });

  it.each([
    [
      '- { name: A, amount: 1, per: week }\n  - { name: a, amount: 2, per: week }',
      '4:5: lines[1]: the name "a" is given twice',
    ],
    [
      '- { name: Total, amount: 1, per: week }',
      '3:13: lines[0].name: "Total" is what the report calls a row of its own',
    ],
    [
      '- { name: unbudgeted, amount: 1, per: week }',
      '3:13: lines[0].name: "unbudgeted" is what the report calls a row of its own',
    ],
    ['- { name: "a\\nb", amount: 1, per: week }', '3:13: lines[0].name: must be one line'],
    ['- { amount: 1, per: week }', '3:5: lines[0]: missing key "name"'],
  ])('has names that cannot be: %j', async (lines, message) => {
    expect((await refusal(`currency: USD\nlines:\n  ${lines}\n`)).message).toBe(
      `budgets.yaml:${message}`,
    );
  });

  it.each([
    ['{ name: A }, { name: A }', '4:25: services[1]: the name "A" is given twice'],
    ['{ name: A, amount: 1 }', '4:12: services[0]: missing key "per"'],
    ['{ name: A, per: week }', '4:12: services[0]: missing key "amount"'],
    ['{ name: A, tier: [] }', '4:29: services[0].tier: must be one value, not a list or a map'],
  ])('has services that cannot be: %s', async (services, message) => {
    expect((await refusal(`currency: USD\n${LINES}services: [${services}]\n`)).message).toBe(
      `budgets.yaml:${message}`,
    );
  });

  it('is told of a misspelt key once, and of what it holds', async () => {
    const text = GOOD.replace('amount: 37.50', 'ammount: $5');
    expect(await refusal(text)).toEqual({
      message: 'budgets.yaml:4:5: lines[0]: unknown key "ammount" (did you mean "amount"?)',
      hint: 'known keys: name, amount, per, amounts, match; 1 more problem: line 4',
    });
  });

  it('is told with all its problems: the first in full, the others by line', async () => {
    const text = GOOD.replace('USD', 'usd')
      .replace('tier:', 'tear:')
      .replace('per: month', 'per: y');
    expect(await refusal(text)).toEqual({
      message: 'budgets.yaml:1:11: currency: "usd" is not three capital letters',
      hint: 'an ISO 4217 code, for example USD; 2 more problems: line 13, 16',
    });
  });

  it('is told as a syntax error when it is no YAML', async () => {
    expect((await refusal('currency: [USD\n')).message).toMatch(/^budgets\.yaml:2:1: /);
  });
});

describe('a budgets.yaml that cannot be read', () => {
  it('is missing, and the hint says where it comes from', async () => {
    const folder = newFolder();
    await expect(yamlSettings(folder).budgets()).rejects.toMatchObject({
      code: 'config-missing',
      message: `${folder}/budgets.yaml is not there`,
      hint: expect.stringContaining('brctl pack install finance'),
    });
  });

  it('is a folder', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'budgets.yaml'));
    await expect(yamlSettings(folder).budgets()).rejects.toMatchObject({
      kind: 'operational',
      code: 'config-unreadable',
    });
  });
});
