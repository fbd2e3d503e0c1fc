/**
 * The text format of Prometheus, read as strictly as it is written down: every line has to be one
 * of those that there are, each metric in one piece with its HELP and TYPE first, each series once.
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details
 */

export type ReadSample = Readonly<{
  name: string;
  labels: Readonly<Record<string, string>>;
  value: string;
}>;

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*/;
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** @throws Error with the line that is wrong. */
export function readExposition(text: string): readonly ReadSample[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line does not end');
  const samples: ReadSample[] = [];
  const closed = new Set<string>();
  const seen = new Set<string>();
  let current = '';
  let stage: 'help' | 'type' | 'samples' = 'samples';
  const begin = (name: string): void => {
    if (closed.has(name) || name === current) throw new Error(`${name} is in two pieces`);
    closed.add(current);
    current = name;
  };
  for (const line of text.split('\n').slice(0, -1)) {
    const [, help] = /^# HELP (\S+) ([^\n]*)$/.exec(line) ?? [];
    const [, type, kind] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (/^# (?!HELP |TYPE )/.test(line)) {
      if (current !== '') throw new Error(`a comment in the middle: ${line}`);
    } else if (help !== undefined) {
      begin(help);
      if (line.replace(/\\[\\n]/g, '').includes('\\')) throw new Error(`wrong escape: ${line}`);
      stage = 'help';
    } else if (type !== undefined) {
      if (stage !== 'help' || type !== current) throw new Error(`TYPE without HELP: ${line}`);
      if (kind !== 'gauge') throw new Error(`no gauge: ${line}`);
      stage = 'type';
    } else {
      if (line.startsWith('#') || line === '') throw new Error(`no line: ${line}`);
      const sample = readSample(line);
      if (sample.name !== current || stage === 'help') throw new Error(`out of place: ${line}`);
      const key = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
      if (seen.has(key)) throw new Error(`twice: ${line}`);
      seen.add(key);
      samples.push(sample);
      stage = 'samples';
    }
  }
  return samples;
}

function readSample(line: string): ReadSample {
  const [name = ''] = NAME.exec(line) ?? [];
  if (name === '') throw new Error(`no name: ${line}`);
  let rest = line.slice(name.length);
  const labels: Record<string, string> = {};
  if (rest.startsWith('{')) {
    rest = rest.slice(1);
    while (!rest.startsWith('}')) {
      const [label = ''] = LABEL.exec(rest) ?? [];
      if (label === '' || label.startsWith('__') || Object.hasOwn(labels, label)) {
        throw new Error(`wrong label: ${line}`);
      }
      const [whole, value] =
        /^="((?:[^"\\\n]|\\[\\"n])*)"(?:,|(?=\}))/.exec(rest.slice(label.length)) ?? [];
      if (whole === undefined) throw new Error(`wrong value of ${label}: ${line}`);
      labels[label] = value!.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c));
      rest = rest.slice(label.length + whole.length);
    }
    rest = rest.slice(1);
  }
  const [, value] = /^ (\S+)$/.exec(rest) ?? [];
  if (value === undefined || !DECIMAL.test(value)) throw new Error(`wrong value: ${line}`);
  return { name, labels, value };
}

/** `name{a="b"} 1`, for tests to read. */
export function shownSamples(samples: readonly ReadSample[]): readonly string[] {
  return samples.map(({ name, labels, value }) => {
    const parts = Object.entries(labels).map(([label, text]) => `${label}=${text}`);
    return `${name} ${parts.join(' ')} ${value}`.replace(/ {2,}/g, ' ');
  });
}
