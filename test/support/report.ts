/** One report from charges, through the real command with the memory warehouse. */
import { fileURLToPath } from 'node:url';
import { type Input, plainPaint, type View } from 'brctl/sdk';
import { fakePackContext } from 'brctl/sdk/testing';
import type { ChargeRecord } from '../../packs/finance/adapters/memory/charge-record.ts';
import { memoryWarehouse } from '../../packs/finance/adapters/memory/warehouse.ts';
import { yamlSettings } from '../../packs/finance/adapters/yaml-config/settings.ts';
import type { BudgetsConfig } from '../../packs/finance/core/budget.ts';
import type { Freshness, Restatement, WrittenReport } from '../../packs/finance/ports/state.ts';
import type { ReportPorts } from '../../packs/finance/report/ports.ts';
import { reportCommand } from '../../packs/finance/report/report.ts';
import { freshThrough } from './reference-weeks.ts';

export type World = Readonly<{
  charges: readonly ChargeRecord[];
  /** Else what the pack ships. */
  config?: BudgetsConfig;
  /** Else every source is complete through the end of week 52. */
  freshness?: readonly Freshness[];
  restatements?: readonly Restatement[];
  now?: string;
}>;

export type RunOptions = Readonly<{
  flags?: Input['flags'];
  out?: string;
  dryRun?: boolean;
  view?: Partial<View>;
}>;

export type Run = Readonly<{
  text: string;
  outcome: string;
  err: string;
  saved: ReadonlyMap<string, string>;
  recorded: readonly WrittenReport[];
  closed: number;
}>;

export function shippedBudgets(): Promise<BudgetsConfig> {
  const folder = new URL('../../packs/finance/config', import.meta.url);
  return yamlSettings(fileURLToPath(folder)).budgets();
}

/** The steps of main.ts: parse, plan, apply unless it is a dry run, render, release. */
export async function runReport(world: World, options: RunOptions = {}): Promise<Run> {
  const { flags = {}, out, dryRun = false, view } = options;
  const seen = { saved: new Map<string, string>(), recorded: [] as WrittenReport[], closed: 0 };
  const context = fakePackContext('/target', PACK, { now: world.now ?? '2025-12-29T09:00:00Z' });
  const command = reportCommand(async () => portsOf(world, seen));
  const parsed = command.parse(
    { arguments: [], flags, dryRun, out, inputFormat: undefined, format: view?.format ?? 'table' },
    context,
  );
  const plan = await command.plan(parsed, context);
  const done = dryRun ? plan : await command.apply!(plan, context);
  const drawn = { format: 'table', isTTY: false, paint: plainPaint, width: 80, ...view };
  const text = command.render(done, drawn);
  await command.release!(done, context);
  return { text, outcome: command.outcome(done), err: context.printed.err, ...seen };
}

const PACK = { name: 'finance', version: '0.1.0', root: '/target/.brctl/packs/finance/g0001' };

type Seen = { saved: Map<string, string>; recorded: WrittenReport[]; closed: number };

function portsOf(world: World, seen: Seen): ReportPorts {
  const { charges, config, restatements = [] } = world;
  const freshness = world.freshness ?? freshThrough(charges, '2025-12-28');
  return {
    warehouse: memoryWarehouse(charges),
    settings: { budgets: async () => config ?? (await shippedBudgets()) },
    state: {
      freshness: () => freshness,
      restatements: () => restatements,
      recordReport: (report) => void seen.recorded.push(report),
    },
    saveReport: async (name, text) => {
      seen.saved.set(name, text);
      return `/target/data/finance/reports/${name}`;
    },
    close: async () => {
      seen.closed += 1;
    },
  };
}
