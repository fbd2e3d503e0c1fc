/**
 * `brctl pack list`: which packs are installed, and is what is on the disk what was installed?
 *
 * Exit codes: 0 all are intact · 1 one is damaged or broken · 2 no target.
 */
import type { HostContext } from '../host.ts';
import type { PackStatus } from '../pack/store/status.ts';
import { requireTarget } from '../pack/target.ts';
import { defineCommand, type Paint, renderTable, toJson } from '../sdk/index.ts';

type Options = Readonly<{ target: string }>;
type Plan = Readonly<{ target: string; packs: readonly PackStatus[] }>;

export const packList = defineCommand<Options, Plan, HostContext>({
  path: ['pack', 'list'],
  summary: 'List the packs of a target and whether their files are intact.',
  examples: ['brctl pack list --target=/srv/blackroad', 'brctl pack list --format json'],
  formats: ['table', 'json'],
  parse: (_, context) => ({
    target: context.target ?? requireTarget({ flag: undefined, ...context }),
  }),
  plan: async ({ target }) => {
    const { packStatuses } = await import('../pack/store/status.ts');
    return { target, packs: packStatuses(target) };
  },
  render: (plan, { format, paint }) => (format === 'json' ? asJson(plan) : asText(plan, paint)),
  outcome: ({ packs }) => (packs.every(({ status }) => status === 'intact') ? 'ok' : 'findings'),
});

function asText({ target, packs }: Plan, paint: Paint): string {
  if (packs.length === 0) return `no packs are installed in ${target}\n`;
  const table = renderTable({
    columns: ['Pack', 'Version', 'Generation', 'Status'].map((title) => ({ title })),
    rows: packs.map(({ name, version, generation, status }) => [
      name,
      version ?? '-',
      generation ?? '-',
      { text: status, paint: status === 'intact' ? paint.green : paint.red },
    ]),
    title: paint.bold,
  });
  const notes = packs.flatMap(({ name, problems }) =>
    problems.map((problem) => `${name}: ${problem}\n`),
  );
  return notes.length === 0 ? table : `${table}\n${notes.join('')}`;
}

function asJson({ target, packs }: Plan): string {
  return toJson({
    schema: 'brctl/pack-list/v1',
    target,
    packs: packs.map(({ name, version, generation, status, problems }) => ({
      name,
      version: version ?? null,
      generation: generation ?? null,
      status,
      problems,
    })),
  });
}
