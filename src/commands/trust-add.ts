/**
 * `brctl trust add <key-file>`: from now on the signatures of this key count in this target.
 *
 * Exit codes: 0 added, or already trusted · 2 no target, no public key · 3 config/trust.yaml is
 * invalid, disk · 4 permission · 8 another brctl changes the target.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { HostContext } from '../host.ts';
import { targetOf } from '../pack/target.ts';
import type { TrustedKey } from '../pack/trust/keys.ts';
import { defineCommand, operationalError, textFlag, toJson, usageError } from '../sdk/index.ts';

type Options = Readonly<{
  target: string;
  /** As it was typed. */
  file: string;
  comment: string | undefined;
  isDryRun: boolean;
}>;

type Plan = Readonly<{
  target: string;
  file: string;
  key: TrustedKey;
  /** What trust.yaml will be; undefined when the key is in it. */
  text: string | undefined;
  isDryRun: boolean;
}>;

export const trustAdd = defineCommand<Options, Plan, HostContext>({
  path: ['trust', 'add'],
  summary: 'Trust the signatures of a key in a target.',
  description:
    'The file holds an ed25519 public key, as PEM or as 32 bytes in base64. The key goes to ' +
    'config/trust.yaml of the target, which stays yours to edit; with `minLevel: signed` in it ' +
    'a pack that no trusted key has signed is refused. Compare the printed id with the one that ' +
    'its owner tells you.',
  examples: [
    'brctl trust add release.key.pub --comment releases --target=/srv/blackroad',
    'brctl trust add release.key.pub --dry-run',
  ],
  arguments: [{ name: 'key-file', summary: 'a public key', required: true, completes: 'file' }],
  flags: {
    comment: { type: 'string', summary: 'whose key it is', placeholder: 'TEXT' },
  },
  formats: ['table', 'json'],
  dryRun: true,
  parse: (input, context) => {
    const comment = textFlag(input, 'comment')?.trim();
    // As the schema of the file has it.
    if (comment !== undefined && !/^(?=.{1,200}$)\S(.*\S)?$/u.test(comment)) {
      throw usageError('comment-invalid', '--comment takes one line of up to 200 characters');
    }
    return {
      target: targetOf(context),
      file: input.arguments[0] ?? '',
      comment,
      isDryRun: input.dryRun,
    };
  },
  plan: async (options, context) => {
    const { file, comment, isDryRun } = options;
    const key = { ...(await readKey(file, context)), comment };
    return { ...(await planAdd(options.target, key)), isDryRun };
  },
  apply: async (plan, context) => {
    if (plan.text === undefined) return plan;
    const { writeTrust } = await import('../pack/trust/keys.ts');
    const { withTargetLock } = await import('../pack/store/lock.ts');
    return withTargetLock(plan.target, context, async () => {
      // What was read without the lock may have been written since.
      const fresh = await planAdd(plan.target, plan.key);
      if (fresh.text !== undefined) writeTrust(plan.target, fresh.text);
      return { ...fresh, isDryRun: false };
    });
  },
  render: (plan, { format }) => (format === 'json' ? asJson(plan) : asText(plan)),
  outcome: () => 'ok',
});

async function readKey(file: string, context: HostContext) {
  const { parsePublicKey } = await import('../pack/trust/keys.ts');
  const { reasonOf } = await import('../pack/disk.ts');
  let text: string;
  try {
    text = readFileSync(resolve(context.cwd, file), 'utf8');
  } catch (cause) {
    throw operationalError('key-unreadable', `cannot read ${file}: ${reasonOf(cause)}`);
  }
  const key = parsePublicKey(text);
  if (!('problem' in key)) return key;
  throw usageError('key-unusable', `${file} ${key.problem}`);
}

async function planAdd(target: string, key: TrustedKey): Promise<Omit<Plan, 'isDryRun'>> {
  const { trustFileOf, trustText, understoodTrust, withKey } = await import(
    '../pack/trust/keys.ts'
  );
  const file = trustFileOf(target);
  const before = trustText(target);
  const known = understoodTrust(before, file).keys.find(({ id }) => id === key.id);
  if (known !== undefined) return { target, file, key: known, text: undefined };
  return { target, file, key, text: withKey(before, key, file) };
}

function asText({ file, key, text, isDryRun }: Plan): string {
  const who = key.comment === undefined ? key.id : `${key.id} (${key.comment})`;
  if (text === undefined) return `key ${who} is already trusted in ${file}, nothing to do\n`;
  if (!isDryRun) return `key ${who} is now trusted in ${file}\n`;
  return `key ${who} would be trusted in ${file}\nnothing was changed (--dry-run)\n`;
}

function asJson({ file, key, text, isDryRun }: Plan): string {
  return toJson({
    schema: 'brctl/trust-add/v1',
    file,
    changed: text !== undefined && !isDryRun,
    key: { id: key.id, publicKey: key.raw, comment: key.comment ?? null },
  });
}
