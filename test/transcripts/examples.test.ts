/**
 * Help cannot lie: every example of every command is a line that brctl accepts for that command.
 * Its words are parsed and understood as `main` does it; nothing is planned or done.
 */
import { describe, expect, it } from 'vitest';
import finance from '../../packs/finance/index.ts';
import { HOST_COMMANDS, HOST_GROUPS } from '../../src/commands/all.ts';
import { dispatch, type Entry } from '../../src/dispatch.ts';
import { chooseFormat } from '../../src/output.ts';
import { type CommandSpec, type Context, type Input, specOf } from '../../src/sdk/index.ts';
import { fakePackContext } from '../../src/sdk/testing.ts';
import { fakeHost } from '../support/host.ts';
import { wordsOf } from '../support/play.ts';

const TARGET = '/srv/blackroad';

type Command = CommandSpec & Readonly<{ parse(input: Input, context: Context): unknown }>;
type Mounted = Entry & Readonly<{ command: Command; context: Context }>;

const entries: readonly Mounted[] = [
  ...HOST_COMMANDS.map((command) => mount(command as Command, undefined)),
  ...finance.commands.map((command) => mount(command as Command, 'finance')),
];

function mount(command: Command, group: string | undefined): Mounted {
  const pack = { name: 'finance', version: '0.1.0', root: '/' };
  const context =
    group === undefined ? fakeHost({ target: TARGET }) : fakePackContext(TARGET, pack);
  return { spec: specOf(command), group, command, context };
}

/** What the words select, or what commander had to say against them. */
function select(line: string) {
  let said = '';
  const say = (text: string): void => {
    said += text;
  };
  const selection = dispatch<Mounted>({
    version: '0.1.0',
    groups: [...HOST_GROUPS, { name: 'finance', summary: 'FinOps.' }],
    entries,
    argv: wordsOf(line).slice(1),
    width: 100,
    out: say,
    err: say,
  });
  return typeof selection === 'string' ? said : selection;
}

const examples = entries.flatMap((entry) => entry.spec.examples.map((line) => ({ line, entry })));

describe('the example', () => {
  it.each(examples)('$line', ({ line, entry }) => {
    const selection = select(line);
    expect(selection).toMatchObject({ entry: { group: entry.group, spec: entry.spec } });
    const { input, format: asked } = selection as Exclude<typeof selection, string>;
    const { command, context } = entry;
    const format = chooseFormat(command.formats, { format: asked, out: input.out });
    expect(command.formats).toContain(format);
    expect(() => command.parse({ ...input, format }, context)).not.toThrow();
  });
});

it('every command that shows in help has an example', () => {
  const without = entries.filter(
    ({ spec }) => spec.examples.length === 0 && !spec.path[0]!.startsWith('__'),
  );
  expect(without.map(({ spec }) => spec.path.join(' '))).toEqual([]);
});

it.each([
  ['brctl finance report --wek 52', "unknown option '--wek'"],
  ['brctl finance import december.csv --format xml', "argument 'xml' is invalid"],
])('an example such as %s would be found out', (line, message) => {
  expect(select(line)).toContain(message);
});
