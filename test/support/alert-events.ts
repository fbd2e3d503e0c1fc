/** Random events of an alert's life: values, gaps, revisions, silences and restarts. */
import fc from 'fast-check';
import { RULES, type RuleName } from './alert-model.ts';

export type Event = Readonly<{
  afterMs: number;
  budget: number | null;
  gauge: number | null;
  revised: boolean;
  /** From now on, for so long. */
  silence: Readonly<{ rule: RuleName; forMs: number }> | undefined;
  restart: boolean;
}>;

const someValue = () =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(0, 60, 75, 79, 80, 90, 95, 99, 100, 120) },
    { weight: 1, arbitrary: fc.constant(null) },
  );

export const someEvent = (): fc.Arbitrary<Event> =>
  fc.record({
    afterMs: fc.constantFrom(0, 10, 50, 100, 150, 400),
    budget: someValue(),
    gauge: someValue(),
    revised: fc.boolean(),
    silence: fc.option(
      fc.record({ rule: fc.constantFrom(...RULES), forMs: fc.constantFrom(120, 300, 600) }),
      { nil: undefined, freq: 5 },
    ),
    restart: fc.boolean(),
  });
