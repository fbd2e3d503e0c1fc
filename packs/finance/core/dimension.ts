/**
 * What charges can be grouped and matched by: a FOCUS column, an `x_` column, one tag
 * (`Tags.team`), or the feed they came from (`Source`).
 */
import { isFocusColumn } from './focus.ts';

export type Dimension = string & { readonly __brand: 'Dimension' };

const TAG = /^Tags\.(.+)$/s;
const EXTRA = /^x_[A-Za-z0-9_]+$/;

export function isDimension(name: string): name is Dimension {
  return name === 'Source' || TAG.test(name) || EXTRA.test(name) || isFocusColumn(name);
}

/**
 * The UTC day of the basis, `2025-12-22`: what a question may group by besides, and no rule may ask
 * for. A charge that is spread is one charge of each of its days.
 */
export const DAY = 'Day' as Dimension;

/** @throws RangeError for a name that no charge can have. */
export function dimension(name: string): Dimension {
  if (!isDimension(name)) throw new RangeError(`not a column of a charge: "${name}"`);
  return name;
}

/** The key of a tag dimension, or undefined for a plain column. */
export function tagKey(name: Dimension): string | undefined {
  return TAG.exec(name)?.[1];
}
