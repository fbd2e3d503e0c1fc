/**
 * A mistake of the person or of the world: wrong flag, unreadable file, locked target.
 *
 * Whatever else escapes a command is our bug. `kind` is what a caller may act on; only
 * `src/main.ts` knows which exit code a kind becomes. A pack carries its own copy of this class
 * inside its bundle, so errors are recognised by brand (`isBrctlError`), never by `instanceof`.
 */
export type ErrorKind =
  | 'usage'
  | 'operational'
  | 'auth'
  | 'integrity'
  | 'incompatible'
  | 'consent'
  | 'locked'
  | 'config_conflict';

const BRAND = Symbol.for('brctl.error');

export type ErrorDetails = Readonly<{
  /** Kebab-case noun, stable across releases: what scripts match on. */
  code: string;
  /** What happened and where (file:line:column or id). One line. */
  message: string;
  /** What the person can do next. One line. */
  hint?: string | undefined;
  cause?: unknown;
}>;

export class BrctlError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly hint: string | undefined;
  readonly [BRAND] = true;

  constructor(kind: ErrorKind, details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'BrctlError';
    this.kind = kind;
    this.code = details.code;
    this.hint = details.hint;
  }
}

export function isBrctlError(value: unknown): value is BrctlError {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** The flags or arguments make no sense. Exit code 2. */
export function usageError(code: string, message: string, hint?: string): BrctlError {
  return new BrctlError('usage', { code, message, hint });
}

/** The system said no: a file, a disk, a network. Exit code 3. */
export function operationalError(code: string, message: string, hint?: string): BrctlError {
  return new BrctlError('operational', { code, message, hint });
}
