/**
 * A process that installs the given packs in turn, so that `current` switches each time.
 *
 *     node install-loop.ts <target> <rounds> <built pack> <built pack>
 */
import { createHost } from '../../src/host.ts';
import { applyInstall, planInstall } from '../../src/pack/change/install.ts';

const [target = '', rounds = '', ...packs] = process.argv.slice(2);
const host = createHost(process);
for (let round = 1; round <= Number(rounds); round += 1) {
  const spec = packs[round % packs.length]!;
  const plan = await planInstall({ spec, target }, host);
  await applyInstall(plan, host, { accepted: plan.permissions.hash });
}
