/**
 * A process that changes a pack and kills itself at a step, the way a power cut would: nothing is
 * caught, nothing is cleaned up.
 *
 *     node change-until.ts <task as JSON> <target> <step>
 */
import { createHost } from '../../src/host.ts';
import { perform } from './change.ts';

const [task = '', target = '', last = ''] = process.argv.slice(2);
let steps = 0;
const step = (): void => {
  steps += 1;
  if (steps === Number(last)) process.kill(process.pid, 'SIGKILL');
};
await perform(JSON.parse(task), target, { host: createHost(process), step });
