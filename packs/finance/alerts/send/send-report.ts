/** Whether somebody has to look after a run of the sender. */
import { BrctlError } from 'brctl/sdk';
import { type SendReport, shortfallOf } from '../../core/alert-state/sending.ts';

/**
 * What an exit has to say after the result is printed, as `outcome` of a command: exit 4 where a
 * key or permission is wrong, 3 for anything else that did not arrive.
 *
 * @throws BrctlError
 */
export function requireSent(report: SendReport): void {
  const shortfall = shortfallOf(report);
  if (shortfall === undefined) return;
  const { kind, ...said } = shortfall;
  throw new BrctlError(kind, said);
}
