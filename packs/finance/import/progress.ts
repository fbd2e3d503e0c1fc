/** A line on stderr that tells how far a long import is; only where a person looks at it. */
import type { Context } from 'brctl/sdk';

/** Shorter work than this is not worth a line. */
const EVERY_MS = 500;
const ERASE_LINE = '\r\u001b[K';

export async function showingProgress<T>(
  { streams }: Pick<Context, 'streams'>,
  percent: () => number | undefined,
  work: Promise<T>,
): Promise<T> {
  if (!streams.errIsTTY) return work;
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
    const seconds = Math.floor((ticks * EVERY_MS) / 1000);
    // Copies report nothing until late: a zero says no more than the seconds do.
    const done = Math.floor(percent() ?? 0);
    const share = done > 0 ? `, ${done} %` : '';
    streams.err(`${ERASE_LINE}reading and checking: ${seconds} s${share}`);
  }, EVERY_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (ticks > 0) streams.err(ERASE_LINE);
  }
}
