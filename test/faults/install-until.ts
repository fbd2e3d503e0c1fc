/**
 * A process that installs a pack and kills itself at a step, the way a power cut would: nothing is
 * caught, nothing is cleaned up. Run by pack-install-kill.test.ts.
 *
 *     node install-until.ts <built pack> <target> <step>
 */
import { createHost } from '../../src/host.ts';
import { applyInstall, planInstall } from '../../src/pack/change/install.ts';

const [spec = '', target = '', last = ''] = process.argv.slice(2);
const host = createHost(process);
let steps = 0;
const step = (): void => {
  steps += 1;
  if (steps === Number(last)) process.kill(process.pid, 'SIGKILL');
};
const plan = await planInstall({ spec, target }, host);
await applyInstall(plan, host, { accepted: plan.permissions.hash, step });
