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
  let isDrawn = false;
  const timer = setInterval(() => {
    const done = percent();
    streams.err(
      `${ERASE_LINE}reading and checking${done === undefined ? '' : ` ${Math.floor(done)} %`}`,
    );
    isDrawn = true;
  }, EVERY_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (isDrawn) streams.err(ERASE_LINE);
  }
}
