/**
 * `brctl pack verify [pack…]`: is what is installed what was installed, and what the lock names?
 *
 * Exit codes: 0 yes · 5 no, with every difference · 2 not installed.
 */
import type { HostContext } from '../host.ts';
import type { Verified } from '../pack/store/verify.ts';
import { targetOf } from '../pack/target.ts';
import { BrctlError, defineCommand, type Paint, toJson, usageError } from '../sdk/index.ts';

type Options = Readonly<{ packs: readonly string[]; target: string }>;
type Plan = Readonly<{
  target: string;
  packs: readonly Verified[];
  /** A change that died: its pack is whole, and what is around it may not be. */
  unfinished: string | undefined;
}>;

export const packVerify = defineCommand<Options, Plan, HostContext>({
  path: ['pack', 'verify'],
  summary: 'Compare installed files with receipt, lock file and signature.',
  description:
    'Every file of every pack, or of those that are named, against its hash; the receipt against ' +
    'packs.lock.yaml; the signature against the keys that are trusted now. Exits 5 on any ' +
    'difference.',
  examples: ['brctl pack verify --target=/srv/blackroad'],
  arguments: [{ name: 'pack', summary: 'installed packs; all without a name', variadic: true }],
  formats: ['table', 'json'],
  parse: (input, context) => ({
    packs: input.arguments,
    target: targetOf(context),
  }),
  plan: async ({ packs, target }) => {
    const { verifyTarget } = await import('../pack/store/verify.ts');
    const all = verifyTarget(target);
    const unknown = packs.find((name) => all.every((each) => each.name !== name));
    if (unknown !== undefined) {
      throw usageError('pack-not-installed', `${unknown} is not installed in ${target}`);
    }
    const isAsked = ({ name }: Verified) => packs.length === 0 || packs.includes(name);
    const { unfinishedChange } = await import('../pack/change/commit.ts');
    const change = unfinishedChange(target);
    const unfinished = change && `the ${change.action} of ${change.pack}`;
    return { target, packs: all.filter(isAsked), unfinished };
  },
  render: (plan, { format, paint }) => (format === 'json' ? asJson(plan) : asText(plan, paint)),
  outcome: ({ packs, target, unfinished }) => {
    const wrong = packs.filter(({ problems }) => problems.length > 0);
    if (wrong.length === 0) return 'ok';
    throw differing(wrong, target, unfinished);
  },
});

/** What differs is the result and was printed; this says what to do, and gives the exit code. */
function differing(
  wrong: readonly Verified[],
  target: string,
  unfinished: string | undefined,
): BrctlError {
  const names = wrong.map(({ name }) => name).join(', ');
  const damaged = wrong.filter(({ isDamaged }) => isDamaged);
  const again = damaged.map((each) => `brctl pack install ${each.again} --target=${target}`);
  const around =
    unfinished === undefined
      ? 'the files are whole: look at packs.lock.yaml and at brctl trust list'
      : `${unfinished} died; the next change of any pack ends it`;
  return new BrctlError('integrity', {
    code: 'pack-differs',
    message: `not what was installed in ${target}: ${names}`,
    hint: again.length > 0 ? `damaged files come back with ${again.join('; ')}` : around,
  });
}

function asText({ target, packs }: Plan, paint: Paint): string {
  if (packs.length === 0) return `no packs are installed in ${target}\n`;
  return packs
    .map(({ name, version, generation, level, key, files, problems }) => {
      const title = paint.bold(`${name} ${version ?? ''}`.trim());
      const pack = `${title} (${generation ?? 'not there'})`;
      if (problems.length > 0) {
        const lines = problems.map((problem) => `  ${problem}\n`);
        return `${pack} ${paint.red('differs')}\n${lines.join('')}`;
      }
      if (level === 'dev') {
        return `${pack} ${paint.yellow('linked')}: nothing says what its folder should hold\n`;
      }
      const by = key === null ? '' : ` by key ${key}`;
      return `${pack} ${paint.green('verified')}: ${files} files, level ${level}${by}\n`;
    })
    .join('');
}

function asJson({ target, packs }: Plan): string {
  return toJson({
    schema: 'brctl/pack-verify/v1',
    target,
    packs: packs.map(({ name, version, generation, level, key, files, problems }) => ({
      name,
      version: version ?? null,
      generation: generation ?? null,
      level: level ?? null,
      key,
      files,
      problems,
    })),
  });
}
