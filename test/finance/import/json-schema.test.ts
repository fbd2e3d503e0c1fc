/** Everything that an import can end with keeps to schemas/finance/import.schema.json. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { type Deployment, deployment, FIXTURES, importFiles } from '../../support/finance.ts';
import { cost, focusCsv } from '../../support/focus-csv.ts';
import { ROOT } from '../../support/host.ts';
import { reportLedger } from '../../support/ledger-report.ts';

const schema = JSON.parse(readFileSync(join(ROOT, 'schemas/finance/import.schema.json'), 'utf8'));
const ajv = new Ajv2020({ allErrors: true, strict: true });
formats.default(ajv);
const validate = ajv.compile(schema);

const bad = { BilledCost: '$2.00' };
const csvOf = (here: Deployment, ...amounts: readonly string[]): string =>
  here.file('a.csv', focusCsv(amounts.map(cost)));

/** Each ends as its name says. */
const ENDS: Readonly<Record<string, (here: Deployment) => ReturnType<typeof importFiles>>> = {
  imported: (here) => importFiles(here, [csvOf(here, '1', '-2.5', '0.000000000001')]),
  unchanged: async (here) => {
    await importFiles(here, [csvOf(here, '1')]);
    return importFiles(here, [csvOf(here, '1')]);
  },
  planned: (here) => importFiles(here, [csvOf(here, '1')], { dryRun: true }),
  refused: async (here) => {
    await importFiles(here, [csvOf(here, '1', '1', '1')]);
    return importFiles(here, [csvOf(here, '1')]);
  },
  rejected: (here) => importFiles(here, [here.file('a.csv', focusCsv([bad, {}]))]),
};

/** Other shapes of the same: what else may be there or missing. */
const SHAPES: typeof ENDS = {
  'of a file without rows': (here) => importFiles(here, [csvOf(here)]),
  'of an empty file': (here) => importFiles(here, [here.file('a.csv', '')]),
  'of a file that nobody knows': (here) => importFiles(here, [here.file('a.csv', 'a,b\n1,2\n')]),
  'with skipped rows': (here) =>
    importFiles(here, [here.file('a.csv', focusCsv([bad, {}]))], { skip: true }),
  'with skipped rows, as a dry run': (here) =>
    importFiles(here, [here.file('a.csv', focusCsv([bad, {}]))], { skip: true, dryRun: true }),
  'with a replacement and a restatement': async (here) => {
    await importFiles(here, [csvOf(here, '2')]);
    await reportLedger(here);
    return importFiles(here, [csvOf(here, '2', '3')]);
  },
  'with charges of no provider': (here) =>
    importFiles(here, [here.file('a.csv', focusCsv([{ ServiceProviderName: '' }]))]),
  'before any day of the month is complete': (here) =>
    importFiles(here, [csvOf(here, '1')], { now: '2025-12-01T09:00:00Z' }),
  'with warnings': (here) =>
    importFiles(here, [join(FIXTURES, 'exports/aws-data-exports')], { source: 'aws' }),
};

describe('the JSON of an import', () => {
  it.each(Object.entries(ENDS))('that ends %s keeps to its schema', async (status, run) => {
    const { json } = await run(deployment());
    validate(json);
    expect(validate.errors).toBeNull();
    expect(json.status).toBe(status);
  });

  it.each(Object.entries(SHAPES))('%s keeps to its schema', async (_, run) => {
    const { json } = await run(deployment());
    validate(json);
    expect(validate.errors).toBeNull();
  });

  it('says each way to end, and the schema knows no other', () => {
    expect(Object.keys(ENDS).sort()).toEqual([...schema.properties.status.enum].sort());
  });

  it('has the keys of the schema in its order, and the schema accepts nothing else', async () => {
    const { json } = await importFiles(deployment(), [join(FIXTURES, 'quirks/header-only.csv')]);
    expect(Object.keys(json)).toEqual(schema.required);
    expect(Object.keys(schema.properties)).toEqual(schema.required);
    for (const change of [
      { totals: { USD: 1.5 } },
      { totals: { dollars: '1.50' } },
      { totals: { USD: '1.0000000000001' } },
      { status: 'done' },
      { rows: -1 },
      { extra: null },
      { source: 'Open/AI' },
      { problems: [{ file: 'a.csv', row: 0, column: null, message: 'is bad' }] },
    ]) {
      expect([change, validate({ ...json, ...change })]).toEqual([change, false]);
    }
  });
});
