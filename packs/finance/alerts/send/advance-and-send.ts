/**
 * The end of an evaluation: states and rows in one transaction, then the sender. The two do not
 * hang together: who dies in between leaves rows that the next run sends.
 */
import type { Advance } from '../../core/alert-advance.ts';
import type { Advanced, AlertBefore, AlertState } from '../../ports/alert-state.ts';
import type { SendPorts } from './ports.ts';
import { type SendAsked, sendDue } from './send.ts';
import type { SendReport } from './send-report.ts';

export type AdvanceAsked<T> = SendAsked &
  Readonly<{
    nowMs: number;
    /** Pure; called within the transaction, so that it sees what is remembered then. */
    body(before: AlertBefore): T;
  }>;

export type AdvancedAndSent<T> = Readonly<{ advanced: Advanced<T>; sending: SendReport }>;

type Ports = Omit<SendPorts, 'store'> &
  Readonly<{ store: SendPorts['store'] & Pick<AlertState, 'advance'> }>;

/** Also where another run has superseded this one: what is due is due. */
export async function advanceAndSend<T extends Pick<Advance, 'memory' | 'rows'>>(
  ports: Ports,
  asked: AdvanceAsked<T>,
): Promise<AdvancedAndSent<T>> {
  const advanced = ports.store.advance(asked.nowMs, asked.body);
  const sending = await sendDue(ports, asked);
  return { advanced, sending };
}
