/**
 * `pack new`: a name -> the folder of a new pack, all of it or nothing.
 *
 * A folder that does not exist appears with one rename. One that is there, and empty, may be where
 * somebody stands: it stays, and the manifest, which makes a pack of it, comes last.
 */
import { readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import manifestSchema from '../../../schemas/pack.schema.json' with { type: 'json' };
import { usageError } from '../../sdk/index.ts';
import { makeFolder, sayingWhere } from '../disk.ts';
import { RESERVED_NAMES } from '../manifest/manifest.ts';
import { MANIFEST } from '../paths.ts';
import { DEVICE_NAME } from '../store/tree.ts';
import { type ScaffoldFile, scaffoldFiles } from './scaffold.ts';

export type NewQuestion = Readonly<{
  name: string;
  /** As the person typed it; undefined is a folder of that name, here. */
  dir: string | undefined;
}>;

export type NewWorld = Readonly<{ cwd: string; version: string; uniqueId(): string }>;

export type NewPlan = Readonly<{
  name: string;
  folder: string;
  /** There, and empty. */
  isThere: boolean;
  files: readonly ScaffoldFile[];
}>;

const HINT = 'name another folder with --dir';

export function planNew({ name, dir }: NewQuestion, world: NewWorld): NewPlan {
  refuseName(name);
  const folder = resolve(world.cwd, dir ?? name);
  const isThere = sayingWhere('look at the folder', HINT, () => isEmptyFolder(folder));
  const files = scaffoldFiles({ name, hostVersion: world.version });
  return { name, folder, isThere, files };
}

function refuseName(name: string): void {
  const { pattern, maxLength, title } = manifestSchema.$defs.name;
  if (RESERVED_NAMES.includes(name)) {
    throw usageError('name-reserved', `"${name}" is a command of brctl itself`, 'choose another');
  }
  if (DEVICE_NAME.test(name)) {
    throw usageError('name-reserved', `"${name}" is a device on Windows`, 'choose another');
  }
  if (name.length > maxLength) {
    throw usageError('name-invalid', `the name has ${name.length} characters, over ${maxLength}`);
  }
  if (new RegExp(pattern, 'u').test(name)) return;
  const near = name
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '');
  const hint = near === '' ? 'such as on-call' : `did you mean "${near}"?`;
  throw usageError('name-invalid', `"${name}" is not ${title}`, hint);
}

/** False when there is nothing. A fresh repository counts as empty. */
function isEmptyFolder(folder: string): boolean {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (!stat.isDirectory()) throw usageError('folder-taken', `${folder} is a file`, HINT);
  const names = readdirSync(folder).filter((name) => name !== '.git');
  if (names.length === 0) return true;
  const some = names.sort().slice(0, 3).join(', ');
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  throw usageError('folder-taken', `${folder} is not empty: it holds ${some}${more}`, HINT);
}

export function applyNew(plan: NewPlan, world: NewWorld): NewPlan {
  const id = world.uniqueId();
  sayingWhere('write the new pack', HINT, () => {
    if (plan.isThere) fillFolder(plan, join(plan.folder, `.brctl-new-${id}`));
    else makePack(plan, join(dirname(plan.folder), `.${basename(plan.folder)}-${id}`));
  });
  return plan;
}

function makePack({ folder, files }: NewPlan, draft: string): void {
  const made = makeFolder(dirname(folder));
  try {
    writeFiles(draft, files);
    renameSync(draft, folder);
  } catch (error) {
    rmSync(made ?? draft, { recursive: true, force: true });
    throw error;
  }
}

/** Folders first: where another one does the same, one of them stops before it has done harm. */
function fillFolder({ folder, files }: NewPlan, draft: string): void {
  const moved: string[] = [];
  try {
    writeFiles(draft, files);
    const rank = (name: string): number =>
      name === MANIFEST ? 2 : files.some(({ path }) => path === name) ? 1 : 0;
    for (const name of readdirSync(draft).sort((a, b) => rank(a) - rank(b))) {
      renameSync(join(draft, name), join(folder, name));
      moved.push(name);
    }
  } catch (error) {
    for (const name of moved) rmSync(join(folder, name), { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function writeFiles(root: string, files: readonly ScaffoldFile[]): void {
  for (const { path, text } of files) {
    const file = join(root, path);
    makeFolder(dirname(file));
    writeFileSync(file, text, { flag: 'wx' });
  }
}
