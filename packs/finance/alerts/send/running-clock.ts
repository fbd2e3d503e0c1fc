/**
 * Time that goes on from the instant of the run. A lease is kept by how long a send takes, so it
 * needs more than the one instant; a clock that is set while it sends does not touch it.
 */
export function runningClock(now: Date): () => number {
  const began = performance.now();
  return () => now.getTime() + Math.floor(performance.now() - began);
}
