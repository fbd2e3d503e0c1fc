/** Real billing rows, where they lie beside the checkout; they are never part of the project. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, bytesBelow, deployment, importFiles, SHARED } from '../../support/finance.ts';

const FOCUS = join(SHARED, 'focus');
const SAMPLE = join(FOCUS, 'focus_sample_1.0.csv');

describe.skipIf(!existsSync(SAMPLE))('real exports beside the checkout', () => {
  it('the FOCUS sample gives its totals per provider, and its quirks by name', async () => {
    const here = deployment();
    const { json } = await importFiles(here, [SAMPLE]);
    expect(json.rows).toBe(1000);
    expect(json.totals).toEqual({ USD: '20.52022672899' });
    const period = { from: '2024-09-01', until: '2024-11-01' };
    expect(await ask(here, { ...period, by: ['ServiceProviderName'] })).toEqual([
      'AWS = 18.0066386184 USD',
      'Microsoft = 1.97651418586 USD',
      'Oracle = 0.53707392473 USD',
    ]);
    expect(json.warnings.map(({ code }: { code: string }) => code)).toEqual([
      'column-unknown',
      'value-folded',
      'zone-assumed',
      'outside-billing-period',
      'region-without-id',
      'zone-is-a-number',
      'price-times-quantity',
      'effective-rounded',
    ]);
  });

  it('the AWS CUR gives its unblended total', async () => {
    const here = deployment();
    const { json } = await importFiles(here, [join(FOCUS, 'aws_cur_anon.csv')]);
    expect(json).toMatchObject({ format: 'aws-cur', rows: 1281, totals: { USD: '1.6823086974' } });
  });

  it('the Azure EA export is in Canadian dollars', async () => {
    const here = deployment();
    const { json } = await importFiles(here, [join(FOCUS, 'azure_ea_anon.csv')]);
    expect(json).toMatchObject({ format: 'azure-ea', rows: 27 });
    expect(Object.keys(json.totals)).toEqual(['CAD']);
  });

  it.each([
    ['focus_sample_1.0.csv', /"Usage",NULL,/, '"Usage?",NULL,', 'ChargeCategory'],
    ['focus_sample_1.0.csv', /"USD","2024-10-01 00:00:00"/, '"USD","10/1/24"', 'BillingPeriodEnd'],
    ['focus_sample_1.0.csv', /,0\.00001605990,/, ',$0.00001605990,', 'BilledCost'],
    ['aws_cur_anon.csv', /2023-11-01T00:00:00\.000Z,2023-12-01/, '11/1/23,2023-12-01', undefined],
    ['azure_ea_anon.csv', /,CAD,/, ',C$,', 'BillingCurrencyCode'],
    ['azure_ea_anon.csv', /0\.000305367/, '"0,000305367"', 'CostInBillingCurrency'],
  ])(
    'a damaged copy of %s fails with its place and changes nothing',
    async (name, from, to, column) => {
      const here = deployment();
      await importFiles(here, [join(FOCUS, name)]);
      const before = bytesBelow(here.ledger);
      const text = readFileSync(join(FOCUS, name), 'utf8');
      const damaged = here.file(name, text.replace(from, to));
      expect(text).toMatch(from);
      const { outcome, json } = await importFiles(here, [damaged]);
      expect(outcome).toBe('findings');
      expect(json.problems[0].row).toBeGreaterThan(1);
      expect(json.problems[0].column).toBe(column ?? json.problems[0].column);
      expect(bytesBelow(here.ledger)).toEqual(before);
    },
  );

  it('a truncated copy fails at the line where it was cut', async () => {
    const here = deployment();
    const text = readFileSync(SAMPLE, 'utf8');
    const lines = text.split('\n');
    const cut = `${lines.slice(0, 500).join('\n')}\n${lines[500]!.slice(0, 200)}`;
    const { json } = await importFiles(here, [here.file('cut.csv', cut)]);
    expect(json.status).toBe('rejected');
    expect(json.problems[0].row).toBe(501);
  });
});
