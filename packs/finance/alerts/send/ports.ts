/** What sending asks of the world; `wire.ts` opens it. */
import type { RoleBinding } from 'brctl/sdk';
import type { Outbox } from '../../ports/alert-state.ts';
import type { Notifier, ResolvedChannel } from '../../ports/notifier.ts';
import type { Variables } from '../../ports/variables.ts';

export type ChannelPorts = Readonly<{
  variables: Variables;
  /** @throws BrctlError (operational) where config/roles.yaml cannot be understood. */
  roles(): Promise<readonly RoleBinding[]>;
  /** The adapter of a channel. */
  notifier(channel: ResolvedChannel): Promise<Notifier>;
}>;

export type SendPorts = ChannelPorts &
  Readonly<{
    store: Pick<
      Outbox,
      'block' | 'claim' | 'dueChannels' | 'mark' | 'outbox' | 'postpone' | 'renew'
    >;
    /** Milliseconds since 1970, as time goes on while it sends; never back. */
    clock(): number;
    /** Names a claim. */
    uniqueId(): string;
    /** Ctrl-C: what is under way ends, and nothing new begins. */
    signal: AbortSignal;
  }>;
