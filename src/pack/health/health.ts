/**
 * The checks of `brctl doctor`. Each is a question with an answer in one sentence and, unless the
 * answer is good, what to do about it. No check changes anything, and none prints a secret.
 */
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import semver from 'semver';
import type { HostContext } from '../../host.ts';
import { isBrctlError, place } from '../../sdk/index.ts';
import { unfinishedChange } from '../change/commit.ts';
import { reasonOf } from '../disk.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { pathsOf } from '../paths.ts';
import { checkEngine, checkHostModules } from '../store/engine.ts';
import { manifestIn, type PackStatus, packStatuses, unfinishedPacks } from '../store/status.ts';
import { verifyTarget } from '../store/verify.ts';
import { validate } from '../validate/validate.ts';
import { againIn } from './again.ts';
import { checkConflicts } from './conflicts.ts';
import { checkOwnConfig } from './own-config.ts';
import { findNamesakes } from './which.ts';

export type Check = Readonly<{
  check: string;
  status: 'ok' | 'warn' | 'fail';
  message: string;
  remedy?: string | undefined;
}>;

/** An installed pack whose manifest can be read; `manifest` is undefined when it cannot. */
type Pack = Readonly<{ status: PackStatus; manifest: Manifest | undefined }>;

/** No brctl is older than this: a clock before it was never set. */
const EARLIEST = new Date('2025-12-01T00:00:00Z');
const CLOCK_SLACK_MS = 2 * 60_000;

export async function checkHealth(context: HostContext): Promise<readonly Check[]> {
  const { target } = context;
  const statuses = target === undefined ? [] : packStatuses(target);
  const packs = statuses.map((status) => ({ status, manifest: manifestIn(status.root) }));
  return [
    checkNode(context),
    checkTarget(target),
    ...checkPacks(packs, context),
    ...(target === undefined ? [] : checkLock(target, statuses)),
    ...(target === undefined ? [] : await checkConfig(packs, target, context)),
    ...(target === undefined ? [] : [...checkConflicts(target), ...checkOwnConfig(target)]),
    checkSecrets(packs, context.env),
    checkClock(context.now, statuses),
    checkName(context),
  ];
}

function checkNode({ nodeVersion, packageRoot }: HostContext): Check {
  const { engines }: { engines: { node: string } } = JSON.parse(
    readFileSync(join(packageRoot, 'package.json'), 'utf8'),
  );
  const isFit = semver.satisfies(nodeVersion, engines.node);
  return {
    check: 'node',
    status: isFit ? 'ok' : 'fail',
    message: `Node ${nodeVersion}${isFit ? '' : `, and brctl needs ${engines.node}`}`,
    remedy: isFit ? undefined : 'install a newer Node',
  };
}

function checkTarget(target: string | undefined): Check {
  const check = 'target';
  if (target === undefined) {
    return {
      check,
      status: 'warn',
      message: 'no target is known, so nothing below it was checked',
      remedy: 'name one with --target=DIR or BRCTL_TARGET',
    };
  }
  const stat = statSync(target, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) {
    const message = `${target} ${stat === undefined ? 'does not exist' : 'is not a folder'}`;
    const remedy = `brctl pack install NAME --target=${target} creates it`;
    return { check, status: 'fail', message, remedy: stat === undefined ? remedy : undefined };
  }
  const folders = ['', '.brctl', 'config', 'data'].map((name) => join(target, name));
  const closed = folders.find((folder) => existsSync(folder) && !isWritable(folder));
  if (closed !== undefined) {
    const message = `${closed} cannot be written`;
    return { check, status: 'fail', message, remedy: 'run as its owner, or change the owner' };
  }
  return { check, status: 'ok', message: `${target} exists and can be written` };
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}

function checkPacks(packs: readonly Pack[], context: HostContext): Check[] {
  const check = 'packs';
  if (context.target === undefined) return [];
  const unfinished = unfinishedPacks(context.target).map((name): Check => {
    const message = `${name} has no current generation: its install did not get to its last step`;
    const remedy = againIn(context.target!)({ name, receipt: undefined });
    return { check, status: 'fail', message, remedy };
  });
  if (packs.length === 0 && unfinished.length === 0) {
    const remedy = `brctl pack install NAME --target=${context.target}`;
    return [{ check, status: 'warn', message: 'no pack is installed', remedy }];
  }
  const again = againIn(context.target);
  const installed = packs.map(({ status, manifest }): Check => {
    const { name, version, generation, problems } = status;
    const remedy = again(status);
    if (status.status === 'linked') {
      const message = `${name} ${version} (${generation}) is a linked folder, for development`;
      return { check, status: 'warn', message };
    }
    if (status.status !== 'intact') {
      const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
      const message = `${name} is ${status.status}: ${problems[0]}${more}`;
      return { check, status: 'fail', message, remedy };
    }
    const misfit = manifest && misfitOf(manifest, context.version);
    if (misfit !== undefined) return { check, status: 'fail', ...misfit };
    return { check, status: 'ok', message: `${name} ${version} (${generation}) is intact` };
  });
  return [...installed, ...unfinished];
}

/** brctl may have been replaced below an installed pack. */
function misfitOf(
  manifest: Manifest,
  hostVersion: string,
): { message: string; remedy: string | undefined } | undefined {
  try {
    checkEngine({ ...manifest, engine: manifest.engines.brctl }, hostVersion);
    checkHostModules(manifest);
    return undefined;
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return { message: error.message, remedy: error.hint };
  }
}

/** Lock file, receipts and disk must tell one story. */
function checkLock(target: string, statuses: readonly PackStatus[]): Check[] {
  const check = 'lock';
  try {
    const change = unfinishedChange(target);
    if (change !== undefined) {
      const message = `the ${change.action} of ${change.pack} died on its way`;
      const remedy = 'any change of a pack ends it first, such as installing it again';
      return [{ check, status: 'fail', message, remedy }];
    }
    const told = new Set(statuses.flatMap(({ problems }) => problems));
    const found = verifyTarget(target).flatMap(({ name, problems }) =>
      problems.filter((each) => !told.has(each)).map((each) => ({ name, message: each })),
    );
    if (found.length === 0 && statuses.length === 0) return [];
    if (found.length === 0) {
      return [{ check, status: 'ok', message: 'packs.lock.yaml names what is installed' }];
    }
    return found.map(({ name, message }) => ({
      check,
      status: 'fail',
      message: `${name}: ${message}`,
      remedy: `brctl pack verify ${name} --target=${target}`,
    }));
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return [{ check, status: 'fail', message: error.message, remedy: error.hint }];
  }
}

async function checkConfig(
  packs: readonly Pack[],
  target: string,
  context: HostContext,
): Promise<Check[]> {
  const checks: Check[] = [];
  for (const { status, manifest } of packs) {
    for (const { path } of manifest?.config ?? []) {
      checks.push(await checkFile({ status, path, target }, context));
    }
  }
  return checks;
}

async function checkFile(
  { status, path, target }: Readonly<{ status: PackStatus; path: string; target: string }>,
  { cwd, version }: HostContext,
): Promise<Check> {
  const check = 'config';
  const pack = status.name;
  const file = join(pathsOf(target).forPack(pack).config, path);
  const shown = `config/${pack}/${path}`;
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined && lstatSync(file, { throwIfNoEntry: false }) !== undefined) {
      const message = `${shown} is a link to ${readlinkSync(file)}, and nothing is there`;
      const remedy = 'mend the link; an install leaves it as it is';
      return { check, status: 'fail', message, remedy };
    }
    if (stat === undefined) {
      const remedy = `${againIn(target)(status, '--restore-missing')} puts it there`;
      return { check, status: 'warn', message: `${shown} is missing`, remedy };
    }
    if (!stat.isFile()) return { check, status: 'fail', message: `${shown} is not a file` };
    const { diagnostics } = await validate(file, { cwd, version, target, isTargetGiven: true });
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    const [first] = errors;
    if (first === undefined) return { check, status: 'ok', message: `${shown} is valid` };
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    const message = `${place(first)}: ${first.message}${more}`;
    return { check, status: 'fail', message, remedy: `brctl pack validate ${file}` };
  } catch (error) {
    // What only one file is about must not end the whole visit.
    const message = `${shown} cannot be checked: ${reasonOf(error)}`;
    return { check, status: 'fail', message, remedy: 'check its owner and mode' };
  }
}

/** Names only. A secret is set by its variable, or by a file that `NAME_FILE` names. */
function checkSecrets(packs: readonly Pack[], env: HostContext['env']): Check {
  const check = 'secrets';
  const declared = packs.flatMap(({ manifest }) => manifest?.permissions?.secrets ?? []);
  const names = [...new Set(declared)].sort();
  if (names.length === 0) {
    return { check, status: 'ok', message: 'no installed pack asks for any' };
  }
  const isSet = (name: string): boolean => {
    const file = env[`${name}_FILE`];
    return Boolean(env[name]) || (file !== undefined && existsSync(file));
  };
  const unset = names.filter((name) => !isSet(name));
  const set = names.filter(isSet);
  const parts = [
    set.length > 0 ? `set: ${set.join(', ')}` : undefined,
    unset.length > 0 ? `not set: ${unset.join(', ')}` : undefined,
  ];
  return {
    check,
    status: unset.length === 0 ? 'ok' : 'warn',
    message: parts.filter((part) => part !== undefined).join('; '),
    remedy: unset.length === 0 ? undefined : 'set NAME, or NAME_FILE to a file that holds it',
  };
}

function checkClock(now: Date, statuses: readonly PackStatus[]): Check {
  const installs = statuses.flatMap(({ receipt }) => receipt?.installedAt ?? []);
  const newest = Math.max(EARLIEST.getTime(), ...installs.map((text) => Date.parse(text)));
  const shown = now.toISOString();
  if (now.getTime() + CLOCK_SLACK_MS >= newest) {
    return { check: 'clock', status: 'ok', message: `${shown}, not before anything installed` };
  }
  return {
    check: 'clock',
    status: 'fail',
    message: `the clock says ${shown}, and something is from ${new Date(newest).toISOString()}`,
    remedy: 'set the clock; weeks and freshness are computed from it',
  };
}

const NAMESAKE: Readonly<Record<string, string>> = {
  linux: ', probably that of bridge-utils',
  darwin: ', probably that of iCloud Drive',
};

function checkName(context: HostContext): Check {
  const { first, others } = findNamesakes(context);
  const check = 'name';
  if (first === undefined) {
    const message = 'no brctl is on the PATH; this one is called by its path or by npx';
    return { check, status: 'ok', message };
  }
  if (!others.includes(first)) {
    return { check, status: 'ok', message: `brctl on the PATH is this one: ${first}` };
  }
  const whose = NAMESAKE[context.platform] ?? '';
  const launcher = join(context.packageRoot, 'bin/brctl.js');
  return {
    check,
    status: 'warn',
    message: `${first} comes first on the PATH and is another program${whose}`,
    remedy: `call ${launcher}, or put its link earlier on the PATH`,
  };
}
