/**
 * What a manifest promises and its schema cannot see: the files it names exist, the roles it pairs
 * are its own, its ranges are ranges.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import semver from 'semver';
import commandsSchema from '../../../schemas/commands.schema.json' with { type: 'json' };
import { type Diagnostic, isBrctlError, suggest } from '../../sdk/index.ts';
import { COMMAND_INDEX } from '../paths.ts';
import { ownSchema } from '../schema/json-schema.ts';
import { type Path, parseJsonBytes, type YamlDocument } from '../schema/yaml-document.ts';
import type { CommandIndex } from '../store/installed.ts';
import { mountProblems } from '../store/mountable.ts';
import { readTree } from '../store/tree.ts';
import { hostVariable } from '../trust/permissions.ts';
import { emptyGroupsIn } from './group-check.ts';
import { RESERVED_NAMES, type ReadManifest } from './manifest.ts';
import { type UsableParts, upTo, usableParts } from './usable-parts.ts';

export type PackFolder = Readonly<{
  root: string;
  /** A built pack has a command index and a bundle; a source has the TypeScript of it. */
  isBuilt: boolean;
  /** Where `schemas/x.json` may lie, the first that has it wins. */
  schemaFolders: readonly string[];
  shown(file: string): string;
}>;

/** A shipped config file that exists, and what it must keep to. */
export type ConfigToCheck = Readonly<{
  config: string;
  /** What the pack's code knows it by; undefined when the manifest does not say. */
  path: string | undefined;
  /** A file. */
  schema: string | undefined;
}>;

export type CrossCheck = Readonly<{
  diagnostics: readonly Diagnostic[];
  configFiles: readonly ConfigToCheck[];
}>;

type Say = (path: Path, code: string, message: string) => void;

export function crossCheck(read: ReadManifest, folder: PackFolder): CrossCheck {
  const { document } = read;
  const parts = usableParts(document, read.problems);
  const diagnostics: Diagnostic[] = [];
  const say: Say = (path, code, message) => {
    const { file } = document;
    const position = document.position(path, 'value');
    diagnostics.push({ severity: 'error', code, message, file, ...position });
  };
  const name = parts.text('name');
  if (name !== undefined && RESERVED_NAMES.includes(name)) {
    say(['name'], 'name-reserved', `"${name}" is a command of brctl itself`);
  }
  checkRanges(parts, say);
  checkRoles(parts, say);
  checkPermissions(parts, say);
  checkHosts(parts, say);
  checkConfigured(parts, say);
  checkEntry(parts, folder, say);
  const schemaVersion = parts.number('data', 'schemaVersion') ?? Infinity;
  if ((parts.number('data', 'minReader') ?? 0) > schemaVersion) {
    say(['data', 'minReader'], 'wrong-value', 'data.minReader is above data.schemaVersion');
  }
  const configFiles = checkConfig(parts, folder, say);
  diagnostics.push(...treeProblems(folder));
  if (folder.isBuilt) diagnostics.push(...indexProblems(parts, folder));
  return { diagnostics, configFiles };
}

function checkRanges(parts: UsableParts, say: Say): void {
  const paths = [
    ['engines', 'brctl'],
    ['hostModules', 'duckdb'],
  ];
  for (const path of paths) {
    const range = parts.text(...path);
    if (range === undefined || semver.validRange(range) !== null) continue;
    say(path, 'range-invalid', `${path.join('.')} "${range}" is not a range of versions`);
  }
}

function checkRoles(parts: UsableParts, say: Say): void {
  const count = parts.count('roles');
  const ids: string[] = [];
  for (const i of upTo(count)) {
    const id = parts.text('roles', i, 'id');
    if (id === undefined) continue;
    if (ids.includes(id)) say(['roles', i, 'id'], 'duplicate-role', `role "${id}" exists twice`);
    ids.push(id);
  }
  // A role whose id cannot be read may be the one that a pair names.
  const isComplete = ids.length === count;
  for (const i of upTo(parts.count('separationOfDuty'))) {
    const pair = upTo(parts.count('separationOfDuty', i)).map((j) =>
      parts.text('separationOfDuty', i, j),
    );
    pair.forEach((id, j) => {
      if (id === undefined || ids.includes(id) || !isComplete) return;
      const meant = suggest(id, ids);
      const ask = meant === undefined ? '' : ` (did you mean "${meant}"?)`;
      say(['separationOfDuty', i, j], 'role-unknown', `no role "${id}" in this manifest${ask}`);
    });
    if (pair[0] !== undefined && pair[0] === pair[1]) {
      say(['separationOfDuty', i, 1], 'role-unpaired', 'a role cannot be separate from itself');
    }
  }
}

function checkPermissions(parts: UsableParts, say: Say): void {
  const name = parts.text('name');
  if (name === undefined) return;
  const own = [`data/${name}`, `config/${name}`];
  for (const i of upTo(parts.count('permissions', 'write'))) {
    const folder = parts.text('permissions', 'write', i);
    if (folder === undefined) continue;
    if (own.some((each) => folder === each || folder.startsWith(`${each}/`))) continue;
    const message = `"${folder}" is not below ${own.join(' or ')}`;
    say(['permissions', 'write', i], 'write-outside', message);
  }
}

/** The host in a variable is that of a secret, so that consent to the one is consent to both. */
function checkHosts(parts: UsableParts, say: Say): void {
  const count = parts.count('permissions', 'secrets');
  const secrets = upTo(count).flatMap((i) => parts.text('permissions', 'secrets', i) ?? []);
  if (secrets.length < (count ?? 0)) return;
  for (const i of upTo(parts.count('permissions', 'hosts'))) {
    const name = hostVariable(parts.text('permissions', 'hosts', i) ?? '');
    if (name === undefined || secrets.includes(name)) continue;
    const message = `${name} is not in permissions.secrets, so its host cannot be read`;
    say(['permissions', 'hosts', i], 'host-variable-unknown', message);
  }
}

/** What is left to the operator is left to files that are put before the operator. */
function checkConfigured(parts: UsableParts, say: Say): void {
  const count = parts.count('config');
  const paths = upTo(count).flatMap((i) => parts.text('config', i, 'path') ?? []);
  // A file whose path cannot be read may be the one that is meant.
  if (paths.length !== count) return;
  for (const i of upTo(parts.count('permissions', 'configured'))) {
    const path = parts.text('permissions', 'configured', i);
    if (path === undefined || paths.includes(path)) continue;
    const meant = suggest(path, paths);
    const ask = meant === undefined ? '' : ` (did you mean "${meant}"?)`;
    const message = `"${path}" is no path of config in this manifest${ask}`;
    say(['permissions', 'configured', i], 'configured-unknown', message);
  }
}

function checkEntry(parts: UsableParts, folder: PackFolder, say: Say): void {
  const entry = parts.text('entry');
  if (entry === undefined) return;
  const forms = [entry];
  if (!folder.isBuilt) forms.push(entry.replace(/\.mjs$/, '.ts'));
  if (forms.some((form) => isFile(join(folder.root, form)))) return;
  say(['entry'], 'file-missing', `the pack has no ${forms.join(' and no ')}`);
}

/** One that another is where letters are not told apart, or that brctl writes itself. */
function pathProblem(
  path: string,
  others: ReadonlySet<string>,
): readonly [code: string, message: string] | undefined {
  if (/\.brctl-(new|old)(\.\d+)?$/i.test(path)) {
    return ['reserved-path', `config/${path} is a name that brctl gives to what it saves`];
  }
  const parts = path.split('/');
  for (const other of others) {
    if (other.toLowerCase() === path.toLowerCase()) {
      return ['duplicate-path', `config/${path} is declared twice`];
    }
    const theirs = other.split('/');
    const same = parts.findIndex((part, i) => part.toLowerCase() !== theirs[i]?.toLowerCase());
    const shared = same === -1 ? parts.length : same;
    if (shared === parts.length || shared === theirs.length) {
      return ['path-blocked', `config/${path} and config/${other}: one is the folder of the other`];
    }
    if (parts.slice(0, shared).some((part, i) => part !== theirs[i])) {
      return ['path-spelling', `config/${path} and config/${other} spell a folder differently`];
    }
  }
  return undefined;
}

function checkConfig(parts: UsableParts, folder: PackFolder, say: Say): ConfigToCheck[] {
  const toCheck: ConfigToCheck[] = [];
  const seen = new Set<string>();
  for (const i of upTo(parts.count('config'))) {
    const [path, from, schema] = ['path', 'from', 'schema'].map((key) =>
      parts.text('config', i, key),
    );
    if (path !== undefined) {
      const problem = pathProblem(path, seen);
      if (problem !== undefined) say(['config', i, 'path'], ...problem);
      seen.add(path);
    }
    const schemaFile = schema === undefined ? undefined : findSchema(schema, folder);
    if (schema !== undefined && schemaFile === undefined) {
      say(['config', i, 'schema'], 'file-missing', `the pack has no ${schema}`);
    } else if (schema !== undefined && path !== undefined && !isStructured(path)) {
      const message = `${path} is plain text by its suffix, which no schema can check`;
      say(['config', i, 'schema'], 'schema-unused', message);
    }
    if (from === undefined) continue;
    const config = join(folder.root, from);
    if (isFile(config)) toCheck.push({ config, path, schema: schemaFile });
    else say(['config', i, 'from'], 'file-missing', `the pack has no ${from}`);
  }
  return toCheck;
}

/** By the suffix under which it is put before the operator. All else is text, such as a prompt. */
export function isStructured(path: string): boolean {
  return /\.(ya?ml|json)$/i.test(path);
}

export function findSchema(
  schema: string,
  folder: Pick<PackFolder, 'root' | 'schemaFolders'>,
): string | undefined {
  const below = schema.startsWith('schemas/') ? schema.slice('schemas/'.length) : undefined;
  const places = [
    join(folder.root, schema),
    ...(below === undefined ? [] : folder.schemaFolders.map((each) => join(each, below))),
  ];
  return places.find(isFile);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Links, devices, names and sizes that install would refuse; of a source, in what is taken. */
function treeProblems(folder: PackFolder): Diagnostic[] {
  const taken = ['config', 'schemas'].map((name) => join(folder.root, name)).filter(existsSync);
  try {
    for (const root of folder.isBuilt ? [folder.root] : taken) readTree(root);
    return [];
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    const { code, message, hint } = error;
    return [{ severity: 'error', code, message, hint, file: folder.shown(folder.root) }];
  }
}

/** A command index that contradicts its manifest would mount a pack under false colours. */
function indexProblems(parts: UsableParts, folder: PackFolder): Diagnostic[] {
  const path = join(folder.root, COMMAND_INDEX);
  if (!existsSync(path)) return [];
  const file = folder.shown(path);
  const document = parseJsonBytes(readFileSync(path), file);
  const problems = [...document.problems, ...ownSchema(commandsSchema).check(document)];
  if (problems.length > 0) return problems;
  const index = document.value as Readonly<Record<string, unknown>>;
  const wanted = {
    ...Object.fromEntries(
      ['name', 'version', 'summary', 'entry'].map((key) => [key, parts.text(key)]),
    ),
    engine: parts.text('engines', 'brctl'),
    // Else a pack would be let do more than anybody consented to.
    permissions: parts.value('permissions') ?? {},
  };
  const differing = Object.entries(wanted)
    .filter(([key, value]) => value !== undefined && !isDeepStrictEqual(index[key] ?? {}, value))
    .map(
      ([key, value]): Diagnostic => ({
        severity: 'error',
        code: 'index-differs',
        message: `${key} must be ${JSON.stringify(value)}, as in the manifest`,
        hint: 'brctl pack build makes it anew',
        file,
        ...document.position([key], 'value'),
      }),
    );
  return [...differing, ...unmountableIn(document), ...emptyGroupsIn(document)];
}

/** Once installed, it would be in the way of every command of the target. */
function unmountableIn(document: YamlDocument): Diagnostic[] {
  const { file } = document;
  const { commands } = document.value as Pick<CommandIndex, 'commands'>;
  return Array.from(mountProblems(commands), ({ message, at }) => ({
    severity: 'error',
    code: 'unmountable',
    message,
    file,
    ...document.position(at, 'value'),
  }));
}
