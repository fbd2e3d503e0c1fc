/**
 * From pairs that are possible to pairs that are taken: one assignment for each component, a pair
 * is taken where it is good enough and nothing else comes near; where something does, everything
 * that comes near is told, and nothing is taken.
 *
 * Lines that nothing tells apart (same party, amount, day, words, no reference of their own) are
 * one node. They are matched in their order as long as that decides nothing: when every entry of
 * them is settled, it does not matter which payment settled which; when one would stay over, it
 * does, and they are ambiguous. Payments of them that stay over are as good as those taken.
 */
import { type Board, contest, groupBy, hold, take } from './board.ts';
import { type Assigned, assign } from './flow.ts';
import type { Line } from './line.ts';
import type { ReasonCode } from './reason.ts';
import { CANDIDATES_MAX, type Candidate, type Evidence, type PassName } from './result.ts';

export type Pair = Readonly<{
  entry: Line;
  payment: Line;
  score: number;
  /** What counts in the choice between pairs, where it is not the score. */
  weight?: number;
}>;

/** What a pass says of a pair it proposes. */
export type Told = Readonly<{
  reasons: readonly ReasonCode[];
  evidence: readonly Evidence[];
  difference: bigint | undefined;
  remaining: bigint;
}>;

const gainOf = ({ weight, score }: Pair): number => Math.max(1, (weight ?? score) - FLOOR);

export type Proposal = Readonly<{
  pass: PassName;
  /** Of lines that nothing tells apart only the first open one is in them. */
  pairs: readonly Pair[];
  tell: (pair: Pair) => Told;
  /** What a stricter pass could not tell apart is not for this one to decide. */
  isLast?: boolean;
}>;

/** A pair is worth what its score is above this; worth nothing is not to be paired at all. */
const FLOOR = 300;

type Node = { lines: readonly Line[]; used: number; component: number };
type Edge = Readonly<{ left: Node; right: Node; pair: Pair }>;

/** Takes what is clear. How many matches that made. */
export function settle(board: Board, proposal: Proposal): number {
  const { nodes, edges } = graphOf(proposal.pairs.filter(({ score }) => score > FLOOR));
  const components = groupBy(edges, ({ left }) => componentOf(nodes, left));
  let taken = 0;
  for (const component of components.values()) taken += settleComponent(board, proposal, component);
  return taken;
}

function graphOf(pairs: readonly Pair[]) {
  const nodes: Node[] = [];
  const byTwins = new Map<readonly Line[], Node>();
  const nodeOf = (line: Line): Node => {
    const known = byTwins.get(line.twins);
    if (known !== undefined) return known;
    const lines = line.twins.filter(({ isOpen }) => isOpen);
    const node: Node = { lines, used: 0, component: nodes.length };
    nodes.push(node);
    byTwins.set(line.twins, node);
    return node;
  };
  const edges = pairs.map((pair): Edge => {
    const [left, right] = [nodeOf(pair.entry), nodeOf(pair.payment)];
    join(nodes, left, right);
    return { left, right, pair };
  });
  return { nodes, edges };
}

function componentOf(nodes: readonly Node[], node: Node): number {
  let at = node.component;
  while (nodes[at]!.component !== at) at = nodes[at]!.component;
  node.component = at;
  return at;
}

function join(nodes: readonly Node[], a: Node, b: Node): void {
  const [low, high] = [componentOf(nodes, a), componentOf(nodes, b)].sort((x, y) => x - y);
  nodes[high!]!.component = low!;
}

function settleComponent(board: Board, proposal: Proposal, edges: readonly Edge[]): number {
  const lefts = [...new Set(edges.map(({ left }) => left))];
  const rights = [...new Set(edges.map(({ right }) => right))];
  const leftAt = new Map(lefts.map((node, at) => [node, at]));
  const rightAt = new Map(rights.map((node, at) => [node, at]));
  const solved = assign({
    leftCounts: lefts.map((node) => node.lines.length),
    rightCounts: rights.map((node) => node.lines.length),
    edges: edges.map(({ left, right, pair }) => ({
      ...{ left: leftAt.get(left)!, right: rightAt.get(right)! },
      gain: gainOf(pair),
    })),
  });
  if (solved === undefined) {
    giveUp(board, proposal, edges);
    return 0;
  }
  const isShort = shortNodes(lefts, edges, solved);
  watchLosers(board, proposal, edges, solved);
  let taken = 0;
  for (const assigned of solved) {
    const edge = edges[assigned.edge]!;
    const isDoubtful = proposal.isLast === true && isContested(edge);
    const fault = isDoubtful ? 'tie' : faultOf(board, edge, assigned, isShort);
    if (fault !== undefined) {
      refuse(board, proposal, { edge, edges, fault });
      continue;
    }
    taken += takePairs(board, proposal, edge, assigned);
    if (assigned.margin >= NO_RIVAL && TEACHING.has(proposal.pass)) board.lessons.push(edge.pair);
  }
  return taken;
}

function isContested({ left, right }: Edge): boolean {
  return [...left.lines, ...right.lines].some((line) => line.isContested);
}

/** Pairs that the best assignment of all leaves out. */
function watchLosers(
  board: Board,
  proposal: Proposal,
  edges: readonly Edge[],
  solved: readonly Assigned[],
): void {
  if (board.watch === undefined) return;
  const chosen = new Set(solved.map(({ edge }) => edge));
  for (const [at, { pair }] of edges.entries()) {
    if (chosen.has(at)) continue;
    const { reasons, evidence } = proposal.tell(pair);
    const candidate = candidateOf(proposal.pass, pair, reasons, evidence);
    board.watch({ candidate, isTaken: false, why: 'all together fit better without it' });
  }
}

/** Entries that are alike and not all settled: which of them are is not ours to choose. */
function shortNodes(
  lefts: readonly Node[],
  edges: readonly Edge[],
  solved: readonly Assigned[],
): ReadonlySet<Node> {
  const flow = new Map<Node, number>();
  for (const { edge, count } of solved) {
    const { left } = edges[edge]!;
    flow.set(left, (flow.get(left) ?? 0) + count);
  }
  return new Set(lefts.filter((node) => (flow.get(node) ?? 0) < node.lines.length));
}

/** Nothing else would do nearly as well. */
const NO_RIVAL = 300;

/** Equal amounts of a known name teach how long a vendor waits. */
const TEACHING: ReadonlySet<PassName> = new Set(['reference', 'named']);

type Fault = 'tie' | 'weak';

function faultOf(
  board: Board,
  { left, pair }: Edge,
  { margin }: Assigned,
  isShort: ReadonlySet<Node>,
): Fault | undefined {
  const { scoreMin, marginMin } = board.options;
  if (isShort.has(left)) return 'tie';
  if (margin < marginMin && margin < gainOf(pair)) return 'tie';
  if (margin < marginMin || pair.score < scoreMin) return 'weak';
  return undefined;
}

function takePairs(board: Board, proposal: Proposal, edge: Edge, assigned: Assigned): number {
  const { left, right } = edge;
  for (let i = 0; i < assigned.count; i += 1) {
    const entry = left.lines[left.used]!;
    const payment = right.lines[right.used]!;
    left.used += 1;
    right.used += 1;
    const pair = { entry, payment, score: edge.pair.score };
    const told = proposal.tell(pair);
    const alike = alikeEvidence(left, right);
    take(
      board,
      {
        ...candidateOf(proposal.pass, pair, told.reasons, [...told.evidence, ...alike]),
        ...{ margin: assigned.margin, difference: told.difference, remaining: told.remaining },
      },
      [entry, payment],
    );
  }
  return assigned.count;
}

function alikeEvidence(left: Node, right: Node): readonly Evidence[] {
  const most = Math.max(left.lines.length, right.lines.length);
  if (most === 1) return [];
  return [
    {
      fact: 'interchangeable',
      text:
        `nothing tells apart the ${left.lines.length} entries and ${right.lines.length} payments ` +
        'of this party, amount and day; matched in their order',
    },
  ];
}

function candidateOf(
  pass: PassName,
  { entry, payment, score }: Pair,
  reasons: readonly ReasonCode[],
  evidence: readonly Evidence[],
): Candidate {
  return {
    pass,
    entries: [entry.item.id],
    payments: [payment.item.id],
    ...{ score, reasons, evidence },
  };
}

function refuse(
  board: Board,
  proposal: Proposal,
  { edge, edges, fault }: Readonly<{ edge: Edge; edges: readonly Edge[]; fault: Fault }>,
): void {
  if (fault === 'weak') {
    const { reasons, evidence } = proposal.tell(edge.pair);
    const candidate = candidateOf(proposal.pass, edge.pair, reasons, evidence);
    hold(board, { lines: [edge.pair.entry, edge.pair.payment], candidate });
    return;
  }
  const least = edge.pair.score - board.options.marginMin;
  const near = edges.filter(
    ({ left, right, pair }) => (left === edge.left || right === edge.right) && pair.score >= least,
  );
  contestEdges(board, proposal, near.length === 0 ? [edge] : near, 'another fits as well');
}

function giveUp(board: Board, proposal: Proposal, edges: readonly Edge[]): void {
  for (const { left, right } of edges) {
    for (const line of [...left.lines, ...right.lines]) line.isGivenUp = true;
  }
  contestEdges(board, proposal, edges, 'too many fit as well to tell them apart');
}

function contestEdges(board: Board, proposal: Proposal, edges: readonly Edge[], why: string): void {
  const shown = edges
    .flatMap(({ left, right, pair }) =>
      left.lines
        .slice(0, 3)
        .flatMap((entry) =>
          right.lines.slice(0, 3).map((payment) => ({ entry, payment, score: pair.score })),
        ),
    )
    .sort(byScore)
    .slice(0, CANDIDATES_MAX);
  const candidates = shown.map((pair) => {
    const { reasons, evidence } = proposal.tell(pair);
    return candidateOf(proposal.pass, pair, reasons, evidence);
  });
  const lines = new Set(edges.flatMap(({ left, right }) => [...left.lines, ...right.lines]));
  const count = edges.reduce(
    (sum, { left, right }) => sum + left.lines.length * right.lines.length,
    0,
  );
  contest(board, { lines: [...lines], candidates, count });
  for (const candidate of board.watch === undefined ? [] : candidates) {
    board.watch?.({ candidate, isTaken: false, why });
  }
}

export function byScore(a: Pair, b: Pair): number {
  return b.score - a.score || a.entry.at - b.entry.at || a.payment.at - b.payment.at;
}
