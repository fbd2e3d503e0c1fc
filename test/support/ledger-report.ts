/** `brctl finance report` on the ledger of a deployment, without a process or an installed pack. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { reportCommand } from '../../packs/finance/report/report.ts';
import { openReport } from '../../packs/finance/wire.ts';
import { type Input, plainPaint } from '../../src/sdk/index.ts';
import { contextOf, type Deployment } from './finance.ts';
import { ROOT } from './host.ts';

export type ReportWords = Readonly<{
  flags?: Input['flags'];
  dryRun?: boolean;
  out?: string;
  now?: string;
}>;

// biome-ignore lint/suspicious/noExplicitAny: the JSON of a command, read as a script would.
export type Reported = Readonly<{ text: string; json: any; err: string }>;

/** Week 52 of 2025 unless the flags say otherwise, against the budgets that the pack ships. */
export async function reportLedger(
  { root }: Deployment,
  { flags = { week: '2025-W52' }, dryRun = false, out, now }: ReportWords = {},
): Promise<Reported> {
  cpSync(join(ROOT, 'packs/finance/config'), join(root, 'config/finance'), { recursive: true });
  const context = contextOf(root, now);
  const command = reportCommand(openReport);
  const input: Input = {
    arguments: [],
    flags,
    dryRun,
    out,
    inputFormat: undefined,
    format: 'table',
  };
  const plan = await command.plan(command.parse(input, context), context);
  try {
    const done = dryRun ? plan : await command.apply!(plan, context);
    const view = { width: 100, isTTY: false, paint: plainPaint };
    return {
      text: command.render(done, { ...view, format: 'table' }),
      json: JSON.parse(command.render(done, { ...view, format: 'json' })),
      err: context.printed.err,
    };
  } finally {
    await command.release!(plan, context);
  }
}
