/**
 * Time that goes on from the instant of the run. A lease is kept by how long a send takes, so it
 * needs more than the one instant; a clock that is set while it sends does not touch it.
 */
export function runningClock(now: Date): () => number {
  const began = performance.now();
  return () => now.getTime() + Math.floor(performance.now() - began);
}

/** A run may take minutes, and whoever is told at its end is told by the time that it is then. */
export function withRunningClock<T extends Readonly<{ now: Date }>>(context: T): T {
  const clock = runningClock(context.now);
  return Object.defineProperty({ ...context }, 'now', { get: () => new Date(clock()) });
}
