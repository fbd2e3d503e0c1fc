/** What a test found: notices that were expected and did not come, and those that came besides. */
import type { AlertConfig } from '../alert-config/config.ts';
import type { AlertRow } from '../alert-rules/row.ts';
import type { AlertStatus } from '../alert-state/advance.ts';
import type { NoticeAlert, NoticeRow } from '../alert-state/notice.ts';
import { isOpen } from '../alert-state/state.ts';
import type { BudgetsConfig } from '../budget.ts';
import { notesOf, severityIn } from '../notices/annotation.ts';
import { alertMessage, dataIsMissing, turned } from '../notices/message.ts';
import { messageText } from '../notices/text.ts';
import { pairs } from './pairing.ts';
import { type Moment, simulate } from './simulate.ts';
import { narrowed, stage } from './staging.ts';
import type { AlertTest, ExpectedNotice, ExpectedRule, ExpectedState, When } from './suite.ts';

/** How a rule stood when something was expected of it; null: it was never evaluated by then. */
export type Standing = Readonly<{ rule: string; row: AlertRow; mutedBy: readonly string[] }> | null;

export type MissingNotice = Readonly<{
  expected: ExpectedNotice;
  standings: readonly Standing[];
}>;

export type WrongState = Readonly<{ expected: ExpectedState; rows: readonly AlertRow[] }>;

export type TestVerdict = Readonly<{
  test: AlertTest;
  evaluations: number;
  /** That came as they were expected. */
  matched: number;
  missing: readonly MissingNotice[];
  unexpected: readonly NoticeRow[];
  wrongStates: readonly WrongState[];
}>;

export function isRight({ missing, unexpected, wrongStates }: TestVerdict): boolean {
  return missing.length + unexpected.length + wrongStates.length === 0;
}

/**
 * `ticked` is told after each evaluation how many there have been, and will be.
 *
 * @throws RangeError where the clock would tick more often than anybody waits for.
 */
export function tryOut(
  test: AlertTest,
  { config, budgets }: Readonly<{ config: AlertConfig; budgets: BudgetsConfig }>,
  ticked: (done: number, total: number) => void,
): TestVerdict {
  const globs = test.about.map(({ value }) => value);
  const decided = { config: narrowed(config, globs), budgets };
  const { timeline, instants } = stage(test, budgets.currency);
  const told: NoticeRow[] = [];
  const asked = [...test.expect, ...test.states];
  const seen = new Map<ExpectedNotice | ExpectedState, Moment>();
  let ticks = 0;
  for (const moment of simulate(timeline, decided, instants)) {
    ticks += 1;
    ticked(ticks, instants.length);
    for (const row of moment.notices) told.push(row);
    for (const each of asked) if (moment.nowMs < each.when.untilMs) seen.set(each, moment);
  }
  const counted = test.ignoresRepeats ? told.filter((row) => row.headline !== 'repeat') : told;
  const paired = pairs(
    test.expect.map((each) => counted.flatMap((row, i) => (isAsExpected(row, each) ? [i] : []))),
  );
  const missing = test.expect.filter((_, i) => !paired.has(i));
  const found = new Set(paired.values());
  return {
    test,
    evaluations: instants.length,
    matched: paired.size,
    missing: missing.map((expected) => ({
      expected,
      standings: expected.rules.map((rule) => standingOf(rule, seen.get(expected))),
    })),
    unexpected: counted.filter((_, i) => !found.has(i)),
    wrongStates: test.states.flatMap((each) => wrongState(each, seen.get(each)) ?? []),
  };
}

function isAsExpected(row: NoticeRow, expected: ExpectedNotice): boolean {
  const { when, channel, reason, severity, rules, text } = expected;
  if (!isWithin(row.atMs, when) || row.channel !== channel.value) return false;
  if (row.headline !== reason || !areTold(row.alerts, rules)) return false;
  if (severity !== undefined && alertMessage(row).severity !== severity) return false;
  return text === undefined || messageText(alertMessage(row)).includes(text);
}

/** Each alert by one of the rules, and each rule by as many alerts as it says. */
function areTold(alerts: readonly NoticeAlert[], rules: readonly ExpectedRule[]): boolean {
  const asked = rules.flatMap((rule) => Array.from({ length: rule.count }, () => rule));
  if (asked.length !== alerts.length) return false;
  const fits = asked.map((rule) => alerts.flatMap((alert, i) => (isTold(alert, rule) ? [i] : [])));
  return pairs(fits).size === alerts.length;
}

function isWithin(ms: number, { fromMs, untilMs }: When): boolean {
  return fromMs <= ms && ms < untilMs;
}

function isTold(alert: NoticeAlert, expected: ExpectedRule): boolean {
  const { rule, isData, scope, period, status, severity, value } = expected;
  return (
    alert.rule === rule.value &&
    dataIsMissing(alert) === isData &&
    (scope === undefined || alert.scope === scope) &&
    (period === undefined || alert.period === period) &&
    (status === undefined || alert.status === status) &&
    (severity === undefined || severityIn(alert.labels) === severity) &&
    (value === undefined || amountOf(alert) === value)
  );
}

/** As people count it. */
function amountOf({ value, annotations }: NoticeAlert): bigint | undefined {
  return value === null ? undefined : turned(BigInt(value), notesOf(annotations));
}

/** Of what is told as missing data, any row of its ladder will do. */
function standingOf(expected: ExpectedRule, moment: Moment | undefined): Standing {
  const { rule, scope, period, isData } = expected;
  const row = moment?.table.find(
    (each) =>
      (isData ? each.id === rule.value || each.id.startsWith(`${rule.value}/`) : false) ||
      (each.id === rule.value &&
        (scope === undefined || each.scope === scope) &&
        (period === undefined || each.period === period)),
  );
  if (moment === undefined || row === undefined) return null;
  return { rule: rule.value, row, mutedBy: mutedBy(moment.alerts, row) };
}

function mutedBy(alerts: readonly AlertStatus[], row: AlertRow): readonly string[] {
  const status = alerts.find(
    ({ record: { identity, span, state } }) =>
      isOpen(state) &&
      identity.rule === row.id &&
      identity.scope === row.scope &&
      (span?.label ?? undefined) === row.period,
  );
  if (status === undefined) return [];
  const rules = new Map(alerts.map(({ record }) => [record.fingerprint, record.identity.rule]));
  return [
    ...status.inhibitedBy.map((each) => `explained by ${rules.get(each) ?? 'another alert'}`),
    ...status.silencedBy.map((id) => `held back by ${id}`),
    ...status.windows.map((name) => `held back by the window ${name}`),
  ];
}

/** Where no period is said it is the current one of each thing. */
function wrongState(expected: ExpectedState, moment: Moment | undefined): WrongState | undefined {
  const { rule, scope, period, state } = expected;
  const rows = (moment?.table ?? []).filter(
    (each) =>
      each.id === rule.value &&
      (scope === undefined || each.scope === scope) &&
      (period === undefined || each.period === period),
  );
  const things = Map.groupBy(rows, (each) => each.scope);
  const current = [...things.values()].map((each) => each[0]!);
  const isRightOf = current.length > 0 && current.every((each) => each.state === state);
  return isRightOf ? undefined : { expected, rows: current };
}
