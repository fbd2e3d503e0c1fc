/**
 * The ledger's columns in their order, filled from a mapping. Columns that an export does not
 * carry are NULL of the right type, so every file of the ledger has the same FOCUS columns.
 */
import { COST_SOURCES, FOCUS_COLUMNS } from '../../../core/focus.ts';
import type { Mapping } from '../dialects/mapping.ts';
import { literalList } from '../sql.ts';
import { NARROW } from './amount.ts';
import { as, asText, type MappedColumn } from './conversion.ts';

export const COST_SOURCE = 'x_CostSource';
const BILLED: (typeof COST_SOURCES)[number] = 'provider_billed';

export type Convert = (column: MappedColumn) => string;

/** SELECT list: all FOCUS columns, where the cost came from, then the export's own extras. */
export function projection(mapping: Mapping, convert: Convert): string {
  const byTarget = new Map(mapping.columns.map((column) => [column.target, column]));
  const focus = FOCUS_COLUMNS.map(({ name, kind }) => {
    const column = byTarget.get(name);
    return as(column === undefined ? `CAST(NULL AS ${absentType(kind)})` : convert(column), name);
  });
  const own = byTarget.get(COST_SOURCE);
  const costSource = own === undefined ? `'${BILLED}'` : `COALESCE(${convert(own)}, '${BILLED}')`;
  const extras = extrasOf(mapping).map((column) => as(convert(column), column.target));
  return [...focus, as(costSource, COST_SOURCE), ...extras].join(',\n  ');
}

export function extrasOf(mapping: Mapping): MappedColumn[] {
  return mapping.columns
    .filter(({ target }) => target.startsWith('x_') && target !== COST_SOURCE)
    .sort((a, b) => (a.target < b.target ? -1 : 1));
}

/** A cost source that brctl does not know would silently count as billed. */
export function unknownCostSource(mapping: Mapping): string {
  const own = mapping.columns.find(({ target }) => target === COST_SOURCE);
  if (own === undefined) return 'false';
  const said = asText(own);
  return `${said} IS NOT NULL AND ${said} NOT IN ${literalList([...COST_SOURCES])}`;
}

function absentType(kind: MappedColumn['kind']): string {
  if (kind === 'cost' || kind === 'number') return NARROW;
  return kind === 'time' ? 'TIMESTAMP' : 'VARCHAR';
}
