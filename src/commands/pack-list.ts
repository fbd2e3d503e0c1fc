/**
 * `brctl pack list`: which packs are installed, and is what is on the disk what was installed?
 *
 * Exit codes: 0 all are intact · 1 one is damaged or broken · 2 no target.
 */
import type { HostContext } from '../host.ts';
import type { Newer } from '../pack/source/newer.ts';
import type { PackStatus } from '../pack/store/status.ts';
import { targetOf } from '../pack/target.ts';
import type { Level } from '../pack/trust/level.ts';
import {
  booleanFlag,
  defineCommand,
  isBrctlError,
  type Paint,
  renderTable,
  toJson,
} from '../sdk/index.ts';

type Options = Readonly<{ target: string; isOutdated: boolean }>;

type Listed = PackStatus &
  Readonly<{
    /** What the place that it came from has by now. */
    newer: Newer | undefined;
    /** By the keys that are trusted now. */
    level: Level | undefined;
  }>;

type Plan = Readonly<{
  target: string;
  isOutdated: boolean;
  packs: readonly Listed[];
  /** With --outdated: those of which it cannot be said. */
  untold: readonly Listed[];
  /** A change that died, which the next one ends. */
  unfinished: string | undefined;
}>;

export const packList = defineCommand<Options, Plan, HostContext>({
  path: ['pack', 'list'],
  summary: 'List the packs of a target and whether their files are intact.',
  examples: [
    'brctl pack list --target=/srv/blackroad',
    'brctl pack list --outdated --target=/srv/blackroad',
    'brctl pack list --format json',
  ],
  flags: {
    outdated: { type: 'boolean', summary: 'only those that are newer where they came from' },
  },
  formats: ['table', 'json'],
  parse: (input, context) => ({
    target: targetOf(context),
    isOutdated: booleanFlag(input, 'outdated'),
  }),
  plan: async ({ target, isOutdated }, context) => {
    const { packStatuses } = await import('../pack/store/status.ts');
    const { unfinishedChange } = await import('../pack/change/commit.ts');
    const installed = packStatuses(target);
    const newer = await newerIn(installed, { ...context, target }, isOutdated);
    const { levelOf } = await import('../pack/store/verify.ts');
    const listed = installed.map((status): Listed => {
      const level = levelOf(status, target);
      return { ...status, newer: newer.get(status.name), level };
    });
    const packs = listed.filter((each) => !isOutdated || each.newer?.version !== undefined);
    // What cannot be told is no reason to believe that all is up to date.
    const untold = isOutdated ? listed.filter((each) => each.newer?.note !== undefined) : [];
    const change = unfinishedChange(target);
    return {
      target,
      isOutdated,
      packs,
      untold,
      unfinished: change && `${change.action} of ${change.pack}`,
    };
  },
  render: (plan, { format, paint }) => (format === 'json' ? asJson(plan) : asText(plan, paint)),
  outcome: ({ packs }) =>
    packs.every(({ status }) => status === 'intact' || status === 'linked') ? 'ok' : 'findings',
});

/** What is installed is told also where catalogue or lock file are damaged. */
async function newerIn(
  installed: readonly PackStatus[],
  context: HostContext & Readonly<{ target: string }>,
  isOutdated: boolean,
): Promise<ReadonlyMap<string, Newer>> {
  const { newerOf } = await import('../pack/source/newer.ts');
  try {
    return await newerOf(installed, context);
  } catch (error) {
    if (!isBrctlError(error) || isOutdated) throw error;
    context.streams.err(`warning: ${error.message}\n`);
    return new Map();
  }
}

function asText({ target, isOutdated, packs, untold, unfinished }: Plan, paint: Paint): string {
  const died = unfinished === undefined ? '' : `the ${unfinished} died; the next change ends it\n`;
  const open = `${untold.map(({ name, newer }) => `${name}: ${newer?.note}\n`).join('')}${died}`;
  if (packs.length === 0 && isOutdated) return `nothing newer is there for ${target}\n${open}`;
  if (packs.length === 0) return `no packs are installed in ${target}\n${open}`;
  const table = renderTable({
    columns: ['Pack', 'Version', 'Newer', 'Generation', 'Level', 'Status'].map((title) => ({
      title,
    })),
    rows: packs.map(({ name, version, newer, generation, level, status }) => [
      name,
      version ?? '-',
      newer?.version ?? '-',
      generation ?? '-',
      level ?? '-',
      { text: status, paint: COLOUR[status](paint) },
    ]),
    title: paint.bold,
  });
  const notes = packs.flatMap(({ name, problems }) =>
    problems.map((problem) => `${name}: ${problem}\n`),
  );
  return notes.length === 0 ? `${table}${open}` : `${table}\n${notes.join('')}${open}`;
}

const COLOUR: Readonly<Record<PackStatus['status'], (paint: Paint) => Paint['red']>> = {
  intact: (paint) => paint.green,
  linked: (paint) => paint.yellow,
  damaged: (paint) => paint.red,
  broken: (paint) => paint.red,
};

function asJson({ target, packs, unfinished }: Plan): string {
  return toJson({
    schema: 'brctl/pack-list/v1',
    target,
    unfinished: unfinished ?? null,
    packs: packs.map(({ name, version, newer, generation, level, status, problems }) => ({
      name,
      version: version ?? null,
      newer: newer?.version ?? null,
      newer_note: newer?.note ?? null,
      generation: generation ?? null,
      level: level ?? null,
      status,
      problems,
    })),
  });
}
