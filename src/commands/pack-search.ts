/** `brctl pack search [word]`: what the catalogue of this brctl has. Exit code 0, also for none. */
import type { HostContext } from '../host.ts';
import type { Offer } from '../pack/source/offers.ts';
import { defineCommand, type Paint, renderTable, toJson } from '../sdk/index.ts';

type Options = Readonly<{ word: string | undefined }>;
type Found = Offer & Readonly<{ installed: string | undefined }>;
type Plan = Readonly<{ offers: readonly Found[] }>;

export const packSearch = defineCommand<Options, Plan, HostContext>({
  path: ['pack', 'search'],
  summary: 'List the packs of the catalogue, all or those with a word.',
  examples: ['brctl pack search', 'brctl pack search charges --format json'],
  arguments: [{ name: 'word', summary: 'in the name or the summary' }],
  formats: ['table', 'json'],
  parse: (input) => ({ word: input.arguments[0] }),
  plan: async ({ word }, context) => {
    const { offersOf } = await import('../pack/source/offers.ts');
    const { packStatuses } = await import('../pack/store/status.ts');
    const needle = word?.toLowerCase() ?? '';
    const has = ({ name, summary }: Offer) => `${name} ${summary}`.toLowerCase().includes(needle);
    const installed = context.target === undefined ? [] : packStatuses(context.target);
    const versions = new Map(installed.map(({ name, version }) => [name, version]));
    const found = offersOf(context).filter(has);
    return { offers: found.map((each) => ({ ...each, installed: versions.get(each.name) })) };
  },
  render: (plan, { format, paint }) => (format === 'json' ? asJson(plan) : asText(plan, paint)),
  outcome: () => 'ok',
});

function asText({ offers }: Plan, paint: Paint): string {
  if (offers.length === 0) return 'the catalogue has no such pack\n';
  return renderTable({
    columns: ['Pack', 'Version', 'Installed', 'Summary'].map((title) => ({ title })),
    rows: offers.map(({ name, newest, versions, installed, summary }) => [
      name,
      newest ?? (versions.length === 0 ? 'not built' : 'none fits'),
      installed ?? '-',
      summary,
    ]),
    title: paint.bold,
  });
}

function asJson({ offers }: Plan): string {
  return toJson({
    schema: 'brctl/pack-search/v1',
    packs: offers.map(({ name, summary, newest, versions, installed }) => ({
      name,
      summary,
      newest: newest ?? null,
      versions,
      installed: installed ?? null,
    })),
  });
}
