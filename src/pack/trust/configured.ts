/**
 * What the operator's own config lets a pack see and reach: a config may name variables and
 * hosts that no manifest can list in advance, such as `webhook_url: "${SLACK_FINOPS_WEBHOOK}"`.
 * A manifest may leave a host to a secret that it lists: `hosts: ["${GRAFANA_URL}"]`.
 *
 * Only files of `permissions.configured` count, only what stands in their values, and only as they
 * are when a command starts: what the command writes there grants it nothing. Whatever is wrong
 * with a file, it grants nothing; the pack, or `brctl doctor`, says what is wrong.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type { PackContext } from '../../sdk/index.ts';
import type { Permissions } from '../manifest/manifest.ts';
import { hostVariable } from './permissions.ts';
import { plainTexts } from './plain-yaml.ts';

export type Granted = Readonly<{
  /** Of the environment; `NAME_FILE` goes with `NAME`. */
  variables: ReadonlySet<string>;
  /** `host:port`. Asked for when something is fetched: files that hold secrets are read for it. */
  hosts(): ReadonlySet<string>;
  /** Where more can be granted, as people know the files: `config/finance/sources.yaml`. */
  files: readonly string[];
}>;

export const NOTHING_GRANTED: Granted = {
  variables: new Set(),
  hosts: () => new Set(),
  files: [],
};

type World = Pick<PackContext, 'cwd' | 'env' | 'pack' | 'target'>;

const BYTES_MAX = 1024 * 1024;

export async function grantedBy(
  world: World,
  permissions: Permissions | undefined,
): Promise<Granted> {
  const paths = permissions?.configured ?? [];
  const addresses = (permissions?.hosts ?? []).filter((host) => hostVariable(host) !== undefined);
  if (paths.length === 0 && addresses.length === 0) return NOTHING_GRANTED;
  const sources = paths.flatMap((path) => readBelow(world.target.config, path) ?? []);
  const texts = (await Promise.all(sources.map(textsIn))).flat();
  const variables = new Set(texts.flatMap(variablesIn).filter((name) => !isWithheld(name)));
  const files = paths.map((path) => `config/${world.pack.name}/${path}`);
  let hosts: ReadonlySet<string> | undefined;
  return {
    variables,
    files,
    hosts: () => {
      const known = new Set([...variables, ...addresses.flatMap(variablesIn)]);
      hosts ??= hostsIn([...texts, ...addresses], lookUpIn(known, world));
      return hosts;
    },
  };
}

/** What brctl signs with is for no pack, whoever names it. */
export function isWithheld(name: string): boolean {
  return /^BRCTL_SIGNING_KEY(_FILE)*$/i.test(name);
}

/** A file of the folder, also where links lead to it; undefined for what leads out of it. */
function readBelow(folder: string, path: string): string | undefined {
  try {
    const [root, file] = [realpathSync(folder), realpathSync(join(folder, path))];
    return file.startsWith(root + sep) ? readSmall(file) : undefined;
  } catch {
    return undefined;
  }
}

/** Throws what the system says; undefined where it is no file, too big or no text. */
function readSmall(file: string): string | undefined {
  // Waits for nobody to write into a pipe.
  const handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile() || stat.size > BYTES_MAX) return undefined;
    const bytes = readFileSync(handle);
    if (bytes.byteLength > BYTES_MAX) return undefined;
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } finally {
    closeSync(handle);
  }
}

/** The values of a YAML file that name a variable or are an address, if it is valid. */
async function textsIn(source: string): Promise<readonly string[]> {
  // Most files name nothing, and most others can be read without the parser.
  if (!isTelling(source)) return [];
  return (plainTexts(source) ?? (await parsedTexts(source))).filter(isTelling);
}

function isTelling(text: string): boolean {
  return text.includes('${') || text.includes('://');
}

async function parsedTexts(source: string): Promise<readonly string[]> {
  const { parseYaml } = await import('../schema/yaml-document.ts');
  const { value, problems } = parseYaml(source, '');
  return problems.some(({ severity }) => severity === 'error') ? [] : textsOf(value);
}

/** Keys name nothing. */
export function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

export function variablesIn(text: string): string[] {
  return Array.from(text.matchAll(VARIABLE), ([, name]) => name!);
}

type LookUp = (name: string) => string | undefined;

/** Of those only. A secret is its variable, or in the file that `NAME_FILE` names. */
function lookUpIn(names: ReadonlySet<string>, { cwd, env }: World): LookUp {
  return (name) => {
    if (!names.has(name)) return undefined;
    const file = env[`${name}_FILE`];
    if (env[name] || !file) return env[name];
    try {
      return readSmall(resolve(cwd, file));
    } catch {
      return undefined;
    }
  };
}

function hostsIn(texts: readonly string[], lookUp: LookUp): ReadonlySet<string> {
  const addresses = texts.flatMap((text) => [
    expanded(text, lookUp),
    ...variablesIn(text).map(lookUp),
  ]);
  return new Set(addresses.flatMap((address) => hostIn(address?.trim() ?? '') ?? []));
}

/** What is in a variable is not read again; undefined where one is missing. */
function expanded(text: string, lookUp: LookUp): string | undefined {
  if (variablesIn(text).some((name) => lookUp(name) === undefined)) return undefined;
  return text.replace(VARIABLE, (_, name: string) => lookUp(name)!.trim());
}

const ADDRESS = /^https?:\/\/[^\s\\/?#][^\s\\]*$/i;
/** A name or a number. What stands for many hosts stands for none here. */
const HOST = /^([a-z0-9_][a-z0-9_.-]*|\[[0-9a-f:.]+\])$/;

/** Of an address and nothing else. */
export function hostIn(address: string): string | undefined {
  if (!ADDRESS.test(address) || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  return HOST.test(url.hostname) ? hostOf(url) : undefined;
}

/** `host:port`, with the port that goes without saying. */
export function hostOf({ protocol, hostname, port }: URL): string {
  return `${hostname}:${port || (protocol === 'http:' ? '80' : '443')}`;
}
