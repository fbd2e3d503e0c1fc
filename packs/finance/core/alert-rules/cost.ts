/** What rules about money share: how much was spent in a period, and whether it is known. */

import type { Owner, Scope } from '../alert-config/config.ts';
import type { AlertRule } from '../alert-config/rule.ts';
import { addDays, type Day, type DayRange, dayRange, formatDay } from '../day.ts';
import { dimension } from '../dimension.ts';
import type { AlertNotes } from '../notices/annotation.ts';
import { compareText } from '../order.ts';
import { clauses, moneyText } from './amount-text.ts';
import { type Charges, type Series, type Spend, spendBy, spendOf } from './charges.ts';
import {
  CHARGES_FRESH_MS,
  type Feeds,
  feedsOf,
  freshnessText,
  silenceText,
  staleIn,
} from './freshness.ts';
import type { World } from './judged.ts';
import { growthStart, OWNER_BASIS } from './question.ts';
import type { PeriodSpan } from './span.ts';

/** The charges of one thing, on one basis. */
export type Purse = Readonly<{
  charges: Charges;
  series: readonly Series[];
  currency: string;
  feeds: Feeds;
}>;

export type PurseAsked = Readonly<{
  charges: Charges;
  series: readonly Series[];
  currency: string;
  isAll: boolean;
  names: readonly string[];
}>;

export function purseOf({ isAll, names, ...asked }: PurseAsked, world: World): Purse {
  const { freshness, asOf } = world;
  return { ...asked, feeds: feedsOf({ series: asked.series, isAll, names, freshness, asOf }) };
}

/** What was spent in a period so far, and what of it is known. */
export type Cost = Readonly<{
  purse: Purse;
  period: PeriodSpan;
  /** Of the period, the days that count. */
  range: DayRange;
  spend: Spend;
  /** The last day of the period that is complete; undefined where none is. */
  through: Day | undefined;
  /** Days of the period up to it. */
  complete: number;
  /** Why nothing is known that does not depend on how fresh the data has to be. */
  obstacle: Readonly<{ kind: 'waiting' | 'stale'; reason: string }> | undefined;
  /** What of the amount is not known: enough to fire with, never enough to be below a line. */
  gap: string | undefined;
  /** What has to be said of the amount. */
  remarks: string;
  notes: AlertNotes;
}>;

export function costOf(purse: Purse, period: PeriodSpan, world: World): Cost {
  const { feeds, charges, series, currency } = purse;
  const { start, end } = period.range;
  const range = dayRange(start, Math.min(end, addDays(world.asOf, 1)) as Day);
  const asked = { range, period: charges.period, currency };
  const spend = spendOf(series, asked);
  const reached = feeds.through === undefined ? start - 1 : Math.min(feeds.through, range.end - 1);
  const through = reached < start ? undefined : (reached as Day);
  const { classifier, budgets } = world;
  const top = spendBy(series, asked, ({ key }) => {
    const service = classifier.serviceOf(key);
    return service === undefined ? classifier.nameOf(key) : budgets.services[service]!.name;
  })
    .filter(([, units]) => units > 0n)
    .slice(0, 3);
  return {
    ...{ purse, period, range, spend, through },
    complete: through === undefined ? 0 : through - start + 1,
    obstacle: obstacleOf({ purse, period, spend, through }),
    gap: gapOf(spend, currency),
    remarks: remarksOf(spend, currency),
    notes: {
      currency,
      freshness: feeds.sources.length === 0 ? silenceText(feeds) : freshnessText(feeds.sources),
      estimate: spend.charges === 0 ? undefined : spend.estimated === 0n ? 'reported' : 'estimated',
      contributors: top.map(([name, units]) => `${name} ${moneyText(units, currency)}`).join('; '),
    },
  };
}

function obstacleOf({
  purse,
  period,
  spend,
  through,
}: Pick<Cost, 'purse' | 'period' | 'spend' | 'through'>): Cost['obstacle'] {
  const { feeds, series, currency } = purse;
  if (feeds.sources.length === 0) {
    return { kind: 'stale', reason: `unknown: ${silenceText(feeds)}` };
  }
  if (series.length > 0 && series.every((each) => each.currency !== currency)) {
    const codes = [...new Set(series.map((each) => each.currency))].sort().join(', ');
    return { kind: 'stale', reason: `unknown: it is in ${currency}, and its charges in ${codes}` };
  }
  if (spend.charges > 0 && spend.charges === spend.unknown) {
    return { kind: 'stale', reason: 'unknown: none of its charges has an amount' };
  }
  if (spend.charges > 0 || through !== undefined) return undefined;
  const news = `no charges of ${period.span.label} yet`;
  return { kind: 'waiting', reason: clauses(news, freshnessText(feeds.sources)) };
}

function remarksOf({ estimated, unknown, others }: Spend, currency: string): string {
  const foreign = foreignText(others);
  return clauses(
    estimated === 0n ? undefined : `${moneyText(estimated, currency)} of it estimated`,
    unknown === 0 ? undefined : 'charges without an amount are not in it',
    foreign === undefined ? undefined : `${foreign} besides, not converted`,
  );
}

/** With the way out: who has such charges for good would else never know again. */
function gapOf({ unknown, others }: Spend, currency: string): string | undefined {
  const foreign = foreignText(others);
  if (foreign === undefined && unknown === 0) return undefined;
  const way = `match BillingCurrency: ${currency} to leave it out`;
  return `unknown: ${clauses(
    foreign === undefined ? undefined : `${foreign} besides is not converted (${way})`,
    unknown === 0 ? undefined : `${unknown} of its charges without an amount`,
  )}`;
}

function foreignText(others: Spend['others']): string | undefined {
  const foreign = [...others]
    .filter(([, units]) => units !== 0n)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, units]) => moneyText(units, code));
  return foreign.length === 0 ? undefined : foreign.join(', ');
}

/**
 * Whether what is known is too old for a rule. Where only some sources are late the amount is at
 * least what the others say: `isPartial`, enough to fire and never enough to resolve.
 */
export function latenessOf(
  { purse, period }: Pick<Cost, 'purse' | 'period'>,
  { freshnessMs }: Pick<AlertRule, 'freshnessMs'>,
  asOf: Day,
): Readonly<{ reason: string; isPartial: boolean }> | undefined {
  const limitMs = freshnessMs ?? CHARGES_FRESH_MS;
  const { sources } = purse.feeds;
  const late = staleIn(purse.feeds, { range: period.range, asOf, limitMs });
  if (late.length === 0) return undefined;
  const reason = `stale: ${freshnessText(late)}`;
  return { reason, isPartial: late.length < sources.length };
}

/** Who has to look; of a tag those that most was spent by. */
export function ownerOf(owner: Owner | undefined, { purse, range }: Cost): string | undefined {
  if (owner?.by !== 'tag') return owner?.role;
  return spenders(owner.tag, { ...purse, currencies: [purse.currency], range });
}

/**
 * Who a limit of usage belongs to: a reading has no tags, so those of what its service was charged
 * for in four weeks say it.
 */
export function usageOwner(
  owner: Owner | undefined,
  scope: Scope,
  { charges: known, asOf }: Pick<World, 'charges' | 'asOf'>,
): string | undefined {
  if (owner?.by !== 'tag') return owner?.role;
  const charges = known.get(OWNER_BASIS);
  if (charges === undefined || scope.of !== 'service') return undefined;
  const series = charges.matching(scope.match);
  const currencies = [...new Set(series.map(({ currency }) => currency))].sort(compareText);
  const range = dayRange(growthStart(asOf), addDays(asOf, 1));
  return spenders(owner.tag, { charges, series, currencies, range });
}

type Spending = Pick<Purse, 'charges' | 'series'> &
  Readonly<{ currencies: readonly string[]; range: DayRange }>;

const SPENDERS_SHOWN = 3;

function spenders(
  tag: string,
  { charges, series, currencies, range }: Spending,
): string | undefined {
  const position = charges.groupBy.indexOf(dimension(`Tags.${tag}`));
  const names = currencies.flatMap((currency) => {
    const asked = { range, period: charges.period, currency };
    return spendBy(series, asked, ({ key }) => key[position] ?? null).map(([name]) => name);
  });
  const shown = [...new Set(names)].slice(0, SPENDERS_SHOWN);
  return shown.length === 0 ? undefined : shown.join(', ');
}

/** The amount of the complete days of the period. */
export function completeUnits({ purse, range, through }: Cost): bigint {
  const { charges, series, currency } = purse;
  if (through === undefined) return 0n;
  const days = dayRange(range.start, addDays(through, 1));
  return spendOf(series, { range: days, period: charges.period, currency }).units;
}

export function throughText({ through }: Cost): string {
  return through === undefined ? 'no complete day' : `through ${formatDay(through)}`;
}
