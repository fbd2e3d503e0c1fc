/**
 * Commands as actions. What a command does cannot be seen, so it says it by its exit: 0 is done. It
 * gets BRCTL_ACTION_ID, the same for every try of one step, and what it is about in BRCTL_ACTION_*.
 */
import type { ActionResult, ActionSubject } from '../core/actions/action.ts';
import { encodeKept } from '../core/actions/codec.ts';
import type { Argv } from '../core/actions/definition.ts';
import type { Actuator, CommandResult, Commands } from '../ports/action-runner.ts';

export type CommandGiven = Readonly<{
  commands: Commands;
  timeoutMs: number;
  subject: ActionSubject;
}>;

type Exec = CommandGiven &
  Readonly<{ run: Argv; verify: Argv | undefined; undo: Argv | undefined }>;

export function commandActuator(given: Exec): Actuator {
  const { run, verify, undo } = given;
  return {
    look: async () => ({ kind: 'ready', before: encodeKept([]), note: `runs ${run.join(' ')}` }),
    act: async (_, id) => resultOf(await start(given, run, { id, event: 'do' })),
    check: async () => {
      const why = 'no command says whether it was done';
      if (verify === undefined) return { is: 'unknown', why };
      const ended = await start(given, verify, { id: '', event: 'verify' });
      if (ended.kind === 'exited' && ended.code === 0) return { is: 'done' };
      if (ended.kind === 'exited' && ended.code === 1) return { is: 'before' };
      return { is: 'unknown', why: wordsOf(ended) };
    },
    undo: async (_, id) => {
      if (undo === undefined) return { kind: 'failed', why: 'it has no undo', maybe: false };
      return resultOf(await start(given, undo, { id, event: 'undo' }));
    },
    forget: async () => undefined,
  };
}

type Start = Readonly<{ id: string; event: string }>;

function start(
  { commands, timeoutMs, subject }: CommandGiven,
  argv: Argv,
  { id, event }: Start,
): Promise<CommandResult> {
  const variables = {
    BRCTL_ACTION_ID: id,
    BRCTL_ACTION_EVENT: event,
    BRCTL_ACTION: subject.action,
    BRCTL_ACTION_RULE: subject.rule,
    BRCTL_ACTION_SCOPE: subject.scope,
    BRCTL_ACTION_PERIOD: subject.period ?? '',
  };
  return commands.run(argv, { timeoutMs, variables });
}

function resultOf(ended: CommandResult): ActionResult {
  switch (ended.kind) {
    case 'exited':
      if (ended.code === 0) return { kind: 'done', note: ended.output || 'it exited with 0' };
      // It says itself that it failed; what it had done by then is its own to say.
      return { kind: 'failed', why: wordsOf(ended), maybe: false };
    case 'unstarted':
      return { kind: 'failed', why: ended.why, maybe: false };
    case 'killed':
      return { kind: 'failed', why: wordsOf(ended), maybe: true };
    default:
      return ended satisfies never;
  }
}

function wordsOf(ended: CommandResult): string {
  const said = ended.kind === 'unstarted' || ended.output === '' ? '' : `: ${ended.output}`;
  return ended.kind === 'exited' ? `it exited with ${ended.code}${said}` : `${ended.why}${said}`;
}

/** A file that is changed, and whoever reads it told to read it again. */
export function withReload(
  file: Actuator,
  { reload, ...given }: CommandGiven & Readonly<{ reload: Argv }>,
): Actuator {
  const reloading = async (id: string, event: string): Promise<string | undefined> => {
    const result = resultOf(await start(given, reload, { id, event }));
    return result.kind === 'done' ? undefined : `the reload failed: ${result.why}`;
  };
  return {
    ...file,
    // The values may be in the file of a run that died before its reload.
    check: async (before) => {
      const standing = await file.check(before);
      return standing.is === 'done' ? { is: 'partly' } : standing;
    },
    act: async (before, id) => {
      const result = await file.act(before, id);
      if (result.kind !== 'done') return result;
      const problem = await reloading(id, 'do');
      if (problem === undefined) return { kind: 'done', note: `${result.note}, and reloaded` };
      const back = await file.undo(before, id);
      if (back.kind !== 'done') return { kind: 'failed', why: problem, maybe: true };
      const again = await reloading(id, 'undo');
      const end = again === undefined ? 'taken back' : `taken back, and ${again}`;
      return { kind: 'failed', why: `${problem}; ${end}`, maybe: false };
    },
    undo: async (before, id) => {
      const result = await file.undo(before, id);
      if (result.kind !== 'done') return result;
      const problem = await reloading(id, 'undo');
      if (problem !== undefined) return { kind: 'failed', why: problem, maybe: true };
      return { kind: 'done', note: `${result.note}, and reloaded` };
    },
  };
}
