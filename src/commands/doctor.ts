/**
 * `brctl doctor`: is everything around the numbers in order?
 *
 * Exit codes: 0 nothing fails (warnings included) · 1 at least one check fails.
 */
import type { HostContext } from '../host.ts';
import type { Check } from '../pack/health/health.ts';
import { defineCommand, type Paint, toJson } from '../sdk/index.ts';

type Plan = Readonly<{ target: string | undefined; checks: readonly Check[] }>;

export const doctor = defineCommand<undefined, Plan, HostContext>({
  path: ['doctor'],
  summary: 'Check the machine, the target and the installed packs.',
  description:
    'Looks at Node, the target, the files of every pack, config files, which secrets are set ' +
    '(names only), the clock, and whether another program named brctl comes first on the PATH. ' +
    'Changes nothing. Exits 1 when a check fails.',
  examples: ['brctl doctor --target=/srv/blackroad', 'brctl doctor --format json'],
  formats: ['table', 'json'],
  parse: () => undefined,
  plan: async (_, context) => {
    const { checkHealth } = await import('../pack/health/health.ts');
    return { target: context.target, checks: await checkHealth(context) };
  },
  render: (plan, { format, paint }) => (format === 'json' ? asJson(plan) : asText(plan, paint)),
  outcome: ({ checks }) => (checks.some(({ status }) => status === 'fail') ? 'findings' : 'ok'),
});

function asText({ checks }: Plan, paint: Paint): string {
  const colour = { ok: paint.green, warn: paint.yellow, fail: paint.red };
  const width = Math.max(...checks.map(({ check }) => check.length));
  const lines = checks.map(({ check, status, message, remedy }) => {
    const line = `${colour[status](status.padEnd(4))}  ${check.padEnd(width)}  ${message}\n`;
    return remedy === undefined ? line : `${line}${' '.repeat(width + 8)}-> ${remedy}\n`;
  });
  return lines.join('');
}

function asJson({ target, checks }: Plan): string {
  return toJson({
    schema: 'brctl/doctor/v1',
    target: target ?? null,
    checks: checks.map(({ check, status, message, remedy }) => ({
      check,
      status,
      message,
      remedy: remedy ?? null,
    })),
  });
}
