/** Text that goes into SQL: identifiers and literals, quoted. Nothing else builds a literal. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function literalList(texts: readonly string[]): string {
  return `(${texts.map(literal).join(', ')})`;
}

/** A file by exactly this name: the engine takes a name with these letters for a pattern. */
export function pathLiteral(path: string): string {
  return literal(path.replace(/[[*?]/g, '[$&]'));
}

/** `CASE WHEN … THEN … ELSE … END`; no branches give the last value. */
export function caseWhen(
  branches: readonly (readonly [string, string])[],
  otherwise: string,
): string {
  if (branches.length === 0) return otherwise;
  const arms = branches.map(([test, value]) => `WHEN ${test} THEN ${value}`).join(' ');
  return `CASE ${arms} ELSE ${otherwise} END`;
}

/**
 * Charges files as a relation. A ledger's path looks like partition columns to the engine; a
 * single file is read as what it is.
 */
export function chargesIn(...paths: readonly string[]): string {
  return parquet(paths, 'union_by_name = true, hive_partitioning = false');
}

/** The same with the path of each row as `filename`. */
export function chargesByFile(...paths: readonly string[]): string {
  return parquet(paths, 'union_by_name = true, hive_partitioning = false, filename = true');
}

/** A ledger: `source` and `period` are in the path, as text. */
export function ledgerIn(...paths: readonly string[]): string {
  const reading = 'union_by_name = true, hive_partitioning = true, hive_types_autocast = false';
  return parquet(paths, reading);
}

function parquet(paths: readonly string[], reading: string): string {
  return `read_parquet([${paths.map(pathLiteral).join(', ')}], ${reading})`;
}
