/** A target with charges in its ledger, and the commands of reconciliation on it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { closeCommand } from '../../packs/finance/reconcile/close.ts';
import { confirmCommand, rejectCommand } from '../../packs/finance/reconcile/confirm.ts';
import { evalCommand } from '../../packs/finance/reconcile/evaluate.ts';
import { explainCommand } from '../../packs/finance/reconcile/explain.ts';
import { reconcileCommand } from '../../packs/finance/reconcile/run.ts';
import { openMatches, openReconcile } from '../../packs/finance/wire-reconcile.ts';
import { type AnyCommand, type Outcome, plainPaint } from '../../src/sdk/index.ts';
import { contextOf, type Deployment, deployment, FIXTURES, importFiles } from './finance.ts';

const COMMANDS = {
  reconcile: reconcileCommand(openReconcile),
  confirm: confirmCommand(openMatches),
  reject: rejectCommand(openMatches),
  explain: explainCommand(openReconcile),
  eval: evalCommand(openReconcile),
  close: closeCommand(openReconcile),
} as const;

export type Words = Readonly<{
  flags?: Readonly<Record<string, string | boolean | readonly string[]>>;
  format?: string;
  dryRun?: boolean;
  now?: string;
  width?: number;
}>;

export type Ran = Readonly<{ text: string; outcome: Outcome; err: string }>;

export const NOW = '2026-01-05T09:00:00Z';

/** Parse, plan, apply unless it is a dry run, render, release: as `main` does. */
export async function run(
  { root }: Pick<Deployment, 'root'>,
  name: keyof typeof COMMANDS,
  args: readonly string[],
  words: Words = {},
): Promise<Ran> {
  const context = contextOf(root, words.now ?? NOW);
  const command: AnyCommand = COMMANDS[name];
  const { flags = {}, format = 'table', dryRun = false } = words;
  const input = { arguments: args, flags, format, dryRun, inputFormat: undefined, out: undefined };
  const plan = await command.plan(command.parse(input, context), context);
  try {
    const isReading = dryRun || command.apply === undefined;
    const done = isReading ? plan : await command.apply!(plan, context);
    const view = { format, width: words.width ?? 100, isTTY: false, paint: plainPaint };
    const text = command.render(done, view);
    return { text, outcome: command.outcome(done), err: context.printed.err };
  } finally {
    await command.release?.(plan, context);
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the JSON of a command, read as a script would.
export async function runJson(...asked: Parameters<typeof run>): Promise<any> {
  const [target, name, args, words] = asked;
  const { text } = await run(target, name, args, { ...words, format: 'json' });
  return JSON.parse(text);
}

/** The charges of the demo. */
export async function demoLedger(): Promise<Deployment> {
  const target = deployment();
  for (const name of ['domain', 'github', 'ollama', 'openai', 'railway']) {
    const file = join(FIXTURES, 'charges', `${name}.csv`);
    await importFiles(target, [file], { source: name, now: NOW });
  }
  return target;
}

export function reportsOf({ root }: Pick<Deployment, 'root'>): string {
  return join(root, 'data/finance/reports');
}

export function reportText(target: Pick<Deployment, 'root'>, name: string): string | undefined {
  const path = join(reportsOf(target), name);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

export function configFile({ root }: Pick<Deployment, 'root'>, text?: string): string {
  const path = join(root, 'config/finance/reconcile.yaml');
  mkdirSync(dirname(path), { recursive: true });
  if (text !== undefined) writeFileSync(path, text);
  return path;
}

export const BANK_MAPPING = `kind: bank
columns: { id: Ref, date: Date, text: Text, amount: Amount, currency: Currency }
date: YYYY-MM-DD
sign: owed_positive
`;

/** Lines such as `b1 2026-03-03 ACME HOSTING 10.00 USD`. */
export function bankText(lines: readonly string[]): string {
  const rows = lines.map((line) => {
    const [, id, day, text, amount, currency] =
      /^(\S+) (\S+) (.+) (-?[\d.]+) ([A-Z]{3})$/.exec(line) ?? [];
    if (id === undefined) throw new Error(`no bank line: ${line}`);
    return [id, day, text, amount, currency].join(',');
  });
  return `${['Ref,Date,Text,Amount,Currency', ...rows].join('\n')}\n`;
}
