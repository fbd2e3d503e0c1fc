/**
 * How a command that ran to its end went. Errors are thrown, not returned.
 *
 * `findings`: the command did its work, and what it found needs a person (a threshold fired, a
 * charge has no budget, a file did not validate). Exit code 1.
 */
export type Outcome = 'ok' | 'findings';
