/** Amounts and dates as people write them: read without doubt, or not at all. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDay } from '../../../packs/finance/core/day.ts';
import { formatExact } from '../../../packs/finance/core/money.ts';
import {
  type AmountStyle,
  readAmount,
  readNumeric,
} from '../../../packs/finance/core/reconcile/amount-text.ts';
import { dateReader, readIsoDate } from '../../../packs/finance/core/reconcile/date-text.ts';

const USD: AmountStyle = { currency: 'USD' };
const GERMAN: AmountStyle = { currency: 'EUR', decimal: ',' };

function read(text: string, style: AmountStyle = USD): string {
  const found = readAmount(text, style);
  return found.units === undefined ? `${found.why}; ${found.hint}` : formatExact(found.units);
}

describe('an amount', () => {
  it.each([
    ['5', '5.00'],
    ['5.00', '5.00'],
    [' 112.60 ', '112.60'],
    ['.5', '0.50'],
    ['-5.00', '-5.00'],
    ['\u22125.00', '-5.00'],
    ['5.00-', '-5.00'],
    ['+5', '5.00'],
    ['(5.00)', '-5.00'],
    ['($5.00)', '-5.00'],
    ['$5', '5.00'],
    ['-$5', '-5.00'],
    ['$-5', '-5.00'],
    ['USD 5', '5.00'],
    ['5.00 usd', '5.00'],
    ['1,234.56', '1234.56'],
    ['1,234,567', '1234567.00'],
    ["1'234.50", '1234.50'],
    ['1 234.50', '1234.50'],
    ['1\u202f234.50', '1234.50'],
    ['0.000000000001', '0.000000000001'],
    ['999999999999999999.99', '999999999999999999.99'],
  ])('%s is %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ['1.234,56', '1234.56'],
    ['1.234', '1234.00'],
    ['1.234.567,8', '1234567.80'],
    ['5,00', '5.00'],
    ['-5,00 €', '-5.00'],
    ['5', '5.00'],
  ])('%s is %s where a comma comes before the decimals', (text, expected) => {
    expect(read(text, GERMAN)).toBe(expected);
  });

  it('is 1234 for 1,234 once somebody says that the point comes before the decimals', () => {
    expect(read('1,234', { decimal: '.' })).toBe('1234.00');
    expect(read('1,234')).toBe('could be thousands or decimals; write 1234.00 or 1.234');
  });

  it.each([
    ['1.234,56', 'has a comma before its decimals; write 1234.56'],
    ['5,00', 'has a comma before its decimals; write 5.00'],
    ['€5', 'says € where the currency is USD; write it in USD'],
    ['GBP 5', 'says GBP where the currency is USD'],
    ['(-5)', 'has more than one sign'],
    ['-5-', 'has more than one sign'],
    ['--5', 'has more than one sign'],
    ['1,23,456', 'is no amount'],
    ['12,34.56', 'is no amount'],
    ['1.2.3', 'is no amount'],
    ['5.', 'is no amount'],
    ['', 'is no amount'],
    ['five', 'is no amount'],
    ['5e3', 'is no amount'],
    ['0x10', 'is no amount'],
    ['NaN', 'is no amount'],
    ['٥', 'is no amount'],
    ['9'.repeat(19), 'has more than 18 digits'],
    ['9'.repeat(500), 'is too long'],
    ['0.0000000000001', 'has more than 12 decimals'],
  ])('%s is none: it %s', (text, why) => {
    expect(read(text)).toContain(why);
  });

  it('is asked for in its own style', () => {
    expect(read('1,234.56', GERMAN)).toContain('write 1234,56');
  });

  it('reads back whatever is written, in either style', () => {
    const amounts = fc.bigInt({ min: -(10n ** 29n), max: 10n ** 29n });
    fc.assert(
      fc.property(amounts, (units) => {
        const text = formatExact(units);
        expect(readAmount(text, USD).units).toBe(units);
        expect(readAmount(text.replace('.', ','), GERMAN).units).toBe(units);
      }),
    );
  });

  it('is never guessed at, whatever the text', () => {
    const texts = fc.string({ unit: fc.constantFrom(..."0123456789.,-+()$€ 'e") });
    fc.assert(
      fc.property(texts, (text) => {
        const { units } = readAmount(text, USD);
        if (units === undefined) return;
        // A point is the only thing that can move the digits.
        const [whole = '', fraction = ''] = text.split('.');
        const digits = (part: string): string => part.replace(/\D/g, '');
        const expected = BigInt(digits(whole) + digits(fraction).padEnd(12, '0'));
        expect(units < 0n ? -units : units).toBe(expected);
      }),
      { numRuns: 2000, examples: [['100.00'], ['0.0']] },
    );
  });
});

describe('a FOCUS number', () => {
  it.each([
    ['5.2E-9', '0.0000000052'],
    ['35.2e-7', '0.00000352'],
    ['-1.5E+2', '-150.00'],
    ['1E3', '1000.00'],
    ['.5', '0.50'],
    ['-12.50', '-12.50'],
    ['123456e-3', '123.456'],
  ])('%s is %s', (text, expected) => {
    expect(formatExact(readNumeric(text).units!)).toBe(expected);
  });

  it.each(['+5', '$5', '1,234', '', 'E5', '1e999', '1e-13', '1e9999', '5 '])(
    '%s is none',
    (text) => {
      expect(readNumeric(text).units).toBeUndefined();
    },
  );
});

describe('a date', () => {
  const day = (form: string, text: string): string | undefined => {
    const found = dateReader(form)!(text);
    return found === undefined ? undefined : formatDay(found);
  };

  it.each([
    ['DD/MM/YYYY', '31/12/2025', '2025-12-31'],
    ['DD.MM.YY', '31.12.25', '2025-12-31'],
    ['D.M.YYYY', '1.2.2025', '2025-02-01'],
    ['M/D/YYYY', '2/1/2025', '2025-02-01'],
    ['D MMM YYYY', '5 Dec 2025', '2025-12-05'],
    ['DD-MMM-YY', '05-DEC-25', '2025-12-05'],
    ['MMMM D, YYYY', 'December 5, 2025', '2025-12-05'],
    ['YYYYMMDD', '20251205', '2025-12-05'],
    ['DD/MM/YYYY', '31/12/2025 23:59', '2025-12-31'],
    ['YYYY-MM-DD', '2025-12-31T23:30:00-05:00', '2025-12-31'],
    ['YYYY-MM-DD', '2025-12-31 23:59:59.123 UTC', '2025-12-31'],
  ])('%s: %s is %s', (form, text, expected) => {
    expect(day(form, text)).toBe(expected);
  });

  it.each([
    ['DD/MM/YYYY', '12/31/2025'],
    ['DD/MM/YYYY', '1/2/2025'],
    ['YYYY-MM-DD', '2025-02-30'],
    ['YYYY-MM-DD', '0025-01-01'],
    ['YYYY-MM-DD', '2025-13-01'],
    ['YYYY-MM-DD', '2025-12-31x'],
    ['D MMM YYYY', '5 Foo 2025'],
    ['D MMM YYYY', `5 ${'Dec'.repeat(100)} 2025`],
  ])('%s: %s is no day', (form, text) => {
    expect(day(form, text)).toBeUndefined();
  });

  it.each(['', 'DD/MM', 'YYYY-MM', 'DD/DD/YYYY', 'YYYY-MM-DD-DD', 'yyyy-mm-dd', 'DD/MM/YYYYx'])(
    'the form %s is none',
    (form) => {
      expect(dateReader(form)).toBeUndefined();
    },
  );

  it('reads back every day of its time', () => {
    const days = fc.integer({ min: -7305, max: 84_000 });
    fc.assert(
      fc.property(days, (n) => {
        const text = formatDay(n as Parameters<typeof formatDay>[0]);
        expect(readIsoDate(text)).toBe(n);
        const [year, month, dayOf] = text.split('-');
        expect(dateReader('DD.MM.YYYY')!(`${dayOf}.${month}.${year}`)).toBe(n);
      }),
    );
  });
});
