/**
 * Every problem of a workspace, a pack or one file, each with the line to look at. Nothing here
 * stops at the first problem, and nothing here changes anything.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { compareDiagnostics, type Diagnostic } from '../../sdk/index.ts';
import { reasonOf } from '../disk.ts';
import { ownConfigProblems } from '../health/own-config.ts';
import { findWorkspace, readCatalog } from '../manifest/catalog.ts';
import { isError, NEWER_FORMAT, readManifest } from '../manifest/manifest.ts';
import { crossCheck, isStructured, type PackFolder } from '../manifest/manifest-check.ts';
import { upTo, usableParts } from '../manifest/usable-parts.ts';
import { COMMAND_INDEX, MANIFEST, pathsOf } from '../paths.ts';
import type { Schema } from '../schema/json-schema.ts';
import { compileShipped, type ShippedSchema } from '../schema/shipped-schema.ts';
import { parseYamlBytes, textProblems } from '../schema/yaml-document.ts';
import { packStatuses } from '../store/status.ts';
import { type BuiltPack, commandProblems } from './command-code.ts';
import { askPack, type ConfigQuestion, codeOf } from './config-code.ts';
import type { Owner } from './config-owner.ts';
import { releaseProblems } from './releases.ts';
import {
  nearestSubject,
  type Subject,
  shownPath,
  subjectAt,
  type ValidateWorld,
} from './subject.ts';

export type Report = Readonly<{
  /** As shown; sorted, each once. */
  files: readonly string[];
  diagnostics: readonly Diagnostic[];
}>;

type Found = {
  files: Set<string>;
  diagnostics: Diagnostic[];
  /** Config files that can be read, whatever they say. */
  questions: ConfigQuestion[];
  /** Built packs, whose code says more than their index. */
  built: BuiltPack[];
};

/** No path: what `nearestSubject` finds, and all that it lists. */
export async function validate(
  path: string | undefined,
  world: ValidateWorld & Readonly<{ version: string }>,
): Promise<Report> {
  const found = look(path === undefined ? nearestSubject(world) : subjectAt(path, world), world);
  for (const pack of found.built) {
    found.diagnostics.push(...(await commandProblems(pack, world.version)));
  }
  for (const question of found.questions) {
    const said = await askPack(question, world.version);
    // What the pack says of a line is about what the line means, and says the schema's part too.
    const isSaid = (one: Diagnostic): boolean =>
      said.some(({ file, line }) => file === one.file && line === one.line);
    found.diagnostics = [...found.diagnostics.filter((one) => !isSaid(one)), ...said];
  }
  return reportOf(found);
}

/**
 * One pack folder, for those who are about to build or install it: none of its code is run, so
 * that nothing happens before the person is told of what it may touch.
 */
export function validatePack(root: string, cwd: string): Report {
  const world = { cwd, target: undefined, isTargetGiven: false };
  return reportOf(look(subjectAt(root, world), world));
}

function reportOf({ files, diagnostics }: Found): Report {
  return { files: [...files].sort(), diagnostics: diagnostics.sort(compareDiagnostics) };
}

function look(subject: Subject, world: ValidateWorld): Found {
  const found: Found = { files: new Set(), diagnostics: [], questions: [], built: [] };
  switch (subject.kind) {
    case 'catalog':
      addCatalog(subject.file, world, found);
      break;
    case 'pack':
      addPack(subject.file, world, found);
      break;
    case 'schema':
      addSchema(subject.file, world, found);
      break;
    case 'config':
      addOwned(subject.file, subject.owner, world, found);
      break;
    case 'deployment':
      addDeployment(subject.target, world, found);
      break;
    default:
      subject satisfies never;
  }
  return found;
}

/** The packs that are installed, and what the operator configured for them. */
function addDeployment(target: string, world: ValidateWorld, found: Found): void {
  addOwnConfig(target, world, found);
  for (const { name, status, problems, root } of packStatuses(target)) {
    const folder = pathsOf(target).pack(name);
    const shown = shownPath(world.cwd, root ?? folder.home);
    const hint = `brctl pack verify ${name} --target=${target}`;
    for (const message of problems) {
      found.diagnostics.push({
        severity: 'error',
        code: `pack-${status}`,
        message,
        hint,
        file: shown,
      });
    }
    const manifest = root === undefined ? undefined : join(root, MANIFEST);
    if (root === undefined || manifest === undefined || !existsSync(manifest)) continue;
    addPack(manifest, world, found);
    const config = pathsOf(target).forPack(name).config;
    for (const declared of readManifest(readFileSync(manifest), MANIFEST).manifest?.config ?? []) {
      const { path, schema } = declared;
      const owner = { path, schema: schema && join(root, schema), code: root };
      const file = join(config, path);
      if (existsSync(file)) addOwned(file, owner, world, found);
    }
  }
}

function addOwnConfig(target: string, world: ValidateWorld, found: Found): void {
  for (const { file, diagnostics } of ownConfigProblems(target)) {
    const shown = shownPath(world.cwd, file);
    found.files.add(shown);
    found.diagnostics.push(...diagnostics.map((each) => ({ ...each, file: shown })));
  }
}

/** A schema with which all is well is not what the person asked about. */
function addOwned(file: string, owner: Owner, world: ValidateWorld, found: Found): void {
  const { path, schema, code } = owner;
  const compiled = schema === undefined ? undefined : compile(schema, world);
  if (compiled !== undefined && compiled.problems.length > 0) add(compiled, found);
  addConfig({ config: file, path, schema: compiled?.schema, code }, world, found);
}

function addCatalog(file: string, world: ValidateWorld, found: Found): void {
  const shown = shownPath(world.cwd, file);
  const { document, problems } = readCatalog(readFileSync(file), shown);
  found.files.add(shown);
  found.diagnostics.push(...problems);
  const names = new Set<string>();
  if (isNewer(problems)) return;
  const parts = usableParts(document, problems);
  for (const i of upTo(parts.count('packs'))) {
    const say = (key: string, code: string, message: string) =>
      found.diagnostics.push({
        severity: 'error',
        code,
        message,
        file: shown,
        ...document.position(['packs', i, key], 'value'),
      });
    const listed = parts.text('packs', i, 'name');
    if (listed !== undefined && names.has(listed)) {
      say('name', 'duplicate-pack', `"${listed}" is listed twice`);
    }
    if (listed !== undefined) names.add(listed);
    const root = dirname(file);
    found.diagnostics.push(...releaseProblems({ document, parts, at: i, root, shown }));
    const source = parts.text('packs', i, 'source');
    if (source === undefined) continue;
    const manifest = join(dirname(file), source, MANIFEST);
    if (!existsSync(manifest)) {
      say('source', 'file-missing', `${source} holds no ${MANIFEST}`);
      continue;
    }
    const name = addPack(manifest, world, found);
    if (name !== undefined && listed !== undefined && name !== listed) {
      say('name', 'name-differs', `the manifest in ${source} says its name is "${name}"`);
    }
  }
}

/** Of a format that this brctl cannot know nothing else can be said. */
function isNewer(problems: readonly Diagnostic[]): boolean {
  return problems.some(({ code }) => code === NEWER_FORMAT);
}

/** The name the manifest gives, if that can be relied on. */
function addPack(file: string, world: ValidateWorld, found: Found): string | undefined {
  const shown = shownPath(world.cwd, file);
  const root = dirname(file);
  const read = readManifest(readFileSync(file), shown);
  found.files.add(shown);
  found.diagnostics.push(...read.problems);
  const named = (read.document.value as { name?: unknown } | null | undefined)?.name;
  const folder: PackFolder = {
    root,
    isBuilt: existsSync(join(root, COMMAND_INDEX)),
    schemaFolders: schemaFolders(root, typeof named === 'string' ? named : basename(root)),
    shown: (path) => shownPath(world.cwd, path),
  };
  const schemas = new Map<string, Schema | undefined>();
  for (const schemaFile of schemaFiles(folder)) {
    schemas.set(schemaFile, addSchema(schemaFile, world, found));
  }
  if (read.document.value === undefined || isNewer(read.problems)) return undefined;
  const { diagnostics, configFiles } = crossCheck(read, folder);
  found.diagnostics.push(...diagnostics);
  const code = configFiles.length === 0 ? undefined : codeOf(root);
  for (const { config, path, schema } of configFiles) {
    const compiled = schema === undefined ? undefined : schemas.get(schema);
    addConfig({ config, path, schema: compiled, code }, world, found);
  }
  if (folder.isBuilt) {
    const index = folder.shown(join(root, COMMAND_INDEX));
    found.files.add(index);
    if (!diagnostics.some(({ file: each }) => each === index)) found.built.push({ root, index });
  }
  return usableParts(read.document, read.problems).text('name');
}

/** The pack's own, then the workspace's: the build copies the second into the first. */
function schemaFolders(root: string, name: string): string[] {
  const workspace = findWorkspace(dirname(root));
  const own = join(root, 'schemas');
  return workspace === undefined ? [own] : [own, join(workspace, 'schemas', name)];
}

function schemaFiles(folder: PackFolder): string[] {
  const seen = new Map<string, string>();
  for (const schemas of folder.schemaFolders) {
    if (!existsSync(schemas)) continue;
    for (const name of readdirSync(schemas).sort()) {
      if (name.endsWith('.json') && !seen.has(name)) seen.set(name, join(schemas, name));
    }
  }
  return [...seen.values()];
}

type Compiled = ShippedSchema & Readonly<{ shown: string }>;

function compile(file: string, world: ValidateWorld): Compiled {
  const shown = shownPath(world.cwd, file);
  return { ...compileShipped(readFileSync(file), shown), shown };
}

function add({ shown, problems }: Compiled, found: Found): void {
  found.files.add(shown);
  found.diagnostics.push(...problems);
}

function addSchema(file: string, world: ValidateWorld, found: Found): Schema | undefined {
  const compiled = compile(file, world);
  add(compiled, found);
  return compiled.schema;
}

type ConfigFile = Readonly<{
  config: string;
  path: string | undefined;
  schema: Schema | undefined;
  code: string | undefined;
}>;

function addConfig(file: ConfigFile, world: ValidateWorld, found: Found): void {
  const { config, path, schema, code } = file;
  const shown = shownPath(world.cwd, config);
  found.files.add(shown);
  const bytes = readOrSay(config, shown, found);
  if (bytes === undefined) return;
  const document = isStructured(path ?? config) ? parseYamlBytes(bytes, shown) : undefined;
  const unreadable = document?.problems ?? textProblems(bytes, shown);
  found.diagnostics.push(...unreadable);
  if (document !== undefined) found.diagnostics.push(...(schema?.check(document) ?? []));
  if (code === undefined || path === undefined || unreadable.some(isError)) return;
  found.questions.push({ code, path, shown, text: new TextDecoder().decode(bytes) });
}

function readOrSay(file: string, shown: string, found: Found): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    const message = `cannot be read: ${reasonOf(error)}`;
    found.diagnostics.push({ severity: 'error', code: 'file-unreadable', message, file: shown });
    return undefined;
  }
}
