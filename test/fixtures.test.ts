/**
 * The checked-in fixtures are what their maker makes, and add up to what their README says, in
 * exact integers and without help from the importer.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { dayOf, dayRange, daysIn, overlap } from '../packs/finance/core/day.ts';
import { REQUIRED_COLUMNS } from '../packs/finance/core/focus.ts';
import { formatExact, parseUnits, shareOfDays } from '../packs/finance/core/money.ts';
import { type Week, weekNumbered } from '../packs/finance/core/week.ts';
import { fixtureFiles } from './support/make-fixtures.ts';

const ROOT = join(import.meta.dirname, '../fixtures');

type Charge = Readonly<Record<string, string>>;

describe('the maker', () => {
  const made = fixtureFiles();

  test('gives the checked-in bytes, file by file', () => {
    const changed = [...made].filter(([path, content]) => !content.equals(read(path)));
    expect(changed.map(([path]) => path)).toEqual([]);
  });

  test('knows every file of charges below fixtures/', () => {
    const byHand = /^(README\.md$|\.gitattributes$|packs\/|reconcile\/)/;
    const there = filesBelow(ROOT).filter((path) => !byHand.test(path));
    expect(there).toEqual([...made.keys()].sort());
  });

  test('gives the same bytes twice', () => {
    expect([...fixtureFiles()]).toEqual([...made]);
  });
});

describe('the reference case', () => {
  const sources = new Map(
    filesBelow(join(ROOT, 'charges')).map((file) => [file.split('.')[0]!, charges(file)]),
  );
  const all = [...sources.values()].flat();

  test('effective cost of weeks 49 to 52, per source', () => {
    expect(byWeek((week, rows) => effectiveIn(week, rows), sources)).toEqual({
      cloudflare: ['0.00', '0.00', '0.00', '0.00'],
      domain: ['0.00', '0.00', '0.30', '0.30'],
      github: ['4.00', '4.00', '4.00', '4.00'],
      ollama: ['4.50', '4.20', '5.00', '4.70'],
      openai: ['25.00', '32.00', '38.50', '28.15'],
      railway: ['5.00', '5.00', '5.00', '5.00'],
      sentry: ['0.00', '0.00', '0.00', '0.00'],
      supabase: ['0.00', '0.00', '0.00', '0.00'],
      upstash: ['0.00', '0.00', '0.00', '0.00'],
      vercel: ['0.00', '0.00', '0.00', '0.00'],
    });
  });

  test('effective cost of weeks 49 to 52, in total', () => {
    const total = byWeek(effectiveIn, new Map([['all', all]]));
    expect(total).toEqual({ all: ['38.50', '45.20', '52.80', '42.15'] });
  });

  test('the billed basis has the domain in week 50 and no accrual', () => {
    const domain = new Map([['domain', sources.get('domain')!]]);
    expect(byWeek(billedIn, domain)).toEqual({ domain: ['0.00', '15.00', '0.00', '0.00'] });
    expect(sumOf(all, 'BilledCost')).toBe('193.05');
    expect(sumOf(all, 'EffectiveCost')).toBe('178.65');
  });

  test('week 52 of OpenAI by model', () => {
    const week = weekNumbered(2025, 52)!;
    const models = Map.groupBy(sources.get('openai')!, (row) => row.SkuId!);
    const shown = [...models].map(([sku, rows]) => [sku, formatExact(effectiveIn(week, rows))]);
    expect(shown).toEqual([
      ['gpt-4-turbo', '23.70'],
      ['gpt-3.5-turbo', '4.20'],
      ['text-embedding-ada-002', '0.25'],
    ]);
  });

  test('no day of OpenAI reaches 15.00', () => {
    const days = Map.groupBy(sources.get('openai')!, (row) => row.ChargePeriodStart!);
    const largest = [...days.values()]
      .map((rows) => parseUnits(sumOf(rows, 'EffectiveCost')))
      .reduce((a, b) => (a > b ? a : b));
    expect(largest < parseUnits('15')).toBe(true);
  });

  test('usage covers each of the 28 days and nothing is later', () => {
    for (const [source, rows] of sources) {
      const usage = rows.filter((row) => row.ChargeFrequency === 'Usage-Based');
      const days = new Set(usage.map((row) => row.ChargePeriodStart));
      expect([source, days.size]).toEqual([source, DAYS_WITH_USAGE[source] ?? 28]);
      expect(
        rows
          .map((row) => row.ChargePeriodEnd!)
          .sort()
          .at(-1),
      ).toBe('2025-12-29T00:00:00Z');
    }
  });

  test('price × quantity is the list cost, to the last digit', () => {
    const wrong = all.filter(
      (row) =>
        parseUnits(row.ListUnitPrice!) * parseUnits(row.PricingQuantity!) !==
        parseUnits(row.ListCost!) * 10n ** 12n,
    );
    expect(wrong).toEqual([]);
  });

  test('each file has the columns that FOCUS requires, in USD and one billing period', () => {
    for (const row of all) {
      expect(Object.keys(row)).toEqual(expect.arrayContaining([...REQUIRED_COLUMNS]));
      expect(row.BillingCurrency).toBe('USD');
      expect(row.BillingPeriodStart).toBe('2025-12-01T00:00:00Z');
    }
  });
});

test('a month-long subscription of 31.00 leaves 7.00 in week 52 and is billed in week 49', () => {
  const rows = charges('subscription.csv', 'charges-monthly');
  const subscription = byWeek(effectiveIn, new Map([['effective', rows]]));
  expect(subscription).toEqual({ effective: ['7.00', '7.00', '7.00', '7.00'] });
  expect(byWeek(billedIn, new Map([['billed', rows]])).billed![0]).toBe('31.00');
});

describe('exports', () => {
  test('the AWS manifest names two chunks, worth 0.1148052, and leaves out a third', () => {
    const folder = 'exports/aws-data-exports';
    const manifest: { dataFiles: string[] } = JSON.parse(
      read(`${folder}/metadata/BILLING_PERIOD=2025-11/focus-daily-Manifest.json`).toString(),
    );
    const named = manifest.dataFiles.map((uri) => uri.slice(uri.indexOf('data/')));
    const there = filesBelow(join(ROOT, folder)).filter((path) => path.endsWith('.csv.gz'));
    expect(there.filter((path) => !named.includes(path))).toHaveLength(1);
    const rows = named.flatMap((path) => charges(path, folder));
    expect([rows.length, sumOf(rows, 'BilledCost')]).toEqual([5, '0.1148052']);
  });

  test('the Azure run that was submitted last has four rows, worth 4.368', () => {
    const folder = 'exports/azure-cost-management/20251101-20251130';
    const runs = filesBelow(join(ROOT, folder))
      .filter((path) => path.endsWith('manifest.json'))
      .map((path): AzureManifest => JSON.parse(read(`${folder}/${path}`).toString()))
      .sort((a, b) => (a.runInfo.submittedTime < b.runInfo.submittedTime ? 1 : -1));
    const latest = runs[0]!;
    const rows = latest.blobs.flatMap(({ blobName }) =>
      charges(blobName.split('20251101-20251130/')[1]!, folder),
    );
    expect([runs.length, rows.length, latest.dataRowCount]).toEqual([2, 4, 4]);
    expect(sumOf(rows, 'BilledCost')).toBe('4.368');
  });
});

describe('legacy formats', () => {
  test.each([
    ['aws-cur.csv', 'lineItem/UnblendedCost', '97.2839456841'],
    ['aws-cur-underscore.csv', 'line_item_unblended_cost', '97.2839456841'],
    ['azure-ea.csv', 'CostInBillingCurrency', '120.943756'],
    ['azure-ea-padded-dates.csv', 'CostInBillingCurrency', '120.943756'],
  ])('%s: %s adds up to %s', (file, column, total) => {
    expect(sumOf(charges(file, 'legacy'), column)).toBe(total);
  });
});

describe('quirks', () => {
  test.each([
    ['original', '1500.00'],
    ['delta', '0.00'],
    ['ledger', '0.00'],
    ['replacement', '1500.00'],
  ])('a correction as %s adds up to %s, in a closed and an open period', (style, total) => {
    for (const period of ['closed', 'open']) {
      const rows = charges(`${period}-${style}.csv`, 'quirks/corrections');
      expect(sumOf(rows, 'BilledCost')).toBe(total);
    }
  });

  test('a prepayment is billed at once and effective as it is drawn', () => {
    const rows = charges('ai-prepayment.csv', 'quirks');
    expect(sumOf(rows, 'BilledCost')).toBe('500000.00');
    expect(sumOf(rows, 'EffectiveCost')).toBe('40.00');
  });
});

type AzureManifest = Readonly<{
  dataRowCount: number;
  runInfo: { submittedTime: string };
  blobs: readonly { blobName: string }[];
}>;

/** Where there is less than a usage row a day: bought by the week. */
const DAYS_WITH_USAGE: Readonly<Record<string, number>> = { github: 0, domain: 2 };

function charges(file: string, folder = 'charges'): Charge[] {
  const bytes = read(`${folder}/${file}`);
  if (file.endsWith('.jsonl')) return bytes.toString().trimEnd().split('\n').map(fromJson);
  const text = file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
  return parse(text, { columns: true, bom: true });
}

function fromJson(line: string): Charge {
  const row: Record<string, unknown> = JSON.parse(line);
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)]));
}

type Sum = (week: Week, rows: readonly Charge[]) => bigint;

function byWeek(sum: Sum, sources: ReadonlyMap<string, readonly Charge[]>) {
  const weeks = [49, 50, 51, 52].map((number) => weekNumbered(2025, number)!);
  return Object.fromEntries(
    [...sources].map(([name, rows]) => [name, weeks.map((week) => formatExact(sum(week, rows)))]),
  );
}

/** What design.md says of the effective basis: spread evenly over the days of the charge. */
function effectiveIn(week: Week, rows: readonly Charge[]): bigint {
  return rows.reduce((sum, row) => {
    const charged = dayRange(dayIn(row, 'ChargePeriodStart'), dayIn(row, 'ChargePeriodEnd'));
    const shared = overlap(charged, week);
    if (shared === undefined) return sum;
    const [from, to] = [shared.start - charged.start, shared.end - charged.start];
    return sum + shareOfDays(parseUnits(row.EffectiveCost!), daysIn(charged), from, to);
  }, 0n);
}

function billedIn(week: Week, rows: readonly Charge[]): bigint {
  return rows
    .filter((row) => {
      const day = dayIn(row, 'ChargePeriodStart');
      return week.start <= day && day < week.end;
    })
    .reduce((sum, row) => sum + parseUnits(row.BilledCost!), 0n);
}

function dayIn(row: Charge, column: string) {
  return dayOf(new Date(row[column]!));
}

function sumOf(rows: readonly Charge[], column: string): string {
  return formatExact(rows.reduce((sum, row) => sum + exactUnits(row[column]!), 0n));
}

/** Units of `1.5` and of `5.2E-9`. */
function exactUnits(text: string): bigint {
  const [digits = '', exponent = '0'] = text.toUpperCase().split('E');
  const units = parseUnits(digits);
  const power = Number(exponent);
  return power < 0 ? units / 10n ** BigInt(-power) : units * 10n ** BigInt(power);
}

function read(path: string): Buffer {
  return readFileSync(join(ROOT, path));
}

/** With `/`, sorted. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}
