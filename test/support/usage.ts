/** `brctl finance usage …` on a deployment without a process: the spine of the commands. */
import { usageImportCommand } from '../../packs/finance/usage/import.ts';
import { usageListCommand } from '../../packs/finance/usage/list.ts';
import { usageRecordCommand } from '../../packs/finance/usage/record.ts';
import { openUsage } from '../../packs/finance/wire.ts';
import type { AnyCommand, Input, Outcome } from '../../src/sdk/index.ts';
import { plainPaint } from '../../src/sdk/index.ts';
import { contextOf, type Deployment } from './finance.ts';

export type UsageWords = Readonly<{ dryRun?: boolean; now?: string; source?: string }>;

// biome-ignore lint/suspicious/noExplicitAny: the JSON of a command, read as a script would.
export type UsageRan = Readonly<{ outcome: Outcome; text: string; json: any }>;

/** The first Sunday of January 2026. */
const NOW = '2026-01-04T12:00:00Z';

type Given = Readonly<{ arguments?: readonly string[]; flags?: Record<string, string> }>;

async function ran(
  command: AnyCommand,
  { root }: Deployment,
  given: Given & UsageWords,
): Promise<UsageRan> {
  const context = contextOf(root, given.now ?? NOW);
  const input: Input = {
    arguments: given.arguments ?? [],
    flags: { source: given.source, ...given.flags },
    dryRun: given.dryRun === true,
    inputFormat: undefined,
    format: 'json',
    out: undefined,
  };
  const plan = await command.plan(command.parse(input, context), context);
  try {
    const done = input.dryRun ? plan : ((await command.apply?.(plan, context)) ?? plan);
    const view = { width: 100, isTTY: false, paint: plainPaint };
    return {
      outcome: command.outcome(done),
      text: command.render(done, { ...view, format: 'table' }),
      json: JSON.parse(command.render(done, { ...view, format: 'json' })),
    };
  } finally {
    await command.release?.(plan, context);
  }
}

export function importUsage(
  here: Deployment,
  paths: readonly string[],
  words: UsageWords = {},
): Promise<UsageRan> {
  return ran(usageImportCommand(openUsage), here, { arguments: paths, ...words });
}

export function recordUsage(
  here: Deployment,
  flags: Record<string, string>,
  words: UsageWords = {},
): Promise<UsageRan> {
  return ran(usageRecordCommand(openUsage), here, { flags, ...words });
}

export function listUsage(
  here: Deployment,
  flags: Record<string, string> = {},
  words: UsageWords = {},
): Promise<UsageRan> {
  return ran(usageListCommand(openUsage), here, { flags, ...words });
}
