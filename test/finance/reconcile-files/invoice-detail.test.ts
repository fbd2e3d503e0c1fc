/** FOCUS InvoiceDetail: exact sums per invoice, tax and open ones apart, what is wrong told. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readInvoiceDetail } from '../../../packs/finance/adapters/invoice-detail/read.ts';
import { formatDay } from '../../../packs/finance/core/day.ts';
import { formatExact, parseUnits } from '../../../packs/finance/core/money.ts';
import type { InvoiceFile } from '../../../packs/finance/core/reconcile/invoice-file.ts';

const TEXT = readFileSync(
  new URL('../../../fixtures/reconcile/invoice-detail.csv', import.meta.url),
  'utf8',
);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string): InvoiceFile => readInvoiceDetail(bytesOf(text), 'd.csv', {})!;
const said = (text: string): string =>
  read(text)
    .problems.map((it) => `${it.severity} ${it.line}:${it.column} ${it.message}`)
    .join('\n');

it('adds lines up per invoice', () => {
  const { invoices, open, details, problems } = read(TEXT);
  expect(problems).toEqual([]);
  expect(invoices.map((it) => [it.id, it.kind, formatDay(it.day), formatExact(it.units)])).toEqual([
    ['F-1', 'invoice', '2026-01-03', '120.1252'],
    ['F-2', 'credit_note', '2026-01-05', '-10.00'],
    ['F-4', 'void', '2026-01-02', '3.00'],
  ]);
  expect(open.map((it) => [it.id, formatDay(it.day), formatExact(it.units)])).toEqual([
    ['F-3', '2026-01-31', '7.00'],
  ]);
  expect(details[0]).toMatchObject({
    issuer: 'Example Cloud',
    netUnits: parseUnits('100.1052'),
    taxUnits: parseUnits('20.02'),
    lines: 2,
    taxLines: 1,
    payable: [{ currency: 'EUR', units: parseUnits('110.41') }],
  });
  expect(details[1]).toMatchObject({ adjusts: ['F-1'], payable: [] });
  expect(invoices[0]).toMatchObject({
    references: ['F-1', 'PO-7'],
    party: 'Example Cloud',
    dueDay: 20486,
    place: { file: 'd.csv', line: 2 },
  });
});

describe('what is wrong', () => {
  it.each([
    ['100.10,', '"$1,00",', 'error 2:1 BilledCost: "$1,00" is no number'],
    ['100.10,', ',', 'BilledCost: "" must not be null'],
    [',Usage,', ',Refund,', 'ChargeCategory: "Refund" is none of Usage'],
    [',Issued,', ',Sent,', 'InvoiceIssueStatus: "Sent" is none of Open, Issued, Voided'],
    [',USD,', ',DOLLAR,', 'BillingCurrency: "DOLLAR" is no currency'],
    ['2026-01-03T00:00:00Z', '3 Jan 2026', 'InvoiceIssueDate: "3 Jan 2026" is no time'],
    [',Issued,', ',Open,', 'error 3:1 invoice "F-1" is Open and Issued; see line 2'],
    ['acct-1,USD', 'acct-1,EUR', 'invoice "F-1" is in EUR and in USD'],
    ['Requests,,2,', 'Requests,,1,', 'error 3:1 InvoiceDetailId "1" of "F-1" is also in line 2'],
    ['InvoiceIssuerName', 'Issuer', 'the header lacks InvoiceIssuerName'],
    ['Requests,,', 'Requests,', 'the row has 21 cells, the header has 22'],
  ])('%s as %s is told', (from, to, expected) => {
    expect(said(TEXT.replace(from, to))).toContain(expected);
  });

  it('is not to be another data set', () => {
    const charges = 'BilledCost,InvoiceId,InvoiceDetailId,InvoiceIssuerName,ChargePeriodStart\n';
    expect(readInvoiceDetail(bytesOf(charges), 'd.csv', {})).toBeUndefined();
    expect(readInvoiceDetail(bytesOf('a,b\n'), 'd.csv', {})).toBeUndefined();
  });
});

it('sums exactly, in any order of lines', () => {
  const header =
    'InvoiceIssuerName,InvoiceId,InvoiceDetailId,InvoiceIssueStatus,BillingCurrency,' +
    'InvoiceIssueDate,ChargeCategory,BilledCost';
  const cost = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
  const line = fc.record({ invoice: fc.constantFrom('A', 'B'), isTax: fc.boolean(), cost });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), (lines) => {
      const rows = lines.map(({ invoice, isTax, cost: each }, i) => {
        const category = isTax ? 'Tax' : 'Usage';
        const start = `X,${invoice},${i},Issued,USD,2026-01-01T00:00:00Z`;
        return `${start},${category},${formatExact(each)}`;
      });
      for (const ordered of [rows, rows.toReversed()]) {
        const { details, problems } = read([header, ...ordered].join('\n'));
        expect(problems).toEqual([]);
        for (const { invoice, netUnits, taxUnits } of details) {
          const total = (isTax: boolean): bigint =>
            lines
              .filter((each) => each.invoice === invoice && each.isTax === isTax)
              .reduce((sum, each) => sum + each.cost, 0n);
          expect([netUnits, taxUnits]).toEqual([total(false), total(true)]);
        }
      }
    }),
  );
});
