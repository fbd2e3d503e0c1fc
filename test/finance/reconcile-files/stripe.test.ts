/** Stripe's exports: exact payouts, every amount in its own unit, and what is wrong told. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripeDecimals } from '../../../packs/finance/adapters/stripe-files/records.ts';
import {
  readStripeInvoices,
  readStripeStatement,
} from '../../../packs/finance/adapters/stripe-files/stripe.ts';
import { formatDay } from '../../../packs/finance/core/day.ts';
import { formatExact } from '../../../packs/finance/core/money.ts';
import type { Item } from '../../../packs/finance/core/reconcile/item.ts';
import {
  checkPayouts,
  type StripeTransaction,
} from '../../../packs/finance/core/reconcile/payout-check.ts';
import type {
  PayoutCheck,
  StatementFile,
} from '../../../packs/finance/core/reconcile/statement.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/reconcile/${name}`, import.meta.url), 'utf8');
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const statement = (text: string): StatementFile => readStripeStatement(bytesOf(text), 's', {})!;

const shown = (items: readonly Item[]) =>
  items.map((it) => [it.id, it.kind, formatDay(it.day), formatExact(it.units), it.currency]);
const said = ({ problems }: Pick<StatementFile, 'problems'>): string[] =>
  problems.map((it) => `${it.severity} ${it.line}:${it.column} ${it.message}`);
const sums = (check: PayoutCheck) => [
  check.payout,
  ...[check.charges, check.fees, check.refunds, check.adjustments].map((it) => formatExact(it)),
  check.paidOut === undefined ? undefined : formatExact(check.paidOut),
  check.difference === undefined ? undefined : formatExact(check.difference),
];

const CSV = fixture('stripe-balance.csv');
const JSON_LIST = fixture('stripe-balance.json');

describe('balance transactions in CSV', () => {
  const read = statement(CSV);

  it('are lines of the balance with their fees, and payouts as the bank sees them', () => {
    const [balance, payouts] = read.statements;
    expect(balance!.account).toBe('Stripe balance');
    expect(shown(balance!.items).slice(0, 8)).toEqual([
      ['txn_1', 'payment', '2025-12-01', '-100.00', 'USD'],
      ['txn_1/fee', 'fee', '2025-12-01', '3.20', 'USD'],
      ['txn_2', 'payment', '2025-12-02', '-50.00', 'USD'],
      ['txn_2/fee', 'fee', '2025-12-02', '1.75', 'USD'],
      ['txn_3', 'refund', '2025-12-03', '20.00', 'USD'],
      ['txn_3/fee', 'fee', '2025-12-03', '-0.50', 'USD'],
      ['txn_4', 'payment', '2025-12-03', '10.00', 'USD'],
      ['txn_4/fee', 'fee', '2025-12-03', '15.00', 'USD'],
    ]);
    expect(shown(payouts!.items)).toEqual([
      ['po_1', 'payout', '2025-12-05', '-98.55', 'USD'],
      ['po_2', 'payout', '2025-12-10', '-28.00', 'USD'],
    ]);
    expect(payouts!.items[0]).toMatchObject({
      party: 'Stripe',
      references: ['txn_6', 'po_1'],
      place: { file: 's', line: 7 },
    });
  });

  it('explain each payout exactly, and a difference is told', () => {
    expect(read.payouts.map(sums)).toEqual([
      ['po_1', '150.00', '21.45', '20.00', '-10.00', '98.55', '0.00'],
      ['po_2', '30.00', '1.17', '0.00', '0.00', '28.00', '-0.83'],
    ]);
    expect(said(read)).toEqual([
      'warning 9:1 payout po_2 is 28.00 USD, its transactions leave 28.83: -0.83 apart',
    ]);
  });

  it('are read under the names of the report as well', () => {
    const report = [
      'balance_transaction_id,created_utc,currency,gross,fee,net,reporting_category,source_id,automatic_payout_id',
      'txn_1,2025-12-01 10:00:00,usd,40.00,0.80,39.20,charge,ch_1,po_1',
      'txn_2,2025-12-01 10:00:00,usd,-2.00,0.00,-2.00,fee,,po_1',
      'txn_3,2025-12-03 10:00:00,usd,-37.20,0.00,-37.20,payout,po_1,po_1',
    ].join('\n');
    expect(statement(report).payouts.map(sums)).toEqual([
      ['po_1', '40.00', '2.80', '0.00', '0.00', '37.20', '0.00'],
    ]);
  });

  it.each([
    [
      '100.00,3.20,96.80',
      '100.00,3.20,96.81',
      'error 2:1 txn_1: net is not amount less fee: 0.01 apart',
    ],
    ['100.00,3.20,96.80', '"1.234,56",3.20,96.80', 'error 2:19 amount: "1.234,56" has a comma'],
    ['2025-12-01 10:00', '2025-02-30 10:00', '"2025-02-30 10:00" is no time'],
    ['96.80,usd', '96.80,usx', 'currency: "usx" is no currency'],
    ['txn_2,charge', 'txn_1,charge', 'warning 3:1 txn_1 is also in line 2 and counts once'],
    ['txn_1,charge', ',charge', 'the record lacks id'],
    ['Order 1,100.00', 'Order, 1,100.00', 'the row has 15 cells, the header has 14'],
  ])('%s as %s is told', (from, to, expected) => {
    const found = statement(CSV.replace(from, to));
    expect(said(found).join('\n')).toContain(expected);
    if (expected.startsWith('error')) expect(found.payouts).toEqual([]);
  });
});

describe('balance transactions in JSON', () => {
  it('are in the smallest unit of their currency; a list of one payout explains it', () => {
    const read = statement(JSON_LIST);
    expect(said(read)).toEqual([]);
    expect(read.statements.map(({ items }) => shown(items))).toEqual([
      [
        ['txn_1', 'payment', '2025-12-01', '-5000.00', 'JPY'],
        ['txn_1/fee', 'fee', '2025-12-01', '175.00', 'JPY'],
      ],
      [['po_1', 'payout', '2025-12-05', '-4825.00', 'JPY']],
    ]);
    expect(read.payouts[0]).toMatchObject({ payout: 'po_1', by: 'only_payout', difference: 0n });
    expect(read.statements[0]!.items[0]!.place.line).toBe(6);
    expect(read.statements[0]!.items[0]!.references).toEqual(['ch_1']);
  });

  it.each([
    ['JPY', 0],
    ['USD', 2],
    ['KWD', 3],
    ['MGA', 0],
    ['ISK', 2],
    ['UGX', 2],
  ])('%s has %i decimals', (currency, decimals) => {
    expect(stripeDecimals(currency)).toBe(decimals);
  });

  it('are read as a bare list and line by line as well', () => {
    const records = (JSON.parse(JSON_LIST) as { data: object[] }).data;
    const lines = records.map((each) => JSON.stringify(each)).join('\n');
    const plain = (read: StatementFile) => read.statements.map(({ items }) => shown(items));
    expect(plain(statement(JSON.stringify(records)))).toEqual(plain(statement(JSON_LIST)));
    expect(plain(statement(lines))).toEqual(plain(statement(JSON_LIST)));
  });

  it.each([
    ['5000', '50.00', 'error 6:65 amount: "50.00" is no integer of the smallest unit'],
    ['5000', '9'.repeat(40), 'is no integer of the smallest unit'],
    ['1764583200', '"x"', 'created: "x" is no time in seconds'],
    ['"net": 4825', '"net": 4826', 'net is not amount less fee: 1.00 apart'],
    ['"fee": 175, ', '', 'the record lacks fee'],
    ['  ]\n', '', 'is no JSON: there should be , or ]'],
  ])('%s as %s is told', (from, to, expected) => {
    const found = statement(JSON_LIST.replace(from, to));
    expect(said(found).join('\n')).toContain(expected);
  });

  it('cut anywhere is an error or no statement', () => {
    const cut = fc.integer({ min: 200, max: JSON_LIST.trimEnd().length - 1 });
    fc.assert(
      fc.property(cut, (end) => {
        const read = readStripeStatement(bytesOf(JSON_LIST.slice(0, end)), 's', {});
        expect(read?.problems.some(({ severity }) => severity === 'error') ?? true).toBe(true);
      }),
    );
  });

  it('made to harm is bounded', () => {
    const head = '{"object":"balance_transaction","x":';
    expect(said(statement(head + '['.repeat(200_000)))[0]).toContain('nested more than 32 levels');
    expect(said(statement(`${head}[${'1,'.repeat(5000)}1]}`))[0]).toContain(
      'more than 4096 values',
    );
    expect(said(statement(`${head}"${'x'.repeat(200_000)}`))[0]).toContain(
      'a text that begins here does not end',
    );
  });
});

describe('payouts', () => {
  const HEAD = 'id,Amount,Created (UTC),Currency,Arrival Date (UTC),Status,Balance Transaction';

  it('come when they arrive; a failed one is void, one on its way has moved no money', () => {
    const rows = [
      'po_1,98.55,2025-12-04 00:00,usd,2025-12-05 00:00,paid,txn_6',
      'po_2,10.00,2025-12-06 00:00,usd,2025-12-07 00:00,failed,txn_7',
      'po_3,20.00,2025-12-30 00:00,usd,2026-01-02 00:00,in_transit,txn_8',
    ];
    const [only, ...more] = statement([HEAD, ...rows].join('\n')).statements;
    expect(more).toEqual([]);
    expect(shown(only!.items)).toEqual([
      ['po_1', 'payout', '2025-12-05', '-98.55', 'USD'],
      ['po_2', 'void', '2025-12-07', '-10.00', 'USD'],
    ]);
    expect(shown(only!.pending)).toEqual([['po_3', 'payout', '2026-01-02', '-20.00', 'USD']]);
  });

  it('add up whatever they are made of', () => {
    const type = fc.constantFrom('charge', 'refund', 'stripe_fee', 'adjustment', 'something_new');
    const part = fc.record({
      type,
      amount: fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }),
      fee: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
    });
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1 }),
        fc.bigInt({ min: -5n, max: 5n }),
        (parts, off) => {
          const common = { currency: 'USD', place: { file: 's', line: 1 } } as const;
          const items = parts.map(
            (each, i): StripeTransaction => ({
              ...each,
              ...common,
              id: `t${i}`,
              source: undefined,
              payout: 'po',
            }),
          );
          const net = parts.reduce((sum, { amount, fee }) => sum + amount - fee, 0n);
          const payout: StripeTransaction = {
            ...common,
            id: 'p',
            type: 'payout',
            amount: -net - off,
            fee: 0n,
            source: 'po',
            payout: undefined,
          };
          expect(checkPayouts([...items, payout], false)).toMatchObject([
            { payout: 'po', difference: off, transactions: parts.length, by: 'named' },
          ]);
          expect(checkPayouts(items, false)).toMatchObject([
            { paidOut: undefined, difference: undefined },
          ]);
        },
      ),
    );
  });
});

describe('invoices', () => {
  it('are what whoever pays owes; drafts are kept apart', () => {
    const read = readStripeInvoices(bytesOf(fixture('stripe-invoices.json')), 'i', {})!;
    expect(said(read)).toEqual([]);
    expect(shown(read.invoices)).toEqual([
      ['AB-0001', 'invoice', '2025-12-01', '123.45', 'USD'],
      ['AB-0002', 'void', '2025-12-01', '7.00', 'USD'],
      ['AB-0001-CN-01', 'credit_note', '2025-12-01', '-3.45', 'USD'],
    ]);
    expect(read.invoices[2]!.references).toEqual(['AB-0001-CN-01', 'cn_1', 'in_1']);
    expect(read.invoices[0]).toMatchObject({ party: 'Contoso', dueDay: 20453 });
    expect(shown(read.open)).toEqual([['in_2', 'invoice', '2025-12-01', '5.00', 'USD']]);
  });

  it('are read in CSV as well', () => {
    const rows = [
      'id,Number,Customer Name,Total,Currency,Status,Created (UTC),Due Date (UTC)',
      'in_1,AB-1,Contoso,"1,234.50",usd,open,2025-12-01 10:00,2025-12-31 10:00',
    ];
    const read = readStripeInvoices(bytesOf(rows.join('\n')), 'i', {})!;
    expect(shown(read.invoices)).toEqual([['AB-1', 'invoice', '2025-12-01', '1234.50', 'USD']]);
  });

  it('are no statement, and a statement is no invoices', () => {
    expect(readStripeStatement(bytesOf(fixture('stripe-invoices.json')), 'i', {})).toBeUndefined();
    expect(readStripeInvoices(bytesOf(CSV), 's', {})).toBeUndefined();
    expect(readStripeInvoices(bytesOf(fixture('tracker.csv')), 's', {})).toBeUndefined();
    expect(readStripeStatement(bytesOf(fixture('bank.csv')), 's', {})).toBeUndefined();
  });
});
