/** The alerts that fire now, as the last evaluation left them: what a silence has to do with. */
import { compileMatchers, type Labels, type Silence } from '../../core/alert-state/silence.ts';
import { isOpen } from '../../core/alert-state/state.ts';
import type { SilencePorts } from './ports.ts';

/** Their labels. */
export function firingIn(store: Pick<SilencePorts['store'], 'peek'>): readonly Labels[] {
  return store
    .peek()
    .memory.alerts.filter(({ state }) => isOpen(state))
    .map(({ labels }) => labels);
}

/** How many of them it matches, whether or not it is in force. */
export function matchedBy({ matchers }: Silence, firing: readonly Labels[]): number {
  return firing.filter(compileMatchers(matchers)).length;
}
