/**
 * A process in which `current` of the hello pack goes back and forth between two generations.
 *
 *     node switch-loop.ts <target> <switches>
 */
import { createHost } from '../../src/host.ts';
import { applyRollback, planRollback, type RollbackPlan } from '../../src/pack/change/rollback.ts';

const [target = '', switches = ''] = process.argv.slice(2);
const host = createHost(process);
const plans = new Map<string, RollbackPlan>();
for (let each = 1; each <= Number(switches); each += 1) {
  const to = each % 2 === 1 ? 'g0001' : 'g0002';
  const question = { pack: 'hello', target, to, policy: 'merge' } as const;
  const plan = plans.get(to) ?? planRollback(question, host);
  plans.set(to, plan);
  // Planned again under the lock, as ever.
  await applyRollback(plan, host);
}
