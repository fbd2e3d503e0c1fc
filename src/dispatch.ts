/**
 * Command specs -> a tree of commander commands, with help, did-you-mean and the flags that every
 * command shares. Only specs are needed: the code behind a command is not loaded here.
 */
import { CommanderError, InvalidArgumentError, Option, Command as Program } from 'commander';
import { type CommandSpec, type FlagSpec, type Input, usageError } from './sdk/index.ts';

/** A spec and where it hangs: host verbs at the top, a pack's commands below its name. */
export type Entry = Readonly<{ spec: CommandSpec; group: string | undefined }>;

export type Group = Readonly<{ name: string; summary: string }>;

/** Input whose format may still follow from `--out`. */
export type Words = Omit<Input, 'format'>;

export type Selection<E extends Entry> = Readonly<{
  entry: E;
  input: Words;
  format: string | undefined;
}>;

export type DispatchOptions<E extends Entry> = Readonly<{
  version: string;
  groups: readonly Group[];
  entries: readonly E[];
  argv: readonly string[];
  /** Columns that help may take. */
  width: number;
  out(text: string): void;
  err(text: string): void;
}>;

const TARGET_HELP = 'the deployment (else BRCTL_TARGET, else the nearest .brctl upwards)';

/** The command the words select, or the exit code when help or the version was all they asked. */
export function dispatch<E extends Entry>(
  options: DispatchOptions<E>,
): Selection<E> | 'done' | 'usage' {
  let selected: Selection<E> | undefined;
  const program = buildProgram(options, (selection) => {
    selected = selection;
  });
  try {
    if (options.argv.length === 0) program.help();
    program.parse(withoutVainHelp(program, options.argv), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 'done' : 'usage';
  }
  return selected ?? 'done';
}

/** Help about a word that is no command would be help about something else. */
function withoutVainHelp(program: Program, argv: readonly string[]): string[] {
  let at = program;
  for (const [i, word] of argv.entries()) {
    if (word.startsWith('-') || argv[i - 1] === '--target') continue;
    if (at.commands.length === 0) break;
    const next = at.commands.find((command) => command.name() === word);
    if (next === undefined) return argv.filter((each) => each !== '--help' && each !== '-h');
    at = next;
  }
  return [...argv];
}

function buildProgram<E extends Entry>(
  options: DispatchOptions<E>,
  select: (selection: Selection<E>) => void,
): Program {
  const program = new Program('brctl')
    .description('Installs packs of operations commands into a deployment and runs them.')
    .version(options.version, '-V, --version', 'print the version of brctl')
    .addOption(once(new Option('--target <DIR>', TARGET_HELP)))
    .showHelpAfterError('(brctl --help lists the commands)')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: options.out,
      writeErr: options.err,
      outputError: (text, write) => write(text.replace(/^error: /, 'brctl: ')),
      getOutHelpWidth: () => options.width,
      getErrHelpWidth: () => options.width,
    });
  const groups = new Map<string, Program>();
  const groupOf = (parent: Program, word: string, key: string, summary: string): Program => {
    const known = groups.get(key);
    if (known !== undefined) return known;
    const created = parent.command(word).description(summary);
    created.showHelpAfterError(`(brctl ${key} --help lists its commands)`);
    groups.set(key, created);
    return created;
  };
  const summaries = new Map(options.groups.map(({ name, summary }) => [name, summary]));
  for (const entry of candidates(options)) {
    const words = wordsOf(entry);
    let parent = program;
    words.slice(0, -1).forEach((word, i) => {
      const key = words.slice(0, i + 1).join(' ');
      parent = groupOf(parent, word, key, summaries.get(key) ?? '');
    });
    addLeaf(parent, words.at(-1)!, entry, select);
  }
  return program;
}

function wordsOf({ group, spec }: Entry): readonly string[] {
  return group === undefined ? spec.path : [group, ...spec.path];
}

/** Where the words begin with one command in full, that one: to add them all takes milliseconds. */
function candidates<E extends Entry>({ entries, argv }: DispatchOptions<E>): readonly E[] {
  const isOfTarget = (word: string, i: number): boolean =>
    /^--target(=|$)/.test(word) || argv[i - 1] === '--target';
  const given = argv.filter((word, i) => !isOfTarget(word, i));
  const named = entries.filter((entry) => wordsOf(entry).every((word, i) => word === given[i]));
  return named.length === 1 ? named : entries;
}

function addLeaf<E extends Entry>(
  parent: Program,
  name: string,
  entry: E,
  select: (selection: Selection<E>) => void,
): void {
  const { spec } = entry;
  const hidden = name.startsWith('__');
  const leaf = parent
    .command(name, { hidden })
    .summary(spec.summary)
    .description(spec.description ? `${spec.summary}\n\n${spec.description}` : spec.summary);
  leaf.showHelpAfterError(`(see brctl ${leafPath(parent, name)} --help)`);
  for (const { name: word, summary, required, variadic } of spec.arguments ?? []) {
    const inner = variadic ? `${word}...` : word;
    leaf.argument(required ? `<${inner}>` : `[${inner}]`, summary);
  }
  for (const [flag, flagSpec] of Object.entries(spec.flags ?? {})) {
    leaf.addOption(flagOption(flag, flagSpec));
  }
  addSharedFlags(leaf, spec);
  leaf.addHelpText('after', examplesText(spec));
  leaf.action(() => {
    const flags = leaf.opts<Record<string, string | boolean | string[] | undefined>>();
    select({ entry, ...understood(spec, leaf.args, flags) });
  });
}

function addSharedFlags(leaf: Program, spec: CommandSpec): void {
  leaf.addOption(formatOption(spec));
  const out = 'write the result to a file, in the format of its suffix; - is stdout';
  leaf.addOption(once(new Option('--out <FILE>', out)));
  if (spec.dryRun) leaf.option('--dry-run', 'show what would happen and change nothing');
  leaf.addOption(once(new Option('--target <DIR>', 'the deployment to work on')));
}

function formatOption({ formats, inputFormats = [] }: CommandSpec): Option {
  const prints = `how to print (${formats.join(', ')}; default: ${formats[0]})`;
  const words = [...inputFormats, ...formats];
  const reads = `what the input is (${inputFormats.join(', ')}; default: ${inputFormats[0]}), or `;
  const option = new Option('--format <FORMAT>', (inputFormats.length > 0 ? reads : '') + prints);
  return option.argParser((word: string, before: string[] | undefined) => {
    if (!words.includes(word)) {
      throw new InvalidArgumentError(`Allowed choices are ${words.join(', ')}.`);
    }
    const same = inputFormats.includes(word) ? inputFormats : formats;
    if (before?.some((each) => same.includes(each))) throw givenTwice('--format');
    return [...(before ?? []), word];
  });
}

function flagOption(name: string, spec: FlagSpec): Option {
  const short = spec.short === undefined ? '' : `-${spec.short}, `;
  const value = spec.type === 'boolean' ? '' : ` <${spec.placeholder ?? name.toUpperCase()}>`;
  const option = new Option(`${short}--${name}${value}`, spec.summary);
  if (spec.choices !== undefined) option.choices([...spec.choices]);
  if (spec.type === 'list') {
    option.argParser((text: string, before: string[] | undefined) => [...(before ?? []), text]);
  } else if (spec.type === 'string') {
    once(option);
  }
  return spec.default === undefined ? option : option.default(spec.default);
}

/** The second of two values would silently win over the first. */
function once(option: Option): Option {
  const { parseArg: parse } = option;
  let isGiven = false;
  return option.argParser((text: string, before: unknown) => {
    if (isGiven) throw givenTwice(option.long ?? option.flags);
    isGiven = true;
    return parse === undefined ? text : parse(text, before);
  });
}

function givenTwice(flag: string): InvalidArgumentError {
  return new InvalidArgumentError(`${flag} is given twice, and takes one value.`);
}

/** Commander names options in camelCase; specs and commands use the words of the flag. */
function understood(
  spec: CommandSpec,
  words: readonly string[],
  options: Readonly<Record<string, string | boolean | string[] | undefined>>,
): { input: Words; format: string | undefined } {
  const value = (flag: string) => options[camelCase(flag)];
  const text = (flag: string): string | undefined => {
    const given = value(flag);
    return typeof given === 'string' ? given : undefined;
  };
  const limit = spec.arguments?.at(-1)?.variadic ? Infinity : (spec.arguments?.length ?? 0);
  if (words.length > limit) {
    throw usageError('argument-unexpected', `unexpected argument "${words[limit]}"`);
  }
  const flags = Object.fromEntries(
    Object.keys(spec.flags ?? {}).map((flag) => [flag, value(flag)]),
  );
  const given = value('format');
  const formats = Array.isArray(given) ? given : [];
  return {
    input: {
      arguments: words,
      flags,
      dryRun: value('dry-run') === true,
      inputFormat: formats.findLast((word) => spec.inputFormats?.includes(word)),
      out: text('out'),
    },
    format: formats.findLast((word) => spec.formats.includes(word)),
  };
}

function camelCase(flag: string): string {
  return flag.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function leafPath(parent: Program, name: string): string {
  const above: string[] = [];
  for (let at: Program | null = parent; at?.parent; at = at.parent) above.unshift(at.name());
  return [...above, name].join(' ');
}

function examplesText(spec: CommandSpec): string {
  if (spec.examples.length === 0) return '';
  return `\nExamples:\n${spec.examples.map((example) => `  $ ${example}`).join('\n')}`;
}
