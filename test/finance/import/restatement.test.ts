/** A reported month that changes: the import says both totals, once, and so does the report. */
import { describe, expect, it } from 'vitest';
import { type Deployment, deployment, importFiles } from '../../support/finance.ts';
import { cost, focusCsv } from '../../support/focus-csv.ts';
import { reportLedger } from '../../support/ledger-report.ts';

const MONDAY = '2025-12-29T09:00:00Z';
const FRIDAY = '2026-01-02T09:00:00Z';

/** Charges of week 52, one a day from Monday on. */
function week52(...amounts: readonly string[]): string {
  return focusCsv(
    amounts.map((amount, i) => ({
      ...cost(amount),
      ChargePeriodStart: `2025-12-${22 + i}T00:00:00Z`,
      ChargePeriodEnd: `2025-12-${23 + i}T00:00:00Z`,
    })),
  );
}

const bring = (here: Deployment, csv: string, now: string, source = 'aws') =>
  importFiles(here, [here.file(`${source}.csv`, csv)], { source, now });

/** Ten dollars are in the ledger and were reported on Monday. */
async function reported(): Promise<Deployment> {
  const here = deployment();
  await bring(here, week52('4', '6'), MONDAY);
  await reportLedger(here, { now: MONDAY });
  return here;
}

const RESTATED = {
  start: '2025-12-22',
  end: '2025-12-29',
  basis: 'effective',
  currency: 'USD',
  before: '10.00',
  after: '12.50',
};

const isRestated = ({ code }: { code: string }): boolean => code === 'restated';

describe('a month that is imported again after its week was reported', () => {
  it('names the report with its total before and after', async () => {
    const here = await reported();
    const { json, text } = await bring(here, week52('4', '6', '2.50'), FRIDAY);
    expect(json.restatements).toEqual([RESTATED]);
    expect(text).toContain('reported 10.00 USD, now 12.50');
  });

  it('leaves a note in the report of that week, which does not make it exit with 1', async () => {
    const here = await reported();
    await bring(here, week52('4', '6', '2.50'), FRIDAY);
    const { json, text } = await reportLedger(here, { now: FRIDAY });
    expect(json.total.actual).toBe('12.50');
    expect(json.findings.filter(isRestated)).toEqual([
      {
        code: 'restated',
        severity: 'info',
        subject: 'aws',
        message:
          'reported before as 10.00 USD, now 12.50: ' +
          'aws 2025-12 was imported again on 2026-01-02',
      },
    ]);
    expect(text).toContain('10.00 USD, now 12.50');
  });

  it('is restated once: neither the next report nor the same file again adds to it', async () => {
    const here = await reported();
    const changed = week52('4', '6', '2.50');
    await bring(here, changed, FRIDAY);
    await reportLedger(here, { now: FRIDAY });
    const again = await bring(here, changed, FRIDAY);
    expect(again.json).toMatchObject({ status: 'unchanged', restatements: [] });
    const { json } = await reportLedger(here, { now: FRIDAY });
    expect(json.findings.filter(isRestated)).toHaveLength(1);
  });

  it('is restated from what was said last, not from the first report', async () => {
    const here = await reported();
    await bring(here, week52('4', '6', '2.50'), FRIDAY);
    const { json } = await bring(here, week52('4', '6', '3'), '2026-01-03T09:00:00Z');
    expect(json.restatements).toEqual([{ ...RESTATED, before: '12.50', after: '13.00' }]);
  });

  it('is restated in the same instant as well', async () => {
    const here = await reported();
    const { json } = await bring(here, week52('4', '6', '2.50'), MONDAY);
    expect(json.restatements).toEqual([RESTATED]);
  });

  it('restates each basis that was reported, and no other', async () => {
    const here = await reported();
    const monthly = {
      ...cost('31'),
      ChargePeriodStart: '2025-12-01T00:00:00Z',
      ChargePeriodEnd: '2026-01-01T00:00:00Z',
    };
    const flags = { week: '2025-W52', basis: 'billed' };
    await reportLedger(here, { flags, now: MONDAY });
    const { json } = await bring(here, focusCsv([monthly]), FRIDAY, 'rent');
    expect(json.restatements).toEqual([{ ...RESTATED, before: '10.00', after: '17.00' }]);
  });
});

describe('nothing is restated', () => {
  it('when the report was a dry run', async () => {
    const here = deployment();
    await bring(here, week52('4', '6'), MONDAY);
    await reportLedger(here, { now: MONDAY, dryRun: true });
    expect((await bring(here, week52('4', '7'), FRIDAY)).json.restatements).toEqual([]);
  });

  it('when the import is a dry run', async () => {
    const here = await reported();
    const csv = here.file('b.csv', week52('4', '7'));
    const { json } = await importFiles(here, [csv], { now: FRIDAY, dryRun: true });
    expect(json.restatements).toEqual([]);
    expect((await reportLedger(here, { now: FRIDAY })).json.findings.filter(isRestated)).toEqual(
      [],
    );
  });

  it('when the changed days are none of the report', async () => {
    const here = await reported();
    const later = {
      ChargePeriodStart: '2025-12-29T00:00:00Z',
      ChargePeriodEnd: '2025-12-30T00:00:00Z',
    };
    const { json } = await bring(here, focusCsv([{ ...cost('5'), ...later }]), FRIDAY, 'other');
    expect(json.restatements).toEqual([]);
  });
});

it('pairs of equal rows that become other pairs are a change', async () => {
  const here = deployment();
  for (const [ServiceName, change] of [
    ['Compute', 'new'],
    ['Storage', 'replaced'],
  ]) {
    const rows = Array.from({ length: 2 }, () => ({ ...cost('1'), ServiceName: ServiceName! }));
    const { json } = await importFiles(here, [here.file(`${ServiceName}.csv`, focusCsv(rows))]);
    expect(json.periods).toMatchObject([{ change }]);
  }
});
