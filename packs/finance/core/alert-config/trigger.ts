/**
 * Which rule the trigger of an automated action names.
 *
 * 1. The id of a rule names it: `service/openai/daily_cost/15.00`. So does the id or the name of a
 *    ladder with one step: `budget_variance`.
 * 2. Else its words do. The last ones say which step:
 *      `…_90_percent`                        the step at 90 %
 *      `…_exceeded`, `…_reached`, each also after `limit`   the lowest step at the limit or above
 *      `…_info|warning|critical|emergency`   the lowest step of that severity
 *      nothing of these                      the only step
 *    The others must all be words of the ladder: of its id, its provider or its metric; of money
 *    also spend and cost, of a budget or limit also its period, as in weekly. Ladders whose ids
 *    have all of the words come before those that need the others. Exactly one ladder that has
 *    such a step may be left: a trigger that could mean two rules means none.
 */

import { ONE, parseUnits } from '../money.ts';
import type { Ladder, LadderKind, Step } from './config.ts';
import { periodWord, wordsOf } from './period.ts';
import { heightOf, ruleId } from './rule.ts';
import { isSeverity, type Severity } from './severity.ts';

export type Named =
  | Readonly<{ by: 'rule'; id: string }>
  /** `known`: all words that would fit a ladder. */
  | Readonly<{ by: 'unknown-word'; word: string; known: readonly string[] }>
  /** Its words are known, and no ladder has them all. */
  | Readonly<{ by: 'no-ladder' }>
  /** The rules of the ladders that fit, none of which is the step that is asked for. */
  | Readonly<{ by: 'no-step'; rules: readonly string[] }>
  | Readonly<{ by: 'ambiguous'; rules: readonly string[] }>;

export function ruleNamed(trigger: string, ladders: readonly Ladder[]): Named {
  const exact = namedExactly(trigger, ladders);
  if (exact !== undefined) return { by: 'rule', id: exact };
  const { subject, wanted } = readTrigger(wordsOf(trigger));
  const words = ladders.map((ladder) => ({ ladder, words: wordsOfLadder(ladder) }));
  const known = new Set(words.flatMap((each) => [...each.words]));
  const word = subject.find((each) => !known.has(each));
  if (word !== undefined) return { by: 'unknown-word', word, known: [...known].sort() };
  const fitting = closest(
    words
      .filter((each) => subject.length > 0 && subject.every((one) => each.words.has(one)))
      .map(({ ladder }) => ladder),
    subject,
  );
  if (fitting.length === 0) return { by: 'no-ladder' };
  const found = fitting.flatMap((ladder) => {
    const step = stepWanted(ladder, wanted);
    return step === undefined ? [] : [ruleId(ladder, step)];
  });
  if (found.length === 1) return { by: 'rule', id: found[0]! };
  if (found.length > 1) return { by: 'ambiguous', rules: found };
  const rules = fitting.flatMap((ladder) => ladder.steps.map((step) => ruleId(ladder, step)));
  return { by: 'no-step', rules };
}

/** Those that are called so, where there are any, else those that are only described so. */
function closest(fitting: readonly Ladder[], subject: readonly string[]): readonly Ladder[] {
  const called = fitting.filter(({ id }) => {
    const own = wordsOf(id);
    return subject.every((word) => own.includes(word));
  });
  return called.length > 0 ? called : fitting;
}

function namedExactly(trigger: string, ladders: readonly Ladder[]): string | undefined {
  const ids = ladders.flatMap((ladder) => ladder.steps.map((step) => ruleId(ladder, step)));
  if (ids.includes(trigger)) return trigger;
  const single = ladders.filter(
    ({ id, name, steps }) => steps.length === 1 && (id === trigger || name === trigger),
  );
  return single.length === 1 ? ruleId(single[0]!, single[0]!.steps[0]!) : undefined;
}

type Wanted =
  | Readonly<{ by: 'percent'; percent: bigint }>
  | Readonly<{ by: 'limit' }>
  | Readonly<{ by: 'severity'; severity: Severity }>
  | Readonly<{ by: 'only' }>;

type Trigger = Readonly<{ subject: readonly string[]; wanted: Wanted }>;

function readTrigger(words: readonly string[]): Trigger {
  const [last = '', before = ''] = [words.at(-1), words.at(-2)];
  if (last === 'percent' && /^\d{1,9}(\.\d{1,12})?$/.test(before)) {
    const wanted = { by: 'percent', percent: parseUnits(before) } as const;
    return { subject: words.slice(0, -2), wanted };
  }
  if (last === 'exceeded' || last === 'reached') {
    const subject = words.slice(0, before === 'limit' ? -2 : -1);
    return { subject, wanted: { by: 'limit' } };
  }
  if (isSeverity(last)) {
    return { subject: words.slice(0, -1), wanted: { by: 'severity', severity: last } };
  }
  return { subject: words, wanted: { by: 'only' } };
}

function wordsOfLadder({ id, kind, scope, metric, period }: Ladder): ReadonlySet<string> {
  const words = wordsOf(id);
  if (scope.of === 'service') words.push(...wordsOf(scope.provider));
  if (metric.of === 'cost') words.push('spend', 'cost');
  else words.push('usage', ...wordsOf(metric.name ?? ''));
  if (kind === 'budget') words.push('budget');
  if (period !== undefined && hasLimit(kind)) words.push(periodWord(period));
  return new Set(words);
}

function stepWanted(ladder: Ladder, wanted: Wanted): Step | undefined {
  const { steps } = ladder;
  switch (wanted.by) {
    case 'only':
      return steps.length === 1 ? steps[0] : undefined;
    case 'percent':
      return steps.find(
        ({ threshold }) => threshold.by === 'percent' && threshold.percent === wanted.percent,
      );
    case 'severity':
      return lowest(steps.filter(({ severity }) => severity === wanted.severity));
    case 'limit':
      return atLimit(ladder);
    default:
      return wanted satisfies never;
  }
}

/** Variance, anomaly and forecast have one step and no limit but it. */
function hasLimit(kind: LadderKind): boolean {
  return kind === 'budget' || kind === 'service';
}

function atLimit({ kind, limit, steps }: Ladder): Step | undefined {
  if (!hasLimit(kind)) return steps[0];
  return lowest(
    steps.filter(({ threshold }) => {
      if (threshold.by === 'percent') return threshold.percent >= 100n * ONE;
      return threshold.by === 'amount' && limit !== undefined && threshold.units >= limit;
    }),
  );
}

function lowest(steps: readonly Step[]): Step | undefined {
  return steps.toSorted((a, b) => {
    const difference = heightOf(a.threshold) - heightOf(b.threshold);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  })[0];
}
