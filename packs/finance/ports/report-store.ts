/**
 * Where the reports go that commands write by default: one folder of the target, one file per
 * name. Writing a name again replaces it; a file is whole or not there at all.
 */
export type ReportStore = Readonly<{
  /**
   * Returns the path as a person can open it.
   *
   * @throws BrctlError (operational) when the folder cannot be written.
   */
  save(name: string, text: string): Promise<string>;
}>;
