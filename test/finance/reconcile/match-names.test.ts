/** Whether a bank's text names a vendor; references. */
import { describe, expect, it } from 'vitest';
import { editDistance, nameOf, nameScore } from '../../../packs/finance/core/reconcile/name.ts';
import { citations, citedAs } from '../../../packs/finance/core/reconcile/reference.ts';
import { entry, payment } from '../../support/reconcile-items.ts';

const score = (text: string, vendor: string): number => nameScore(nameOf(text), nameOf(vendor));

describe('a name', () => {
  it.each([
    ['RAILWAY CORP', 'Railway, Inc.'],
    ['ACH DEBIT RAILWAY', 'railway'],
    ['ＲＡＩＬＷＡＹ', 'Railway'],
    ['CAFE LUMIERE', 'Café Lumière S.A.'],
    ['Müller GmbH', 'MUELLER'.replace('UE', 'Ü')],
    ['INDIGO PATH', 'Indigo Path B.V.'],
  ])('is the same: %s and %s', (text, vendor) => {
    expect(score(text, vendor)).toBe(1000);
  });

  it.each([
    ['within other words', 'POS SUPABASE SINGAPORE 8812', 'Supabase Inc', 980],
    ['cut off', 'DIGITALOCE', 'DigitalOcean Droplets', 800],
    ['by its initials', 'AWS', 'Amazon Web Services', 850],
    ['one letter wrong', 'CLOUDFLRAE', 'Cloudflare', 850],
    ['joined', 'NORTHRIVERHOSTING', 'North River Hosting Ltd', 960],
  ])('is found %s', (_, text, vendor, least) => {
    expect(score(text, vendor)).toBeGreaterThanOrEqual(least);
  });

  it.each([
    ['American Express', 'American Water'],
    ['Alphabet', 'Google'],
    ['OLD TAXI LONDON', 'Onyx Lumen Desk'],
    ['', 'Railway'],
    ['PAYMENT 8812 REF', 'Railway'],
    ['ATLANTIC BAKERY', 'AT'],
    ['Sierra Peak', 'Sierra Health'],
  ])('is another: %s and %s', (text, vendor) => {
    expect(score(text, vendor)).toBeLessThan(640);
  });

  it('may hold anything, of any length', () => {
    for (const text of ['\u0000\ud800', '👩‍👩‍👧', 'a'.repeat(100_000), '. . .', '的铁路公司']) {
      expect(score(text, text)).toBeLessThanOrEqual(1000);
    }
  });

  it('counts swaps of neighbours once', () => {
    expect(editDistance('cloudflrae', 'cloudflare', 2)).toBe(1);
    expect(editDistance('abcdef', 'uvwxyz', 2)).toBe(3);
  });
});

describe('a reference', () => {
  const cites = (text: string, id: string): boolean => {
    const bill = entry({ id, day: '2025-12-01', amount: '1', party: 'Railway' });
    const paid = payment({ id: 'p', day: '2025-12-01', amount: '1', party: 'RAILWAY', text });
    const known = citedAs(bill);
    return citations(paid).some((spelling) => known.includes(spelling));
  };

  it.each([
    ['INV-2025-001', 'INV-2025-001'],
    ['payment inv 2025 001 thanks', 'INV-2025-001'],
    ['INV2025001', 'INV-2025-001'],
    ['2025001', 'INV-2025-001'],
    ['CHECK 004512', '4512'],
  ])('"%s" cites %s', (text, id) => {
    expect(cites(text, id)).toBe(true);
  });

  it.each([
    ['INV-2025-0011', 'INV-2025-001'],
    ['12', '12'],
    ['december.csv:1014', 'december.csv:1014'],
  ])('"%s" does not cite %s', (text, id) => {
    expect(cites(text, id)).toBe(false);
  });
});
