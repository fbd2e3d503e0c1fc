/**
 * `brctl pack which <command…>`: which pack, generation and file a command comes from.
 *
 * Exit codes: 0 found · 2 no such command.
 */
import type { HostContext } from '../host.ts';
import type { FoundCommand } from '../pack/store/find-command.ts';
import { defineCommand, toJson, usageError } from '../sdk/index.ts';

type Options = Readonly<{ words: readonly string[]; target: string | undefined }>;

export const packWhich = defineCommand<Options, FoundCommand, HostContext>({
  path: ['pack', 'which'],
  summary: 'Say which pack and file a command comes from.',
  examples: ['brctl pack which finance report --target=/srv/blackroad'],
  arguments: [{ name: 'command', summary: 'its words', required: true, variadic: true }],
  formats: ['table', 'json'],
  parse: (input, context) => ({ words: input.arguments, target: context.target }),
  plan: async ({ words, target }) => {
    const { findCommand } = await import('../pack/store/find-command.ts');
    const found = findCommand(words, target);
    if (found !== undefined) return found;
    throw usageError(
      'command-unknown',
      `no installed pack has a command "${words.join(' ')}"`,
      'brctl --help lists the packs, and what brctl itself does',
    );
  },
  render: (plan, { format }) => (format === 'json' ? asJson(plan) : asText(plan)),
  outcome: () => 'ok',
});

function asText({ command, pack, version, generation, file }: FoundCommand): string {
  return `brctl ${command}: ${pack} ${version} (${generation})\n  ${file}\n`;
}

function asJson({ command, pack, version, generation, file }: FoundCommand): string {
  return toJson({ schema: 'brctl/pack-which/v1', command, pack, version, generation, file });
}
