/** Whole outputs, compared with files that a person has read; `vitest -u` writes them anew. */
import type { View } from 'brctl/sdk';
import { describe, expect, it } from 'vitest';
import { parseDay } from '../../../packs/finance/core/day.ts';
import { charge } from '../../support/charge.ts';
import { freshThrough, referenceCharges } from '../../support/reference-weeks.ts';
import { type RunOptions, runReport, type World } from '../../support/report.ts';

const golden = (name: string) => `./golden/${name}.golden.txt`;

const week52 = (view: Partial<View>, flags: RunOptions['flags'] = {}): RunOptions => ({
  flags: { week: '52', ...flags },
  view,
});

const reference: World = { charges: referenceCharges() };

describe('the reference week', () => {
  it.each([40, 60, 80, 100])('fits a terminal of %d columns', async (width) => {
    const { text, outcome } = await runReport(reference, week52({ isTTY: true, width }));
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(outcome).toBe('ok');
    await expect(text).toMatchFileSnapshot(golden(`week-52-terminal-${width}`));
  });

  it('takes no more than 100 columns of a wider terminal', async () => {
    const { text } = await runReport(reference, week52({ isTTY: true, width: 240 }));
    await expect(text).toMatchFileSnapshot(golden('week-52-terminal-100'));
  });

  it('keeps every row on a terminal too narrow for any table', async () => {
    const { text } = await runReport(reference, week52({ isTTY: true, width: 12 }));
    expect(text).toMatch(/^Infrast… +37\.50 +5\.30 +under$/m);
    expect(text).toMatch(/^Total +125\.00 +42\.15 +under$/m);
  });

  it.each(['table', 'csv', 'json', 'md'])('is piped as %s', async (format) => {
    const { text } = await runReport(reference, week52({ format }));
    await expect(text).toMatchFileSnapshot(golden(`week-52-${format}`));
  });

  it('is piped with whole names, however long', async () => {
    const name = `Long ${'x'.repeat(90)}`;
    const charges = [...referenceCharges(), charge({ ServiceName: name })];
    const { text } = await runReport({ charges }, week52({}));
    expect(text).toMatch(new RegExp(`^  ${name} {3,}1\\.00 +unbudgeted$`, 'm'));
  });

  it('has a sectioned layout', async () => {
    const { text } = await runReport(reference, week52({ format: 'csv' }, { layout: 'sections' }));
    await expect(text).toMatchFileSnapshot(golden('week-52-sections'));
  });

  it('is drawn with colour by status', async () => {
    const paint = Object.fromEntries(
      ['bold', 'dim', 'red', 'yellow', 'green', 'cyan'].map((name) => [
        name,
        (text: string) => `<${name}>${text}</${name}>`,
      ]),
    ) as View['paint'];
    const { text } = await runReport(reference, week52({ isTTY: true, width: 100, paint }));
    await expect(text).toMatchFileSnapshot(golden('week-52-colour'));
  });
});

/** Two sources behind, one silent, and charges that have no line, another currency, no amount. */
function troubledWeek(): World {
  const aws = { source: 'aws', ServiceProviderName: 'AWS' } as const;
  const charges = [
    ...referenceCharges(),
    charge({ ...aws, ServiceName: 'Amazon Elastic Compute Cloud', cost: '100.005' }),
    charge({ ...aws, ServiceName: 'Amazon S3', cost: '12.345' }),
    charge({ ...aws, ServiceName: 'Amazon S3', EffectiveCost: null }),
    charge({ ...aws, ServiceName: 'Amazon S3', cost: '7.10', BillingCurrency: 'CAD' }),
    ...Array.from({ length: 14 }, (_, i) =>
      charge({ ...aws, ServiceName: `Small ${String(i).padStart(2, '0')}`, cost: `0.01${i}` }),
    ),
    charge({
      source: 'openai',
      ServiceProviderName: 'OpenAI',
      ServiceName: 'OpenAI API',
      cost: '60',
    }),
  ];
  const through: Readonly<Record<string, string>> = { openai: '2025-12-26', railway: '2025-12-20' };
  const freshness = freshThrough(charges, '2025-12-28').map((each) => ({
    ...each,
    completeThrough: parseDay(through[each.source] ?? '2025-12-28'),
  }));
  const stripe = {
    source: 'stripe',
    completeThrough: undefined,
    skipped: 0,
    importedAt: new Date(0),
  };
  return { charges, freshness: [...freshness, stripe] };
}

describe('a week with troubles', () => {
  it.each([40, 60, 80, 100])('fits a terminal of %d columns', async (width) => {
    const { text, outcome } = await runReport(troubledWeek(), week52({ isTTY: true, width }));
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(outcome).toBe('findings');
    await expect(text).toMatchFileSnapshot(golden(`troubled-terminal-${width}`));
  });

  it.each(['table', 'csv', 'json', 'md'])('is piped as %s', async (format) => {
    const { text } = await runReport(troubledWeek(), week52({ format }));
    await expect(text).toMatchFileSnapshot(golden(`troubled-${format}`));
  });
});

describe('an empty ledger', () => {
  it.each(['table', 'csv', 'json', 'md'])('has the shape of any other as %s', async (format) => {
    const { text, outcome } = await runReport({ charges: [] }, week52({ format }));
    expect(outcome).toBe('findings');
    await expect(text).toMatchFileSnapshot(golden(`empty-${format}`));
  });
});

it('the same question gives the same bytes', async () => {
  const ask = () => runReport(troubledWeek(), week52({ format: 'json' }));
  expect((await ask()).text).toBe((await ask()).text);
});
