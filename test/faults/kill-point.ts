/** For processes that kill themselves at a point, the way a power cut would. */

export type KillPoints = Readonly<{
  /** How many there were so far. */
  count(): number;
  /** Dies here if it is the one; points count from 1. */
  point(): void;
  /** The same work with a point before and after it. */
  around<A extends unknown[], R>(work: (...given: A) => R): (...given: A) => R;
  /** The same of work that takes its time. */
  aroundAsync<A extends unknown[], R>(
    work: (...given: A) => Promise<R>,
  ): (...given: A) => Promise<R>;
}>;

/** `last` as typed; what is no number from 1 on never comes. */
export function killPoints(last: string): KillPoints {
  let points = 0;
  const point = (): void => {
    points += 1;
    if (points === Number(last)) process.kill(process.pid, 'SIGKILL');
  };
  return {
    count: () => points,
    point,
    around:
      (work) =>
      (...given) => {
        point();
        const result = work(...given);
        point();
        return result;
      },
    aroundAsync:
      (work) =>
      async (...given) => {
        point();
        const result = await work(...given);
        point();
        return result;
      },
  };
}
