/** The outcome of alert tests as text for people, and as `brctl.finance/alerts-test/v1`. */
import { type Paint, toJson, type View } from 'brctl/sdk';
import type { AlertRow } from '../../core/alert-rules/row.ts';
import type { ExpectedNotice, ExpectedRule } from '../../core/alert-simulation/suite.ts';
import {
  isRight,
  type MissingNotice,
  type Standing,
  type TestVerdict,
  type WrongState,
} from '../../core/alert-simulation/verdict.ts';
import type { NoticeAlert, NoticeRow } from '../../core/alert-state/notice.ts';
import { formatExact } from '../../core/money.ts';
import { severityIn } from '../../core/notices/annotation.ts';
import { oneLine } from '../../core/one-line.ts';
import { formatInstant } from '../../core/usage/instant.ts';
import { amountsOf, nameOf } from '../simulated-notice.ts';
import { proofAsJson } from './as-json.ts';
import { failuresIn, type Proof, type ProvenFile } from './proof.ts';

export function renderProof(proof: Proof, view: View): string {
  if (view.format === 'json') return toJson(proofAsJson(proof));
  const files = proof.files.map((each) => fileText(each, view.paint));
  return `${files.join('\n')}\n${summary(proof)}\n`;
}

function fileText({ file, verdicts }: ProvenFile, paint: Paint): string {
  const tests = verdicts.map((verdict) => testText(verdict, paint));
  return `${paint.bold(oneLine(file))}\n${tests.join('')}`;
}

function testText(verdict: TestVerdict, paint: Paint): string {
  const { test, evaluations, matched } = verdict;
  const name = oneLine(test.name);
  if (isRight(verdict)) {
    const told = `${counted(matched, 'notice')} in ${counted(evaluations, 'evaluation')}`;
    return `  ${paint.green('ok')}    ${name} ${paint.dim(`(${told})`)}\n`;
  }
  const head = `  ${paint.red('FAIL')}  ${name} ${paint.dim(`(line ${test.at.line})`)}\n`;
  const lines = differencesOf(verdict, paint).map((line) => `        ${line}\n`);
  return head + lines.join('');
}

type Difference = Readonly<{ atMs: number; rank: number; lines: readonly string[] }>;

/** By instant; what was expected stands before what came. */
function differencesOf(verdict: TestVerdict, paint: Paint): readonly string[] {
  const { missing, unexpected, wrongStates } = verdict;
  const differences: Difference[] = [
    ...missing.map((each) => ({ ...missingLines(each, paint), rank: 0 })),
    ...unexpected.map((row) => ({ ...unexpectedLines(row, paint), rank: 1 })),
    ...wrongStates.map((each) => ({ ...stateLines(each, paint), rank: 2 })),
  ];
  differences.sort((a, b) => a.atMs - b.atMs || a.rank - b.rank);
  return differences.flatMap(({ lines }) => lines);
}

function missingLines({ expected, standings }: MissingNotice, paint: Paint) {
  const { when } = expected;
  const told = expectedText(expected);
  const head = `${paint.red('-')} ${when.text}  ${told}  ${paint.dim('did not come')}`;
  const found = new Set(standings.map(standingText));
  return { atMs: when.fromMs, lines: [head, ...[...found].map((line) => `    ${line}`)] };
}

function expectedText({ channel, reason, severity, rules, text }: ExpectedNotice): string {
  const said = text === undefined ? '' : ` saying "${oneLine(text)}"`;
  const why = severity === undefined ? reason : `${reason} (${severity})`;
  return `${oneLine(channel.value)} ${why}: ${rules.map(ruleText).join(', ')}${said}`;
}

function ruleText(expected: ExpectedRule): string {
  const { rule, isData, scope, period, status, severity, count, value } = expected;
  const parts = [
    rule.value,
    scope === undefined ? '' : `(${scope})`,
    period ?? '',
    isData ? 'without data' : '',
    value === undefined ? '' : `at ${formatExact(value, 0)}`,
    status ?? '',
    severity === undefined ? '' : `(${severity})`,
    count === 1 ? '' : `${count} times`,
  ];
  return oneLine(parts.filter(Boolean).join(' '));
}

function standingText(standing: Standing): string {
  if (standing === null) return 'it was not evaluated by then';
  const { row, mutedBy } = standing;
  const muted = mutedBy.length === 0 ? '' : `, ${mutedBy.join(', ')}`;
  return oneLine(`${rowName(row)} was ${row.state}${muted}: ${row.reason}`);
}

function rowName({ id, scope, period }: AlertRow): string {
  const isSaid = scope === 'all' || id.split('/').includes(scope);
  return [id, isSaid ? '' : `(${scope})`, period ?? ''].filter(Boolean).join(' ');
}

function unexpectedLines(row: NoticeRow, paint: Paint) {
  const { atMs, channel, headline, alerts } = row;
  const names = alerts.map(nameOf).join(', ');
  const told = `${oneLine(channel)} ${headline}: ${names}`;
  const head = `${paint.green('+')} ${formatInstant(atMs)}  ${told}  ${paint.dim('came')}`;
  return { atMs, lines: [head, ...alerts.map((alert) => `    ${alertText(alert)}`)] };
}

function alertText(alert: NoticeAlert): string {
  const severity = severityIn(alert.labels);
  return oneLine(`${nameOf(alert)} ${alert.status} (${severity}): ${amountsOf(alert)}`);
}

function stateLines({ expected, rows }: WrongState, paint: Paint) {
  const { when, rule, state } = expected;
  const head = `${paint.red('-')} ${when.text}  ${oneLine(rule.value)} is ${state}`;
  const found = rows.map(
    (row) => `${paint.green('+')} ${when.text}  ${rowName(row)} is ${row.state}: ${row.reason}`,
  );
  const none = [`${paint.green('+')} ${when.text}  it was not evaluated by then`];
  return { atMs: when.fromMs, lines: [head, ...(found.length > 0 ? found : none)] };
}

function summary(proof: Proof): string {
  const tests = proof.files.reduce((sum, { verdicts }) => sum + verdicts.length, 0);
  const skipped = proof.files.reduce((sum, each) => sum + each.skipped, 0);
  const failed = failuresIn(proof);
  const left = skipped === 0 ? '' : `, ${skipped} left out`;
  const end = failed === 0 ? 'all ok' : `${tests - failed} ok, ${failed} failed`;
  return `${counted(tests, 'test')}: ${end}${left}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
