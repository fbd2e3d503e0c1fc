/** `brctl/sdk`: all that a pack may import. The one barrel of the repository. */
export { readBounded, readBoundedText } from './bounded.ts';
export {
  type AnyCommand,
  type ArgumentSpec,
  booleanFlag,
  type Command,
  type CommandSpec,
  type ConfigText,
  defineCommand,
  definePack,
  type FlagSpec,
  type Input,
  listFlag,
  type Pack,
  specOf,
  textFlag,
} from './command.ts';
export type {
  Context,
  DuckDBModule,
  PackContext,
  RoleBinding,
  SqliteModule,
  Streams,
  TargetPaths,
} from './context.ts';
export { compareDiagnostics, type Diagnostic, place, type Severity } from './diagnostic.ts';
export {
  BrctlError,
  type ErrorDetails,
  type ErrorKind,
  isBrctlError,
  operationalError,
  usageError,
} from './error.ts';
export { toJson } from './json.ts';
export type { Outcome } from './outcome.ts';
export { suggest } from './suggest.ts';
export {
  type Cell,
  type Column,
  clip,
  columnWidth,
  renderTable,
  type TableOptions,
} from './table.ts';
export { type Paint, plainPaint, type View } from './view.ts';
