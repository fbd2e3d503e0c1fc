/** Random small ledgers and questions for properties: few names, so that groups collide. */
import fc from 'fast-check';
import type { ChargeRecord } from '../../packs/finance/adapters/memory/charge-record.ts';
import { addDays, type Day, dayRange, formatDay, parseDay } from '../../packs/finance/core/day.ts';
import { DAY, dimension } from '../../packs/finance/core/dimension.ts';
import { COST_SOURCES } from '../../packs/finance/core/focus.ts';
import { formatExact } from '../../packs/finance/core/money.ts';
import type { Question } from '../../packs/finance/ports/warehouse.ts';
import { charge } from './charge.ts';

const FIRST = parseDay('2025-11-20');

/** Up to 60 days after the first. */
export function someDay(): fc.Arbitrary<Day> {
  return fc.integer({ min: 0, max: 60 }).map((offset) => addDays(FIRST, offset));
}

/** Decimal text with up to twelve decimals, of either sign. */
export function someAmount(): fc.Arbitrary<string> {
  return fc
    .oneof(fc.bigInt({ min: -9n, max: 9n }), fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }))
    .map((units) => formatExact(units));
}

export function someCharge(): fc.Arbitrary<ChargeRecord> {
  return fc
    .record({
      source: fc.constantFrom('openai', 'aws'),
      day: someDay(),
      days: fc.constantFrom(1, 1, 2, 7, 30, 365),
      BilledCost: someAmount(),
      EffectiveCost: fc.option(someAmount(), { freq: 8 }),
      BillingCurrency: fc.constantFrom('USD', 'USD', 'EUR'),
      ServiceName: fc.option(fc.constantFrom('Alpha', 'alpha', 'Beta'), { freq: 8 }),
      x_CostSource: fc.constantFrom(...COST_SOURCES),
      x_Project: fc.option(fc.constantFrom('one', 'two')),
      team: fc.option(fc.constantFrom('core', 'web')),
    })
    .map(({ day, team, ...change }) =>
      charge({ ...change, day: formatDay(day), tags: team === null ? {} : { team } }),
    );
}

export function someCharges(): fc.Arbitrary<ChargeRecord[]> {
  return fc.array(someCharge(), { maxLength: 12 });
}

export function someRange(): fc.Arbitrary<Question['period']> {
  return fc
    .tuple(someDay(), fc.integer({ min: 1, max: 40 }))
    .map(([start, days]) => dayRange(start, addDays(start, days)));
}

export function someQuestion(): fc.Arbitrary<Question> {
  return fc.record({
    basis: fc.constantFrom('effective', 'billed'),
    period: someRange(),
    groupBy: fc
      .shuffledSubarray(['ServiceName', DAY, 'Source', 'Tags.team', 'x_Project'])
      .map((names) => names.map((name) => (name === DAY ? DAY : dimension(name)))),
  });
}
