/**
 * The generations of one pack: complete, immutable folders of which `current` names one.
 *
 * What is here is read from the disk each time. The only thing that makes a generation current is
 * the rename in `makeCurrent`, so a process may die anywhere and leave the old or the new.
 */
import { chmodSync, lstatSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isBrctlError } from '../../sdk/index.ts';
import { switchLink } from '../disk.ts';
import type { PackPaths } from '../paths.ts';
import { type Receipt, readReceipt } from './receipt.ts';
import { readTree, type TreeFile } from './tree.ts';

export type State = Readonly<{
  /**
   * `damaged`: files are not what the receipt says. `broken`: there is no telling what should be
   * there. `absent`: the pack is not installed.
   */
  status: 'intact' | 'damaged' | 'broken' | 'absent';
  generation: string | undefined;
  receipt: Receipt | undefined;
  /** What is wrong, one sentence each. */
  problems: readonly string[];
}>;

const GENERATION = /^g\d{4,}$/;
const LEFTOVER = /^\.(staging|current)-/;

/** Reads and hashes every file of the current generation. */
export function inspect(pack: PackPaths): State {
  const absent: State = {
    status: 'absent',
    generation: undefined,
    receipt: undefined,
    problems: [],
  };
  let generation: string | undefined;
  try {
    const stat = lstatSync(pack.current, { throwIfNoEntry: false });
    if (stat === undefined) return absent;
    const link = stat.isSymbolicLink() ? readlinkSync(pack.current) : '';
    if (!GENERATION.test(link)) {
      const problem = `${pack.current} is not a link to a generation`;
      return { ...absent, status: 'broken', problems: [problem] };
    }
    generation = link;
    const root = pack.generation(link);
    const receipt = readReceipt(root);
    if (receipt.name !== basename(pack.home) || receipt.generation !== link) {
      const problem = `${root} holds ${receipt.name} ${receipt.generation}`;
      return { ...absent, status: 'broken', generation, problems: [problem] };
    }
    const problems = differences(receipt.files, filesOf(root));
    const status = problems.length === 0 ? 'intact' : 'damaged';
    return { status, generation, receipt, problems };
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return { ...absent, status: 'broken', generation, problems: [error.message] };
  }
}

/** What became of the files of a generation; nothing where no receipt says what they were. */
export function damageIn(root: string): readonly string[] {
  try {
    return differences(readReceipt(root).files, filesOf(root));
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return [];
  }
}

/** A link or a device where a file was is damage to report, not a reason to give up. */
function filesOf(root: string): readonly TreeFile[] | string {
  try {
    return readTree(root).files;
  } catch (error) {
    if (!isBrctlError(error) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    return (error as Error).message;
  }
}

function differences(
  wanted: readonly TreeFile[],
  found: readonly TreeFile[] | string,
): readonly string[] {
  if (typeof found === 'string') return [found];
  const problems: string[] = [];
  const onDisk = new Map(found.map((file) => [file.path, file]));
  for (const { path, sha256, executable } of wanted) {
    const file = onDisk.get(path);
    onDisk.delete(path);
    if (file === undefined) problems.push(`${path} is missing`);
    else if (file.sha256 !== sha256) problems.push(`${path} was changed`);
    else if (file.executable !== executable) problems.push(`${path} has another mode`);
  }
  return [...problems, ...[...onDisk.keys()].map((path) => `${path} does not belong there`)];
}

export function generationsIn(home: string): string[] {
  try {
    return readdirSync(home).filter((name) => GENERATION.test(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

export function nextGeneration(home: string): string {
  const numbers = generationsIn(home).map((name) => Number(name.slice(1)));
  return `g${String(Math.max(0, ...numbers) + 1).padStart(4, '0')}`;
}

export type Wanted = Readonly<{ version: string; tree: string; parent: string | undefined }>;

/**
 * The generation that an install which died before its last step had finished: same content, made
 * from the same `current`. It only has to become current.
 */
export function findFinished(pack: PackPaths, wanted: Wanted): string | undefined {
  return generationsIn(pack.home).find((name) => {
    const root = pack.generation(name);
    try {
      const receipt = readReceipt(root);
      return (
        receipt.version === wanted.version &&
        receipt.tree === wanted.tree &&
        receipt.parent === (wanted.parent ?? null) &&
        differences(receipt.files, filesOf(root)).length === 0
      );
    } catch (error) {
      if (!isBrctlError(error)) throw error;
      return false;
    }
  });
}

/** Staging folders and half-made links of installs that died. Only under the lock. */
export function removeLeftovers(home: string): void {
  for (const name of readdirSync(home)) {
    if (!LEFTOVER.test(name)) continue;
    removeFolder(join(home, name));
  }
}

export function removeFolder(folder: string): void {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true, force: true });
}

export function stagingFolder(pack: PackPaths, id: string): string {
  return join(pack.home, `.staging-${id}`);
}

export type Switch = Readonly<{ generation: string; id: string; step(name: string): void }>;

export function makeCurrent(pack: PackPaths, { generation, id, step }: Switch): void {
  const draft = join(pack.home, `.current-${id}`);
  switchLink({ link: pack.current, target: generation, draft, step });
}
