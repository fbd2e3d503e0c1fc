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
import { canonical, hostVariable, type PermissionSet, permissionsOf } from './permissions.ts';

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
    hosts: [...set.hosts, ...texts.flatMap((text) => hostNamed(text.trim()) ?? [])],
  });
}

/**
 * The host of an address, with the variables that stand in it: what they hold decides whom the pack
 * talks to. A variable that is the whole text may hold an address.
 */
function hostNamed(text: string): string | undefined {
  if (variablesIn(text).length === 0) return hostIn(text);
  if (hostVariable(text) !== undefined) return text;
  const scheme = /^(https?):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return text.includes('://') ? text : undefined;
  const authority = text.slice(`${scheme}://`.length).split(/[/?#\\]/)[0]!;
  // Without one it is the host that goes without saying, which is to be told apart from https.
  return scheme === 'http' && !/:[^:\]]+$/.test(authority) ? `${authority}:80` : authority;
}

function textsIn(file: string): readonly string[] {
  const { value, problems } = parseYamlBytes(readFileSync(file), file);
  return problems.some(({ severity }) => severity === 'error') ? [] : textsOf(value);
}
