/** Released versions of a catalogue: each once, each a version, each archive what it should be. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import semver from 'semver';
import type { Diagnostic } from '../../sdk/index.ts';
import { type UsableParts, upTo } from '../manifest/usable-parts.ts';
import type { YamlDocument } from '../schema/yaml-document.ts';
import { hasIntegrity } from '../source/integrity.ts';

export type Releases = Readonly<{
  document: YamlDocument;
  parts: UsableParts;
  /** Which pack of the catalogue. */
  at: number;
  /** The folder of the catalogue. */
  root: string;
  shown: string;
}>;

export function releaseProblems({ document, parts, at, root, shown }: Releases): Diagnostic[] {
  const found: Diagnostic[] = [];
  const seen = new Set<string>();
  for (const i of upTo(parts.count('packs', at, 'versions'))) {
    const path = ['packs', at, 'versions', i] as const;
    const say = (key: string, code: string, message: string): void => {
      const position = document.position([...path, key], 'value');
      found.push({ severity: 'error', code, message, file: shown, ...position });
    };
    const version = parts.text(...path, 'version');
    if (version !== undefined && semver.valid(version) === null) {
      say('version', 'wrong-form', `"${version}" is no version`);
    }
    if (version !== undefined && seen.has(version)) {
      say('version', 'duplicate-version', `version ${version} is listed twice`);
    }
    if (version !== undefined) seen.add(version);
    const engine = parts.text(...path, 'engine');
    if (engine !== undefined && semver.validRange(engine) === null) {
      say('engine', 'wrong-form', `"${engine}" is no range of versions`);
    }
    const archive = parts.text(...path, 'archive');
    // What an address gives is found out when it is installed.
    if (archive === undefined || /^https?:/i.test(archive)) continue;
    const file = join(root, archive);
    const integrity = parts.text(...path, 'integrity');
    if (!existsSync(file)) say('archive', 'file-missing', `there is no ${archive}`);
    else if (integrity !== undefined && !hasIntegrity(readFileSync(file), integrity)) {
      say('integrity', 'integrity-mismatch', `${archive} has another hash`);
    }
  }
  return found;
}
