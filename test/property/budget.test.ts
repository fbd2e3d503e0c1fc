/** Budgets of parts add up to the budget of the whole, whatever the parts. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Allowance, allowed } from '../../packs/finance/core/allowance.ts';
import { billingPeriodsOf } from '../../packs/finance/core/billing-period.ts';
import { addDays, type DayRange, dayRange, parseDay } from '../../packs/finance/core/day.ts';
import { weeksOf } from '../../packs/finance/core/week.ts';
import { someDay } from '../support/ledgers.ts';

const YEAR = dayRange(parseDay('2025-11-10'), parseDay('2026-11-10'));
const someUnits = () => fc.bigInt({ min: 0n, max: 10n ** 18n });

function someAllowance(): fc.Arbitrary<Allowance> {
  return fc.constantFrom('week' as const, 'month' as const).chain((per) => {
    const labels = (per === 'week' ? weeksOf(YEAR) : billingPeriodsOf(YEAR)).map(
      ({ label }) => label,
    );
    const someOverride = fc.tuple(fc.constantFrom(...labels), someUnits());
    return fc.record({
      units: someUnits(),
      per: fc.constant(per),
      overrides: fc.array(someOverride, { maxLength: 5 }).map((entries) => new Map(entries)),
    });
  });
}

/** A range of days in up to five parts. */
function somePartition(): fc.Arbitrary<readonly DayRange[]> {
  const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
  return fc.tuple(someDay(), lengths).map(([first, days]) => {
    let start = first;
    return days.map((length) => {
      const part = dayRange(start, addDays(start, length));
      start = part.end;
      return part;
    });
  });
}

it('the budgets of the parts of a range add up to its budget', () => {
  fc.assert(
    fc.property(someAllowance(), somePartition(), (allowance, parts) => {
      const whole = dayRange(parts[0]!.start, parts.at(-1)!.end);
      const sum = parts.reduce((total, part) => total + allowed(allowance, part), 0n);
      expect(sum).toBe(allowed(allowance, whole));
    }),
  );
});

it('a whole period is allowed exactly its amount', () => {
  fc.assert(
    fc.property(someAllowance(), fc.nat(), (allowance, pick) => {
      const periods = allowance.per === 'week' ? weeksOf(YEAR) : billingPeriodsOf(YEAR);
      const period = periods[pick % periods.length]!;
      const amount = allowance.overrides.get(period.label) ?? allowance.units;
      expect(allowed(allowance, period)).toBe(amount);
    }),
  );
});
