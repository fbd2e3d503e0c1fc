/** What a reconciliation says beside what people said, Stripe, and invoices as issued. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStripeStatement } from '../../../packs/finance/adapters/stripe-files/stripe.ts';
import { parseDay } from '../../../packs/finance/core/day.ts';
import { parseUnits } from '../../../packs/finance/core/money.ts';
import type { InvoiceFile } from '../../../packs/finance/core/reconcile/invoice-file.ts';
import { reconcile } from '../../../packs/finance/core/reconcile/reconcile.ts';
import { FIXTURES } from '../../support/finance.ts';
import { HOSTING, inputOf, told } from '../../support/reconcile-scene.ts';

describe('what people said', () => {
  const invoices = [
    { id: 'A-1', ...HOSTING, date: '2026-03-02' },
    { id: 'A-2', ...HOSTING, date: '2026-03-03', due: '2026-03-31' },
  ];
  const lines = ['b1 2026-03-05 ACME HOSTING 10.00 USD'];

  it('is taken, whatever else fits', () => {
    const confirmed = [{ entries: ['A-1'], payments: ['b1'] }];
    const found = told(invoices, { bank: [lines], memory: { confirmed } });
    expect(found[0]).toBe('A-1 differs <- b1 confirmed');
    expect(found[1]).toContain('bank missing_payment');
  });

  it('never comes back once it is rejected', () => {
    const rejected = [{ entry: 'A-1', payment: 'b1' }];
    const found = told(invoices, { bank: [lines], memory: { rejected } });
    expect(found[1]).toContain('<- b1');
    expect(found[0]).not.toContain('b1');
  });

  it('about lines that are not there is not used', () => {
    const confirmed = [{ entries: ['A-1'], payments: ['b7'] }];
    expect(told(invoices, { bank: [lines], memory: { confirmed } })[0]).toContain('ambiguous');
  });

  it('with another amount tells the difference', () => {
    const confirmed = [{ entries: ['A-1'], payments: ['b1'] }];
    const scene = { bank: [['b1 2026-03-05 X 9.00 USD']], memory: { confirmed } };
    const { rows } = reconcile(inputOf([{ id: 'A-1', ...HOSTING }], scene));
    expect(rows[0]).toMatchObject({ outcome: 'reconciled' });
    expect(rows[0]!.reasons).toMatchObject([{ difference: parseUnits('-1.00'), isSettled: true }]);
  });
});

describe('beside Stripe', () => {
  const file = readFileSync(join(FIXTURES, 'reconcile/stripe-balance.csv'));
  const stripe = [readStripeStatement(file, 'stripe.csv', {})!];
  const rent = { id: 'S-1', vendor: 'Stripe', date: '2025-12-31', due: 'N/A' };

  it('payouts that arrive are settled, others are told; sums that do not hold too', () => {
    const lines = ['b1 2025-12-05 STRIPE TRANSFER PO_1 -98.55 USD'];
    const found = told([{ ...rent, amount: '23.18' }], { bank: [lines], stripe });
    expect(found).toContain('missing_payment po_2 -28.00');
    expect(found).toContain('payout_differs po_2 -0.83');
    expect(found.filter((text) => text.includes('po_1') || text.startsWith('money_in'))).toEqual(
      [],
    );
  });

  it('a payout that came with less than was paid out is told by how much', () => {
    const lines = ['b1 2025-12-05 STRIPE TRANSFER PO_1 -97.00 USD'];
    const found = told([{ ...rent, amount: '23.18' }], { bank: [lines], stripe });
    expect(found).toContain('amount_differs po_1 -1.55');
  });

  it('fees of a month are what the tracker holds of Stripe, or are not tracked', () => {
    expect(told([{ ...rent, amount: '23.18' }], { stripe })[0]).toBe(
      'S-1 reconciled <- fees of 2025-12 month',
    );
    expect(told([{ ...rent, amount: '20.00' }], { stripe })[0]).toBe(
      'S-1 differs stripe amount_differs -3.18 <- fees of 2025-12 month',
    );
    const found = told([{ id: 'A-1', ...HOSTING }], { stripe });
    expect(found).toContain('untracked_charge 2025-12 23.18');
  });
});

describe('beside invoices as issued', () => {
  const issue = (id: string, amount: string, more: object = {}): InvoiceFile => ({
    ...{ file: 'issued.csv', format: 'csv', open: [], details: [], skipped: [], problems: [] },
    invoices: [
      {
        ...{ id, kind: 'invoice', day: parseDay('2026-03-01'), dueDay: undefined, text: '' },
        ...{ units: parseUnits(amount), currency: 'USD', party: 'Acme Hosting' },
        ...{ references: [id], place: { file: 'issued.csv', line: 2 }, ...more },
      },
    ],
  });

  it.each([
    ['A/1', '10.00', 'A-1 reconciled <- A/1 number'],
    ['A-1', '12.50', 'A-1 differs invoice amount_differs -2.50 <- A-1 number'],
    ['X-9', '10.00', 'A-1 reconciled <- X-9 named'],
  ])('%s of %s', (id, amount, expected) => {
    expect(told([{ id: 'A-1', ...HOSTING }], { issued: [issue(id, amount)] })).toEqual([expected]);
  });

  it('says which the tracker does not have, and which were in another currency', () => {
    const other = issue('Z-1', '77.00', { party: 'Bluebird Mail' });
    expect(told([{ id: 'A-1', ...HOSTING }], { issued: [other] })).toEqual([
      'A-1 reconciled',
      'missing_invoice Z-1 77.00',
    ]);
    const euro = issue('A-1', '10.00', { currency: 'EUR' });
    expect(told([{ id: 'A-1', ...HOSTING }], { issued: [euro] })[0]).toBe(
      'A-1 differs invoice wrong_currency <- A-1 number',
    );
  });
});
