/** What goes wrong at Slack, as an outcome. Codes: https://docs.slack.dev/reference/methods */
import type { Context } from 'brctl/sdk';
import {
  byFailure,
  byStatus,
  type Delivery,
  refused,
  retryLater,
} from '../../core/notices/outcome.ts';

const AUTH = new Set([
  'access_denied',
  'account_inactive',
  'ekm_access_denied',
  'enterprise_is_restricted',
  'invalid_auth',
  'missing_scope',
  'no_permission',
  'not_allowed_token_type',
  'not_authed',
  'org_login_required',
  'token_expired',
  'token_revoked',
  'two_factor_setup_required',
]);

const PASSING = new Set([
  'fatal_error',
  'internal_error',
  'ratelimited',
  'rate_limited',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);

/** The message is deleted, or too old to be edited, or no longer ours. */
const GONE = new Set([
  'cant_update_message',
  'edit_window_closed',
  'message_not_found',
  'thread_not_found',
]);

const HINT: Readonly<Record<string, string>> = {
  channel_not_found: 'no such channel, or a private one the bot is not in',
  is_archived: 'the channel is archived',
  missing_scope: 'the bot needs the scope chat:write',
  not_in_channel: 'invite the bot into the channel',
};

/** Errors of the client are known by their codes: a bundle may hold another copy of a class. */
type ClientError = Readonly<{
  code?: unknown;
  data?: Readonly<{ error?: unknown }>;
  retryAfter?: unknown;
  statusCode?: unknown;
  headers?: Readonly<Record<string, string>>;
  body?: unknown;
}>;

export function isMessageGone(error: unknown): boolean {
  const code = slackCode(error as ClientError);
  return code !== undefined && GONE.has(code);
}

export function deliveryOfError(
  error: unknown,
  { now, signal }: Pick<Context, 'now' | 'signal'>,
): Delivery {
  const known = error as ClientError;
  switch (known.code) {
    case 'slack_webapi_rate_limited_error': {
      const seconds = String(known.retryAfter);
      const answer = { status: 429, retryAfter: seconds, said: '' };
      return named(byStatus(answer, now));
    }
    case 'slack_webapi_http_error': {
      const { statusCode, headers = {}, body } = known;
      const said = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
      const retryAfter = headers['retry-after'] ?? null;
      return named(byStatus({ status: Number(statusCode), retryAfter, said }, now));
    }
    case 'slack_webapi_platform_error':
      return platformDelivery(known);
    default:
      break;
  }
  // 429 without a Retry-After that can be read is an error without a code.
  if (error instanceof Error && error.message.startsWith('Retry header did not contain')) {
    return named(retryLater('rate-limited', 'answered 429'));
  }
  return named(byFailure(error, signal.aborted));
}

/** Slack's codes are words; anything else was written by somebody in between. */
function slackCode({ code, data }: ClientError): string | undefined {
  if (code !== 'slack_webapi_platform_error') return undefined;
  const said = data?.error;
  return typeof said === 'string' && /^[a-z0-9_]{2,60}$/.test(said) ? said : undefined;
}

function platformDelivery(error: ClientError): Delivery {
  const code = slackCode(error);
  if (code === undefined) {
    return retryLater('server', 'something that is not Slack answered', { maybe: true });
  }
  if (code === 'ratelimited' || code === 'rate_limited') {
    return retryLater('rate-limited', `Slack said ${code}`);
  }
  if (PASSING.has(code)) return retryLater('server', `Slack said ${code}`, { maybe: true });
  const hint = HINT[code] === undefined ? '' : ` (${HINT[code]})`;
  return refused(AUTH.has(code) ? 'auth' : 'client', `Slack said ${code}${hint}`);
}

function named(delivery: Delivery): Delivery {
  return delivery.kind === 'delivered' ? delivery : { ...delivery, why: `Slack ${delivery.why}` };
}
