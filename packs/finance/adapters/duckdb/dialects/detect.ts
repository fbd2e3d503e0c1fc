/** Header -> mapping. A format that the person names is taken at their word; `auto` looks. */
import type { ExportFormat } from '../../../ports/intake.ts';
import { isAwsCur, mapAwsCur } from './aws-cur.ts';
import { isAzureEa, mapAzureEa } from './azure-ea.ts';
import { isFocus, mapFocus } from './focus.ts';
import type { Mapping, SourceColumn } from './mapping.ts';

export type Header =
  | Readonly<{ kind: 'csv' | 'parquet'; columns: readonly SourceColumn[] }>
  | Readonly<{
      kind: 'jsonl';
      columns: readonly SourceColumn[];
      /** Some number may have more digits than a double keeps. */
      hasLongNumbers: boolean;
    }>;

export function mapHeader(header: Header, format: ExportFormat): Mapping | undefined {
  const { columns, kind } = header;
  switch (format) {
    case 'focus':
      return mapFocus(columns, kind);
    case 'aws-cur':
      return mapAwsCur(columns);
    case 'azure-ea':
      return mapAzureEa(columns);
    case 'auto':
      if (isAwsCur(columns)) return mapAwsCur(columns);
      if (isAzureEa(columns)) return mapAzureEa(columns);
      return isFocus(columns) ? mapFocus(columns, kind) : undefined;
  }
}
