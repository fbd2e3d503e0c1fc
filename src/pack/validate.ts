/**
 * Every problem of a workspace, a pack or one file, each with the line to look at. Nothing here
 * stops at the first problem, and nothing here changes anything.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { compareDiagnostics, type Diagnostic } from '../sdk/index.ts';
import { findWorkspace, readCatalog } from './catalog.ts';
import type { Schema } from './json-schema.ts';
import { readManifest } from './manifest.ts';
import { crossCheck, type PackFolder } from './manifest-check.ts';
import { COMMAND_INDEX, MANIFEST } from './paths.ts';
import { compileShipped } from './shipped-schema.ts';
import { nearestSubject, shownPath, subjectAt, type ValidateWorld } from './subject.ts';
import { parseYamlBytes } from './yaml-document.ts';

export type Report = Readonly<{
  /** As shown; sorted, each once. */
  files: readonly string[];
  diagnostics: readonly Diagnostic[];
}>;

type Found = { files: Set<string>; diagnostics: Diagnostic[] };

/** No path: the catalogue from the working directory upwards, and all that it lists. */
export function validate(path: string | undefined, world: ValidateWorld): Report {
  const subject = path === undefined ? nearestSubject(world) : subjectAt(path, world);
  const found: Found = { files: new Set(), diagnostics: [] };
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
    case 'config': {
      const { schema } = subject;
      const compiled = schema === undefined ? undefined : addSchema(schema, world, found);
      addConfig(subject.file, compiled, world, found);
      break;
    }
    default:
      subject satisfies never;
  }
  return {
    files: [...found.files].sort(),
    diagnostics: found.diagnostics.sort(compareDiagnostics),
  };
}

/** One pack folder, for those who are about to build or install it. */
export function validatePack(root: string, cwd: string): Report {
  return validate(root, { cwd, target: undefined });
}

function addCatalog(file: string, world: ValidateWorld, found: Found): void {
  const shown = shownPath(world.cwd, file);
  const { catalog, document, problems } = readCatalog(readFileSync(file), shown);
  found.files.add(shown);
  found.diagnostics.push(...problems);
  const names = new Set<string>();
  catalog?.packs.forEach((entry, i) => {
    const say = (key: string, code: string, message: string) =>
      found.diagnostics.push({
        severity: 'error',
        code,
        message,
        file: shown,
        ...document.position(['packs', i, key], 'value'),
      });
    if (names.has(entry.name)) say('name', 'duplicate-pack', `"${entry.name}" is listed twice`);
    names.add(entry.name);
    const manifest = join(dirname(file), entry.source, MANIFEST);
    if (!existsSync(manifest)) {
      say('source', 'file-missing', `${entry.source} holds no ${MANIFEST}`);
      return;
    }
    const name = addPack(manifest, world, found);
    if (name !== undefined && name !== entry.name) {
      say('name', 'name-differs', `the manifest in ${entry.source} says its name is "${name}"`);
    }
  });
}

/** The name the manifest gives, if it can be read. */
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
  if (read.manifest === undefined) return undefined;
  const { diagnostics, configFiles } = crossCheck(read.manifest, read.document, folder);
  found.diagnostics.push(...diagnostics);
  for (const { config, schema } of configFiles) {
    addConfig(config, schema === undefined ? undefined : schemas.get(schema), world, found);
  }
  if (folder.isBuilt) found.files.add(folder.shown(join(root, COMMAND_INDEX)));
  return read.manifest.name;
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

function addSchema(file: string, world: ValidateWorld, found: Found): Schema | undefined {
  const shown = shownPath(world.cwd, file);
  const { schema, problems } = compileShipped(readFileSync(file), shown);
  found.files.add(shown);
  found.diagnostics.push(...problems);
  return schema;
}

function addConfig(
  file: string,
  schema: Schema | undefined,
  world: ValidateWorld,
  found: Found,
): void {
  const shown = shownPath(world.cwd, file);
  const document = parseYamlBytes(readFileSync(file), shown);
  found.files.add(shown);
  found.diagnostics.push(...document.problems, ...(schema?.check(document) ?? []));
}
