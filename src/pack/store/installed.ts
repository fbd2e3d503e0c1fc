/**
 * What is installed in a target, read from the generations themselves: there is no registry that
 * could disagree with the disk. `current` is resolved once; everything after uses the real path,
 * so a running command keeps its generation while another process switches.
 */
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type AnyCommand,
  BrctlError,
  type CommandSpec,
  isBrctlError,
  operationalError,
  type Pack,
} from '../../sdk/index.ts';
import type { Permissions } from '../manifest/manifest.ts';
import { COMMAND_INDEX, LINKED, type Paths, RECEIPT } from '../paths.ts';
import { pathOf, shapeProblem } from './command-shape.ts';
import { mountProblem } from './mountable.ts';

/** The command index of a built pack: all that help, completion and dispatch need. */
export type CommandIndex = Readonly<{
  schema: 'brctl/command-index/v1';
  name: string;
  version: string;
  summary: string;
  /** Semver range of hosts that may load this pack. */
  engine: string;
  entry: string;
  /** What the context lets its commands touch; as in the manifest. */
  permissions?: Permissions;
  commands: readonly CommandSpec[];
  /** What groups of commands are about, by their words; an index of before has none. */
  groups?: Readonly<Record<string, string>>;
}>;

export type InstalledPack = Readonly<{
  root: string;
  generation: string;
  index: CommandIndex;
  /** `root` is where it is developed: no receipt says what it should hold. */
  isLinked: boolean;
}>;

export type Installed = Readonly<{
  packs: readonly InstalledPack[];
  /** A broken pack never hides the others. */
  broken: readonly Readonly<{ name: string; error: BrctlError }>[];
}>;

export function readInstalled(paths: Paths): Installed {
  const packs: InstalledPack[] = [];
  const broken: { name: string; error: BrctlError }[] = [];
  for (const name of packNames(paths)) {
    try {
      packs.push(readPack(paths, name));
    } catch (error) {
      if (!isBrctlError(error)) throw error;
      broken.push({ name, error });
    }
  }
  return { packs, broken };
}

/** Without `current` a folder is an install that never finished, and no pack yet. */
function packNames(paths: Paths): string[] {
  try {
    return readdirSync(paths.packs)
      .filter((name) => lstatSync(paths.pack(name).current, { throwIfNoEntry: false }))
      .sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

/** Resolved once. A linked pack runs where it is developed. */
function realRoot(current: string): string {
  const generation = realpathSync(current);
  const linked = join(generation, LINKED);
  if (lstatSync(linked, { throwIfNoEntry: false }) === undefined) return generation;
  if (!existsSync(linked)) throw new Error(`${readlinkSync(linked)} is not there any more`);
  return realpathSync(linked);
}

function readPack(paths: Paths, name: string): InstalledPack {
  try {
    // Once: a second look may find another generation.
    const generation = realpathSync(paths.pack(name).current);
    const root = realRoot(generation);
    const index: CommandIndex = JSON.parse(readFileSync(join(root, COMMAND_INDEX), 'utf8'));
    if (!Array.isArray(index.commands)) throw new Error('its command index lists no commands');
    if (index.name !== name) throw new Error(`its command index is that of ${index.name}`);
    const problem = mountProblem(name, index.commands);
    if (problem !== undefined) throw new Error(problem);
    const isLinked = root !== generation;
    return { root, generation: basename(generation), index, isLinked };
  } catch (cause) {
    throw new BrctlError('integrity', {
      code: 'pack-broken',
      message: `pack ${name} in ${paths.root} is broken: ${(cause as Error).message}`,
      hint: `brctl pack verify ${name} says all that is wrong, and what puts it right`,
      cause,
    });
  }
}

/** What brings the code of a pack into this process needs no more than this of it. */
export type Loadable = Pick<InstalledPack, 'root'> &
  Readonly<{ index: Pick<CommandIndex, 'name' | 'entry'>; isLinked?: boolean }>;

/**
 * Imports the bundle, if it is what its receipt says: one that was changed never runs. A pack that
 * is built and not installed, or linked, has no receipt.
 */
export async function loadPack(pack: Loadable): Promise<Pack> {
  if (!(pack.isLinked ?? !existsSync(join(pack.root, RECEIPT)))) {
    const { codeProblem } = await import('./sealed.ts');
    const problem = codeProblem(pack.root);
    if (problem !== undefined) throw damaged(pack, problem);
  }
  const url = pathToFileURL(join(pack.root, pack.index.entry)).href;
  return tellingDamage(pack, async () => {
    const { default: loaded }: { default?: Pack } = await import(url);
    if (Array.isArray(loaded?.commands)) return loaded;
    throw damaged(pack, `${pack.index.entry} holds no commands`);
  });
}

/** The command behind a spec. */
export async function loadCommand(pack: InstalledPack, spec: CommandSpec): Promise<AnyCommand> {
  const { commands } = await loadPack(pack);
  const wanted = spec.path.join(' ');
  const at = commands.findIndex((command) => pathOf(command) === wanted);
  const command = commands[at];
  if (command !== undefined) {
    const problem = shapeProblem(command, at);
    if (problem === undefined) return command;
    const { name, version } = pack.index;
    throw operationalError(
      'command-shape',
      `pack ${name} ${version} cannot do this: ${problem}`,
      'that is a mistake in the pack: tell whoever publishes it',
    );
  }
  throw damaged(pack, `its code does not have the command "${wanted}" that it lists`);
}

/**
 * Code is loaded in pieces, as it is needed: one may be found missing or cut off at any moment.
 * What the loader says of that differs; what the receipt says of the files does not.
 */
export async function tellingDamage<T>(pack: Loadable, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (isBrctlError(error)) throw error;
    const { damageIn } = await import('./generation.ts');
    const problem = damageIn(pack.root).find((each) => each.includes('.mjs '));
    throw problem === undefined ? error : damaged(pack, problem, error);
  }
}

function damaged({ root, index }: Loadable, problem: string, cause?: unknown): BrctlError {
  return new BrctlError('integrity', {
    code: 'pack-damaged',
    message: `pack ${index.name} in ${root} is damaged: ${problem}`,
    hint: `brctl pack verify ${index.name} says all that is wrong, and what puts it right`,
    cause,
  });
}
