/** Notices on standard output: for containers whose output is collected, and for trying out. */
import type { Context } from 'brctl/sdk';
import { alertMessage } from '../../core/notices/message.ts';
import { delivered } from '../../core/notices/outcome.ts';
import { messageText } from '../../core/notices/text.ts';
import type { Notifier } from '../../ports/notifier.ts';

export function stdoutChannel({ streams }: Pick<Context, 'streams'>): Notifier {
  return {
    send: async (row) => {
      streams.out(`${messageText(alertMessage(row))}\n`);
      return delivered();
    },
    close: async () => undefined,
  };
}
