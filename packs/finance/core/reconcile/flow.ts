/**
 * The assignment of greatest gain between two kinds of nodes with capacities, in whole numbers.
 *
 * Successive shortest augmenting paths, as Jonker and Volgenant have it, on the edges there are
 * rather than on a matrix, with capacities so that lines which nothing tells apart are one node.
 * Everything leads through one hub: leaving a node unassigned is a path through it and costs
 * nothing. The margin of a pair is what the whole would lose with one unit less on it, which is
 * the shortest way round it in what the flow leaves over.
 */
export type FlowEdge = Readonly<{ left: number; right: number; gain: number }>;

export type FlowProblem = Readonly<{
  leftCounts: readonly number[];
  rightCounts: readonly number[];
  edges: readonly FlowEdge[];
}>;

/** Of edges that carry something. */
export type Assigned = Readonly<{ edge: number; count: number; margin: number }>;

/** Larger ones are not solved: nodes times edges. */
const WORK_MAX = 3_000_000;

type Arc = { to: number; cost: number; capacity: number; readonly twin: number };
type Net = Readonly<{ arcs: Arc[]; out: number[][]; hub: number }>;

/** Undefined: too large to solve. */
export function assign(problem: FlowProblem): readonly Assigned[] | undefined {
  const { leftCounts, rightCounts, edges } = problem;
  const [only, ...more] = edges;
  if (only !== undefined && more.length === 0) {
    const count = Math.min(leftCounts[only.left]!, rightCounts[only.right]!);
    return [{ edge: 0, count, margin: only.gain }];
  }
  if ((leftCounts.length + rightCounts.length) * edges.length > WORK_MAX) return undefined;
  const net = netOf(problem);
  for (;;) {
    const cycle = bestCycle(net, leftCounts.length);
    if (cycle === undefined) break;
    push(net, cycle);
  }
  return edges.flatMap((edge, at) => {
    const count = net.arcs[2 * at + 1]!.capacity;
    return count === 0 ? [] : [{ edge: at, count, margin: marginOf(net, edge, at, leftCounts) }];
  });
}

/** Arcs 2i and 2i + 1 are edge i and its way back; then those of the hub. */
function netOf({ leftCounts, rightCounts, edges }: FlowProblem): Net {
  const hub = leftCounts.length + rightCounts.length;
  const net: Net = { arcs: [], out: Array.from({ length: hub + 1 }, () => []), hub };
  for (const { left, right, gain } of edges) {
    const capacity = Math.min(leftCounts[left]!, rightCounts[right]!);
    connect(net, left, leftCounts.length + right, -gain, capacity);
  }
  for (const [left, count] of leftCounts.entries()) connect(net, hub, left, 0, count);
  for (const [right, count] of rightCounts.entries()) {
    connect(net, leftCounts.length + right, hub, 0, count);
  }
  return net;
}

function connect({ arcs, out }: Net, from: number, to: number, cost: number, capacity: number) {
  out[from]!.push(arcs.length);
  arcs.push({ to, cost, capacity, twin: arcs.length + 1 });
  out[to]!.push(arcs.length);
  arcs.push({ to: from, cost: -cost, capacity: 0, twin: arcs.length - 1 });
}

/** From the hub over a left node with something to give, back to the hub, at the best gain. */
function bestCycle(net: Net, lefts: number): number[] | undefined {
  const seeds = net.out[net.hub]!.filter((arc) => {
    const { to, capacity } = net.arcs[arc]!;
    return to < lefts && capacity > 0;
  });
  if (seeds.length === 0) return undefined;
  const { distance, via } = shortest(net, seeds, net.hub);
  let best: number | undefined;
  for (const back of net.out[net.hub]!) {
    const arc = net.arcs[net.arcs[back]!.twin]!;
    const from = net.arcs[back]!.to;
    if (from < lefts || arc.capacity === 0 || distance[from] === undefined) continue;
    if (best === undefined || distance[from]! < distance[net.arcs[best]!.to]!) best = back;
  }
  if (best === undefined || distance[net.arcs[best]!.to]! >= 0) return undefined;
  const path = [net.arcs[best]!.twin];
  for (let node = net.arcs[best]!.to; node !== net.hub; ) {
    const arc = via[node]!;
    path.push(arc);
    node = net.arcs[net.arcs[arc]!.twin]!.to;
  }
  return path;
}

type Ways = Readonly<{ distance: (number | undefined)[]; via: (number | undefined)[] }>;

/** Bellman and Ford with a queue: costs may be negative, cycles never are. `closed` is no way. */
function shortest(net: Net, seeds: readonly number[], closed: number, without = -1): Ways {
  const distance: (number | undefined)[] = [];
  const via: (number | undefined)[] = [];
  const queue: number[] = [];
  const isQueued: boolean[] = [];
  const relax = (arc: number, base: number): void => {
    const { to, cost } = net.arcs[arc]!;
    const known = distance[to];
    if (known !== undefined && known <= base + cost) return;
    distance[to] = base + cost;
    via[to] = arc;
    if (!isQueued[to]) queue.push(to);
    isQueued[to] = true;
  };
  for (const arc of seeds) relax(arc, 0);
  for (let head = 0; head < queue.length; head += 1) {
    const node = queue[head]!;
    isQueued[node] = false;
    if (node === closed) continue;
    for (const arc of net.out[node]!) {
      if (arc !== without && net.arcs[arc]!.capacity > 0) relax(arc, distance[node]!);
    }
  }
  return { distance, via };
}

function push(net: Net, cycle: readonly number[]): void {
  const amount = Math.min(...cycle.map((arc) => net.arcs[arc]!.capacity));
  for (const at of cycle) {
    const arc = net.arcs[at]!;
    arc.capacity -= amount;
    net.arcs[arc.twin]!.capacity += amount;
  }
}

/** The way round goes from the pair's left node to its right one, over the hub if that is best. */
function marginOf(net: Net, edge: FlowEdge, at: number, leftCounts: readonly number[]): number {
  const right = leftCounts.length + edge.right;
  const seeds = net.out[edge.left]!.filter((arc) => {
    return arc !== 2 * at && net.arcs[arc]!.capacity > 0;
  });
  const { distance } = shortest(net, seeds, right, 2 * at);
  return edge.gain + (distance[right] ?? 0);
}
