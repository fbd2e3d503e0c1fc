/**
 * A process that does one `brctl finance alerts evaluate` at an instant, all of it: ledger, states,
 * outbox, actions, channels. Run by evaluate-kill.test.ts.
 *
 *     node evaluate-until.ts <target> <now>
 *
 * Prints `ready` when it begins, and the outcome.
 */
import { alertsEvaluateCommand } from '../../packs/finance/alerts/evaluate.ts';
import { openEvaluate } from '../../packs/finance/wire.ts';
import { answer, contextIn } from '../support/answer.ts';

const [target = '', now = ''] = process.argv.slice(2);
const context = contextIn(target, Number(now), { OPS_SECRET: 'a secret of nobody' });
process.stdout.write('ready\n');
const { outcome } = await answer(alertsEvaluateCommand(openEvaluate), context);
process.stdout.write(`${outcome}\n`);
