/**
 * Words typed so far -> what may come next. Pure: commands are given as specs, so completion never
 * loads the code behind them.
 */
import type { Entry } from './dispatch.ts';
import type { CommandSpec, FlagSpec } from './sdk/index.ts';

export type Candidate = Readonly<{ word: string; summary: string }>;

export type Completion = Readonly<{
  candidates: readonly Candidate[];
  /** The shell should offer file names as well. */
  files: boolean;
}>;

export type CompleteQuestion = Readonly<{
  entries: readonly Entry[];
  /** After `brctl`; the last one is being typed and may be empty. */
  words: readonly string[];
  groups: readonly Readonly<{ name: string; summary: string }>[];
  /** For `pack install`. */
  catalog: readonly Candidate[];
}>;

const NOTHING: Completion = { candidates: [], files: false };

export function complete(question: CompleteQuestion): Completion {
  const words = rejoined(question.words);
  const partial = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const { path, rest, spec } = follow(before, question.entries);
  const flags = spec === undefined ? SHARED_ABOVE : allFlags(spec);
  const waiting = flagWaiting(before, flags);
  if (waiting !== undefined) return valuesOf(waiting, partial);
  const sign = partial.indexOf('=');
  if (partial.startsWith('--') && sign > 0) {
    const flag = partial.slice(0, sign);
    const found = valuesOf(flags.get(flag), partial.slice(sign + 1));
    const whole = found.candidates.map(({ word, summary }) => ({
      word: `${flag}=${word}`,
      summary,
    }));
    return { candidates: whole, files: found.files };
  }
  if (partial.startsWith('-')) {
    const given = before.map((word) => word.split('=', 1)[0]);
    const fresh = [...flags].filter(([name, { type }]) => type === 'list' || !given.includes(name));
    return starting(
      partial,
      fresh.map(([word, { summary }]) => ({ word, summary })),
    );
  }
  if (spec === undefined) return starting(partial, nextWords(path, question));
  return argumentValues(spec, rest.length, partial, question.catalog);
}

/**
 * A bash that cuts words at `=` sends `--format`, `=`, `json`, unless its script puts them together
 * again. The word being typed stays by itself: that is what such a bash replaces.
 */
export function rejoined(words: readonly string[]): string[] {
  const out: string[] = [];
  for (let i = 0; i < words.length; i += 1) {
    const isSign = words[i] === '=' && out.at(-1)?.startsWith('--') === true;
    if (!isSign) {
      out.push(words[i]!);
    } else if (i + 2 < words.length) {
      i += 1;
      out.push(`${out.pop()}=${words[i]}`);
    } else if (i + 1 === words.length) {
      out.push('');
    }
  }
  return out;
}

type Followed = Readonly<{
  /** Words that are part of a command's path. */
  path: readonly string[];
  /** Arguments after it. */
  rest: readonly string[];
  spec: CommandSpec | undefined;
}>;

function wordsOf({ group, spec }: Entry): string[] {
  return group === undefined ? [...spec.path] : [group, ...spec.path];
}

function follow(before: readonly string[], entries: readonly Entry[]): Followed {
  const path: string[] = [];
  const rest: string[] = [];
  let spec: CommandSpec | undefined;
  for (let i = 0; i < before.length; i += 1) {
    const word = before[i]!;
    if (word.startsWith('-')) {
      const flag = (spec === undefined ? SHARED_ABOVE : allFlags(spec)).get(word);
      if (flag !== undefined && flag.type !== 'boolean') i += 1;
    } else if (spec === undefined) {
      path.push(word);
      spec = entries.find((entry) => wordsOf(entry).join(' ') === path.join(' '))?.spec;
    } else {
      rest.push(word);
    }
  }
  return { path, rest, spec };
}

const TARGET: FlagSpec = { type: 'string', summary: 'the deployment to work on' };
const HELP: FlagSpec = { type: 'boolean', summary: 'display help for command' };

/** What may stand before a command is complete. */
const SHARED_ABOVE: ReadonlyMap<string, FlagSpec> = new Map([
  ['--target', TARGET],
  ['--help', HELP],
  ['--version', { type: 'boolean', summary: 'print the version of brctl' }],
]);

function allFlags(spec: CommandSpec): ReadonlyMap<string, FlagSpec> {
  const own = Object.entries(spec.flags ?? {}).map(([name, flag]) => [`--${name}`, flag] as const);
  const dryRun: FlagSpec = { type: 'boolean', summary: 'show what would happen' };
  return new Map<string, FlagSpec>([
    ...own,
    ['--format', formatFlag(spec)],
    ['--out', { type: 'string', summary: 'write the result to a file' }],
    ...(spec.dryRun ? [['--dry-run', dryRun] as const] : []),
    ['--target', TARGET],
    ['--help', HELP],
  ]);
}

/** Twice where there is a format of what is read and one of what is printed. */
function formatFlag({ formats, inputFormats = [] }: CommandSpec): FlagSpec {
  const type = inputFormats.length > 0 ? 'list' : 'string';
  return { type, summary: 'how to print', choices: [...inputFormats, ...formats] };
}

/** The flag that the word being typed is the value of. */
function flagWaiting(
  before: readonly string[],
  flags: ReadonlyMap<string, FlagSpec>,
): FlagSpec | undefined {
  const flag = flags.get(before.at(-1) ?? '');
  return flag === undefined || flag.type === 'boolean' ? undefined : flag;
}

function valuesOf(flag: FlagSpec | undefined, partial: string): Completion {
  if (flag === undefined || flag.type === 'boolean') return NOTHING;
  if (flag.choices === undefined) return { candidates: [], files: true };
  return starting(
    partial,
    flag.choices.map((word) => ({ word, summary: '' })),
  );
}

function nextWords(path: readonly string[], question: CompleteQuestion): Candidate[] {
  const found = new Map<string, Candidate>();
  const summaries = new Map(question.groups.map(({ name, summary }) => [name, summary]));
  for (const entry of question.entries) {
    const words = wordsOf(entry);
    const word = words[path.length];
    const isBelow = path.every((each, i) => words[i] === each);
    if (!isBelow || word === undefined || word.startsWith('__')) continue;
    const isLeaf = words.length === path.length + 1;
    const above = summaries.get(words.slice(0, path.length + 1).join(' ')) ?? '';
    found.set(word, { word, summary: isLeaf ? entry.spec.summary : above });
  }
  return [...found.values()];
}

function argumentValues(
  spec: CommandSpec,
  position: number,
  partial: string,
  catalog: readonly Candidate[],
): Completion {
  const given = spec.arguments ?? [];
  const last = given.at(-1);
  const argument = given[position] ?? (last?.variadic ? last : undefined);
  if (argument === undefined) return NOTHING;
  if (spec.path.join(' ') === 'pack install') return { ...starting(partial, catalog), files: true };
  if (argument.completes === 'file') return { candidates: [], files: true };
  return starting(
    partial,
    (argument.completes ?? []).map((word) => ({ word, summary: '' })),
  );
}

function starting(partial: string, candidates: readonly Candidate[]): Completion {
  const fitting = candidates.filter(({ word }) => word.startsWith(partial));
  return { candidates: [...fitting].sort((a, b) => (a.word < b.word ? -1 : 1)), files: false };
}
