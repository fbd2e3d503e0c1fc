/** A tracker beside bank lines, Stripe and invoices as issued, and what is said of it in short. */
import { expect } from 'vitest';
import { readMappedBank } from '../../packs/finance/adapters/mapped-csv/mapped-csv.ts';
import { readMapping } from '../../packs/finance/adapters/mapped-csv/mapping.ts';
import { parseDay } from '../../packs/finance/core/day.ts';
import { formatExact } from '../../packs/finance/core/money.ts';
import type { InvoiceFile } from '../../packs/finance/core/reconcile/invoice-file.ts';
import { DEFAULT_OPTIONS, type MatchOptions } from '../../packs/finance/core/reconcile/options.ts';
import { type ReconcileInput, reconcile } from '../../packs/finance/core/reconcile/reconcile.ts';
import type { ReconcileMemory } from '../../packs/finance/core/reconcile/reconcile-memory.ts';
import type { StatementFile } from '../../packs/finance/core/reconcile/statement.ts';
import { BANK_MAPPING, bankText } from './reconcile-command.ts';
import { type InvoiceCells, tracker } from './tracker.ts';

const MEMORY: ReconcileMemory = { aliases: [], rejected: [], confirmed: [] };

function bank(lines: readonly string[], file = 'bank.csv'): StatementFile {
  const { mapping } = readMapping(Buffer.from(BANK_MAPPING), 'bank.yaml');
  const read = readMappedBank(Buffer.from(bankText(lines)), file, { mapping });
  expect(read?.problems).toEqual([]);
  return read!;
}

type Scene = Readonly<{
  bank?: readonly (readonly string[])[];
  stripe?: readonly StatementFile[];
  issued?: readonly InvoiceFile[];
  memory?: Partial<ReconcileMemory>;
  options?: Partial<MatchOptions>;
  asOf?: string;
}>;

/** The ledger was billed what the invoices say, so that only the other sides speak. */
export function inputOf(invoices: readonly InvoiceCells[], scene: Scene = {}): ReconcileInput {
  const content = tracker(invoices);
  const cells = content.invoices
    .filter(({ units }) => units !== 0n)
    .map(({ id, party, day, units, currency }) => ({
      ...{ source: 'ledger', invoice: id, names: [party], day, units, currency },
      ...{ charges: 1, unknown: 0, isEstimate: false },
    }));
  return {
    ...{ tracker: content, cells, through: new Map(), closes: [] },
    statements: (scene.bank ?? []).map((lines, i) => bank(lines, `bank-${i}.csv`)),
    ...{ stripe: scene.stripe ?? [], invoiceFiles: scene.issued ?? [] },
    memory: { ...MEMORY, ...scene.memory },
    options: { ...DEFAULT_OPTIONS, ...scene.options },
    asOf: parseDay(scene.asOf ?? '2026-03-20'),
  };
}

/** `A-1 differs: bank amount_differs -0.50 <- b1 named`, then findings. */
export function told(invoices: readonly InvoiceCells[], scene: Scene = {}): readonly string[] {
  const { rows, findings } = reconcile(inputOf(invoices, scene));
  return [
    ...rows.map(({ id, outcome, reasons, matches, suggestions }) => {
      const open = reasons.filter(({ isSettled, with: side }) => !isSettled && side !== 'tracker');
      const why = open.map(({ with: side, code, difference }) =>
        difference === undefined
          ? ` ${side} ${code}`
          : ` ${side} ${code} ${formatExact(difference)}`,
      );
      const by = matches
        .filter((match) => match.with !== 'ledger')
        .map(({ ids, pass }) => ` <- ${[...ids].sort().join('+')} ${pass}`);
      const maybe = suggestions.map(({ match }) => ` ? ${match}`).sort();
      return `${id} ${outcome}${[why.join(','), ...by, ...maybe].join('')}`;
    }),
    ...findings.map(({ code, subject, difference }) => {
      const amount = difference === undefined ? '' : ` ${formatExact(difference)}`;
      return `${code} ${subject}${amount}`;
    }),
  ];
}

export const HOSTING = { vendor: 'Acme Hosting', date: '2026-03-01', due: '2026-03-15' };
