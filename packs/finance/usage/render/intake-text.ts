/** What came in, for people: a line a metric, what was replaced, then what needs a look. */
import { renderTable, type View } from 'brctl/sdk';
import { formatInstant } from '../../core/usage/instant.ts';
import { PROBLEMS_SHOWN, problemText, type UsagePlan, type UsageStatus } from '../intake.ts';
import { metricChanges } from '../metric-changes.ts';
import { intakeAsJson } from './intake-json.ts';
import { timeText, valueText } from './reading-text.ts';

const HEADLINE: Readonly<Record<UsageStatus, string>> = {
  planned: 'would record',
  recorded: 'recorded',
  unchanged: 'unchanged: these readings are there already',
  rejected: 'nothing recorded',
};

export function renderIntake(plan: UsagePlan, view: View): string {
  return view.format === 'json' ? intakeAsJson(plan) : asTable(plan, view);
}

function asTable(plan: UsagePlan, view: View): string {
  const { status, source, files, changes, problems, problemCount, warnings } = plan;
  const { paint } = view;
  const isEmpty = changes.length === 0 && problemCount === 0;
  const headline = isEmpty ? 'the files hold no readings' : HEADLINE[status];
  const word = status === 'rejected' ? paint.red(headline) : paint.bold(headline);
  const from = files.length === 0 ? '' : ` (${count(files.length, 'file')})`;
  const lines = [`${source}: ${word}${from}\n`];
  if (changes.length > 0) lines.push('\n', metricTable(plan, view));
  const notes = [
    ...replacements(plan),
    ...warnings.map((text) => `${paint.yellow('warning')} ${text}\n`),
    ...problems.map((problem) => `${paint.red('problem')} ${problemText(problem)}\n`),
  ];
  if (problemCount > problems.length) {
    notes.push(`… the first ${problems.length} of ${problemCount} problems\n`);
  }
  if (notes.length > 0 && changes.length > 0) lines.push('\n');
  return [...lines, ...notes].join('');
}

function metricTable({ changes }: UsagePlan, { paint }: View): string {
  return renderTable({
    columns: [
      { title: 'Service' },
      { title: 'Metric' },
      { title: 'Kind' },
      { title: 'Added', align: 'right' },
      { title: 'Replaced', align: 'right' },
      { title: 'Unchanged', align: 'right' },
      { title: 'Newest', align: 'right' },
      { title: 'Of' },
    ],
    rows: metricChanges(changes).map(({ added, replaced, unchanged, latest }) => [
      latest.service,
      latest.metric,
      latest.kind,
      ...[added, replaced, unchanged].map(String),
      valueText(latest),
      formatInstant(latest.endMs),
    ]),
    title: paint.dim,
  });
}

function replacements({ changes }: UsagePlan): string[] {
  const replaced = changes.filter(({ change }) => change === 'replaced');
  const lines = replaced.slice(0, PROBLEMS_SHOWN).map(({ reading, before }) => {
    const [now, was] = [reading, before!].map(withLimit);
    const what = `${reading.service} ${reading.metric} of ${timeText(reading)}`;
    return `replaced ${what}: ${now}, was ${was}\n`;
  });
  const left = replaced.length - lines.length;
  return left > 0 ? [...lines, `… and ${left} more replaced\n`] : lines;
}

function withLimit(
  reading: Parameters<typeof valueText>[0] & { limit: bigint | undefined },
): string {
  const { limit, unit } = reading;
  const of = limit === undefined ? '' : ` of ${valueText({ value: limit, unit })}`;
  return `${valueText(reading)}${of}`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
