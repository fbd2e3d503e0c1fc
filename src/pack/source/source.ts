/** What `pack install` was asked for -> the folder of a built pack. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { operationalError, suggest, usageError } from '../../sdk/index.ts';
import { catalogOf, kindOf } from '../manifest/catalog.ts';
import { COMMAND_INDEX, MANIFEST } from '../paths.ts';

export type Source = Readonly<{
  kind: 'catalog' | 'directory';
  /** As the person typed it. */
  spec: string;
  root: string;
}>;

export type SourceQuestion = Readonly<{
  spec: string;
  cwd: string;
  /** Where brctl is installed: the catalogue is there. */
  packageRoot: string;
}>;

/** A word is a name of the catalogue; a path (with a slash or a dot in front) is a folder. */
export function resolveSource(question: SourceQuestion): Source {
  const { spec, cwd } = question;
  const isPath = /[\\/]/.test(spec) || spec.startsWith('.');
  return isPath ? fromFolder(spec, resolve(cwd, spec)) : fromCatalog(question);
}

function fromCatalog({ spec, cwd, packageRoot }: SourceQuestion): Source {
  const { packs } = catalogOf(packageRoot);
  const entry = packs.find(({ name }) => name === spec);
  if (entry === undefined) {
    const names = packs.map(({ name }) => name);
    const meant = suggest(spec, names);
    const isHere = existsSync(join(cwd, spec, MANIFEST));
    throw usageError(
      'pack-unknown',
      `no pack "${spec}" in the catalogue, which has ${names.join(', ') || 'none'}`,
      isHere ? `for the folder, write ./${spec}` : meant && `did you mean "${meant}"?`,
    );
  }
  const root = join(packageRoot, entry.build);
  if (!existsSync(join(root, COMMAND_INDEX))) {
    throw operationalError(
      'pack-not-built',
      `pack ${spec} is not built: ${root} holds no ${COMMAND_INDEX}`,
      'npm run build',
    );
  }
  return { kind: 'catalog', spec, root };
}

function fromFolder(spec: string, root: string): Source {
  const manifest = join(root, MANIFEST);
  if (!existsSync(manifest)) {
    throw usageError('pack-missing', `${root} is no pack: it holds no ${MANIFEST}`);
  }
  if (!existsSync(join(root, COMMAND_INDEX))) {
    const isCatalog = kindOf(manifest) === 'Catalog';
    throw operationalError(
      'pack-not-built',
      isCatalog
        ? `${root} is a catalogue of packs, not a pack`
        : `${root} is the source of a pack, not a built pack: it holds no ${COMMAND_INDEX}`,
      isCatalog ? 'install a pack by its name' : 'npm run build',
    );
  }
  return { kind: 'directory', spec, root };
}
