/** A deployment in a temporary folder, and `brctl finance import` on it without a process. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openWarehouse } from '../../packs/finance/adapters/duckdb/warehouse.ts';
import { type DayRange, dayRange, parseDay } from '../../packs/finance/core/day.ts';
import { dimension } from '../../packs/finance/core/dimension.ts';
import { formatExact } from '../../packs/finance/core/money.ts';
import { importCommand, type OpenImportPorts } from '../../packs/finance/import/import.ts';
import type { Basis, Warehouse } from '../../packs/finance/ports/warehouse.ts';
import { openImport } from '../../packs/finance/wire.ts';
import type { Input, Outcome, PackContext } from '../../src/sdk/index.ts';
import { plainPaint } from '../../src/sdk/index.ts';
import { fakePackContext, type Printed } from '../../src/sdk/testing.ts';
import { temporaryFolder } from './host.ts';

export const SHARED = join(import.meta.dirname, '../../../shared/data');
export const FIXTURES = join(import.meta.dirname, '../../fixtures');

export type Deployment = Readonly<{
  root: string;
  ledger: string;
  /** Writes a file beside the deployment and returns its path. */
  file(name: string, text: string | Buffer): string;
}>;

export function deployment(): Deployment {
  const root = temporaryFolder();
  const inputs = join(root, 'inputs');
  mkdirSync(inputs);
  return {
    root,
    ledger: join(root, 'data/finance/charges'),
    file: (name, text) => {
      const path = join(inputs, name);
      writeFileSync(path, text);
      return path;
    },
  };
}

export type ImportWords = Readonly<{
  /** Other ports than the pack's own, say with a fault in them. */
  open?: OpenImportPorts;
  source?: string;
  as?: string;
  skip?: boolean;
  allowShrink?: boolean;
  dryRun?: boolean;
  now?: string;
}>;

// biome-ignore lint/suspicious/noExplicitAny: the JSON of a command, read as a script would.
export type Imported = Readonly<{ outcome: Outcome; text: string; json: any; printed: Printed }>;

let runs = 0;

export function contextOf(
  root: string,
  now = '2026-01-04T12:00:00Z',
): PackContext & { printed: Printed } {
  const pack = { name: 'finance', version: '0.1.0', root: '/' };
  runs += 1;
  const prefix = `run${runs}-`;
  const context = fakePackContext(root, pack, { now, cwd: root });
  return { ...context, uniqueId: () => prefix + context.uniqueId() };
}

/** Runs the spine of the command as `main` does. */
export async function importFiles(
  { root }: Deployment,
  paths: readonly string[],
  words: ImportWords = {},
): Promise<Imported> {
  const context = contextOf(root, words.now);
  const command = importCommand(words.open ?? openImport);
  const input: Input = {
    arguments: paths,
    flags: {
      source: words.source ?? 'aws',
      'on-error': words.skip ? 'skip' : 'abort',
      'allow-shrink': words.allowShrink === true,
    },
    dryRun: words.dryRun === true,
    inputFormat: words.as,
    format: 'json',
    out: undefined,
  };
  const plan = await command.plan(command.parse(input, context), context);
  try {
    const done = input.dryRun ? plan : await command.apply!(plan, context);
    const view = { width: 100, isTTY: false, paint: plainPaint };
    return {
      outcome: command.outcome(done),
      text: command.render(done, { ...view, format: 'table' }),
      json: JSON.parse(command.render(done, { ...view, format: 'json' })),
      printed: context.printed,
    };
  } finally {
    await command.release!(plan, context);
  }
}

/** Every file below a folder with the hash of its bytes. */
export function bytesBelow(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder, { recursive: true })
      .map(String)
      .sort()
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  );
}

export type Asked = Readonly<{
  from: string;
  until: string;
  basis?: Basis;
  by?: readonly string[];
}>;

/** Cells as `key… = amount currency`, exact. */
export async function ask({ root }: Deployment, asked: Asked): Promise<string[]> {
  return withWarehouse(root, async (warehouse) => {
    const cells = await warehouse.aggregate({
      basis: asked.basis ?? 'billed',
      period: daysOf(asked.from, asked.until),
      groupBy: (asked.by ?? []).map(dimension),
    });
    return cells.map(({ key, units, currency }) =>
      [...key, '=', formatExact(units), currency].join(' '),
    );
  });
}

export function daysOf(from: string, until: string): DayRange {
  return dayRange(parseDay(from), parseDay(until));
}

async function withWarehouse<T>(
  root: string,
  work: (warehouse: Warehouse) => Promise<T>,
): Promise<T> {
  const context = contextOf(root);
  const warehouse = await openWarehouse({ context, root: join(root, 'data/finance') });
  try {
    return await work(warehouse);
  } finally {
    await warehouse.close();
  }
}
