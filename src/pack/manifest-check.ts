/**
 * What a manifest promises and its schema cannot see: the files it names exist, the roles it pairs
 * are its own, its ranges are ranges.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import semver from 'semver';
import commandsSchema from '../../schemas/commands.schema.json' with { type: 'json' };
import { type Diagnostic, isBrctlError, suggest } from '../sdk/index.ts';
import { ownSchema } from './json-schema.ts';
import { type Manifest, RESERVED_NAMES } from './manifest.ts';
import { COMMAND_INDEX } from './paths.ts';
import { readTree } from './tree.ts';
import { type Path, parseYamlBytes, type YamlDocument } from './yaml-document.ts';

export type PackFolder = Readonly<{
  root: string;
  /** A built pack has a command index and a bundle; a source has the TypeScript of it. */
  isBuilt: boolean;
  /** Where `schemas/x.json` may lie, the first that has it wins. */
  schemaFolders: readonly string[];
  shown(file: string): string;
}>;

/** A shipped config file that exists, and the schema file it must keep to. */
export type ConfigToCheck = Readonly<{ config: string; schema: string | undefined }>;

export type CrossCheck = Readonly<{
  diagnostics: readonly Diagnostic[];
  configFiles: readonly ConfigToCheck[];
}>;

type Say = (path: Path, code: string, message: string) => void;

export function crossCheck(
  manifest: Manifest,
  document: YamlDocument,
  folder: PackFolder,
): CrossCheck {
  const diagnostics: Diagnostic[] = [];
  const say: Say = (path, code, message) => {
    const { file } = document;
    const position = document.position(path, 'value');
    diagnostics.push({ severity: 'error', code, message, file, ...position });
  };
  if (RESERVED_NAMES.includes(manifest.name)) {
    say(['name'], 'name-reserved', `"${manifest.name}" is a command of brctl itself`);
  }
  checkRanges(manifest, say);
  checkRoles(manifest, say);
  checkPermissions(manifest, say);
  checkEntry(manifest, folder, say);
  const { data } = manifest;
  if (data !== undefined && data.minReader > data.schemaVersion) {
    say(['data', 'minReader'], 'wrong-value', 'data.minReader is above data.schemaVersion');
  }
  const configFiles = checkConfig(manifest, folder, say);
  diagnostics.push(...treeProblems(folder));
  if (folder.isBuilt) diagnostics.push(...indexProblems(manifest, folder));
  return { diagnostics, configFiles };
}

function checkRanges(manifest: Manifest, say: Say): void {
  const ranges: [Path, string | undefined][] = [
    [['engines', 'brctl'], manifest.engines.brctl],
    [['hostModules', 'duckdb'], manifest.hostModules?.duckdb],
  ];
  for (const [path, range] of ranges) {
    if (range === undefined || semver.validRange(range) !== null) continue;
    say(path, 'range-invalid', `${path.join('.')} "${range}" is not a range of versions`);
  }
}

function checkRoles(manifest: Manifest, say: Say): void {
  const ids: string[] = [];
  manifest.roles?.forEach(({ id }, i) => {
    if (ids.includes(id)) say(['roles', i, 'id'], 'duplicate-role', `role "${id}" exists twice`);
    ids.push(id);
  });
  manifest.separationOfDuty?.forEach((pair, i) => {
    pair.forEach((id, j) => {
      if (ids.includes(id)) return;
      const meant = suggest(id, ids);
      const ask = meant === undefined ? '' : ` (did you mean "${meant}"?)`;
      say(['separationOfDuty', i, j], 'role-unknown', `no role "${id}" in this manifest${ask}`);
    });
    if (pair[0] === pair[1]) {
      say(['separationOfDuty', i, 1], 'role-unpaired', 'a role cannot be separate from itself');
    }
  });
}

function checkPermissions(manifest: Manifest, say: Say): void {
  const own = [`data/${manifest.name}`, `config/${manifest.name}`];
  manifest.permissions?.write?.forEach((folder, i) => {
    if (own.some((each) => folder === each || folder.startsWith(`${each}/`))) return;
    const message = `"${folder}" is not below ${own.join(' or ')}`;
    say(['permissions', 'write', i], 'write-outside', message);
  });
}

function checkEntry(manifest: Manifest, folder: PackFolder, say: Say): void {
  const forms = [manifest.entry];
  if (!folder.isBuilt) forms.push(manifest.entry.replace(/\.mjs$/, '.ts'));
  if (forms.some((form) => isFile(join(folder.root, form)))) return;
  say(['entry'], 'file-missing', `the pack has no ${forms.join(' and no ')}`);
}

function checkConfig(manifest: Manifest, folder: PackFolder, say: Say): ConfigToCheck[] {
  const toCheck: ConfigToCheck[] = [];
  const seen = new Set<string>();
  manifest.config?.forEach(({ path, from, schema }, i) => {
    const key = path.toLowerCase();
    if (seen.has(key)) {
      say(['config', i, 'path'], 'duplicate-path', `config/${path} is declared twice`);
    }
    seen.add(key);
    const schemaFile = schema === undefined ? undefined : findSchema(schema, folder);
    if (schema !== undefined && schemaFile === undefined) {
      say(['config', i, 'schema'], 'file-missing', `the pack has no ${schema}`);
    }
    const config = join(folder.root, from);
    if (isFile(config)) toCheck.push({ config, schema: schemaFile });
    else say(['config', i, 'from'], 'file-missing', `the pack has no ${from}`);
  });
  return toCheck;
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

/** Links, devices, names and sizes that install would refuse. */
function treeProblems(folder: PackFolder): Diagnostic[] {
  try {
    readTree(folder.root);
    return [];
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    const { code, message, hint } = error;
    return [{ severity: 'error', code, message, hint, file: folder.shown(folder.root) }];
  }
}

/** A command index that contradicts its manifest would mount a pack under false colours. */
function indexProblems(manifest: Manifest, folder: PackFolder): Diagnostic[] {
  const path = join(folder.root, COMMAND_INDEX);
  if (!existsSync(path)) return [];
  const file = folder.shown(path);
  const document = parseYamlBytes(readFileSync(path), file);
  const problems = [...document.problems, ...ownSchema(commandsSchema).check(document)];
  if (problems.length > 0) return problems;
  const index = document.value as Readonly<Record<string, unknown>>;
  const { name, version, summary, entry, engines } = manifest;
  const wanted = { name, version, summary, entry, engine: engines.brctl };
  return Object.entries(wanted)
    .filter(([key, value]) => index[key] !== value)
    .map(([key, value]) => ({
      severity: 'error',
      code: 'index-differs',
      message: `${key} must be ${JSON.stringify(value)}, as in the manifest`,
      hint: 'npm run build',
      file,
      ...document.position([key], 'value'),
    }));
}
