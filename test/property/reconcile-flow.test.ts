/** The assignment against trying everything. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign, type FlowProblem } from '../../packs/finance/core/reconcile/flow.ts';
import { combinations, subsetsOf, waysTo } from '../../packs/finance/core/reconcile/subset.ts';

const someProblem = fc
  .record({
    leftCounts: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 3 }),
    rightCounts: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 3 }),
    gains: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 9, maxLength: 9 }),
  })
  .map(({ leftCounts, rightCounts, gains }): FlowProblem => {
    const all = leftCounts.flatMap((_, left) =>
      rightCounts.map((__, right) => ({ left, right, gain: gains[left * 3 + right]! })),
    );
    // A gain of zero stands for no edge: some problems are not complete.
    return { leftCounts, rightCounts, edges: all.filter(({ gain }) => gain > 0) };
  })
  .filter(({ edges }) => edges.length > 0);

/** The best gain with at most so much on each edge. */
function bestGain(problem: FlowProblem, most: readonly number[]): number {
  const { edges } = problem;
  const lefts = [...problem.leftCounts];
  const rights = [...problem.rightCounts];
  const from = (at: number): number => {
    const edge = edges[at];
    if (edge === undefined) return 0;
    let best = 0;
    for (let count = 0; count <= (most[at] ?? Infinity); count += 1) {
      if (count > lefts[edge.left]! || count > rights[edge.right]!) break;
      lefts[edge.left]! -= count;
      rights[edge.right]! -= count;
      best = Math.max(best, count * edge.gain + from(at + 1));
      lefts[edge.left]! += count;
      rights[edge.right]! += count;
    }
    return best;
  };
  return from(0);
}

describe('an assignment', () => {
  it('is the best there is, and its margins are what one unit less would cost', () => {
    fc.assert(
      fc.property(someProblem, (problem) => {
        const solved = assign(problem)!;
        const gain = solved.reduce((sum, { edge, count }) => {
          return sum + count * problem.edges[edge]!.gain;
        }, 0);
        const best = bestGain(problem, []);
        expect(gain).toBe(best);
        for (const { edge, count, margin } of solved) {
          const most: number[] = [];
          most[edge] = count - 1;
          expect(margin).toBe(best - bestGain(problem, most));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('says when it would be too large', () => {
    const counts = Array.from({ length: 2000 }, () => 1);
    const edges = counts.map((_, at) => ({ left: at, right: (at * 7) % 2000, gain: 1 }));
    expect(assign({ leftCounts: counts, rightCounts: counts, edges })).toBeUndefined();
  });
});

describe('subsets', () => {
  it('are all those that sum to the target, likeliest first', () => {
    const some = fc.record({
      values: fc.array(fc.integer({ min: -40, max: 90 }), { maxLength: 9 }),
      target: fc.integer({ min: -60, max: 160 }),
      most: fc.integer({ min: 2, max: 5 }),
    });
    fc.assert(
      fc.property(some, ({ values, target, most }) => {
        const { solutions, isComplete } = subsetsOf({
          coins: values.map(BigInt),
          target: BigInt(target),
          ...{ most, least: 2 },
        });
        const masks = Array.from({ length: 2 ** values.length }, (_, mask) => mask);
        const expected = masks
          .map((mask) => values.flatMap((_, at) => ((mask >> at) & 1 ? [at] : [])))
          .filter((at) => at.length >= 2 && at.length <= most)
          .filter((at) => at.reduce((sum, i) => sum + values[i]!, 0) === target);
        if (isComplete) {
          expect(solutions.map(String).toSorted()).toEqual(expected.map(String).toSorted());
        } else expect(expected.length).toBeGreaterThan(solutions.length);
        const ways = solutions.map(waysTo);
        expect(ways).toEqual(ways.toSorted((a, b) => a - b));
      }),
      { numRuns: 500 },
    );
  });

  it('count exactly and leave out what is not exact', () => {
    expect(combinations(22, 8)).toBe(319_770);
    const large = 2n ** 60n;
    const asked = { coins: [large, 5n, 7n], target: 12n, most: 8, least: 2 };
    expect(subsetsOf(asked).solutions).toEqual([[1, 2]]);
    expect(subsetsOf({ ...asked, target: large + 5n })).toEqual({
      solutions: [],
      isComplete: false,
    });
  });
});
