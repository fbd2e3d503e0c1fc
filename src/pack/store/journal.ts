/**
 * The change that is in flight, as a file that is there only while one is. `current` decides what
 * a change that died comes to: where it names the journal's generation the rest is done, else the
 * journal is dropped. No pack is ever in a state "half installed".
 */
import { rmSync } from 'node:fs';
import journalSchema from '../../../schemas/journal.schema.json' with { type: 'json' };
import { BrctlError, place } from '../../sdk/index.ts';
import { replaceFile, textIfThere } from '../disk.ts';
import { ownSchema } from '../schema/json-schema.ts';
import { parseJson } from '../schema/yaml-document.ts';
import type { LockEntry } from './lockfile.ts';
import type { Owned } from './owned.ts';

/**
 * What becomes of one config file once `current` has switched. Where nothing stands at `path`, its
 * text is put there before, so that whoever sees the new generation sees the file.
 */
export type ConfigStep = Readonly<{
  /** Below `config/<pack>`. */
  path: string;
  /** Where the operator's file was: elsewhere, when the pack has renamed it. */
  seenAt: string;
  /** Hexadecimal SHA-256 of what was there when it was decided; null where nothing was. */
  before: string | null;
  /** The shipped text that it began from, in base64: where the operator was faster, still does. */
  base: string | null;
  /** In this order; content in base64, so that every byte survives. */
  writes: readonly Readonly<{ path: string; content: string }>[];
  /** After the writes. */
  removes: readonly string[];
}>;

/** One change of one pack, decided in full. */
export type Change = Readonly<{
  action: 'install' | 'upgrade' | 'link' | 'rollback' | 'uninstall';
  pack: string;
  /** The generation that was current. */
  from: string | null;
  /** The one that becomes so; null takes the pack away. */
  to: string | null;
  config: readonly ConfigStep[];
  /** What the target has from the pack then. */
  owned: Owned;
  /** Null takes the entry out. */
  lock: LockEntry | null;
  /** An uninstall that takes config and data with it. */
  purge: boolean;
}>;

export function readJournal(file: string): Change | undefined {
  const text = textIfThere(file);
  if (text === undefined) return undefined;
  // As text: it is not somebody's input, and texts of config files may be long.
  const document = parseJson(text, file);
  const [problem] = [...document.problems, ...ownSchema(journalSchema).check(document)];
  if (problem !== undefined) {
    throw new BrctlError('integrity', {
      code: 'journal-invalid',
      message: `${place(problem)}: ${problem.message}`,
      hint: 'it tells of a change that died; without the file, brctl goes on from what is current',
    });
  }
  const { schemaVersion: _, ...change } = document.value as Change & { schemaVersion: 1 };
  return change;
}

export function writeJournal(file: string, change: Change): void {
  replaceFile(file, `${JSON.stringify({ schemaVersion: 1, ...change }, null, 2)}\n`);
}

export function dropJournal(file: string): void {
  rmSync(file, { force: true });
}
