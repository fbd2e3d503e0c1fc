/**
 * A process that changes a pack and kills itself at a step, the way a power cut would: nothing is
 * caught, nothing is cleaned up.
 *
 *     node change-until.ts <task as JSON> <target> <step>
 */
import { createHost } from '../../src/host.ts';
import { perform } from './change.ts';
import { killPoints } from './kill-point.ts';

const [task = '', target = '', last = ''] = process.argv.slice(2);
const { point: step } = killPoints(last);
await perform(JSON.parse(task), target, { host: createHost(process), step });
