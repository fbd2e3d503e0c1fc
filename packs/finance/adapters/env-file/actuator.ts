/**
 * Names of an env file set to other values, and back. Only lines of those names change; the file is
 * replaced in one step and keeps its mode and owner. Running processes see nothing of it until they
 * are reloaded, which is the caller's to do.
 *
 * The lines as they were may hold secrets, so they lie in a file beside it with the same owner, for
 * nobody else to read (`.env.brctl-1f2e3d4c`); the state holds only its name. A name that somebody
 * else has set since has drifted, and the file is not touched; other lines may change at will.
 */
import { constants } from 'node:fs';
import { access, lstat, realpath, rm } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { ActionResult } from '../../core/actions/action.ts';
import { decodeKept, encodeKept } from '../../core/actions/codec.ts';
import { cleanResult } from '../../core/actions/words.ts';
import type { Actuator, Looked, Standing } from '../../ports/action-runner.ts';
import { readSmallFile, replaceFile } from './atomic.ts';
import { hasValue, linesNamed, PLAIN_VALUE, withLines, withValues } from './lines.ts';

export type EnvFileOptions = Readonly<{
  /** Absolute. */
  path: string;
  set: readonly (readonly [name: string, value: string])[];
  /** What must not be seen in words. */
  secrets: readonly string[];
}>;

type Lines = readonly (readonly [name: string, line: string | null])[];
type Values = EnvFileOptions['set'];

/** What is kept beside the file: the config may say something else by the time it is undone. */
type Backup = Readonly<{ before: Lines; set: Values }>;

const NAMES = ['backup'];

export function envFileActuator(options: EnvFileOptions): Actuator {
  const clean = <T extends object>(result: T): T => cleanResult(result, options.secrets);
  const named = (before: string): string => decodeKept(before, NAMES)[0]!.backup!;
  return {
    look: async (id) => clean(await look(options, id)),
    act: async (before) => clean(await act(options, named(before))),
    check: async (before) => clean(await check(options, named(before))),
    undo: async (before) => clean(await undo(options, named(before))),
    forget: async (before) => forget(named(before)),
  };
}

/** The backup is written first: nothing of it is a change that anybody sees. */
async function look({ path, set }: EnvFileOptions, id: string): Promise<Looked> {
  const refused = (why: string): Looked => ({ kind: 'refused', why: `${path}: ${why}` });
  if (!isAbsolute(path)) return refused('is no absolute path');
  const unplain = set.find(([, value]) => !PLAIN_VALUE.test(value));
  if (unplain !== undefined) return refused(`the value of ${unplain[0]} would need quotes`);
  try {
    if ((await lstat(path)).isSymbolicLink())
      return refused(`is a link to ${await realpath(path)}`);
    await access(dirname(path), constants.W_OK);
    const { text, ...owner } = await readSmallFile(path);
    const names = set.map(([name]) => name);
    const known = linesNamed(text, names);
    if (set.every(([name, value]) => hasValue(known.get(name), value))) {
      return refused('has these values already');
    }
    const lines: Lines = names.map((name) => [name, known.get(name)?.text ?? null]);
    const backup = `${path}.brctl-${id.slice(0, 16)}`;
    const draft = `${backup}.tmp`;
    const own = { ...owner, mode: owner.mode & 0o600 };
    const kept: Backup = { before: lines, set };
    await replaceFile(backup, `${JSON.stringify(kept)}\n`, { owner: own, draft });
    return {
      kind: 'ready',
      before: encodeKept([{ backup }]),
      note: `sets ${names.join(', ')} in ${path}`,
    };
  } catch (error) {
    return refused(wordsOf(error));
  }
}

function wordsOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'is not there';
  return code === undefined ? message : `cannot be used (${code})`;
}

/** One that holds the lines alone is of a time when nothing else was kept. */
async function readBackup({ set }: EnvFileOptions, backup: string): Promise<Backup> {
  const { text } = await readSmallFile(backup);
  const value: unknown = JSON.parse(text);
  const kept = Array.isArray(value) ? { before: value, set } : value;
  if (!isBackup(kept)) throw new Error('its backup is damaged');
  return kept;
}

function isBackup(value: unknown): value is Backup {
  const { before, set } = Object(value) as Partial<Backup>;
  const isPair = (each: unknown, canBeNull: boolean): boolean =>
    Array.isArray(each) &&
    each.length === 2 &&
    typeof each[0] === 'string' &&
    (typeof each[1] === 'string' || (canBeNull && each[1] === null));
  return (
    Array.isArray(before) &&
    before.every((each) => isPair(each, true)) &&
    Array.isArray(set) &&
    set.every((each) => isPair(each, false))
  );
}

async function check(options: EnvFileOptions, backup: string): Promise<Standing> {
  const { path } = options;
  try {
    const { before: lines, set } = await readBackup(options, backup);
    const { text } = await readSmallFile(path);
    const known = linesNamed(text, [...new Set([...lines, ...set].map(([name]) => name))]);
    const done = set.filter(([name, value]) => hasValue(known.get(name), value)).length;
    const before = lines.filter(([name, line]) => (known.get(name)?.text ?? null) === line);
    const isEither = lines.every(
      ([name, line]) =>
        (known.get(name)?.text ?? null) === line ||
        set.some((each) => each[0] === name && hasValue(known.get(name), each[1])),
    );
    if (done === set.length && isEither) return { is: 'done' };
    if (before.length === lines.length) return { is: 'before' };
    if (isEither) return { is: 'partly' };
    const changed = lines.find(
      ([name, line]) =>
        (known.get(name)?.text ?? null) !== line &&
        !set.some((each) => each[0] === name && hasValue(known.get(name), each[1])),
    );
    return { is: 'drifted', why: `${path}: somebody else has set ${changed?.[0]} since` };
  } catch (error) {
    return isGone(error)
      ? { is: 'drifted', why: `${path} or its backup ${backup} is gone` }
      : { is: 'unknown', why: `${path}: ${wordsOf(error)}` };
  }
}

function isGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

async function act(options: EnvFileOptions, backup: string): Promise<ActionResult> {
  const { path } = options;
  try {
    const standing = await check(options, backup);
    if (standing.is === 'drifted' || standing.is === 'unknown') {
      return { kind: 'failed', why: standing.why, maybe: false };
    }
    const { set } = await readBackup(options, backup);
    if (standing.is !== 'done') {
      const { text, ...owner } = await readSmallFile(path);
      await replaceFile(path, withValues(text, set), { owner, draft: draftOf(path) });
    }
    return { kind: 'done', note: `${set.map(([name]) => name).join(', ')} set in ${path}` };
  } catch (error) {
    const why = `${path}: ${wordsOf(error)}`;
    return { kind: 'failed', why, maybe: (await check(options, backup)).is !== 'before' };
  }
}

function draftOf(path: string): string {
  return join(dirname(path), `.${path.slice(dirname(path).length + 1)}.brctl-tmp`);
}

async function undo(options: EnvFileOptions, backup: string): Promise<ActionResult> {
  const { path } = options;
  const standing = await check(options, backup);
  if (standing.is === 'drifted') return { kind: 'drifted', why: standing.why };
  if (standing.is === 'unknown') return { kind: 'failed', why: standing.why, maybe: true };
  try {
    if (standing.is !== 'before') {
      const { before } = await readBackup(options, backup);
      const { text, ...owner } = await readSmallFile(path);
      await replaceFile(path, withLines(text, before), { owner, draft: draftOf(path) });
    }
  } catch (error) {
    return { kind: 'failed', why: `${path}: ${wordsOf(error)}`, maybe: true };
  }
  return { kind: 'done', note: `${path} is as it was` };
}

async function forget(backup: string): Promise<void> {
  // A state that somebody wrote into must not have anything else removed.
  if (/\.brctl-[0-9a-f]{16}$/.test(backup)) await rm(backup, { force: true });
}
