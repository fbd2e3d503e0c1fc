/**
 * Files that whoever collects metrics reads whenever it likes: each is whole at any time, and those
 * that nobody asks for any more do not go on saying what was so once. Paths are relative to the
 * data folder of the pack.
 */
export type MetricsFile = Readonly<{
  /**
   * Replaces `path`; others may read it.
   *
   * @throws BrctlError (operational) where it cannot be written; the old one is there then.
   */
  write(path: string, text: string): Promise<void>;
  /**
   * Removes what `write` has made in a folder, but for the path `kept`; nothing that others put
   * there.
   *
   * @throws BrctlError (operational) where one cannot be removed.
   */
  removeOthers(folder: string, kept: string | undefined): Promise<void>;
}>;
