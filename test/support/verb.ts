/** A host verb from its words to its text, with the same spine as `main` and errors as they are. */
import { dispatch } from '../../src/dispatch.ts';
import type { HostContext } from '../../src/host.ts';
import { chooseFormat } from '../../src/output.ts';
import { type AnyCommand, plainPaint } from '../../src/sdk/index.ts';
import { fakeHost, type HostOptions } from './host.ts';

export type Played = Readonly<{ out: string; err: string }>;

export async function playVerb(
  commands: readonly AnyCommand<HostContext>[],
  words: readonly string[],
  options: HostOptions,
): Promise<Played> {
  const host = fakeHost(options);
  let said = '';
  const say = (text: string): void => {
    said += text;
  };
  const selected = dispatch({
    version: host.version,
    groups: [],
    entries: commands.map((spec) => ({ spec, group: undefined })),
    argv: words,
    width: 100,
    out: say,
    err: say,
  });
  if (typeof selected === 'string') throw new Error(said);
  const command = selected.entry.spec as AnyCommand<HostContext>;
  const { out } = selected.input;
  const format = chooseFormat(command.formats, { format: selected.format, out });
  const input = { ...selected.input, format };
  const plan: unknown = await command.plan(command.parse(input, host), host);
  const done = input.dryRun || !command.apply ? plan : await command.apply(plan, host);
  const text = command.render(done, { format, width: 80, isTTY: false, paint: plainPaint });
  return { out: text, err: host.printed.err };
}
