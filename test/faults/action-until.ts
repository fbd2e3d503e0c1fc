/**
 * A process that carries out an action and kills itself at a step, the way a power cut would. Run
 * by action-kill.test.ts.
 *
 *     node action-until.ts <target> <config> <now> <step>
 */
import { readFileSync } from 'node:fs';
import type { ActionPorts } from '../../packs/finance/actions/ports.ts';
import { runActions } from '../../packs/finance/actions/run.ts';
import type { Actuator } from '../../packs/finance/ports/action-runner.ts';
import { firing, place } from '../support/action-ports.ts';
import { killPoints } from './kill-point.ts';

const [target = '', file = '', now = '', last = ''] = process.argv.slice(2);
const at = place(target, readFileSync(file, 'utf8'));
const ports = await at.open(Number(now));

const { aroundAsync: around, count, point: step } = killPoints(last);

function killing(actuator: Actuator): Actuator {
  const { look, act, check, undo, forget } = actuator;
  return {
    look: around(look),
    act: around(act),
    check,
    undo: around(undo),
    forget: around(forget),
  };
}

const { state, tools } = ports;
const watched: ActionPorts = {
  ...ports,
  state: {
    ...state,
    change: (nowMs, body) => {
      step();
      const result = state.change(nowMs, (before) => {
        const change = body(before);
        // Within the transaction: nothing of it must be left.
        step();
        return change;
      });
      step();
      return result;
    },
  },
  tools: {
    ...tools,
    envFile: async (given) => killing(await tools.envFile(given)),
    commands: async (given) => {
      const { run } = await tools.commands(given);
      return { run: around(run) };
    },
  },
};
await runActions(watched, { config: at.config, records: [firing()] });
await ports.close();
process.stdout.write(`${count()} steps\n`);
