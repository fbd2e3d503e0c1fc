/**
 * An action as a signed webhook: the same headers as a notice (signed.ts), and an id that is the
 * same for every try, so whoever receives it does it once. What it takes is 2xx and nothing else.
 *
 *     { "schema": "brctl.finance/action-event/v1", "id", "action", "event": "do" | "undo", "rule",
 *       "scope", "period", "at" }
 */
import { createHash } from 'node:crypto';
import type { Context } from 'brctl/sdk';
import type { ActionResult, ActionSubject } from '../../core/actions/action.ts';
import { encodeKept } from '../../core/actions/codec.ts';
import { cleanResult } from '../../core/actions/words.ts';
import { addressProblem } from '../../core/notices/host.ts';
import { byFailure, byStatus } from '../../core/notices/outcome.ts';
import { secretsInUrl } from '../../core/notices/secrets.ts';
import type { Actuator, Looked } from '../../ports/action-runner.ts';
import { post } from './post.ts';
import { privateAddress } from './private-address.ts';
import { signedHeaders } from './signed.ts';

export type ActionEventOptions = Readonly<{
  context: Pick<Context, 'fetch' | 'signal' | 'now'>;
  url: string;
  secret: string;
  isHostWritten: boolean;
  subject: ActionSubject;
  timeoutMs: number;
}>;

export const ACTION_EVENT_SCHEMA = 'brctl.finance/action-event/v1';

export function actionWebhook(options: ActionEventOptions): Actuator {
  const secrets = [options.secret, ...secretsInUrl(options.url)];
  const send = async (event: 'do' | 'undo', id: string): Promise<ActionResult> =>
    cleanResult(await sendEvent(options, event, id), secrets);
  return {
    look: async () => cleanResult(await look(options), secrets),
    act: (_, id) => send('do', id),
    // Sent again under the same id, which whoever receives it knows.
    check: async () => ({ is: 'unknown', why: 'a webhook does not tell' }),
    undo: (_, id) => send('undo', id),
    forget: async () => undefined,
  };
}

async function look({ url, secret, isHostWritten }: ActionEventOptions): Promise<Looked> {
  const refused = (why: string): Looked => ({ kind: 'refused', why });
  if (secret === '') return refused('there is no secret to sign with');
  const problem = addressProblem(url);
  if (problem !== undefined) return refused(`the address of the webhook ${problem}`);
  const { host, hostname } = new URL(url);
  try {
    const found = isHostWritten ? undefined : await privateAddress(hostname);
    if (found !== undefined) return refused(`${host} is ${found}: write the host into the config`);
  } catch {
    return refused(`${host} has no address`);
  }
  return { kind: 'ready', before: encodeKept([]), note: `tells ${host}` };
}

async function sendEvent(
  options: ActionEventOptions,
  event: 'do' | 'undo',
  key: string,
): Promise<ActionResult> {
  const { context, url, secret, subject, timeoutMs } = options;
  const looked = await look(options);
  if (looked.kind === 'refused') return { kind: 'failed', why: looked.why, maybe: false };
  const { host } = new URL(url);
  const id = createHash('sha256').update(`${key} ${event}`).digest('hex');
  const { action, rule, scope, period } = subject;
  const at = context.now.toISOString();
  const body = JSON.stringify({
    ...{ schema: ACTION_EVENT_SCHEMA, id, action, event, rule, scope, period, at },
  });
  const headers = signedHeaders({ id, body, secret, now: context.now });
  try {
    const {
      status,
      retryAfter,
      body: said,
    } = await post(context, {
      ...{ url, headers, body, timeoutMs },
    });
    if (status >= 200 && status < 300) {
      return { kind: 'done', note: `${host} was told to ${event} it, and accepted` };
    }
    return failedBy(host, byStatus({ status, retryAfter, said: said ?? '' }, context.now));
  } catch (error) {
    return failedBy(host, byFailure(error, context.signal.aborted));
  }
}

/** What may be tried again is not over: it is sent under the same id. */
function failedBy(host: string, delivery: ReturnType<typeof byStatus>): ActionResult {
  const why = delivery.kind === 'delivered' ? 'did not take it' : delivery.why;
  return { kind: 'failed', why: `${host} ${why}`, maybe: delivery.kind === 'retry-later' };
}
