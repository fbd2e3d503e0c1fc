/** A tag of a git repository -> its files and the commit it stood for. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BrctlError, type Context, operationalError, usageError } from '../../sdk/index.ts';
import { withoutCredentials } from './spec.ts';

export type Checkout = Readonly<{
  url: string;
  tag: string;
  /** Where the files go; empty. */
  into: string;
  context: Pick<Context, 'env' | 'signal'>;
}>;

/** Never a hook, a prompt, or a transport that runs programs of the repository's choice. */
const SETTINGS = [
  ['core.hooksPath', '/dev/null'],
  ['protocol.ext.allow', 'never'],
  ['core.autocrlf', 'false'],
  ['advice.detachedHead', 'false'],
].flatMap(([key, value]) => ['-c', `${key}=${value}`]);

export async function checkoutTag({ url, tag, into, context }: Checkout): Promise<string> {
  const shown = withoutCredentials(url);
  const git = (...words: string[]) => runGit(words, { shown, ...context });
  const [name, branch] = [`refs/tags/${tag}`, `refs/heads/${tag}`];
  const refs = refsIn(await git('ls-remote', '--', url, name, `${name}^{}`, branch));
  // An annotated tag is an object of its own; the line with `^{}` says the commit.
  const found = refs.get(`${name}^{}`) ?? refs.get(name);
  if (found === undefined && refs.has(branch)) {
    throw usageError('tag-is-branch', `${tag} is a branch of ${shown}, and moves`, 'name a tag');
  }
  if (found === undefined) {
    const hint = `git ls-remote --tags ${shown}`;
    throw operationalError('tag-missing', `${shown} has no tag ${tag}`, hint);
  }
  await git('init', '--quiet', into);
  const fetching = ['fetch', '--quiet', '--depth=1', '--no-tags', '--', url, name];
  await git('-C', into, ...fetching);
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

/** A pattern also finds refs that only end with it. */
function refsIn(listed: string): ReadonlyMap<string, string> {
  const lines = listed.split('\n').map((line) => /^([0-9a-f]{40,64})\t(.+)$/.exec(line));
  return new Map(lines.flatMap((found) => (found === null ? [] : [[found[2]!, found[1]!]])));
}

/** Which repository to work in, as hooks of git have them set: that one is not ours to touch. */
const ELSEWHERE = [
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_DIR',
  'GIT_INDEX_FILE',
  'GIT_NAMESPACE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_SHALLOW_FILE',
  'GIT_TEMPLATE_DIR',
  'GIT_WORK_TREE',
];

const run = promisify(execFile);

type World = Readonly<{ shown: string }> & Pick<Context, 'env' | 'signal'>;

async function runGit(words: readonly string[], { shown, env, signal }: World): Promise<string> {
  try {
    const rest = Object.entries(env).filter(([name]) => !ELSEWHERE.includes(name));
    const quiet = { GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
    const options = { signal, env: { ...Object.fromEntries(rest), ...quiet } };
    return (await run('git', [...SETTINGS, ...words], options)).stdout;
  } catch (error) {
    signal.throwIfAborted();
    const { code, stderr } = error as { code?: string | number; stderr?: string };
    if (code === 'ENOENT') {
      throw operationalError('git-missing', 'git is not on the PATH', 'install git');
    }
    throw operationalError('git-failed', `git cannot read ${shown}: ${reasonIn(stderr ?? '')}`);
  }
}

/** What it died of is in the first line that says so; what follows is advice. */
function reasonIn(stderr: string): string {
  const lines = withoutCredentials(stderr).trim().split('\n');
  const fatal = lines.find((line) => line.startsWith('fatal: ')) ?? lines.at(-1);
  return fatal?.replace(/^fatal: /, '') || 'it failed';
}
