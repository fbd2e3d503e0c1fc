/** A line on stderr that tells how far a virtual clock is; only where a person looks at it. */
import type { Context } from 'brctl/sdk';

export type Tell = (text: string) => void;

const ERASE_LINE = '\r\u001b[K';

/** The line is gone when the work is done. */
export async function tellingHowFar<T>(
  { streams }: Pick<Context, 'streams'>,
  work: (tell: Tell) => Promise<T>,
): Promise<T> {
  let isShown = false;
  try {
    return await work((text) => {
      if (!streams.errIsTTY) return;
      isShown = true;
      streams.err(ERASE_LINE + text);
    });
  } finally {
    if (isShown) streams.err(ERASE_LINE);
  }
}

/** Fewer take no time. */
const EVALUATIONS = 250;

/** `test 2 of 5: 250 of 7301 evaluations` */
export function tellEvaluations(tell: Tell, what: string): (done: number, total: number) => void {
  return (done, total) => {
    if (done % EVALUATIONS === 0) tell(`${what}: ${done} of ${total} evaluations`);
  };
}
