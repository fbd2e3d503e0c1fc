/** Which pack declares a config file, with which schema, and where its code is. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findWorkspace } from '../manifest/catalog.ts';
import { type Manifest, readManifest } from '../manifest/manifest.ts';
import { findSchema } from '../manifest/manifest-check.ts';
import { MANIFEST, pathsOf } from '../paths.ts';
import { readInstalled } from '../store/installed.ts';
import { findTarget } from '../target.ts';
import { codeOf } from './config-code.ts';

export type Owner = Readonly<{
  /** As the manifest names the file. */
  path: string;
  /** Undefined when the pack gives none. */
  schema: string | undefined;
  /** The built pack; undefined when only its source is there. */
  code: string | undefined;
}>;

/** The operator's copy belongs to an installed pack, the shipped one to the pack around it. */
export function findOwner(
  file: string,
  world: Readonly<{ target: string | undefined }>,
): Owner | undefined {
  const around = findTarget({ flag: undefined, env: {}, cwd: dirname(file) });
  for (const target of new Set([world.target, around])) {
    const owner = target === undefined ? undefined : installedOwner(file, target);
    if (owner !== undefined) return owner;
  }
  return sourceOwner(file);
}

function installedOwner(file: string, target: string): Owner | undefined {
  const paths = pathsOf(target);
  for (const { root, index } of readInstalled(paths).packs) {
    const declared = manifestIn(root)?.config?.find(({ path }) =>
      isSameFile(join(paths.forPack(index.name).config, path), file),
    );
    if (declared !== undefined) {
      const { path, schema } = declared;
      return { path, schema: schema && join(root, schema), code: root };
    }
  }
  return undefined;
}

function sourceOwner(file: string): Owner | undefined {
  for (let root = dirname(file); ; root = dirname(root)) {
    const manifest = manifestIn(root);
    const declared = manifest?.config?.find(({ from }) => isSameFile(join(root, from), file));
    if (manifest !== undefined && declared !== undefined) {
      const workspace = findWorkspace(dirname(root));
      const schemaFolders =
        workspace === undefined ? [] : [join(workspace, 'schemas', manifest.name)];
      return {
        path: declared.path,
        code: codeOf(root),
        schema: declared.schema && findSchema(declared.schema, { root, schemaFolders }),
      };
    }
    if (dirname(root) === root) return undefined;
  }
}

function manifestIn(root: string): Manifest | undefined {
  const file = join(root, MANIFEST);
  return existsSync(file) ? readManifest(readFileSync(file), file).manifest : undefined;
}

function isSameFile(a: string, b: string): boolean {
  return existsSync(a) && existsSync(b) && realpathSync(a) === realpathSync(b);
}
