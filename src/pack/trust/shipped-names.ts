/**
 * What a pack names in the files that it ships to be configured: brctl puts that text before the
 * operator, so its variables and hosts are asked for like those of the manifest. Only what the
 * operator writes there is theirs to give without being asked.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../manifest/manifest.ts';
import { parseYamlBytes } from '../schema/yaml-document.ts';
import { hostIn, isWithheld, textsOf, variablesIn } from './configured.ts';
import { canonical, type PermissionSet, permissionsOf } from './permissions.ts';

/** All that has to be consented to; `root` holds the files. */
export function permissionsAsked(manifest: Manifest, root: string): PermissionSet {
  const set = permissionsOf(manifest);
  const configured = new Set(manifest.permissions?.configured);
  const texts = (manifest.config ?? [])
    .filter(({ path }) => configured.has(path))
    .flatMap(({ from }) => textsIn(join(root, from)));
  return canonical({
    ...set,
    secrets: [...set.secrets, ...texts.flatMap(variablesIn).filter((name) => !isWithheld(name))],
    hosts: [...set.hosts, ...texts.flatMap((text) => hostIn(text.trim()) ?? [])],
  });
}

function textsIn(file: string): readonly string[] {
  const { value, problems } = parseYamlBytes(readFileSync(file), file);
  return problems.some(({ severity }) => severity === 'error') ? [] : textsOf(value);
}
