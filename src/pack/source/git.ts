/** A tag of a git repository -> its files and the commit it stood for. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BrctlError, type Context, operationalError } from '../../sdk/index.ts';
import { withoutCredentials } from './spec.ts';

export type Checkout = Readonly<{
  url: string;
  tag: string;
  /** Where the files go; empty. */
  into: string;
  /** Seen before: the tag must not have moved. */
  commit: string | undefined;
  context: Pick<Context, 'env' | 'signal'>;
}>;

/** Never a hook, a prompt, or a transport that runs programs of the repository's choice. */
const SETTINGS = [
  ['core.hooksPath', '/dev/null'],
  ['protocol.ext.allow', 'never'],
  ['core.autocrlf', 'false'],
  ['advice.detachedHead', 'false'],
].flatMap(([key, value]) => ['-c', `${key}=${value}`]);

export async function checkoutTag({ url, tag, into, commit, context }: Checkout): Promise<string> {
  const shown = withoutCredentials(url);
  const git = (...words: string[]) => runGit(words, { shown, ...context });
  const listed = await git('ls-remote', '--', url, `refs/tags/${tag}`, `refs/tags/${tag}^{}`);
  const found = commitIn(listed);
  if (found === undefined) {
    throw operationalError('tag-missing', `${shown} has no tag ${tag}`, 'git ls-remote --tags');
  }
  if (commit !== undefined && commit !== found) {
    throw new BrctlError('integrity', {
      code: 'tag-moved',
      message: `the tag ${tag} of ${shown} was ${commit} and is ${found} now`,
      hint: 'ask whoever moved it; a new version has a new tag',
    });
  }
  await git('init', '--quiet', into);
  await git(
    '-C',
    into,
    'fetch',
    '--quiet',
    '--depth=1',
    '--no-tags',
    '--',
    url,
    `refs/tags/${tag}`,
  );
  await git('-C', into, 'checkout', '--quiet', 'FETCH_HEAD');
  const head = (await git('-C', into, 'rev-parse', 'HEAD')).trim();
  if (head !== found) {
    throw new BrctlError('integrity', {
      code: 'tag-moved',
      message: `the tag ${tag} of ${shown} moved while it was read`,
      hint: 'try again',
    });
  }
  return head;
}

/** An annotated tag is an object of its own; the line with `^{}` says the commit. */
function commitIn(listed: string): string | undefined {
  const lines = listed.trim().split('\n');
  const line = lines.find((each) => each.endsWith('^{}')) ?? lines[0];
  return /^[0-9a-f]{40,64}(?=\t)/.exec(line ?? '')?.[0];
}

const run = promisify(execFile);

type World = Readonly<{ shown: string }> & Pick<Context, 'env' | 'signal'>;

async function runGit(words: readonly string[], { shown, env, signal }: World): Promise<string> {
  try {
    const quiet = { ...env, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1' };
    return (await run('git', [...SETTINGS, ...words], { signal, env: quiet })).stdout;
  } catch (error) {
    signal.throwIfAborted();
    const { code, stderr } = error as { code?: string | number; stderr?: string };
    if (code === 'ENOENT') {
      throw operationalError('git-missing', 'git is not on the PATH', 'install git');
    }
    const [reason = 'it failed'] = withoutCredentials(stderr ?? '')
      .trim()
      .split('\n')
      .slice(-1);
    throw operationalError('git-failed', `git cannot read ${shown}: ${reason}`);
  }
}
