/**
 * Whether a file of tests fits the config that it is about: channels, rules, windows and readings
 * that there are. A name that is not in the config would be a test of nothing.
 */
import { suggest } from 'brctl/sdk';
import type { AlertConfig, Position } from '../../core/alert-config/config.ts';
import { alertRules } from '../../core/alert-config/rule.ts';
import { routesOf } from '../../core/alert-rules/delivery.ts';
import { namesOf, narrowed } from '../../core/alert-simulation/staging.ts';
import type { AlertTest, ExpectedRule, TestUsage } from '../../core/alert-simulation/suite.ts';
import { unfollowed } from '../../core/usage/rule.ts';
import type { ConfigProblem } from '../../ports/settings.ts';

type Say = (at: Position, code: string, message: string, hint?: string) => void;

/** In no order. */
export function misfits(
  tests: readonly AlertTest[],
  { config, file }: Readonly<{ config: AlertConfig; file: string }>,
): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const say: Say = ({ line, column }, code, message, hint) =>
    void problems.push({ code, message, file, line, column, hint });
  for (const test of tests) {
    checkOnly(test, config, say);
    checkExpected(test, config, say);
    for (const each of test.windows) checkWindow(each, config, say);
    for (const each of test.usage) checkUsage(each, config, say);
  }
  return problems;
}

function checkOnly(test: AlertTest, config: AlertConfig, say: Say): void {
  const known = config.ladders.map(({ id }) => id);
  for (const { value, at } of test.about) {
    if (narrowed(config, [value]).ladders.length > 0) continue;
    say(at, 'rule-unknown', `"${value}" is no rule of the config${meant(value, known)}`, HINT);
  }
}

const HINT = 'brctl finance alerts check lists the rules';

function checkExpected(test: AlertTest, config: AlertConfig, say: Say): void {
  const { expect, states } = test;
  const channels = channelsOf(config);
  const globs = test.about.map(({ value }) => value);
  const rules = alertRules(config).map(({ id }) => id);
  const about = new Set(narrowed(config, globs).ladders.flatMap(namesOf));
  const ids = new Set(rules);
  const ladders = config.ladders.map(({ id }) => id);
  const checkRule = ({ rule, isData }: Pick<ExpectedRule, 'rule' | 'isData'>): void => {
    const { value, at } = rule;
    const known = isData ? ladders : [...ids];
    if (!known.includes(value)) {
      const isLadder = !isData && ladders.includes(value);
      const hint = isLadder ? `its steps are ${stepsOf(value, rules).join(', ')}` : HINT;
      say(at, 'rule-unknown', `"${value}" is no rule of the config${meant(value, known)}`, hint);
    } else if (!about.has(value)) {
      say(at, 'rule-left-out', `"${value}" is left out by only`, 'add it to only');
    }
  };
  for (const { channel, rules: told } of expect) {
    if (!channels.includes(channel.value)) {
      const message = `"${channel.value}" is no channel of the config`;
      const hint = `its channels are ${channels.join(', ') || 'none'}`;
      say(channel.at, 'channel-unknown', `${message}${meant(channel.value, channels)}`, hint);
    }
    told.forEach(checkRule);
  }
  for (const { rule } of states) checkRule({ rule, isData: false });
}

/** Those that are declared, and what else notices are routed to. */
function channelsOf(config: AlertConfig): readonly string[] {
  const routed = routesOf(config, 0).flatMap(({ channels }) => channels.map(({ name }) => name));
  return [...new Set([...config.channels.map(({ name }) => name), ...routed])];
}

function stepsOf(ladder: string, rules: readonly string[]): readonly string[] {
  return rules.filter((id) => id.startsWith(`${ladder}/`));
}

function checkWindow(
  { name, at }: AlertTest['windows'][number],
  { windows }: AlertConfig,
  say: Say,
): void {
  const manual = windows.filter(({ schedule }) => schedule === 'manual').map((each) => each.name);
  if (manual.includes(name)) return;
  const isScheduled = windows.some((each) => each.name === name);
  const message = isScheduled
    ? `"${name}" opens by its schedule, not by hand`
    : `"${name}" is no window of the config${meant(name, manual)}`;
  say(at, 'window-unknown', message);
}

/** Rules about anomalies look at every reading; the others name theirs. */
function checkUsage(usage: TestUsage, config: AlertConfig, say: Say): void {
  const watchesAll = config.ladders.some(
    ({ kind, metric, isEnabled }) => kind === 'anomaly' && metric.of === 'usage' && isEnabled,
  );
  if (watchesAll) return;
  const { service, metric, unit, kind, limit, at } = usage;
  const reading = {
    ...{ source: 'test', service, metric, unit, kind, limit },
    ...{ startMs: 0, endMs: 1, value: 0n, recordedMs: 0 },
  };
  const [reason] = unfollowed(reading, config).filter((each) => each.startsWith('no alert'));
  if (reason !== undefined) say(at, 'usage-unfollowed', reason);
}

function meant(word: string, known: readonly string[]): string {
  const found = suggest(word, known);
  return found === undefined ? '' : ` (did you mean "${found}"?)`;
}
