/**
 * Gauges in the text format that Prometheus reads, also out of a file through the textfile
 * collector of node_exporter: no timestamps there, and a line break at the end of the last line.
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details
 */

export type Gauge = Readonly<{
  /** `[a-zA-Z_][a-zA-Z0-9_]*` */
  name: string;
  help: string;
  /** Without any the gauge is left out: what is not known has no sample, and is never a 0. */
  samples: readonly Sample[];
}>;

export type Sample = Readonly<{
  /** By name; empty ones are left out, as Prometheus takes them for none. */
  labels: Readonly<Record<string, string | undefined>>;
  /** A decimal, exactly as it is to be read. */
  value: string;
}>;

/** @throws RangeError for what the format has no way to say. */
export function exposition(gauges: readonly Gauge[]): string {
  return gauges
    .filter(({ samples }) => samples.length > 0)
    .map(gaugeText)
    .join('');
}

function gaugeText({ name, help, samples }: Gauge): string {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) throw new RangeError(`${name} names no metric`);
  // A series stands once in a file, or all of the file is refused.
  const series = new Map<string, string>();
  for (const { labels, value } of samples) {
    if (!/^-?\d+(\.\d+)?$/.test(value)) throw new RangeError(`${value} is no decimal`);
    const key = name + labelsText(labels);
    if (!series.has(key)) series.set(key, value);
  }
  const said = help.toWellFormed().replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
  const lines = [...series].map(([key, value]) => `${key} ${value}\n`);
  return `# HELP ${name} ${said}\n# TYPE ${name} gauge\n${lines.join('')}`;
}

function labelsText(labels: Sample['labels']): string {
  const parts = Object.entries(labels).flatMap(([name, text = '']) => {
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) || name.startsWith('__')) {
      throw new RangeError(`${name} names no label`);
    }
    return text === '' ? [] : [`${name}="${escaped(text)}"`];
  });
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

function escaped(text: string): string {
  return text.toWellFormed().replace(/[\\"\n]/g, (character) => ESCAPES[character]!);
}
