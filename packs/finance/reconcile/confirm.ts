/**
 * `brctl finance matches confirm` and `reject`: what a person says of a match that reconciliation
 * has made or proposed. Written to config/finance/reconcile.yaml, where it is reviewed like any
 * other config. Exit codes: 0 it stands there, 2 no reconciliation knows the match.
 */
import {
  booleanFlag,
  type Command,
  defineCommand,
  type PackContext,
  suggest,
  usageError,
} from 'brctl/sdk';
import { oneLine } from '../core/one-line.ts';
import type { LoggedMatch } from '../core/reconcile/reconcile-log.ts';
import type { ReconcileAddition } from '../ports/reconcile-settings.ts';
import type { MemoryPorts, OpenMemoryPorts } from './ports.ts';

type Words = Readonly<{ match: string; withAlias: boolean; dryRun: boolean }>;

type Said = Readonly<{
  verb: 'confirmed' | 'rejected';
  match: LoggedMatch;
  addition: ReconcileAddition;
  /** Undefined: not written, or there already. */
  path: string | undefined;
  ports: MemoryPorts;
}>;

const MATCH = {
  name: 'match',
  summary: 'as reconcile names it: INVOICE=LINE, several joined by +',
  required: true,
} as const;

export function confirmCommand(open: OpenMemoryPorts): Command<Words, Said> {
  return defineCommand<Words, Said>({
    path: ['matches', 'confirm'],
    summary: 'Say that a match is right.',
    description:
      'The next reconciliation takes it without asking. With --alias it also remembers that ' +
      'the bank means this vendor by its text, for every other line.',
    examples: ['brctl finance matches confirm INV-2025-001=december.csv:14 --alias'],
    arguments: [MATCH],
    flags: {
      alias: { type: 'boolean', summary: "remember the bank's text as a name of the vendor" },
    },
    formats: ['table'],
    dryRun: true,
    parse: (input) => ({
      ...{ match: input.arguments[0]!, dryRun: input.dryRun },
      withAlias: booleanFlag(input, 'alias'),
    }),
    plan: (words, context) => planned(words, context, open, confirmed),
    ...SPINE,
  });
}

export function rejectCommand(open: OpenMemoryPorts): Command<Words, Said> {
  return defineCommand<Words, Said>({
    path: ['matches', 'reject'],
    summary: 'Say that a match is wrong, so that it never comes back.',
    examples: ['brctl finance matches reject INV-2025-001=december.csv:14'],
    arguments: [MATCH],
    formats: ['table'],
    dryRun: true,
    parse: (input) => ({ match: input.arguments[0]!, dryRun: input.dryRun, withAlias: false }),
    plan: (words, context) => planned(words, context, open, rejected),
    ...SPINE,
  });
}

type Decide = (match: LoggedMatch, words: Words) => Pick<Said, 'verb' | 'addition'>;

async function planned(
  words: Words,
  context: PackContext,
  open: OpenMemoryPorts,
  decide: Decide,
): Promise<Said> {
  const ports = await open(context);
  try {
    const match = ports.store.find(words.match);
    if (match === undefined) throw unknown(words.match, ports.store.names());
    return { ...decide(match, words), match, path: undefined, ports };
  } catch (error) {
    await ports.close();
    throw error;
  }
}

function confirmed(match: LoggedMatch, { withAlias }: Words): Pick<Said, 'verb' | 'addition'> {
  const { rows, ids } = match;
  const addition = { confirmed: [{ entries: rows, payments: ids }] };
  if (!withAlias) return { verb: 'confirmed', addition };
  const [vendor, ...vendors] = match.vendors;
  if (vendor === undefined || vendors.length > 0 || match.parties.length === 0) {
    throw usageError(
      'alias-unclear',
      `${match.match}: it is not of one vendor, so no name follows from it`,
      'confirm it without --alias',
    );
  }
  const aliases = match.parties.map((party) => ({ payment: party, entry: vendor }));
  return { verb: 'confirmed', addition: { ...addition, aliases } };
}

function rejected({ rows, ids }: LoggedMatch): Pick<Said, 'verb' | 'addition'> {
  const pairs = rows.flatMap((entry) => ids.map((payment) => ({ entry, payment })));
  return { verb: 'rejected', addition: { rejected: pairs } };
}

function unknown(match: string, names: readonly string[]) {
  const near = suggest(match, names);
  return usageError(
    'match-unknown',
    `no reconciliation has made or proposed "${oneLine(match)}"`,
    near === undefined ? 'brctl finance reconcile names them' : `did you mean ${oneLine(near)}?`,
  );
}

const SPINE = {
  apply: async (plan: Said): Promise<Said> => {
    const { path } = await plan.ports.settings.add(plan.addition);
    return { ...plan, path };
  },
  release: ({ ports }: Said): Promise<void> => ports.close(),
  render: ({ verb, match, addition, path }: Said): string => {
    const names = (addition.aliases ?? []).map(
      ({ payment, entry }) => `"${oneLine(payment)}" is ${oneLine(entry)}\n`,
    );
    const where = path === undefined ? 'nothing is written' : path;
    return `${verb} ${oneLine(match.match)} (${where})\n${names.join('')}`;
  },
  outcome: (): 'ok' => 'ok',
};
