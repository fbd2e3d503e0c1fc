/**
 * What changes something outside for an action: a proxy, a file, a command, a webhook.
 *
 * The order is look, (written down), act, and later check, undo. A run that died after it was
 * written down goes on with `check`. Never throws for anything the world does, and no word holds a
 * secret.
 */
import type { ActionResult } from '../core/actions/action.ts';

export type Looked =
  /**
   * Nothing was changed. `before` is what `undo` needs, without secrets; it is kept in the state.
   */
  | Readonly<{ kind: 'ready'; before: string; note: string }>
  /** It cannot or must not be done. */
  | Readonly<{ kind: 'refused'; why: string }>;

export type Standing =
  | Readonly<{ is: 'done' }>
  | Readonly<{ is: 'before' }>
  /** Some of it is done. */
  | Readonly<{ is: 'partly' }>
  /** Neither what was before nor what we make of it. */
  | Readonly<{ is: 'drifted'; why: string }>
  /** Nobody can tell, or nobody answers. */
  | Readonly<{ is: 'unknown'; why: string }>;

export type Actuator = Readonly<{
  /** `id`: 64 hexadecimal digits, the same for every try of one step and for no other. */
  look(id: string): Promise<Looked>;
  act(before: string, id: string): Promise<ActionResult>;
  check(before: string): Promise<Standing>;
  /** Does not overwrite what has drifted. */
  undo(before: string, id: string): Promise<ActionResult>;
  /** Of what was put aside for an undo that nobody can need any more. */
  forget(before: string): Promise<void>;
}>;

/** Whether the local models answer, before anything is sent their way. */
export type OllamaProbe = Readonly<{
  /** Undefined: all is well. */
  problem(): Promise<string | undefined>;
}>;

export type CommandResult =
  | Readonly<{ kind: 'exited'; code: number; output: string }>
  /** Not started, so nothing happened. */
  | Readonly<{ kind: 'unstarted'; why: string }>
  /** Ended by a signal or by its time: it may have done something. */
  | Readonly<{ kind: 'killed'; why: string; output: string }>;

export type Commands = Readonly<{
  /** Without a shell. `variables`: what it gets besides PATH and the like. */
  run(
    argv: readonly string[],
    options: Readonly<{ timeoutMs: number; variables: Readonly<Record<string, string>> }>,
  ): Promise<CommandResult>;
}>;
