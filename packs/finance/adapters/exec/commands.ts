/**
 * Commands of the operator's config, each a program and its arguments: started without a shell, in
 * an environment that holds what is harmless and what is handed in, and ended after their time.
 * Their output is kept up to a bound, without secrets.
 */
import { isAbsolute } from 'node:path';
import type { Context } from 'brctl/sdk';
import { execa } from 'execa';
import { withoutSecrets } from '../../core/notices/secrets.ts';
import type { CommandResult, Commands } from '../../ports/action-runner.ts';

export type CommandOptions = Readonly<{
  context: Pick<Context, 'env' | 'signal'>;
  /** Where they run. */
  folder: string;
  /** What must not be seen in their output. */
  secrets: readonly string[];
}>;

const OUTPUT_MAX = 2000;
/** A program that says more is ended. */
const BUFFER_MAX = 1024 * 1024;
/** From asking it to end to ending it. */
const GRACE_MS = 2000;

const PASSED = /^(PATH|TZ|LANG|LANGUAGE|LC_[A-Z]+)$/;
/** Where the pack is shown no PATH: the folders of every system. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export function commands({ context, folder, secrets }: CommandOptions): Commands {
  const clean = (text: string): string => tidied(withoutSecrets(text, secrets));
  return {
    run: async (argv, { timeoutMs, variables }) => {
      const [program = '', ...words] = argv;
      // A relative path would mean another program in another folder.
      if (program === '' || (program.includes('/') && !isAbsolute(program))) {
        return { kind: 'unstarted', why: `${program} is no absolute path and no plain name` };
      }
      if (context.signal.aborted) return { kind: 'unstarted', why: 'it was interrupted' };
      const result = await execa(program, words, {
        cwd: folder,
        env: { ...environment(context.env), ...variables },
        extendEnv: false,
        shell: false,
        preferLocal: false,
        stdin: 'ignore',
        all: true,
        timeout: timeoutMs,
        forceKillAfterDelay: GRACE_MS,
        cancelSignal: context.signal,
        maxBuffer: BUFFER_MAX,
        reject: false,
      });
      return outcomeOf(result, { program, timeoutMs, clean });
    },
  };
}

function environment(env: Context['env']): Record<string, string> {
  const passed = Object.entries(env).filter(([name]) => PASSED.test(name));
  return { PATH, ...Object.fromEntries(passed.map(([name, value]) => [name, value ?? ''])) };
}

type Ended = Readonly<{
  exitCode?: number | undefined;
  signal?: string | undefined;
  timedOut: boolean;
  isCanceled: boolean;
  isMaxBuffer: boolean;
  code?: string | undefined;
  all?: unknown;
}>;

type Named = Readonly<{ program: string; timeoutMs: number; clean: (text: string) => string }>;

function outcomeOf(ended: Ended, { program, timeoutMs, clean }: Named): CommandResult {
  const output = clean(typeof ended.all === 'string' ? ended.all : '');
  const killed = (why: string): CommandResult => ({
    kind: 'killed',
    why: `${program} ${why}`,
    output,
  });
  if (ended.timedOut) return killed(`took longer than ${timeoutMs / 1000} s`);
  if (ended.isCanceled) return killed('was interrupted');
  if (ended.isMaxBuffer) return killed('said too much');
  if (ended.exitCode !== undefined) return { kind: 'exited', code: ended.exitCode, output };
  if (ended.signal !== undefined) return killed(`was ended by ${ended.signal}`);
  const why = UNSTARTED[ended.code ?? ''] ?? `cannot be started (${ended.code ?? 'unknown'})`;
  return { kind: 'unstarted', why: `${program} ${why}` };
}

const UNSTARTED: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EACCES: 'may not be started',
  E2BIG: 'has too many arguments',
};

/** What a terminal would obey is no word; the end says most. */
function tidied(text: string): string {
  const plain = text.replace(/\p{Cc}\[[0-9;?]*[ -/]*[@-~]/gu, '').replace(/[\p{Cc}\s]+/gu, ' ');
  const trimmed = plain.trim();
  return trimmed.length <= OUTPUT_MAX ? trimmed : `… ${trimmed.slice(-OUTPUT_MAX)}`;
}
