/**
 * Files of usage readings as rows of text with their places: CSV with a header, a JSON array, or
 * JSON objects one after the other. What the texts mean is core/usage/usage.ts.
 */
import type { ReadingField, ReadingText } from '../core/usage/usage.ts';

/** Both from 1; columns count characters. */
export type FilePlace = Readonly<{ line: number; column: number }>;

export type ReadingRow = Readonly<{
  text: ReadingText;
  /** Of a field, or of the row where it does not have that. */
  placeOf(field: ReadingField): FilePlace;
}>;

export type FileTrouble = Readonly<{
  /** Undefined when the file as a whole is wrong. */
  place: FilePlace | undefined;
  message: string;
}>;

export type UsageFile = Readonly<{
  /** As the person named it. */
  label: string;
  rows: readonly ReadingRow[];
  /** What could not be read as rows, in the order of the file. */
  troubles: readonly FileTrouble[];
}>;

export type UsageFiles = Readonly<{
  /** @throws BrctlError (operational) for a path that is missing or unreadable. */
  read(path: string): Promise<UsageFile>;
}>;
