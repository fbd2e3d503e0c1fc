/**
 * `brctl config explain [pack]`: which config files are as shipped, edited, deleted, in conflict.
 *
 * Exit codes: 0 none waits · 1 a conflict waits for somebody, or what is shipped cannot be read · 2
 * not installed.
 */
import type { HostContext } from '../host.ts';
import type { Standing } from '../pack/config/standing.ts';
import { targetOf } from '../pack/target.ts';
import { defineCommand, type Paint, renderTable, toJson } from '../sdk/index.ts';

type Options = Readonly<{ pack: string | undefined; target: string }>;
type Plan = Readonly<{ target: string; files: readonly Standing[] }>;

export const configExplain = defineCommand<Options, Plan, HostContext>({
  path: ['config', 'explain'],
  summary: 'Say of every config file whether it is as shipped, edited, deleted or in conflict.',
  examples: ['brctl config explain --target=/srv/blackroad'],
  arguments: [{ name: 'pack', summary: 'an installed pack; all without a name' }],
  formats: ['table', 'json'],
  parse: (input, context) => ({
    pack: input.arguments[0],
    target: targetOf(context),
  }),
  plan: async ({ pack, target }) => {
    const { standingsOf } = await import('../pack/config/standing.ts');
    return { target, files: standingsOf(target, pack) };
  },
  render: (plan, { format, paint }) => (format === 'json' ? asJson(plan) : asText(plan, paint)),
  outcome: ({ files }) =>
    files.some(({ status }) => status === 'conflict' || status === 'unknown') ? 'findings' : 'ok',
});

const MEANING: Readonly<Record<Standing['status'], string>> = {
  'as-shipped': 'an upgrade replaces it',
  edited: 'an upgrade merges what is new into it',
  deleted: 'it stays deleted; pack install --restore-missing puts it back',
  conflict: 'compare it with .brctl-new, then brctl config resolve',
  obsolete: 'this version does not ship it any more; it is yours to remove',
  unreadable: 'is no file, or a link into nowhere; an upgrade leaves it as it is',
  unknown: 'what is shipped cannot be read: brctl pack verify',
};

function asText({ files }: Plan, paint: Paint): string {
  if (files.length === 0) return 'no installed pack has config files\n';
  return renderTable({
    columns: ['File', 'Status', 'Meaning'].map((title) => ({ title })),
    rows: files.map(({ pack, path, status }) => [
      `config/${pack}/${path}`,
      status === 'conflict' ? { text: status, paint: paint.red } : status,
      MEANING[status],
    ]),
    title: paint.bold,
  });
}

function asJson({ target, files }: Plan): string {
  return toJson({
    schema: 'brctl/config-explain/v1',
    target,
    files: files.map(({ pack, path, file, status }) => ({ pack, path, file, status })),
  });
}
