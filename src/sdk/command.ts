/**
 * The shape of every verb: `parse → plan → apply → render`.
 *
 * `parse` turns words into options and throws usage errors; `plan` reads and decides, and leaves
 * nothing behind but scratch; `apply` performs and is skipped by `--dry-run`; `render` is pure.
 * The first half of the type is data: the build writes it into a pack's command index, so help
 * and completion never load the code behind it.
 */
import type { Context, PackContext } from './context.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Outcome } from './outcome.ts';
import type { View } from './view.ts';

export type FlagSpec = Readonly<{
  /** `boolean` takes no value, `list` may be given more than once. */
  type: 'string' | 'boolean' | 'list';
  summary: string;
  /** Shown in help as `--week <WEEK>`. */
  placeholder?: string;
  /** Offered by completion and checked by the host. */
  choices?: readonly string[];
  default?: string;
  /** One letter, without the dash. */
  short?: string;
}>;

export type ArgumentSpec = Readonly<{
  name: string;
  summary: string;
  required?: boolean;
  /** Takes all that follows; only the last argument may. */
  variadic?: boolean;
  /** For completion: `file` completes paths, a list completes its members. */
  completes?: 'file' | readonly string[];
}>;

export type CommandSpec = Readonly<{
  /** Words after `brctl [pack]`, e.g. `['report']` or `['alerts', 'evaluate']`. */
  path: readonly string[];
  summary: string;
  /** More prose for `--help`: what the answer means, which exit codes it has. */
  description?: string;
  /** Full command lines; each is run by a test. */
  examples: readonly string[];
  arguments?: readonly ArgumentSpec[];
  flags?: Readonly<Record<string, FlagSpec>>;
  /** The first is the default. `--format` and `--out` exist when there is more than one. */
  formats: readonly string[];
  /**
   * Formats of what is read. `--format` then takes both, and may be given twice: a word for what
   * comes in, a word for how to print. No word may be in both lists.
   */
  inputFormats?: readonly string[];
  /** `--dry-run` exists: show the plan, change nothing. */
  dryRun?: boolean;
}>;

/** The words of the person, checked against the spec but not yet understood. */
export type Input = Readonly<{
  arguments: readonly string[];
  flags: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  dryRun: boolean;
  /** What `--format` says of the input, where the command has input formats. */
  inputFormat: string | undefined;
  /** How the result will be printed: one of the command's formats. */
  format: string;
  /** Given with `--out`: the command's own default file is then not written. */
  out: string | undefined;
}>;

/** `C` is what the command may touch: a host verb gets a host context, a pack's a pack context. */
export type Command<Options, Plan, C extends Context = PackContext> = CommandSpec &
  Readonly<{
    parse(input: Input, context: C): Options;
    plan(options: Options, context: C): Promise<Plan>;
    /** Performs the plan and returns it as it turned out. Absent: the command only reads. */
    apply?(plan: Plan, context: C): Promise<Plan>;
    /** Always called once `plan` has returned, also after an error: drop scratch, close files. */
    release?(plan: Plan, context: C): Promise<void>;
    render(plan: Plan, view: View): string;
    outcome(plan: Plan): Outcome;
  }>;

/** A command whose options and plan types nobody outside needs to know. */
// biome-ignore lint/suspicious/noExplicitAny: existential type; inside, defineCommand checked it.
export type AnyCommand<C extends Context = PackContext> = Command<any, any, C>;

export function defineCommand<Options, Plan, C extends Context = PackContext>(
  command: Command<Options, Plan, C>,
): Command<Options, Plan, C> {
  return command;
}

/** A config file of a pack, of the operator's or as it is shipped. */
export type ConfigText = Readonly<{
  /** As the manifest's `config` names it: `budgets.yaml`. */
  path: string;
  text: string;
}>;

/** A pack's entry: `export default definePack({ commands: [...] })`. */
export type Pack = Readonly<{
  commands: readonly AnyCommand[];
  /**
   * What groups of commands are about, for the help above them: their words -> one line, such as
   * `'alerts silence': 'Keep alerts quiet for a while.'`. A group begins some of the commands.
   */
  groups?: Readonly<Record<string, string>>;
  /**
   * What its commands would refuse in a config file that keeps to its schema, for `pack validate`
   * and `doctor`. Pure; of a diagnostic's place only line and column are used.
   */
  checkConfig?(file: ConfigText): readonly Diagnostic[] | Promise<readonly Diagnostic[]>;
}>;

export function definePack(pack: Pack): Pack {
  return pack;
}

const SPEC_KEYS = [
  'path',
  'summary',
  'description',
  'examples',
  'arguments',
  'flags',
  'formats',
  'inputFormats',
  'dryRun',
] as const satisfies readonly (keyof CommandSpec)[];

/** The data half of a command, as the command index holds it. */
export function specOf(command: CommandSpec): CommandSpec {
  return Object.fromEntries(
    SPEC_KEYS.filter((key) => command[key] !== undefined).map((key) => [key, command[key]]),
  ) as CommandSpec;
}

/** A flag's text, or undefined when it was not given. */
export function textFlag(input: Input, name: string): string | undefined {
  const value = input.flags[name];
  return typeof value === 'string' ? value : undefined;
}

export function booleanFlag(input: Input, name: string): boolean {
  return input.flags[name] === true;
}

export function listFlag(input: Input, name: string): readonly string[] {
  const value = input.flags[name];
  return Array.isArray(value) ? value : [];
}
