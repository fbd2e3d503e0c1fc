/**
 * `brctl trust remove <id>`: the signatures of this key no longer count in this target.
 *
 * Exit codes: 0 removed · 2 no target, no such key · 3 config/trust.yaml is invalid, disk ·
 * 4 permission · 8 another brctl changes the target.
 */
import type { HostContext } from '../host.ts';
import { targetOf } from '../pack/target.ts';
import type { Trust, TrustedKey } from '../pack/trust/keys.ts';
import { defineCommand, suggest, toJson, usageError } from '../sdk/index.ts';

type Options = Readonly<{ target: string; id: string; isDryRun: boolean }>;

type Plan = Readonly<{
  target: string;
  file: string;
  key: TrustedKey;
  /** What trust.yaml will be. */
  text: string;
  /** Some pack may still be needed, and none can be installed any more. */
  refusesAll: boolean;
  isDryRun: boolean;
}>;

export const trustRemove = defineCommand<Options, Plan, HostContext>({
  path: ['trust', 'remove'],
  summary: 'Stop trusting the signatures of a key in a target.',
  description:
    'Installed packs stay installed; what the key has signed counts as unsigned from now on.',
  examples: [
    'brctl trust remove 0d6f9c2b7a1e4f38 --target=/srv/blackroad',
    'brctl trust remove 0d6f9c2b7a1e4f38 --dry-run',
  ],
  arguments: [{ name: 'id', summary: 'as brctl trust list shows it', required: true }],
  formats: ['table', 'json'],
  dryRun: true,
  parse: (input, context) => ({
    target: targetOf(context),
    id: (input.arguments[0] ?? '').toLowerCase(),
    isDryRun: input.dryRun,
  }),
  plan: ({ target, id, isDryRun }) => planRemove({ target, id, isDryRun }),
  apply: async ({ target, key }, context) => {
    const { writeTrust } = await import('../pack/trust/keys.ts');
    const { withTargetLock } = await import('../pack/store/lock.ts');
    return withTargetLock(target, context, async () => {
      // What was read without the lock may have been written since.
      const fresh = await planRemove({ target, id: key.id, isDryRun: false });
      writeTrust(target, fresh.text);
      return fresh;
    });
  },
  render: (plan, { format }) => (format === 'json' ? asJson(plan) : asText(plan)),
  outcome: () => 'ok',
});

async function planRemove({ target, id, isDryRun }: Options): Promise<Plan> {
  const { trustFileOf, trustText, understoodTrust, withoutKey } = await import(
    '../pack/trust/keys.ts'
  );
  const file = trustFileOf(target);
  const before = trustText(target);
  const trust = understoodTrust(before, file);
  const key = trust.keys.find((each) => each.id === id);
  if (before === undefined || key === undefined) throw unknownKey(id, trust, file);
  const refusesAll = trust.minLevel === 'signed' && trust.keys.length === 1;
  return { target, file, key, text: withoutKey(before, id, file), refusesAll, isDryRun };
}

function unknownKey(id: string, { keys }: Trust, file: string) {
  const ids = keys.map((key) => key.id);
  const meant = suggest(id, ids);
  const hint = meant === undefined ? 'brctl trust list shows the keys' : `did you mean ${meant}?`;
  const known = ids.length === 0 ? 'no keys are' : `key "${id}" is not`;
  return usageError('key-unknown', `${known} trusted in ${file}`, hint);
}

function asText({ file, key, refusesAll, isDryRun }: Plan): string {
  const who = key.comment === undefined ? key.id : `${key.id} (${key.comment})`;
  const lines = [
    isDryRun
      ? `key ${who} would no longer be trusted in ${file}`
      : `key ${who} is no longer trusted in ${file}`,
  ];
  if (refusesAll) {
    lines.push('note: no key is left and minLevel is signed: every pack is refused');
  }
  if (isDryRun) lines.push('nothing was changed (--dry-run)');
  return `${lines.join('\n')}\n`;
}

function asJson({ file, key, refusesAll, isDryRun }: Plan): string {
  return toJson({
    schema: 'brctl/trust-remove/v1',
    file,
    changed: !isDryRun,
    key: { id: key.id, publicKey: key.raw, comment: key.comment ?? null },
    refusesAll,
  });
}
