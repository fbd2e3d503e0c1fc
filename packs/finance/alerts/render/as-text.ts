/** The check for people: problems as compilers print them, else a table per section. */

import { clip, type Paint, place, renderTable, type View } from 'brctl/sdk';
import { alertRules } from '../../core/alert-config/rule.ts';
import type { Finding } from '../../core/finding.ts';
import { oneLine } from '../../core/one-line.ts';
import type { ConfigProblem } from '../../ports/settings.ts';
import type { AlertCheck } from '../alert-check.ts';
import { type Section, sectionsOf } from './sections.ts';

export function checkAsText(check: AlertCheck, { paint, isTTY, width }: View): string {
  const { config, findings, problems } = check;
  if (config === undefined) {
    const lines = problems.map((problem) => problemText(problem, paint));
    return `${lines.join('')}${counted(problems.length, 'problem')}\n`;
  }
  const tables = sectionsOf(config, check).map((section) =>
    tableText(section, paint, isTTY ? width : Infinity),
  );
  const notes = findings.map((finding) => findingText(finding, paint)).join('');
  return [...tables, ...(notes === '' ? [] : [notes]), `${summaryText(check)}\n`].join('\n');
}

function tableText({ columns, rows }: Section, paint: Paint, width: number): string {
  const last = columns.length - 1;
  const table = renderTable({ columns, rows: rows.map((row) => row.map(oneLine)) });
  if (width === Infinity || last < 0) return headed(table, paint);
  const lines = table.trimEnd().split('\n');
  return headed(lines.map((line) => `${clip(line, width)}\n`).join(''), paint);
}

function headed(table: string, paint: Paint): string {
  const end = table.indexOf('\n');
  return paint.bold(table.slice(0, end)) + table.slice(end);
}

function problemText(problem: ConfigProblem, { bold, red, dim }: Paint): string {
  const { message, code, hint } = problem;
  const tail = hint === undefined ? '' : `\n    hint: ${hint}`;
  const head = `${bold(place(problem))}: ${red('error')}: ${oneLine(message)}`;
  return `${head} ${dim(`[${code}]`)}${tail}\n`;
}

function findingText({ code, severity, subject, message }: Finding, paint: Paint): string {
  const label = severity === 'info' ? 'note' : severity;
  const colour = { info: paint.cyan, warning: paint.yellow, error: paint.red }[severity];
  return `${colour(label)}: ${oneLine(`${subject}: ${message}`)} ${paint.dim(`[${code}]`)}\n`;
}

/** Last, what it comes to: `all honoured` is said only where something is there to honour. */
function summaryText({ file, config, findings, roles, variables }: AlertCheck): string {
  const rules = config === undefined ? [] : alertRules(config);
  const valid = `${file}: valid, ${counted(rules.length, 'rule')}`;
  if (config?.isEnabled === false) return `${valid}, switched off as a whole`;
  const gaps = findings.filter(({ severity }) => severity !== 'info').length;
  const able = rules.some(({ isEnabled }) => isEnabled)
    ? 'all honoured'
    : 'so no alert can ever fire';
  const end = gaps === 0 ? able : `${counted(gaps, 'thing')} not honoured`;
  const missing = [
    { count: variables.filter(({ isSet }) => !isSet).length, noun: 'variable' },
    // One that the pack does not have is a mistake, and counts as one.
    { count: roles.filter((each) => each.isKnown && !each.addresses[0]).length, noun: 'role' },
  ].flatMap(({ count, noun }) => (count === 0 ? [] : [counted(count, noun)]));
  return `${valid}, ${end}${missing.length === 0 ? '' : `; still missing: ${missing.join(', ')}`}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
