/**
 * Cells of the ledger -> exact sums per budget line and service, in the currency of the budgets.
 * Sums do not depend on the order of the cells.
 */
import type { BudgetsConfig } from '../core/budget.ts';
import type { Classifier } from '../core/classify.ts';
import { compareText } from '../core/order.ts';
import type { Cell } from '../ports/warehouse.ts';

export type Sum = Readonly<{
  units: bigint;
  charges: number;
  /** Charges without an amount, which is not in `units`. */
  unknown: number;
}>;

export type ServiceTally = Sum &
  Readonly<{
    /** Index of the line that pays; undefined: unbudgeted. */
    line: number | undefined;
    /** Index of the service in the config; undefined: only the charges name it. */
    service: number | undefined;
    name: string;
  }>;

export type Tally = Readonly<{
  /** Listed services in the order of the config, then the others by amount, the largest first. */
  services: readonly ServiceTally[];
  /** Per line of the config. */
  lines: readonly Sum[];
  /** Undefined where every charge has a line. */
  unbudgeted: Sum | undefined;
  total: Sum;
}>;

export const NOTHING: Sum = { units: 0n, charges: 0, unknown: 0 };

const NAMELESS = '(no service name)';

export function tally(
  cells: readonly Cell[],
  config: BudgetsConfig,
  classifier: Classifier,
): Tally {
  const services = new Map<string, ServiceTally>();
  for (const cell of cells) {
    if (cell.currency !== config.currency) continue;
    const line = classifier.lineOf(cell.key);
    const service = classifier.serviceOf(cell.key);
    const name = nameOf(cell, service, { config, classifier });
    const id = JSON.stringify([line, service, name]);
    const before = services.get(id) ?? NOTHING;
    services.set(id, { line, service, name, ...addSums(before, cell) });
  }
  return total([...services.values()].sort(compareServices), config);
}

/** The service of a cell: as the config calls it, else as the charges do. */
export function serviceNameOf(cell: Cell, names: Names): string {
  return nameOf(cell, names.classifier.serviceOf(cell.key), names);
}

type Names = Readonly<{ config: BudgetsConfig; classifier: Classifier }>;

function nameOf(cell: Cell, service: number | undefined, { config, classifier }: Names): string {
  if (service !== undefined) return config.services[service]!.name;
  return classifier.nameOf(cell.key) ?? NAMELESS;
}

function total(services: readonly ServiceTally[], config: BudgetsConfig): Tally {
  const sumWhere = (line: number | undefined) =>
    services.filter((each) => each.line === line).reduce(addSums, NOTHING);
  return {
    services,
    lines: config.lines.map((_, line) => sumWhere(line)),
    unbudgeted: services.some(({ line }) => line === undefined) ? sumWhere(undefined) : undefined,
    total: services.reduce(addSums, NOTHING),
  };
}

export function addSums(a: Sum, b: Sum): Sum {
  return {
    units: a.units + b.units,
    charges: a.charges + b.charges,
    unknown: a.unknown + b.unknown,
  };
}

/** Charges, and not one of them with an amount: nothing is known, and that is not zero. */
export function isUnknown({ charges, unknown }: Pick<Sum, 'charges' | 'unknown'>): boolean {
  return charges > 0 && charges === unknown;
}

function compareServices(a: ServiceTally, b: ServiceTally): number {
  const byService = rank(a.service) - rank(b.service);
  if (byService !== 0) return byService;
  if (a.service === undefined && a.units !== b.units) return a.units > b.units ? -1 : 1;
  return compareText(a.name, b.name) || rank(a.line) - rank(b.line);
}

/** What has no place in the config comes after all that has. */
function rank(index: number | undefined): number {
  return index ?? Number.MAX_SAFE_INTEGER;
}
