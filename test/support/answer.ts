/** A command as `main` runs it, with real ports, and what it needs; also outside of a test. */
import {
  type AnyCommand,
  type Input,
  isBrctlError,
  type PackContext,
  plainPaint,
} from '../../src/sdk/index.ts';
import { fakePackContext } from '../../src/sdk/testing.ts';

/** With the network as it is. */
export function contextIn(
  root: string,
  nowMs: number,
  env: Readonly<Record<string, string>> = {},
): PackContext {
  const pack = { name: 'finance', version: '0.1.0', root: '/' };
  const now = new Date(nowMs).toISOString();
  return { ...fakePackContext(root, pack, { now, env }), fetch: globalThis.fetch };
}

export type Answered = Readonly<{ text: string; outcome: string }>;

type Said = Readonly<{
  arguments?: readonly string[];
  flags?: Input['flags'];
  dryRun?: boolean;
  format?: string;
}>;

/** The text, and the outcome or `kind: message` of what was said after it. */
export async function answer(
  command: AnyCommand,
  context: PackContext,
  said: Said = {},
): Promise<Answered> {
  const { format = 'table', dryRun = false } = said;
  const words = { arguments: said.arguments ?? [], flags: said.flags ?? {}, dryRun };
  const input = { ...words, inputFormat: undefined, format, out: undefined };
  let text = '';
  try {
    const plan: unknown = await command.plan(command.parse(input, context), context);
    try {
      const done = dryRun || !command.apply ? plan : await command.apply(plan, context);
      const view = { format, width: 100, isTTY: false, paint: plainPaint };
      text = command.render(done, view);
      return { text, outcome: command.outcome(done) };
    } finally {
      await command.release?.(plan, context);
    }
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return { text, outcome: `${error.kind}: ${error.message}` };
  }
}
