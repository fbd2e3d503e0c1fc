/**
 * What the code of a pack says of a config file: rules that a JSON Schema cannot express, told by
 * the very functions that the commands read the file with.
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Diagnostic, isBrctlError } from '../../sdk/index.ts';
import { findWorkspace, readCatalog } from '../manifest/catalog.ts';
import { COMMAND_INDEX, MANIFEST } from '../paths.ts';
import { checkEngine } from '../store/engine.ts';
import { type CommandIndex, loadPack } from '../store/installed.ts';

export type ConfigQuestion = Readonly<{
  /** The built pack to ask. */
  code: string;
  /** As its manifest names the file. */
  path: string;
  text: string;
  shown: string;
}>;

export async function askPack(
  { code, path, text, shown }: ConfigQuestion,
  hostVersion: string,
): Promise<readonly Diagnostic[]> {
  // Never through `current`: what is loaded now must fit what is loaded a moment later.
  const root = realpathSync(code);
  try {
    const index: CommandIndex = JSON.parse(readFileSync(join(root, COMMAND_INDEX), 'utf8'));
    checkEngine(index, hostVersion);
    const pack = await loadPack({ root, index });
    const found = (await pack.checkConfig?.({ path, text })) ?? [];
    return found.map((each) => ({ ...each, file: shown }));
  } catch (error) {
    const message = `could not be checked by its pack: ${(error as Error).message}`;
    // A pack for another brctl may be in perfect order.
    const isForeign = isBrctlError(error) && error.kind === 'incompatible';
    const severity = isForeign ? 'warning' : 'error';
    return [{ severity, code: 'config-unchecked', message, file: shown }];
  }
}

/** A built pack is its own code; that of a source is what its workspace has built of it. */
export function codeOf(root: string): string | undefined {
  if (existsSync(join(root, COMMAND_INDEX))) return root;
  const workspace = findWorkspace(dirname(root));
  if (workspace === undefined) return undefined;
  const file = join(workspace, MANIFEST);
  const { catalog } = readCatalog(readFileSync(file), file);
  const entry = catalog?.packs.find(({ source }) => join(workspace, source) === root);
  const build = entry && join(workspace, entry.build);
  return build !== undefined && existsSync(join(build, COMMAND_INDEX)) ? build : undefined;
}
