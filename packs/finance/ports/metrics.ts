/** Files that whoever collects metrics reads whenever it likes: each is whole at any time. */
export type MetricsFile = Readonly<{
  /**
   * Replaces `path`, which is relative to the data folder of the pack; others may read it.
   *
   * @throws BrctlError (operational) where it cannot be written; the old one is there then.
   */
  write(path: string, text: string): Promise<void>;
}>;
