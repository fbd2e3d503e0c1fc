/** Which action somebody means, and who they are. */
import { BrctlError, operationalError, type RoleBinding, usageError } from 'brctl/sdk';
import type { ActionInstance } from '../core/actions/action.ts';
import type { ActionPorts } from './ports.ts';
import { shortId } from './run.ts';

const PREFIX_MIN = 4;

/** By the beginning of its id. */
export function actionNamed(
  instances: readonly ActionInstance[],
  typed: string,
  ports: Pick<ActionPorts, 'sha256'>,
): ActionInstance {
  const hint = 'brctl finance alerts actions list --all';
  if (typed.length < PREFIX_MIN || !/^[0-9a-f]+$/.test(typed)) {
    throw usageError('action-unknown', `${JSON.stringify(typed)} is no id of an action`, hint);
  }
  const fitting = instances.filter(({ key }) => shortId(ports, key).startsWith(typed));
  if (fitting.length === 1) return fitting[0]!;
  const what = fitting.length === 0 ? 'there is no action' : 'more than one action begins with';
  throw usageError('action-unknown', `${what} ${typed}`, hint);
}

const STEWARD = 'policy-steward';

/**
 * Who holds the role, as it is bound. brctl knows nobody by their face: whoever may run it in this
 * target can say any name, and the journal says which one was said.
 */
export function stewardNamed(typed: string, bindings: readonly RoleBinding[]): string {
  const holders = bindings.filter(({ role }) => role === STEWARD);
  const wanted = typed.trim().toLowerCase();
  const found = holders.find(({ to, email }) =>
    [to, to.slice(to.indexOf(':') + 1), email]
      .filter((each) => each !== undefined)
      .some((each) => each.toLowerCase() === wanted),
  );
  if (found !== undefined && wanted !== '') return found.to;
  const held = holders.map(({ to }) => to).join(', ');
  const isNobody = held === '';
  throw new BrctlError('consent', {
    code: 'role-missing',
    message: isNobody
      ? `nobody is ${STEWARD}, whose word it takes`
      : `${JSON.stringify(typed)} is not ${STEWARD}: ${held} is`,
    // Whoever is turned away is not told how to become it.
    hint: isNobody
      ? 'whoever runs this deployment says who it is: brctl role bind'
      : `it is for ${STEWARD} to say, with --by as the role is bound: brctl role list`,
  });
}

export function busyError(): BrctlError {
  return new BrctlError('locked', {
    code: 'actions-busy',
    message: 'another process is carrying out actions of this target',
    hint: 'try again when it has ended',
  });
}

export function notSo(action: string, why: string): BrctlError {
  return operationalError('action-state', `${action} ${why}`);
}
