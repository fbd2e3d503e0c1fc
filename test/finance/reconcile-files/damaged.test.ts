/** Files that were damaged on the way: every reader gives values, the same ones each time. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCamt } from '../../../packs/finance/adapters/camt/camt.ts';
import { readInvoiceDetail } from '../../../packs/finance/adapters/invoice-detail/read.ts';
import {
  readMappedBank,
  readMappedInvoices,
} from '../../../packs/finance/adapters/mapped-csv/mapped-csv.ts';
import { readMapping } from '../../../packs/finance/adapters/mapped-csv/mapping.ts';
import { readOfx } from '../../../packs/finance/adapters/ofx/ofx.ts';
import {
  readStripeInvoices,
  readStripeStatement,
} from '../../../packs/finance/adapters/stripe-files/stripe.ts';
import { readTracker, writeTracker } from '../../../packs/finance/adapters/tracker-csv/tracker.ts';
import type { FileProblem } from '../../../packs/finance/core/reconcile/file-problem.ts';
import type { Item } from '../../../packs/finance/core/reconcile/item.ts';

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../fixtures/reconcile/${name}`, import.meta.url)));
const mappingOf = (name: string) => readMapping(fixture(name), name).mapping;

type Read = Readonly<{ problems: readonly FileProblem[]; items: readonly Item[] }>;

const statement = (read: ReturnType<typeof readOfx>): Read | undefined =>
  read && {
    problems: read.problems,
    items: read.statements.flatMap(({ items, pending }) => [...items, ...pending]),
  };
const invoices = (read: ReturnType<typeof readInvoiceDetail>): Read | undefined =>
  read && { problems: read.problems, items: [...read.invoices, ...read.open] };

const bank = mappingOf('bank.yaml');
const mapped = mappingOf('invoices-mapped.yaml');

const READERS: readonly (readonly [string, (bytes: Uint8Array) => Read | undefined])[] = [
  ['tracker.csv', (bytes) => tracker(bytes)],
  ['tracker-spreadsheet.csv', (bytes) => tracker(bytes)],
  ['bank.csv', (bytes) => statement(readMappedBank(bytes, 'f', { mapping: bank }))],
  ['invoices-mapped.csv', (bytes) => invoices(readMappedInvoices(bytes, 'f', { mapping: mapped }))],
  ['statement-1.ofx', (bytes) => statement(readOfx(bytes, 'f', {}))],
  ['statement-2.ofx', (bytes) => statement(readOfx(bytes, 'f', {}))],
  ['statement-camt053.xml', (bytes) => statement(readCamt(bytes, 'f', {}))],
  ['stripe-balance.csv', (bytes) => statement(readStripeStatement(bytes, 'f', {}))],
  ['stripe-balance.json', (bytes) => statement(readStripeStatement(bytes, 'f', {}))],
  ['stripe-invoices.json', (bytes) => invoices(readStripeInvoices(bytes, 'f', {}))],
  ['invoice-detail.csv', (bytes) => invoices(readInvoiceDetail(bytes, 'f', {}))],
  ['bank.yaml', (bytes) => ({ problems: readMapping(bytes, 'f').problems, items: [] })],
];

function tracker(bytes: Uint8Array): Read {
  const read = readTracker(bytes, 'f');
  expect(writeTracker(read, new Map())).toBe(bytes);
  return { problems: read.problems, items: read.invoices };
}

/** Bytes that mean something to one of the formats. */
const byte = fc.oneof(
  fc.constantFrom(...[...'",;\n\r<>/&{}[]:*-.0 \t'].map((each) => each.charCodeAt(0))),
  fc.integer({ min: 0, max: 255 }),
);
const damage = fc.record({
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  cut: fc.integer({ min: 0, max: 40 }),
  put: fc.array(byte, { maxLength: 4 }),
});

function damaged(
  bytes: Uint8Array,
  wounds: readonly Readonly<{ at: number; cut: number; put: number[] }>[],
) {
  return wounds.reduce((left, { at, cut, put }) => {
    const start = Math.floor(left.length * at);
    return Uint8Array.from([...left.subarray(0, start), ...put, ...left.subarray(start + cut)]);
  }, bytes);
}

describe.each(READERS)('%s', (name, read) => {
  const whole = fixture(name);

  it('is whole', () => {
    const errors = read(whole)?.problems.filter(({ severity }) => severity === 'error');
    expect(errors).toEqual([]);
  });

  it('damaged anywhere gives items and problems that hold', () => {
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (wounds) => {
        const bytes = damaged(whole, wounds);
        const found = read(bytes);
        expect(read(bytes)).toEqual(found);
        if (found === undefined) return;
        expect(found.problems.length).toBeLessThanOrEqual(100);
        expect(new Set(found.items.map(({ id, currency }) => `${id} ${currency}`)).size).toBe(
          found.items.length,
        );
        for (const { line, column, message } of found.problems) {
          expect(line ?? 1).toBeGreaterThan(0);
          expect(column ?? 1).toBeGreaterThan(0);
          expect(message).not.toMatch(/\p{Cc}|undefined|NaN|\[object/u);
        }
        for (const { day, units, place } of found.items) {
          expect(Number.isInteger(day)).toBe(true);
          expect(typeof units).toBe('bigint');
          expect(place.line).toBeGreaterThan(0);
        }
      }),
      { numRuns: 150 },
    );
  });
});
