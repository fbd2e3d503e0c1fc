/**
 * The by-service part: within each category the services of the config in their order, then what
 * else was charged. Shown amounts foot to the category.
 */
import {
  type BudgetsConfig,
  rulesOf,
  type Service,
  serviceBudget,
  UNBUDGETED,
} from '../core/budget.ts';
import { type Classifier, likelyLine } from '../core/classify.ts';
import type { DayRange } from '../core/day.ts';
import { footTo } from '../core/footing.ts';
import { roundUnits } from '../core/money.ts';
import { amount, makeRow, serviceStatus } from './row.ts';
import type { Silence } from './silence.ts';
import { isUnknown, type ServiceTally, type Tally } from './tally.ts';
import type { Row, ServiceRow } from './weekly-report.ts';

export type ServiceInput = Readonly<{
  config: BudgetsConfig;
  classifier: Classifier;
  period: DayRange;
  decimals: number;
  tally: Tally;
  /** Whether actuals are known at all. */
  isKnown: boolean;
  silence: Silence;
  /** The rows that services foot to: the lines, then Unbudgeted where there is any. */
  categories: readonly Row[];
}>;

export function serviceRows(input: ServiceInput): ServiceRow[] {
  const { config, categories, tally } = input;
  const idle = idleServices(input);
  const rows = categories.flatMap((category, i) => {
    const line = i < config.lines.length ? i : undefined;
    const charged = tally.services.filter((each) => each.line === line);
    const waiting = line === undefined ? [] : idle.filter((each) => each.line === line);
    return rowsOf(input, category, inConfigOrder([...charged, ...waiting]));
  });
  const homeless = idle.filter(({ line }) => line === undefined);
  return [...rows, ...rowsOf(input, undefined, homeless)];
}

/** Names of services whose charges more than one category pays for. */
export function splitServices({ config, tally }: Pick<ServiceInput, 'config' | 'tally'>): {
  name: string;
  categories: string[];
}[] {
  return config.services.flatMap(({ name }, index) => {
    const shares = tally.services.filter(({ service }) => service === index);
    const categories = shares.map(({ line }) =>
      line === undefined ? UNBUDGETED : config.lines[line]!.name,
    );
    return shares.length > 1 ? [{ name, categories }] : [];
  });
}

/** Services of the config without charges, and the line that would pay for them. */
function idleServices({ config, classifier, tally }: ServiceInput): ServiceTally[] {
  const charged = new Set(tally.services.map(({ service }) => service));
  return config.services.flatMap((service, index) => {
    if (charged.has(index)) return [];
    const line = likelyLine(rulesOf(service), classifier);
    return [{ line, service: index, name: service.name, units: 0n, charges: 0, unknown: 0 }];
  });
}

/** A stable sort: services that only charges name keep their order, after all others. */
function inConfigOrder(entries: readonly ServiceTally[]): ServiceTally[] {
  const rank = ({ service }: ServiceTally) => service ?? Number.MAX_SAFE_INTEGER;
  return entries.toSorted((a, b) => rank(a) - rank(b));
}

function rowsOf(
  input: ServiceInput,
  category: Row | undefined,
  entries: readonly ServiceTally[],
): ServiceRow[] {
  const { decimals, config } = input;
  const split = new Set(splitServices(input).map(({ name }) => name));
  const listed = entries.map(({ service }) =>
    service === undefined ? undefined : config.services[service],
  );
  const budgets = entries.map(({ name }, i) =>
    listed[i] === undefined || split.has(name) ? undefined : budgetOf(input, listed[i]),
  );
  const shown = shownOf(entries, budgets, { total: category?.actual?.shown ?? 0n, decimals });
  return entries.map((entry, i) => {
    const { name, units, charges } = entry;
    const service = listed[i];
    const actual = isKnownOf(entry, input) ? amount(units, decimals, shown[i]) : undefined;
    const standing = { tier: service?.tier, isUnbudgeted: category?.name === UNBUDGETED };
    return {
      ...makeRow(name, { budget: budgets[i], actual, charges }, serviceStatus(standing)),
      category: category?.name,
      tier: service?.tier,
      purpose: service?.category,
      notes: service?.notes,
      isListed: service !== undefined,
    };
  });
}

/** A service that is on budget is moved by footing only where no other can be. */
function shownOf(
  entries: readonly ServiceTally[],
  budgets: readonly Row['budget'][],
  { total, decimals }: Readonly<{ total: bigint; decimals: number }>,
): bigint[] {
  const wishes = entries.map(({ units }, i) => {
    const rounded = budgets[i]?.rounded;
    return rounded === roundUnits(units, decimals) ? rounded : undefined;
  });
  const exact = entries.map(({ units }) => units);
  return footTo(exact, total, decimals, wishes);
}

function isKnownOf(entry: ServiceTally, { isKnown, silence }: ServiceInput): boolean {
  const isSilent = entry.service !== undefined && silence.services.has(entry.service);
  return isKnown && !isSilent && !isUnknown(entry);
}

function budgetOf({ period, decimals }: ServiceInput, service: Service): Row['budget'] {
  const units = serviceBudget(service, period);
  return units === undefined ? undefined : amount(units, decimals);
}
