/** The sectioned layout: what its readers rely on, and what it leaves out when it cannot know. */
import { describe, expect, it } from 'vitest';
import type { BudgetsConfig } from '../../../packs/finance/core/budget.ts';
import { allowance, budgets, line, rule, service } from '../../support/budgets.ts';
import { ONE_LINE } from '../../support/build-report.ts';
import { charge } from '../../support/charge.ts';
import { referenceCharges } from '../../support/reference-weeks.ts';
import { type RunOptions, runReport, type World } from '../../support/report.ts';

/** The sections by title, each as its lines; the header has the title ''. */
async function sectionsOf(
  world: World,
  flags: RunOptions['flags'] = { week: '52' },
): Promise<Readonly<Record<string, readonly string[]>>> {
  const options = { flags: { layout: 'sections', ...flags }, view: { format: 'csv' } };
  const { text } = await runReport(world, options);
  const blocks = text.split('\n\n').map((block) => block.trimEnd().split('\n'));
  return Object.fromEntries(
    blocks.map((lines) =>
      lines[0]!.startsWith('SECTION: ') ? [lines[0]!.slice(9), lines.slice(1)] : ['', lines],
    ),
  );
}

const week52: World = { charges: [charge({ cost: '4' })], config: ONE_LINE };

describe('the sections', () => {
  it('stand in the order that readers know', async () => {
    expect(Object.keys(await sectionsOf({ charges: referenceCharges() }))).toEqual([
      '',
      'EXECUTIVE SUMMARY',
      'COST BY SERVICE',
      'WEEKLY TREND',
      'NOTES',
    ]);
  });

  it('open with what the report is about', async () => {
    expect((await sectionsOf(week52))['']).toEqual([
      'Report Type,Weekly Cost Report',
      'Report Period,Week 52 2025 (2025-12-22 to 2025-12-28)',
      'Generated,2025-12-29T09:00:00Z',
      'Currency,USD',
      'Basis,effective',
    ]);
  });

  it('are of no week when days were asked for', async () => {
    const flags = { from: '2025-12-22', to: '2025-12-23' };
    const sections = await sectionsOf(week52, flags);
    expect(sections['']!.slice(0, 2)).toEqual([
      'Report Type,Cost Report',
      'Report Period,2025-12-22 to 2025-12-23',
    ]);
    expect(sections['EXECUTIVE SUMMARY']!.slice(1)).toEqual([
      'Total Spend,$2.86,$4.00,$1.14,40.0%,OVER_BUDGET',
      'YTD Spend,$32.86,$4.00,-$28.86,-87.8%,UNDER_BUDGET',
    ]);
    expect(sections['COST BY SERVICE']![0]).toBe(
      'Service,Category,Tier,Budget,Actual,Variance,Status,Notes',
    );
    expect(sections['WEEKLY TREND']).toBeUndefined();
  });
});

describe('the summary', () => {
  it('takes four weeks for a month', async () => {
    expect((await sectionsOf(week52))['EXECUTIVE SUMMARY']).toEqual([
      'Metric,Budget,Actual,Variance,Variance %,Status',
      'Total Weekly Spend,$10.00,$4.00,-$6.00,-60.0%,UNDER_BUDGET',
      'Monthly Run Rate,$40.00,$16.00,-$24.00,-60.0%,UNDER_BUDGET',
      'YTD Spend,$40.00,$4.00,-$36.00,-90.0%,UNDER_BUDGET',
    ]);
  });

  it('has the year to date, from the month that the ledger begins with', async () => {
    const months = Array.from(
      { length: 12 },
      (_, i) => `2025-${String(i + 1).padStart(2, '0')}-15`,
    );
    const charges = months.map((day) => charge({ day, cost: '2' }));
    const config = budgets({
      lines: [{ ...line('All', '0'), allowance: allowance('31', 'month') }],
    });
    const yearOf = async (given: World['charges']) => {
      const { 'EXECUTIVE SUMMARY': summary, NOTES = [] } = await sectionsOf({
        charges: given,
        config,
      });
      return [summary![3], NOTES[1]];
    };
    expect(await yearOf(charges)).toEqual([
      'YTD Spend,$369.00,$24.00,-$345.00,-93.5%,UNDER_BUDGET',
      undefined,
    ]);
    expect(await yearOf(charges.slice(10))).toEqual([
      'YTD Spend,$59.00,$4.00,-$55.00,-93.2%,UNDER_BUDGET',
      'YTD Spend,"from 2025-11 on, where the ledger begins; its budget is of the same days"',
    ]);
    expect(await yearOf(charges.toSpliced(5, 1))).toEqual([undefined, undefined]);
  });

  it('leaves blank what is not known', async () => {
    expect(
      (await sectionsOf({ charges: [], config: ONE_LINE }))['EXECUTIVE SUMMARY']!.slice(1),
    ).toEqual(['Total Weekly Spend,$10.00,,,,NO_DATA', 'Monthly Run Rate,$40.00,,,,NO_DATA']);
  });

  it('marks other currencies by their code', async () => {
    const config = { ...ONE_LINE, currency: 'EUR' };
    const charges = [charge({ cost: '4', BillingCurrency: 'EUR' })];
    const [, total] = (await sectionsOf({ charges, config }))['EXECUTIVE SUMMARY']!;
    expect(total).toBe('Total Weekly Spend,EUR 10.00,EUR 4.00,-EUR 6.00,-60.0%,UNDER_BUDGET');
  });
});

describe('the services', () => {
  const config: BudgetsConfig = {
    ...ONE_LINE,
    services: [
      service('Free', { tier: 'Hobby', category: '=Hosting', allowance: allowance('0') }),
      service('Idle', { allowance: allowance('5'), notes: 'kept, for now' }),
    ],
  };

  it('have a status in capitals, and texts that no spreadsheet computes', async () => {
    const charges = [charge({ ServiceName: 'Free', cost: '0' }), charge({ ServiceName: '@Other' })];
    expect((await sectionsOf({ charges, config }))['COST BY SERVICE']).toEqual([
      'Service,Category,Tier,Budget/Week,Actual/Week,Variance,Status,Notes',
      "Free,'=Hosting,Hobby,$0.00,$0.00,$0.00,FREE_TIER,",
      'Idle,All,,$5.00,$0.00,-$5.00,UNUSED,"kept, for now"',
      "'@Other,All,,,$1.00,,NO_BUDGET,",
    ]);
  });

  it('are left out when there are none', async () => {
    expect(await sectionsOf({ charges: [], config: ONE_LINE })).not.toHaveProperty(
      'COST BY SERVICE',
    );
  });
});

describe('the trend', () => {
  it('has the last four weeks that have charges, this one last', async () => {
    const days = ['2025-11-25', '2025-12-02', '2025-12-16', '2025-12-23'];
    const charges = days.map((day, i) => charge({ day, cost: `${i}.5` }));
    expect((await sectionsOf({ charges, config: ONE_LINE }))['WEEKLY TREND']).toEqual([
      'Week,Total Spend,All,Notes',
      'Week 49,$1.50,$1.50,',
      'Week 51,$2.50,$2.50,',
      'Week 52,$3.50,$3.50,',
    ]);
  });

  it('foots in every week, with a column for what no line paid', async () => {
    const config = budgets({ lines: [line('A', '1', rule({ ServiceName: 'A' }))] });
    const charges = [
      charge({ day: '2025-12-16', ServiceName: 'A' }),
      charge({ day: '2025-12-23', ServiceName: 'A' }),
      charge({ day: '2025-12-23', ServiceName: 'B', cost: '2' }),
    ];
    expect((await sectionsOf({ charges, config }))['WEEKLY TREND']).toEqual([
      'Week,Total Spend,A,Unbudgeted,Notes',
      'Week 51,$1.00,$1.00,$0.00,',
      'Week 52,$3.00,$1.00,$2.00,',
    ]);
  });

  it('of days ends with the last week that ends by then', async () => {
    const charges = [charge({ day: '2025-12-16' }), charge({ day: '2025-12-23' })];
    const flags = { from: '2025-12-01', to: '2025-12-27' };
    expect(
      (await sectionsOf({ charges, config: ONE_LINE }, flags))['WEEKLY TREND']!.slice(1),
    ).toEqual(['Week 51,$1.00,$1.00,']);
  });
});
