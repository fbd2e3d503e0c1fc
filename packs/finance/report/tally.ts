/**
 * Cells of the ledger -> exact sums per budget line and service, in the currency of the budgets.
 * Sums do not depend on the order of the cells.
 */
import type { BudgetsConfig } from '../core/budget.ts';
import type { Classifier } from '../core/classify.ts';
import { compareText } from '../core/order.ts';
import type { Cell } from '../ports/warehouse.ts';

export type ServiceTally = Readonly<{
  /** Index of the line that pays; undefined: unbudgeted. */
  line: number | undefined;
  /** Index of the service in the config; undefined: only the charges name it. */
  service: number | undefined;
  name: string;
  units: bigint;
  charges: number;
}>;

export type Tally = Readonly<{
  /** Listed services in the order of the config, then the others by amount, the largest first. */
  services: readonly ServiceTally[];
  /** Per line of the config. */
  lines: readonly bigint[];
  /** Undefined where every charge has a line. */
  unbudgeted: bigint | undefined;
  total: bigint;
}>;

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
    const { units, charges } = services.get(id) ?? { units: 0n, charges: 0 };
    services.set(id, {
      line,
      service,
      name,
      units: units + cell.units,
      charges: charges + cell.charges,
    });
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
    services.filter((each) => each.line === line).reduce((sum, { units }) => sum + units, 0n);
  return {
    services,
    lines: config.lines.map((_, line) => sumWhere(line)),
    unbudgeted: services.some(({ line }) => line === undefined) ? sumWhere(undefined) : undefined,
    total: services.reduce((sum, { units }) => sum + units, 0n),
  };
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
