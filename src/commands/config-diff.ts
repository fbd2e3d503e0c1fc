/**
 * `brctl config diff [pack]`: what the operator changed, against what the generation ships; of a
 * conflict, against what waits beside it.
 *
 * Exit codes: 0 shown, also for no difference · 2 not installed.
 */
import type { HostContext } from '../host.ts';
import type { Standing } from '../pack/config/standing.ts';
import { targetOf } from '../pack/target.ts';
import { defineCommand, type Paint, toJson } from '../sdk/index.ts';

type Options = Readonly<{ pack: string | undefined; target: string }>;
type Patched = Standing &
  Readonly<{
    /** Empty where nothing differs. */
    patch: string;
  }>;
type Plan = Readonly<{ target: string; files: readonly Patched[] }>;

export const configDiff = defineCommand<Options, Plan, HostContext>({
  path: ['config', 'diff'],
  summary: 'Show what was changed in config files since they were shipped.',
  examples: ['brctl config diff finance --target=/srv/blackroad'],
  arguments: [
    { name: 'pack', summary: 'an installed pack, or one of its files; all without a name' },
  ],
  formats: ['table', 'json'],
  parse: (input, context) => ({
    pack: input.arguments[0],
    target: targetOf(context),
  }),
  plan: async ({ pack, target }, { cwd }) => {
    const { standingNamed, standingsOf } = await import('../pack/config/standing.ts');
    const { createTwoFilesPatch } = await import('diff');
    const isFile = pack?.includes('/') === true;
    const asked = isFile ? [standingNamed(target, pack, cwd)] : standingsOf(target, pack);
    const files = asked.map((each) => ({
      ...each,
      patch: patchOf(each, createTwoFilesPatch),
    }));
    return { target, files };
  },
  render: (plan, { format, paint }) => (format === 'json' ? asJson(plan) : asText(plan, paint)),
  outcome: () => 'ok',
});

type MakePatch = typeof import('diff').createTwoFilesPatch;

function patchOf(standing: Standing, makePatch: MakePatch): string {
  const { pack, path, status, shipped, mine = '', offered } = standing;
  const [before, what] = offered === undefined ? [shipped, 'shipped'] : [offered, 'brctl-new'];
  // A file that cannot be read, or that nothing is known of, differs from nothing.
  if (before === undefined || status === 'unreadable' || before === mine) return '';
  const name = `config/${pack}/${path}`;
  const head = `${name} (${what})`;
  const patch = makePatch(head, name, before, mine, undefined, undefined, { context: 3 });
  return patch.replace(/^=+\n/, '');
}

function asText({ files }: Plan, paint: Paint): string {
  const patches = files.map(({ patch }) => patch).filter((patch) => patch !== '');
  if (patches.length === 0) return 'no config file differs from what was shipped\n';
  const line = (text: string): string => {
    if (text.startsWith('+')) return paint.green(text);
    return text.startsWith('-') ? paint.red(text) : text;
  };
  return patches.map((patch) => patch.split('\n').map(line).join('\n')).join('');
}

function asJson({ target, files }: Plan): string {
  return toJson({
    schema: 'brctl/config-diff/v1',
    target,
    files: files.map((each) => ({
      pack: each.pack,
      path: each.path,
      status: each.status,
      patch: each.patch,
    })),
  });
}
