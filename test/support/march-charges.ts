/** OpenAI's charges of March 2026, imported into the target of a test. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { importFiles } from './finance.ts';

const HEADER =
  'BilledCost,BillingAccountId,BillingCurrency,BillingPeriodEnd,BillingPeriodStart,' +
  'ChargeCategory,ChargePeriodEnd,ChargePeriodStart,ContractedCost,EffectiveCost,ListCost,' +
  'ServiceName,ServiceProviderName';

/** One charge a day, from Monday the 2nd, in place of those that there were. */
export async function chargeMarch(root: string, amounts: readonly number[]): Promise<void> {
  const file = join(root, 'openai.csv');
  const day = (i: number): string => `2026-03-${String(2 + i).padStart(2, '0')}T00:00:00Z`;
  const rows = amounts.map((amount, i) =>
    [
      ...[amount, 'acme', 'USD', '2026-04-01T00:00:00Z', '2026-03-01T00:00:00Z', 'Usage'],
      ...[day(i + 1), day(i), amount, amount, amount, 'GPT', 'OpenAI'],
    ].join(','),
  );
  writeFileSync(file, `${[HEADER, ...rows].join('\n')}\n`);
  const now = day(amounts.length).replace('T00', 'T06');
  const ledger = join(root, 'data/finance/charges');
  const { outcome } = await importFiles({ root, ledger, file: () => file }, [file], {
    source: 'openai',
    now,
    allowShrink: true,
  });
  expect(outcome).toBe('ok');
}
