/**
 * The language of `test/transcripts/*.txt`: what a person types and what brctl answers.
 *
 *     Prose about the file, and how it starts: `@ an empty folder`, else with finance installed.
 *
 *     # A title as a sentence
 *     @ 2026-01-05T09:00:00Z        from here on it is this time
 *     -- bill.csv --                a file of the lines that follow
 *     $ brctl finance report        then stdout; `$ cat FILE` shows a file
 *     2> a line of stderr
 *     ? 1                           the exit code, where it is not 0
 *
 * One blank line stands between blocks. A line of output that looks like one of the above is
 * written with a backslash in front. Printing what was parsed gives the same bytes.
 */
export type Step =
  | Readonly<{ kind: 'command'; line: string; out: string; err: string; code: number }>
  | Readonly<{ kind: 'file'; path: string; text: string }>
  | Readonly<{ kind: 'clock'; now: string }>;

export type Block = Readonly<{ title: string; steps: readonly Step[] }>;

export type Transcript = Readonly<{
  head: string;
  isEmptyFolder: boolean;
  blocks: readonly Block[];
}>;

const EMPTY_FOLDER = '@ an empty folder';
const STEP = /^(\$ |@ |-- )/;
const MARK = /^(\\|# |\$ |@ |-- |2>|\? )/;
const ERR = /^2>( |$)/;
const UNENDED = '\\ no newline at the end';

export function parseTranscript(text: string): Transcript {
  const [head = '', ...parts] = text.split(/^# /m);
  const last = parts.length - 1;
  return {
    head,
    isEmptyFolder: head.split('\n').includes(EMPTY_FOLDER),
    blocks: parts.map((part, i) => parseBlock(i === last ? part : part.replace(/\n$/, ''))),
  };
}

export function printTranscript({ head, blocks }: Transcript): string {
  return head + blocks.map(printBlock).join('\n');
}

export function printBlock({ title, steps }: Block): string {
  return `# ${title}\n${steps.map(printStep).join('')}`;
}

function parseBlock(text: string): Block {
  const [title = '', ...lines] = text.replace(/\n$/, '').split('\n');
  const groups: string[][] = [];
  for (const line of lines) {
    const group = groups.at(-1);
    if (STEP.test(line)) groups.push([line]);
    else if (group !== undefined) group.push(line);
    else throw new Error(`"${title}" has a line before its first step: ${line}`);
  }
  return { title, steps: groups.map(([first, ...rest]) => parseStep(first!, rest)) };
}

function parseStep(first: string, rest: readonly string[]): Step {
  if (first.startsWith('@ ')) return { kind: 'clock', now: first.slice(2) };
  if (first.startsWith('-- ')) return { kind: 'file', path: first.slice(3, -3), text: plain(rest) };
  const isErr = (line: string): boolean => ERR.test(line);
  const isCode = (line: string): boolean => line.startsWith('? ');
  return {
    kind: 'command',
    line: first.slice(2),
    out: plain(rest.filter((line) => !isErr(line) && !isCode(line))),
    err: plain(rest.filter(isErr).map((line) => line.replace(ERR, ''))),
    code: Number(rest.find(isCode)?.slice(2) ?? 0),
  };
}

function printStep(step: Step): string {
  if (step.kind === 'clock') return `@ ${step.now}\n`;
  if (step.kind === 'file') return `-- ${step.path} --\n${lined(marked(step.text))}`;
  const { line, out, err, code } = step;
  const stderr = marked(err).map((each) => (each === '' ? '2>' : `2> ${each}`));
  return `$ ${line}\n${lined([...marked(out), ...stderr])}${code === 0 ? '' : `? ${code}\n`}`;
}

function lined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** Text -> lines of a transcript. */
function marked(text: string): string[] {
  if (text === '') return [];
  const isEnded = text.endsWith('\n');
  const lines = (isEnded ? text.slice(0, -1) : text).split('\n');
  const safe = lines.map((line) => (MARK.test(line) ? `\\${line}` : line));
  return isEnded ? safe : [...safe, UNENDED];
}

/** Lines of a transcript -> text. */
function plain(lines: readonly string[]): string {
  const isEnded = lines.at(-1) !== UNENDED;
  const text = lined((isEnded ? lines : lines.slice(0, -1)).map((line) => line.replace(/^\\/, '')));
  return isEnded ? text : text.slice(0, -1);
}
