/** `pack.yaml` at the root of a workspace: the packs that can be installed by name. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import catalogSchema from '../../../schemas/catalog.schema.json' with { type: 'json' };
import { type Diagnostic, operationalError, place } from '../../sdk/index.ts';
import { MANIFEST } from '../paths.ts';
import { parseYamlBytes, type YamlDocument } from '../schema/yaml-document.ts';
import { isError, ownProblems } from './manifest.ts';

export type CatalogRelease = Readonly<{
  version: string;
  /** Below the workspace, or an https address. */
  archive: string;
  integrity: string;
  engine?: string;
  /** Why it must not be installed any more. */
  yanked?: string;
}>;

export type CatalogEntry = Readonly<{
  name: string;
  summary: string;
  /** Manifest and sources, below the workspace. */
  source: string;
  /** What the build makes of them and install copies. */
  build: string;
  versions?: readonly CatalogRelease[];
}>;

export type Catalog = Readonly<{ packs: readonly CatalogEntry[] }>;

export type ReadCatalog = Readonly<{
  document: YamlDocument;
  problems: readonly Diagnostic[];
  catalog: Catalog | undefined;
}>;

export function readCatalog(bytes: Uint8Array, file: string): ReadCatalog {
  const document = parseYamlBytes(bytes, file);
  const problems = ownProblems(document, catalogSchema);
  const isUsable = document.value !== undefined && !problems.some(isError);
  return { document, problems, catalog: isUsable ? (document.value as Catalog) : undefined };
}

/** The packs of the workspace at `root`, for those who only want to use it. */
export function catalogOf(root: string): Catalog {
  const file = join(root, MANIFEST);
  if (!existsSync(file)) return { packs: [] };
  const { catalog, problems } = readCatalog(readFileSync(file), file);
  if (catalog !== undefined) return catalog;
  const [first] = problems;
  throw operationalError(
    'catalog-invalid',
    first === undefined ? `${file} is no catalogue` : `${place(first)}: ${first.message}`,
    `brctl pack validate ${file}`,
  );
}

/** What a `pack.yaml` says it is; undefined when it says nothing that can be read. */
export function kindOf(file: string): 'Pack' | 'Catalog' | undefined {
  const { value } = parseYamlBytes(readFileSync(file), file);
  const kind = (value as { kind?: unknown } | null | undefined)?.kind;
  return kind === 'Pack' || kind === 'Catalog' ? kind : undefined;
}

/** The nearest folder from `from` upwards that is a workspace. */
export function findWorkspace(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, MANIFEST);
    if (existsSync(file) && kindOf(file) === 'Catalog') return folder;
    if (dirname(folder) === folder) return undefined;
  }
}
