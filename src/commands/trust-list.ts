/**
 * `brctl trust list`: whose signatures count here, and how much trust a pack needs?
 *
 * Exit codes: 0 · 2 no target · 3 config/trust.yaml is invalid.
 */
import type { HostContext } from '../host.ts';
import { targetOf } from '../pack/target.ts';
import type { Trust } from '../pack/trust/keys.ts';
import { defineCommand, type Paint, renderTable, toJson } from '../sdk/index.ts';

type Options = Readonly<{ target: string }>;
type Plan = Readonly<{ file: string; trust: Trust }>;

export const trustList = defineCommand<Options, Plan, HostContext>({
  path: ['trust', 'list'],
  summary: 'List the keys whose signatures a target trusts.',
  examples: ['brctl trust list --target=/srv/blackroad', 'brctl trust list --format json'],
  formats: ['table', 'json'],
  parse: (_, context) => ({
    target: targetOf(context),
  }),
  plan: async ({ target }) => {
    const { trustFileOf, trustOf } = await import('../pack/trust/keys.ts');
    return { file: trustFileOf(target), trust: trustOf(target) };
  },
  render: (plan, { format, paint }) => (format === 'json' ? asJson(plan) : asText(plan, paint)),
  outcome: () => 'ok',
});

function asText({ file, trust }: Plan, paint: Paint): string {
  const { minLevel, keys } = trust;
  const minimum =
    minLevel === undefined
      ? 'any trust level is enough\n'
      : `packs need trust level ${minLevel} or more (minLevel)\n`;
  if (keys.length === 0) return `no keys are trusted in ${file}\n${minimum}`;
  const table = renderTable({
    columns: ['Key', 'Comment'].map((title) => ({ title })),
    rows: keys.map(({ id, comment }) => [id, comment ?? '-']),
    title: paint.bold,
  });
  return `${table}\n${minimum}`;
}

function asJson({ file, trust }: Plan): string {
  return toJson({
    schema: 'brctl/trust-list/v1',
    file,
    minLevel: trust.minLevel ?? null,
    keys: trust.keys.map(({ id, raw, comment }) => ({
      id,
      publicKey: raw,
      comment: comment ?? null,
    })),
  });
}
