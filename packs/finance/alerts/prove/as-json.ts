/** `brctl.finance/alerts-test/v1`. Amounts are decimals with all their digits. */
import type { AlertRow } from '../../core/alert-rules/row.ts';
import type { ExpectedNotice, ExpectedRule } from '../../core/alert-simulation/suite.ts';
import { isRight, type Standing, type TestVerdict } from '../../core/alert-simulation/verdict.ts';
import { formatExact } from '../../core/money.ts';
import { noticeJson } from '../simulated-notice.ts';
import { failuresIn, type Proof } from './proof.ts';

export function proofAsJson(proof: Proof): object {
  const verdicts = proof.files.flatMap((each) => each.verdicts);
  const failed = failuresIn(proof);
  return {
    schema: 'brctl.finance/alerts-test/v1',
    tests: verdicts.length,
    failed,
    skipped: proof.files.reduce((sum, { skipped }) => sum + skipped, 0),
    files: proof.files.map(({ file, verdicts }) => ({ file, tests: verdicts.map(testJson) })),
  };
}

function testJson(verdict: TestVerdict): object {
  const { test, evaluations, matched, missing, unexpected, wrongStates } = verdict;
  return {
    name: test.name,
    line: test.at.line,
    ok: isRight(verdict),
    ...{ evaluations, matched },
    missing: missing.map(({ expected, standings }) => ({
      ...expectedJson(expected),
      rules_then: standings.flatMap((each) => standingJson(each)),
    })),
    unexpected: unexpected.map(noticeJson),
    states: wrongStates.map(({ expected, rows }) => ({
      at: expected.when.text,
      rule: expected.rule.value,
      expected: expected.state,
      rules_then: rows.map(rowJson),
    })),
  };
}

function expectedJson({ when, channel, reason, severity, rules }: ExpectedNotice): object {
  return {
    at: when.text,
    channel: channel.value,
    reason,
    severity: severity ?? null,
    rules: rules.map(ruleJson),
  };
}

function ruleJson({ rule, isData, severity, count }: ExpectedRule): object {
  return { rule: rule.value, data_missing: isData, severity: severity ?? null, count };
}

function standingJson(standing: Standing): object[] {
  return standing === null ? [] : [{ ...rowJson(standing.row), muted_by: standing.mutedBy }];
}

function rowJson({ id, scope, period, state, value, threshold, unit, reason }: AlertRow): object {
  const amount = (units: bigint | undefined) =>
    units === undefined ? null : formatExact(units, 0);
  return {
    ...{ rule: id, scope, period: period ?? null, state },
    ...{ value: amount(value), threshold: amount(threshold), unit: unit ?? null, reason },
  };
}
