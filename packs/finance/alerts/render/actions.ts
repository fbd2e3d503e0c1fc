/** What became of actions in an evaluation. */
import type { Paint } from 'brctl/sdk';
import type { ActionOutcome, ActionsDone } from '../../core/actions/outcome.ts';
import { oneLine } from '../../core/one-line.ts';

type State = ActionOutcome['state'];

const WORDS: Readonly<Record<State, string>> = {
  held: 'held back',
  idle: 'not done',
  'waiting-approval': 'waits',
  armed: 'ready',
  switching: 'under way',
  switched: 'done',
  restoring: 'under way',
  restored: 'undone',
  failed: 'failed',
  drifted: 'drifted',
};
const WIDTH = 'held back'.length;

/** One line each; no text where there is nothing to say. */
export function actionsText({ isBusy, outcomes }: ActionsDone, paint: Paint): string {
  const lines = outcomes.map(({ id, subject, state, why }) => {
    const { action, rule, period } = subject;
    const about = `${action} for ${rule}${period === null ? '' : ` ${period}`}`;
    const next = state === 'waiting-approval' ? ` (alerts actions approve ${id})` : '';
    const word = paintOf(state, paint)(WORDS[state].padEnd(WIDTH));
    return `${word}  ${oneLine(`${about}: ${why}`)}${next}`;
  });
  if (isBusy) lines.push('another process is carrying out actions; none was begun here');
  return lines.length === 0 ? '' : `${lines.join('\n')}\n\n`;
}

function paintOf(state: State, { green, red, yellow }: Paint): (text: string) => string {
  if (state === 'failed' || state === 'drifted') return red;
  return state === 'switched' || state === 'restored' ? green : yellow;
}

export function actionsJson({ outcomes }: ActionsDone) {
  return outcomes.map(({ id, subject, state, why }) => {
    const { action, rule, scope, period } = subject;
    return { id, action, rule, scope, period, state, reason: why };
  });
}
