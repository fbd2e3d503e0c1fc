/**
 * Which deployment a run is about: `--target`, else BRCTL_TARGET, else the nearest folder upwards
 * that holds a `.brctl`, else /srv/blackroad where it exists. The first that is given decides.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { BrctlError, usageError } from '../sdk/index.ts';

export const DEFAULT_TARGET = '/srv/blackroad';

export type TargetQuestion = Readonly<{
  flag: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
}>;

export function findTarget(question: TargetQuestion): string | undefined {
  if (question.flag !== undefined) {
    if (question.flag === '') throw usageError('target-empty', '--target names no folder');
    return resolve(question.cwd, question.flag);
  }
  if (question.env.BRCTL_TARGET) return resolve(question.cwd, question.env.BRCTL_TARGET);
  return nearestTarget(question.cwd) ?? (existsSync(DEFAULT_TARGET) ? DEFAULT_TARGET : undefined);
}

export function requireTarget(question: TargetQuestion): string {
  const target = findTarget(question);
  if (target !== undefined) return target;
  throw noTarget(question.cwd);
}

/** The target of a verb that cannot do without one. */
export function targetOf(context: Pick<TargetQuestion, 'env' | 'cwd'> & KnownTarget): string {
  return context.target ?? requireTarget({ flag: undefined, ...context });
}

type KnownTarget = Readonly<{ target: string | undefined }>;

export function noTarget(cwd: string): BrctlError {
  return new BrctlError('usage', {
    code: 'target-missing',
    message:
      'no target: --target is not given, BRCTL_TARGET is not set, no folder from ' +
      `${cwd} upwards holds a .brctl, and ${DEFAULT_TARGET} does not exist`,
    hint: 'name the deployment with --target=DIR',
  });
}

function nearestTarget(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.brctl'))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/**
 * `--target X` or `--target=X` among raw words. It is needed before the words can be parsed,
 * because the target decides which commands exist.
 */
export function targetFlag(argv: readonly string[]): string | undefined {
  return targetFlags(argv).at(-1);
}

/** Two targets, wherever they stand, are a mistake: the parser sees only those of one level. */
export function refuseTwoTargets(argv: readonly string[]): void {
  if (targetFlags(argv).length < 2) return;
  throw usageError('target-twice', '--target is given twice, and takes one value');
}

function targetFlags(argv: readonly string[]): string[] {
  const found: string[] = [];
  for (let i = 0; i < argv.length && argv[i] !== '--'; i += 1) {
    const word = argv[i]!;
    if (word.startsWith('--target=')) found.push(word.slice('--target='.length));
    if (word !== '--target') continue;
    i += 1;
    if (i < argv.length) found.push(argv[i]!);
  }
  return found;
}
