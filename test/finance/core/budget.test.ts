import { describe, expect, it } from 'vitest';
import { allowed, isPeriodLabel } from '../../../packs/finance/core/allowance.ts';
import { lineBudgets, serviceBudget } from '../../../packs/finance/core/budget.ts';
import { compileBudgets, likelyLine } from '../../../packs/finance/core/classify.ts';
import { dayRange, parseDay } from '../../../packs/finance/core/day.ts';
import { compileRules } from '../../../packs/finance/core/match.ts';
import { formatExact } from '../../../packs/finance/core/money.ts';
import { allowance, budgets, line, rule, service } from '../../support/budgets.ts';

const range = (start: string, end: string) => dayRange(parseDay(start), parseDay(end));
const WEEK_52 = range('2025-12-22', '2025-12-29');

describe('an allowance', () => {
  it('per week is the amount in a week and a seventh of it on each day', () => {
    expect(formatExact(allowed(allowance('37.50'), WEEK_52))).toBe('37.50');
    expect(formatExact(allowed(allowance('7.00'), range('2025-12-24', '2025-12-26')))).toBe('2.00');
  });

  it('per month is spread over the days of each month', () => {
    const monthly = allowance('310', 'month');
    expect(formatExact(allowed(monthly, WEEK_52))).toBe('70.00');
    expect(formatExact(allowed(monthly, range('2026-02-01', '2026-03-01')))).toBe('310.00');
    expect(formatExact(allowed(allowance('280', 'month'), range('2026-02-28', '2026-03-01')))).toBe(
      '10.00',
    );
  });

  it('of a week across two months takes its days from both', () => {
    const monthly = allowance('310', 'month', { '2026-01': '31' });
    expect(formatExact(allowed(monthly, range('2025-12-29', '2026-01-05')))).toBe('34.00');
  });

  it('follows an override in its period and nowhere else', () => {
    const weekly = allowance('10', 'week', { '2025-W52': '70' });
    expect(formatExact(allowed(weekly, WEEK_52))).toBe('70.00');
    expect(formatExact(allowed(weekly, range('2025-12-15', '2026-01-05')))).toBe('90.00');
    expect(formatExact(allowed(weekly, range('2025-12-28', '2025-12-29')))).toBe('10.00');
  });

  it('names only periods of the calendar', () => {
    const weeks = ['2026-W53', '2025-W53', '2026-W5', '2026-02'];
    expect(weeks.map((label) => isPeriodLabel(label, 'week'))).toEqual([true, false, false, false]);
    const months = ['2026-02', '2026-13', '2026-2', '2026-W05', '9999-12'];
    expect(months.map((label) => isPeriodLabel(label, 'month'))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('rules', () => {
  const groupBy = [...rule({ ServiceName: '', 'Tags.env': '', RegionId: '' })].map(
    ({ dimension }) => dimension,
  );
  const test = compileRules(
    [rule({ ServiceName: ['S3', 'EC2*'], 'Tags.env': 'prod' }), rule({ RegionId: 'eu-*' })],
    groupBy,
  );

  it('need all their columns, and one of the globs of each', () => {
    expect(test(['S3', 'prod', null])).toBe(true);
    expect(test(['EC2 Spot', 'PROD', null])).toBe(true);
    expect(test(['S3', 'dev', null])).toBe(false);
    expect(test(['RDS', 'prod', null])).toBe(false);
  });

  it('are alternatives', () => {
    expect(test(['RDS', null, 'eu-west-1'])).toBe(true);
  });

  it('never match a column that a charge does not have, not even with a star', () => {
    const any = compileRules([rule({ 'Tags.env': '*' })], groupBy);
    expect(any(['S3', null, null])).toBe(false);
    expect(any(['S3', '', null])).toBe(true);
  });

  it('match nothing when there are none, and must not be empty', () => {
    expect(compileRules([], groupBy)(['S3', 'prod', 'eu-1'])).toBe(false);
    expect(() => compileRules([[]], groupBy)).toThrow('without conditions');
  });

  it('can only be asked about columns that are grouped by', () => {
    expect(() => compileRules([rule({ x_Team: 'a' })], groupBy)).toThrow('not grouped by x_Team');
  });
});

describe('classification', () => {
  const config = budgets({
    lines: [
      line('Production', '10', rule({ 'Tags.env': 'prod' })),
      line('AI', '10', rule({ ServiceName: 'OpenAI*' })),
      line('Contingency', '5'),
    ],
    services: [service('OpenAI', { match: [rule({ ServiceName: 'OpenAI*' })] }), service('Mail?')],
  });
  const classifier = compileBudgets(config);

  it('groups by ServiceName first and each column that a rule names', () => {
    expect(classifier.groupBy).toEqual(['ServiceName', 'Tags.env']);
  });

  it('lets the first matching line pay', () => {
    expect(classifier.lineOf(['OpenAI API', 'prod'])).toBe(0);
    expect(classifier.lineOf(['OpenAI API', null])).toBe(1);
    expect(classifier.lineOf(['S3', null])).toBeUndefined();
  });

  it('finds the service by its rules, or by its name as a glob', () => {
    expect(classifier.serviceOf(['openai api', null])).toBe(0);
    expect(classifier.serviceOf(['Mail1', null])).toBe(1);
    expect(classifier.serviceOf(['Mail', null])).toBeUndefined();
    expect(classifier.nameOf(['S3', null])).toBe('S3');
    expect(classifier.nameOf([null, null])).toBeNull();
  });

  it('guesses the line of a service without charges from what its rules ask for', () => {
    expect(likelyLine([rule({ ServiceName: 'OpenAI*' })], classifier)).toBe(1);
    expect(likelyLine([rule({ ServiceName: 'S3' })], classifier)).toBeUndefined();
    const second = [rule({ ServiceName: 'S3' }), rule({ 'Tags.env': 'prod' })];
    expect(likelyLine(second, classifier)).toBe(0);
  });
});

describe('budgets', () => {
  it('are in the order of the lines', () => {
    const config = budgets({ lines: [line('A', '1'), line('B', '2')] });
    expect(lineBudgets(config, WEEK_52).map((units) => formatExact(units))).toEqual([
      '1.00',
      '2.00',
    ]);
  });

  it('of a service without an amount are not zero but absent', () => {
    expect(serviceBudget(service('A'), WEEK_52)).toBeUndefined();
    expect(serviceBudget(service('A', { allowance: allowance('0') }), WEEK_52)).toBe(0n);
  });
});
