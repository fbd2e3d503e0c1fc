/** A billing period need not be a month: weeks and anniversaries are replaced by themselves. */
import { expect, it } from 'vitest';
import {
  ask,
  bytesBelow,
  type Deployment,
  deployment,
  importFiles,
} from '../../support/finance.ts';
import { cost, type FocusRow, focusCsv } from '../../support/focus-csv.ts';

const BOTH = { from: '2025-12-01', until: '2026-02-01' };

/** One charge a day over a billing period. */
function billed(from: string, until: string, amount = '1'): FocusRow[] {
  const day = 86_400_000;
  const rows: FocusRow[] = [];
  for (let at = Date.parse(from); at < Date.parse(until); at += day) {
    rows.push({
      ...cost(amount),
      BillingPeriodStart: `${from}T00:00:00Z`,
      BillingPeriodEnd: `${until}T00:00:00Z`,
      ChargePeriodStart: `${new Date(at).toISOString().slice(0, 19)}Z`,
      ChargePeriodEnd: `${new Date(at + day).toISOString().slice(0, 19)}Z`,
    });
  }
  return rows;
}

let files = 0;
function imported(here: Deployment, rows: readonly FocusRow[], now?: string) {
  files += 1;
  const words = now === undefined ? {} : { now };
  return importFiles(here, [here.file(`${files}.csv`, focusCsv(rows))], words);
}

const FIRST = billed('2025-12-01', '2025-12-08');
const SECOND = billed('2025-12-08', '2025-12-15', '2');

it('two weeks of one month stand side by side', async () => {
  const here = deployment();
  await imported(here, FIRST);
  const { json } = await imported(here, SECOND);
  expect(json).toMatchObject({
    status: 'imported',
    rows: 7,
    totals: { USD: '14.00' },
    periods: [
      {
        period: '2025-12',
        rows: 14,
        totals: { USD: '21.00' },
        replaced: { rows: 7, moved: { USD: '14.00' } },
      },
    ],
  });
  expect(json.warnings).toContainEqual({
    code: 'billing-period-kept',
    message:
      '2025-12 also holds the billing period 2025-12-01 to 2025-12-08 (7 rows), which these ' +
      'files do not; it stays',
  });
  expect(await ask(here, BOTH)).toEqual(['= 21.00 USD']);
});

it('and each is replaced by itself, also through the survey', async () => {
  const here = deployment();
  await imported(here, FIRST);
  await imported(here, SECOND);
  await imported(here, [{ ...FIRST[0]!, ChargeCategory: 'usage' }, ...FIRST.slice(1, 5)]);
  expect(await ask(here, BOTH)).toEqual(['= 19.00 USD']);
  const before = bytesBelow(here.ledger);
  expect((await imported(here, SECOND)).json.status).toBe('unchanged');
  expect(bytesBelow(here.ledger)).toEqual(before);
});

it('what overlaps is the same billing period, however its bounds are written', async () => {
  const here = deployment();
  const dated = FIRST.map((row) => ({ ...row, BillingPeriodEnd: '2025-12-07T23:59:59Z' }));
  await imported(here, dated);
  const { json } = await imported(here, FIRST);
  expect(json.warnings.map(({ code }: { code: string }) => code)).not.toContain(
    'billing-period-kept',
  );
  expect(await ask(here, BOTH)).toEqual(['= 7.00 USD']);
});

it('losing more than half is told of the month as a whole', async () => {
  const here = deployment();
  await imported(here, SECOND);
  await imported(here, FIRST);
  const { json } = await imported(here, SECOND.slice(0, 1));
  expect(json.refusals).toEqual(['2025-12: the USD total would go from 21.00 to 9.00']);
});

it('an anniversary is complete through its last day, and open until then', async () => {
  const rows = billed('2025-12-15', '2026-01-15');
  for (const [now, through] of [
    ['2026-01-20T12:00:00Z', '2026-01-14'],
    ['2026-01-10T12:00:00Z', '2026-01-09'],
  ]) {
    const { json } = await imported(deployment(), rows, now);
    expect(json.periods).toMatchObject([{ period: '2025-12', complete_through: through }]);
  }
});
