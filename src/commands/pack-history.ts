/**
 * `brctl pack history <pack>`: every generation that is still there, newest first.
 *
 * Exit codes: 0 listed · 2 not installed.
 */
import type { HostContext } from '../host.ts';
import type { HistoryEntry } from '../pack/store/history.ts';
import { targetOf } from '../pack/target.ts';
import { defineCommand, type Paint, renderTable, toJson } from '../sdk/index.ts';

type Options = Readonly<{ pack: string; target: string }>;
type Plan = Options & Readonly<{ entries: readonly HistoryEntry[] }>;

export const packHistory = defineCommand<Options, Plan, HostContext>({
  path: ['pack', 'history'],
  summary: 'List the generations of a pack: what replaced what, when, from where.',
  examples: ['brctl pack history finance --target=/srv/blackroad'],
  arguments: [{ name: 'pack', summary: 'an installed pack', required: true }],
  formats: ['table', 'json'],
  parse: (input, context) => ({
    pack: input.arguments[0] ?? '',
    target: targetOf(context),
  }),
  plan: async (options, context) => {
    const { historyOf } = await import('../pack/store/history.ts');
    const { entries, problem } = historyOf(options);
    if (problem !== undefined) context.streams.err(`warning: held is not known: ${problem}\n`);
    return { ...options, entries };
  },
  render: (plan, { format, paint }) => (format === 'json' ? asJson(plan) : asText(plan, paint)),
  outcome: () => 'ok',
});

function asText({ entries }: Plan, paint: Paint): string {
  return renderTable({
    columns: [
      'Generation',
      'Version',
      'Action',
      'Installed',
      'Replaced',
      'Level',
      'Marks',
      'From',
    ].map((title) => ({ title })),
    rows: entries.map((each) => [
      each.isCurrent ? { text: each.generation, paint: paint.green } : each.generation,
      each.version ?? '-',
      each.action ?? 'broken',
      each.installedAt?.slice(0, 16).replace('T', ' ') ?? '-',
      each.parent ?? '-',
      each.level ?? '-',
      marksOf(each).join(', ') || '-',
      each.spec ?? '-',
    ]),
    title: paint.bold,
  });
}

function marksOf({ isCurrent, isHeld, isPinned }: HistoryEntry): string[] {
  return [
    ...(isCurrent ? ['current'] : []),
    ...(isHeld ? ['held'] : []),
    ...(isPinned ? ['pinned'] : []),
  ];
}

function asJson({ pack, target, entries }: Plan): string {
  return toJson({
    schema: 'brctl/pack-history/v1',
    name: pack,
    target,
    generations: entries.map((each) => ({
      generation: each.generation,
      version: each.version ?? null,
      action: each.action ?? null,
      installed_at: each.installedAt ?? null,
      parent: each.parent ?? null,
      level: each.level ?? null,
      spec: each.spec ?? null,
      current: each.isCurrent,
      held: each.isHeld,
      pinned: each.isPinned,
      problem: each.problem ?? null,
    })),
  });
}
