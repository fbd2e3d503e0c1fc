/**
 * argv -> command -> outcome -> exit code. The only exit table, the only catch-all.
 */
import { constants } from 'node:os';
import { HOST_COMMANDS, HOST_GROUPS } from './commands/all.ts';
import { dispatch, type Entry, type Words } from './dispatch.ts';
import { choosePaint, createHost, type Host, type HostContext } from './host.ts';
import {
  chooseFormat,
  isStdout,
  openResult,
  type ResultFile,
  refuseFolder,
  refuseInput,
  refuseKept,
} from './output.ts';
import { reasonOf } from './pack/disk.ts';
import { pathsOf } from './pack/paths.ts';
import { helpGroups } from './pack/store/help-groups.ts';
import {
  type InstalledPack,
  loadCommand,
  readInstalled,
  tellingDamage,
} from './pack/store/installed.ts';
import { isPlainlyWithin } from './pack/store/plain-range.ts';
import { findTarget, noTarget, refuseTwoTargets, targetFlag } from './pack/target.ts';
import {
  type AnyCommand,
  type CommandSpec,
  type Context,
  type ErrorKind,
  type Input,
  isBrctlError,
  type Outcome,
  operationalError,
  type PackContext,
  plainPaint,
  usageError,
} from './sdk/index.ts';

const EXIT_CODE: Readonly<Record<Outcome | ErrorKind | 'bug', number>> = {
  ok: 0,
  findings: 1,
  usage: 2,
  operational: 3,
  auth: 4,
  integrity: 5,
  incompatible: 6,
  consent: 7,
  locked: 8,
  config_conflict: 9,
  bug: 70,
};

type Mounted = Entry &
  Readonly<{
    run(words: Words, format: string | undefined): Promise<Outcome>;
  }>;

/** For `bin/brctl.js`: the whole run of one process. */
export async function start(process: NodeJS.Process): Promise<number> {
  return main(process.argv.slice(2), createHost(process, await choosePaint(process)));
}

export async function main(argv: readonly string[], host: Host): Promise<number> {
  const code = await attempt(argv, host);
  const refused = await host.flushed();
  if (refused === undefined) return code;
  host.streams.err(`brctl: the result could not be printed: ${reasonOf(refused)}\n`);
  return EXIT_CODE.operational;
}

async function attempt(argv: readonly string[], host: Host): Promise<number> {
  try {
    return EXIT_CODE[await run(argv, host)];
  } catch (error) {
    const signal = host.interruptedBy();
    if (signal !== undefined) {
      host.streams.err(`brctl: stopped by ${signal}\n`);
      return 128 + constants.signals[signal];
    }
    return report(error, argv, host);
  }
}

async function run(words: readonly string[], host: Host): Promise<Outcome | 'usage'> {
  // `brctl help finance report` is `brctl finance report --help`.
  const argv = words[0] === 'help' ? [...words.slice(1), '--help'] : words;
  refuseTwoTargets(argv);
  const given = targetFlag(argv);
  const target = findTarget({ flag: given, env: host.env, cwd: host.cwd });
  const installed = target === undefined ? undefined : readInstalled(pathsOf(target));
  for (const { error } of installed?.broken ?? []) host.streams.err(`warning: ${error.message}\n`);
  const packs = installed?.packs ?? [];
  await refuseUnknownPack(argv, { packs, target, packageRoot: host.packageRoot, cwd: host.cwd });
  const selection = dispatch<Mounted>({
    version: host.version,
    groups: [...HOST_GROUPS, ...packs.flatMap(({ index }) => helpGroups(index))],
    entries: [
      ...hostEntries({ ...host, target, isTargetGiven: given !== undefined }),
      ...packs.flatMap((pack) => packEntries(pack, target!, host)),
    ],
    argv,
    width: host.streams.isTTY ? host.streams.width : 100,
    out: host.streams.out,
    err: host.streams.err,
  });
  if (selection === 'done') return 'ok';
  if (selection === 'usage') return 'usage';
  return selection.entry.run(selection.input, selection.format);
}

type Call = Readonly<{
  words: Words;
  format: string | undefined;
  /** The deployment that the run is about. */
  target: string | undefined;
}>;

/** The spine of every command. `--dry-run` leaves out the third step and nothing else. */
async function execute<C extends Context>(
  command: AnyCommand<C>,
  context: C,
  { words, format: wanted, target }: Call,
): Promise<Outcome> {
  const { out } = words;
  const { cwd } = context;
  const isFile = out !== undefined && !isStdout(out);
  if (isFile) {
    refuseFolder(out, cwd);
    refuseInput(out, inputFiles(command, words), cwd);
    if (target !== undefined) refuseKept(out, pathsOf(target), cwd);
  }
  const format = chooseFormat(command.formats, { format: wanted, out });
  const input: Input = { ...words, format };
  const options: unknown = command.parse(input, context);
  const file = isFile ? openResult(out, { cwd, id: context.uniqueId() }) : undefined;
  try {
    return await perform(command, context, { input, options, file });
  } finally {
    file?.close();
  }
}

/** Arguments that name files, which the command reads. */
function inputFiles(command: CommandSpec, words: Words): readonly string[] {
  const specs = command.arguments ?? [];
  return words.arguments.filter((_, i) => (specs[i] ?? specs.at(-1))?.completes === 'file');
}

type Performance = Readonly<{
  input: Input;
  options: unknown;
  file: ResultFile | undefined;
}>;

async function perform<C extends Context>(
  command: AnyCommand<C>,
  context: C,
  { input, options, file }: Performance,
): Promise<Outcome> {
  const { format } = input;
  const plan: unknown = await command.plan(options, context);
  try {
    const done = input.dryRun || !command.apply ? plan : await command.apply(plan, context);
    const { isTTY, paint, width } = context.streams;
    if (file === undefined) {
      context.streams.out(command.render(done, { format, isTTY, paint, width }));
    } else {
      file.write(command.render(done, { format, paint: plainPaint, isTTY: false, width: 100 }));
      context.streams.err(`wrote ${input.out}\n`);
    }
    return known(command.outcome(done), command);
  } finally {
    await command.release?.(plan, context);
  }
}

/** Packs are not type-checked when they run, and any other word would be exit code 0. */
function known(outcome: Outcome, { path }: CommandSpec): Outcome {
  if (outcome === 'ok' || outcome === 'findings') return outcome;
  throw operationalError(
    'command-shape',
    `the command "${path.join(' ')}" ended with no outcome that there is`,
    'that is a mistake in the pack: tell whoever publishes it',
  );
}

function hostEntries(context: HostContext): Mounted[] {
  return HOST_COMMANDS.map((command) => ({
    spec: command,
    group: undefined,
    run: (words, format) => execute(command, context, { words, format, target: context.target }),
  }));
}

function packEntries(pack: InstalledPack, target: string, host: Host): Mounted[] {
  const { index, root } = pack;
  return index.commands.map((spec) => ({
    spec,
    group: index.name,
    run: async (words, format) => {
      if (!isPlainlyWithin(index.engine, host.version)) {
        const { checkEngine } = await import('./pack/store/engine.ts');
        checkEngine(index, host.version);
      }
      if (pack.isLinked) {
        const { refuseUnconsented } = await import('./pack/store/linked.ts');
        refuseUnconsented(pack, target);
      }
      const context: PackContext = {
        ...host,
        target: pathsOf(target).forPack(index.name),
        pack: { name: index.name, version: index.version, root },
        roles: async () => {
          const { heldRoles } = await import('./pack/roles/held.ts');
          return heldRoles({ target, name: index.name, root });
        },
      };
      const { confine } = await import('./pack/trust/confined.ts');
      const { grantedBy } = await import('./pack/trust/configured.ts');
      const granted = await grantedBy(context, index.permissions);
      const confined = confine(context, index.permissions, granted);
      const command = await loadCommand(pack, spec);
      return tellingDamage(pack, () => execute(command, confined, { words, format, target }));
    },
  }));
}

type Mounting = Readonly<{
  packs: readonly InstalledPack[];
  target: string | undefined;
  packageRoot: string;
  cwd: string;
}>;

/** `brctl finance …` where finance is not installed deserves more than "unknown command". */
async function refuseUnknownPack(argv: readonly string[], mounting: Mounting): Promise<void> {
  const { packs, target, packageRoot, cwd } = mounting;
  const word = firstWord(argv);
  const known = [
    ...HOST_COMMANDS.map(({ path }) => path[0]),
    ...packs.map(({ index }) => index.name),
    'help',
  ];
  if (word === undefined || known.includes(word)) return;
  const { catalogOf } = await import('./pack/manifest/catalog.ts');
  if (!catalogOf(packageRoot).packs.some(({ name }) => name === word)) return;
  if (target === undefined) throw noTarget(cwd);
  throw usageError(
    'pack-missing',
    `"${word}" is a pack, and it is not installed in ${target}`,
    `brctl pack install ${word} --target=${target}`,
  );
}

/** The first word that is neither a flag nor the value of `--target`. */
function firstWord(argv: readonly string[]): string | undefined {
  return argv.find((word, i) => !word.startsWith('-') && argv[i - 1] !== '--target');
}

/** A disk that is full, a folder that is a file: nobody's bug, wherever it comes up. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return code !== undefined && (syscall !== undefined || code === 'ERR_SQLITE_ERROR');
}

function report(error: unknown, argv: readonly string[], host: Host): number {
  if (isBrctlError(error)) {
    host.streams.err(`brctl: ${error.message}\n`);
    if (error.hint !== undefined) host.streams.err(`  hint: ${error.hint}\n`);
    return EXIT_CODE[error.kind];
  }
  if (isSystemError(error)) {
    host.streams.err(`brctl: the system said no: ${error.message}\n`);
    return EXIT_CODE[error.code === 'EACCES' || error.code === 'EPERM' ? 'auth' : 'operational'];
  }
  const stack = error instanceof Error ? error.stack : String(error);
  host.streams.err(
    `brctl: this is a bug in brctl, please report it with the lines below\n` +
      `  version ${host.version}, Node ${host.nodeVersion}, ${host.platform}\n` +
      `  brctl ${argv.join(' ')}\n  ${stack?.replaceAll('\n', '\n  ')}\n`,
  );
  return EXIT_CODE.bug;
}
