/** The finance schemas agree with the code and with the files that are shipped. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FOCUS_COLUMNS } from '../../packs/finance/core/focus.ts';
import { STATUSES } from '../../packs/finance/report/weekly-report.ts';
import { charge } from '../support/charge.ts';
import { referenceCharges } from '../support/reference-weeks.ts';
import { runReport } from '../support/report.ts';

const root = new URL('../../', import.meta.url);
const readText = (path: string) => readFileSync(new URL(path, root), 'utf8');
const readSchema = (name: string) => JSON.parse(readText(`schemas/finance/${name}.schema.json`));

function validatorOf(name: string) {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  formats.default(ajv);
  return ajv.compile(readSchema(name));
}

describe('the schema of budgets.yaml', () => {
  const validate = validatorOf('budgets');

  it('accepts what the pack ships', () => {
    validate(parse(readText('packs/finance/config/budgets.yaml')));
    expect(validate.errors).toBeNull();
  });

  it('knows every column of a charge', () => {
    const { anyOf } = readSchema('budgets').$defs.rules.items.propertyNames;
    expect(anyOf[0].enum).toEqual(['Source', ...FOCUS_COLUMNS.map(({ name }) => name)]);
  });

  it.each([
    { currency: 'usd', lines: [{ name: 'A', amount: 1, per: 'week' }] },
    { currency: 'USD', lines: [] },
    { currency: 'USD', lines: [{ name: 'A', amount: -1, per: 'week' }] },
    { currency: 'USD', lines: [{ name: 'A', amount: '1,000', per: 'week' }] },
    { currency: 'USD', lines: [{ name: 'A', amount: 1, per: 'day' }] },
    { currency: 'USD', lines: [{ name: 'Total', amount: 1, per: 'week' }] },
    { currency: 'USD', lines: [{ name: 'A', amount: 1, per: 'week', match: [{}] }] },
    { currency: 'USD', lines: [{ name: 'A', amount: 1, per: 'week', match: [{ Team: 'a' }] }] },
    { currency: 'USD', lines: [{ name: 'A', amount: 1, per: 'week', amounts: { W05: 1 } }] },
    { currency: 'USD', lines: [{ name: 'A', amount: 1, per: 'week', prio: 1 }] },
  ])('refuses %j', (config) => {
    expect(validate(config)).toBe(false);
  });
});

describe('the schema of the report', () => {
  const validate = validatorOf('weekly-report');

  it.each([
    ['of the reference week', { charges: referenceCharges() }],
    ['of an empty ledger', { charges: [] }],
    ['with findings', { charges: [charge(), charge({ BillingCurrency: 'CAD' })] }],
  ])('accepts a report %s', async (_, world) => {
    const { text } = await runReport(world, { flags: { week: '52' }, view: { format: 'json' } });
    validate(JSON.parse(text));
    expect(validate.errors).toBeNull();
  });

  it('lists the statuses that there are', () => {
    expect(readSchema('weekly-report').$defs.status.enum).toEqual(STATUSES);
  });
});
