/**
 * Files that a person names, turned into the list of files to read. A folder with a provider's
 * manifest gives exactly what the manifest names: a glob would add up superseded runs.
 */
export type ExportFile = Readonly<{
  /** Absolute. */
  path: string;
  /** As the person would recognise it in a message. */
  label: string;
  kind: 'csv' | 'jsonl' | 'parquet';
  gzip: boolean;
  bytes: number;
  /** csv only. */
  header?: readonly string[];
  delimiter?: string;
  /** Rows the manifest promises, where it does. */
  rowsExpected?: number | undefined;
}>;

export type ExportSet = Readonly<{
  files: readonly ExportFile[];
  /** What was left out and why, one sentence each. */
  notes: readonly string[];
  /** Files that are there but cannot be an export: empty, of no known kind, without a header. */
  problems: readonly Readonly<{ file: string; message: string }>[];
}>;

/** What was read, for the record. */
export type FileDigest = Readonly<{
  path: string;
  bytes: number;
  /** Of the bytes as they are on disk. */
  sha256: string;
  /** Of what they say: the same for a file and its gzip. */
  content: string;
  /** The compressed stream is damaged or cut short; engines take that for a short file. */
  damage: string | undefined;
}>;

export type ExportFiles = Readonly<{
  /**
   * Files in a total order: as named, and sorted inside a folder.
   *
   * @throws BrctlError (operational) for a path that is missing or unreadable, a folder without
   *   data files, and a manifest that names a file which is not there.
   */
  find(paths: readonly string[]): Promise<ExportSet>;
  /** Hashes the bytes and, for gzip, decompresses them to the end. */
  digest(file: ExportFile): Promise<FileDigest>;
}>;
